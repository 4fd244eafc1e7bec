/** English: what is wrong with the files of a register, and how to mend it. `at` is file, row and column. */
export const register = {
	"import.faults": "the register has {count} fault(s)",
	"import.hint":
		"Mend the rows above; the register in use stays as it is until then. `lookout register check` says more once it can be read.",

	// a table
	"import.unreadable": "{at}: {why}",
	"import.tooLong": "{at}: has {count} characters; a table has {most} at most",
	"import.rowTooLong": "{at}: has {count} characters; a row has {most} at most",
	"import.tooManyLines": "{at}: more than {most} lines",
	"import.isJson": "{at}: is JSON; a table is CSV in UTF-8 with commas, or XLSX",
	"import.holdsNothing": "{at}: holds nothing; the first row names the columns: {columns}",
	"import.holdsNobody": "{at}: holds nobody",
	"import.separated": "{at}: the columns are separated by {by}; save it with commas, or as XLSX",
	"separator.semicolons": "semicolons",
	"separator.tabs": "tabs",
	"separator.bars": "bars",
	"separator.chineseCommas": "Chinese commas",
	"import.headerLater": "{at}: the names of the columns stand in row {row}; delete the rows above it",
	"import.columnTwice": "{at}: stands twice, in columns {first} and {others}",
	"import.unknownColumn":
		'{at}: unknown column; {guess, select, none {} other {did you mean "{guess}"? }}allowed: {allowed}',
	"import.columnMissing": "{at}: the column is missing",
	"import.noColumnName": '{at}: "{text}" stands in column {column}, which has no name',
	"import.fewerCells": "{at}: has {cells} cells, the header {header}; is a comma missing?",

	// a cell
	"import.errorCell": "{at}: {text}; the spreadsheet shows an error or has no room for the value",
	"import.scientific": '{at}: "{text}" is what a spreadsheet makes of a long code; format the column as text',
	"import.empty": "{at}: empty",
	"import.tooManyCharacters": '{at}: "{text}…" has {count} characters; {most} at most',
	"import.notOneOf": '{at}: "{text}" is not one of {allowed}{guess, select, none {} other {; did you mean "{guess}"?}}',
	"import.noNumber": '{at}: "{text}" is no number from {least} to {most}',
	"import.noDegrees": "{at}: not degrees within ±{most}",
	"import.noDate": '{at}: "{text}" is no date; write 2026-04-05 or 2026-04-05T14:30',
	"import.toNotAfterFrom": "{at}: not after from",
	"import.twice": '{at}: "{text}" stands here twice; the first is {first}',

	// what a row means
	"import.noCodes": '{at}: empty; write codes separated by ";"',
	"import.noCode": '{at}: "{text}" is no code; codes are separated by ";"',
	"import.unknownCode": '{at}: "{text}" begins the code of no grid',
	"import.unknownPerson":
		'{at}: "{text}" is the id of nobody in the people\'s file{guess, select, none {} other {; did you mean "{guess}"?}}',
	"import.phone": '{at}: "{text}" {why}',
	"phone.empty": "no number",
	"phone.letters": "holds something else than a number",
	"phone.extension": "an extension cannot be dialled by a gateway",
	"phone.several": "holds more than one number",
	"phone.scientific": "is what a spreadsheet makes of a long number; format the column as text",
	"phone.short": "is a short number that only its own network knows",
	"phone.noArea": "has no area code, as 023 before 6812 3456",
	"phone.length": "has not as many digits as numbers of its kind have (a mobile in China: 11)",
	"import.noChannel":
		'{at}: "{text}" is no channel; {guess, select, none {} other {did you mean "{guess}"? }}allowed: {allowed}',
	"import.channelNeedsName": '{at}: "{text}" needs a name or address, as in {channel}:NAME',
	"import.noEmail": '{at}: "{text}" is no e-mail address',
	"import.channelNeedsPhone": '{at}: "{channel}" needs a telephone number, in the column phone or as {channel}:NUMBER',
	"import.channelPhone": '{at}: "{text}": "{number}" {why}',
	"import.noTeam": '{at}: "{text}" is no team',
	"import.noPost": '{at}: "{text}" is none of ROLE@AREA, for:PERSON, team:TEAM; roles: {roles}',
	"import.orderNeedsSpan": "{at}: an order has both",

	// a map
	"import.noCollection": '{at}: not a GeoJSON "FeatureCollection"',
	"import.noGrid": "{at}: holds no grid",
	"import.noFeature": "{at}: no feature",
	"import.gridCode": '{at}: missing, or not digits, letters and "-"',
	"import.gridTwiceFromTheDay": '{at}: "{text}" stands here twice from the same day on',
	"import.gridTwice": '{at}: "{text}" stands here twice',
	"import.projected":
		"{at}: the coordinates ({x}, {y}) are metres of a projection; export it in longitude and latitude, EPSG:4490 or EPSG:4326",
	"import.dataV":
		'{at}: it looks like an export of DataV, whose maps are in GCJ-02, half a kilometre off; write "datum": "GCJ-02" and a "controlPoint" into it, or "datum": "WGS84" where that is true',
	"import.unknownDatum": "{at}: the datum is {datum}; WGS84, CGCS2000, GCJ-02 and BD-09 are understood",
	"import.noControlPoint":
		'{at}: the datum is {datum}, and "controlPoint" is missing: {example}, "given" as on this map, "wgs84" by GPS',
	"import.controlPointOff": "{at}: the control point comes out {off} m off; the datum is not {datum}",
	"import.noLine": "{at}: {type}; only LineString and MultiLineString are lines",
	"import.noPolygon": "{at}: {type}; only Polygon and MultiPolygon are areas",
	"import.noRing": "{at}: a polygon without a ring",
	"import.fewPoints": "{at}: a ring of fewer than four points",
	"import.noLonLat": "{at}: {point} is not [longitude, latitude] in degrees",
	"import.notClosed": "{at}: a ring whose last point is not its first",
	"import.noGround": "{at}: a ring that encloses no ground",

	// a workbook
	"sheet.unreadable": "{file} cannot be read as XLSX: {why}. Save the sheet as CSV.",
	"sheet.failed": "{at}: {text}; the formula there has failed",
	"sheet.neverCalculated":
		"{at}: a formula whose value was never calculated; open the workbook, let it calculate, and save it",
	"sheet.lostDigits": "{at}: a number of more than 15 digits has lost its end; format the column as text",
	"sheet.merged":
		"{at}: merged cells, of which only the first holds a value; unmerge them and fill each (up to {last})",
	"sheet.read": '{file}: the sheet "{sheet}" is read, the first of {sheets} that can be seen',
	"sheet.readBehindHidden":
		'{file}: the sheet "{sheet}" is read, the first of {sheets} that can be seen; one before it is hidden',

	// a file
	"file.missing": "the register file {file} does not exist. Put it there, or mend register.{part}.",
	"file.notAFile": "register.{part}: {file} is no file. Name a CSV, XLSX or GeoJSON file.",
	"file.tooLarge": "{file} is larger than {most} bytes",
	"file.encoding": "{file} is neither UTF-8 nor GBK. Save it as CSV in UTF-8.",
	"file.other": "{file} is {what}. {hint}",
	"file.saveAsCsv": "Save it as XLSX, or as CSV in UTF-8 with commas.",
	"file.saveAsUtf8": "Save it as XLSX, or as CSV in UTF-8 (CSV UTF-8 in Excel and WPS).",
	"file.exportAsGeoJson":
		"Export it as GeoJSON in WGS84 or CGCS2000 (longitude and latitude): in QGIS, Export > Save Features As.",
	"file.unpack": "Unpack it first.",
	"format.xls": "an old Excel workbook (.xls), or one with a password",
	"format.ods": "an OpenDocument spreadsheet (.ods)",
	"format.xlsb": "a binary Excel workbook (.xlsb)",
	"format.kmz": "a KMZ map",
	"format.shapefileZip": "a shapefile in a ZIP",
	"format.pdf": "a PDF",
	"format.geoPackage": "a GeoPackage or another SQLite file",
	"format.shapefile": "a shapefile",
	"format.utf16": "text in UTF-16",
	"format.archive": "a RAR or 7z archive",
	"format.kml": "a KML map",
	"format.gml": "a GML map",
	"format.rtf": "a rich text document (.rtf)",
	"format.xml2003": "an XML spreadsheet of 2003",
	"format.html": "a web page",
	"format.xml": "XML",

	// a register that can be read
	"register.lastGood": "the last good register is in use",
	"register.notKept": "the register is in use, and could not be kept for the next start: {why}",
	"register.editsDoNotFit":
		"the files of the register have changed, and do not fit together with what was edited; the register before stays in use",
	"register.rowUnnamed": "a row of {table} has no id",
	"register.noEdit": "there is no such edit",
	"register.noDifference": "files and edits say the same of this row by now",
	"register.otherArea": "this is not of your areas",
	"register.nothingChanged": "nothing would change",
	"register.stale": "changed since you saw it: {rows}. Look at it again.",
	"register.staleRow":
		"{table, select, people {person} assignments {further post} teams {team} roster {shift} units {area} places {place} orders {order} cards {plot card} grids {grid} other {{table}}} {row} ({by, select, files {by the files} other {by {by}}})",
	"register.editFaults": "nothing was changed: {lines}",
	"address.fault": "{file} channels: {what}: {who}",
	"address.many": "{count} people, {people} and others",
	"address.noSuchName": '"{address}" is not set up; names under reach: {names}',
	"address.notSetUp": '"{channel}" is not set up under reach (reach.{key})',
} as const;
