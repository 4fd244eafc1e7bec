import { unzipSync } from "fflate";
import { LookoutError } from "../base/errors.ts";

/** What offices hand over that is no CSV, XLSX or GeoJSON: named as what it is, with how to save it, once. */
interface Format {
	what: string;
	hint: string;
	is: (bytes: Buffer) => boolean;
}

const begins =
	(...start: (string | number[])[]) =>
	(bytes: Buffer) =>
		start.some((s) => {
			const wanted = typeof s === "string" ? Buffer.from(s, "latin1") : Buffer.from(s);
			return bytes.subarray(0, wanted.length).equals(wanted);
		});
const holds = (name: RegExp) => (bytes: Buffer) => isZip(bytes) && namesIn(bytes).some((n) => name.test(n));
export const isZip = begins("PK\u0003\u0004");

const CSV = "Save it as XLSX, or as CSV in UTF-8 with commas.";
const GEOJSON =
	"Export it as GeoJSON in WGS84 or CGCS2000 (longitude and latitude): in QGIS, Export > Save Features As.";
const FORMATS: Format[] = [
	{
		what: "an old Excel workbook (.xls), or one with a password",
		hint: CSV,
		is: begins([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
	},
	{ what: "an OpenDocument spreadsheet (.ods)", hint: CSV, is: holds(/^content\.xml$/) },
	{ what: "a binary Excel workbook (.xlsb)", hint: CSV, is: holds(/^xl\/workbook\.bin$/) },
	{ what: "a KMZ map", hint: GEOJSON, is: holds(/\.kml$/i) },
	{ what: "a shapefile in a ZIP", hint: GEOJSON, is: holds(/\.shp$/i) },
	{ what: "a PDF", hint: CSV, is: begins("%PDF") },
	{ what: "a GeoPackage or another SQLite file", hint: GEOJSON, is: begins("SQLite format 3\u0000") },
	{ what: "a shapefile", hint: GEOJSON, is: begins([0, 0, 0x27, 0x0a]) },
	{ what: "text in UTF-16", hint: "Save it as XLSX, or as CSV in UTF-8 (CSV UTF-8 in Excel and WPS).", is: isUtf16 },
	{ what: "a RAR or 7z archive", hint: "Unpack it first.", is: begins("Rar!", "7z\u00bc\u00af") },
	{
		what: "a KML map",
		hint: GEOJSON,
		is: (bytes) => /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:\w+:)?kml\b/is.test(headOf(bytes)),
	},
	{
		what: "a GML map",
		hint: GEOJSON,
		is: (bytes) => /<(?:\w+:)?FeatureCollection\b/.test(headOf(bytes)) && headOf(bytes).includes("opengis"),
	},
	{ what: "a rich text document (.rtf)", hint: CSV, is: begins("{\\rtf") },
	{
		what: "an XML spreadsheet of 2003",
		hint: CSV,
		is: (bytes) => headOf(bytes).includes("schemas-microsoft-com:office:spreadsheet"),
	},
	{ what: "a web page", hint: CSV, is: (bytes) => /^\ufeff?\s*<(?:!doctype html|html|table)\b/i.test(headOf(bytes)) },
	{ what: "XML", hint: CSV, is: (bytes) => /^\ufeff?\s*<(?:\?xml|[a-z])/i.test(headOf(bytes)) },
];
/** Names of what a ZIP holds, by its directory; none where that cannot be read. */
function namesIn(bytes: Buffer): string[] {
	const names: string[] = [];
	try {
		unzipSync(bytes, {
			filter: ({ name }) => {
				names.push(name);
				return false;
			},
		});
	} catch {
		// what is wrong with it whoever reads it says
	}
	return names;
}

/**
 * With its mark, or without one: letters of a header have a zero byte beside them, and no text in another encoding has
 * any.
 */
function isUtf16(bytes: Buffer): boolean {
	return (
		begins([0xff, 0xfe], [0xfe, 0xff])(bytes) ||
		(!isZip(bytes) && bytes.subarray(0, 4).includes(0) && /[\x20-\x7e]/.test(bytes.subarray(0, 4).toString("latin1")))
	);
}

const headOf = (bytes: Buffer) => bytes.subarray(0, 2_000).toString("utf8");

/** Throws LK0501 when the bytes are a file of another format, which it names. */
export function refuseOthers(name: string, bytes: Buffer): void {
	const found = FORMATS.find((f) => f.is(bytes));
	if (found) throw new LookoutError("LK0501", `${name} is ${found.what}. ${found.hint}`);
}

/** What separates the columns of a table that knows its columns, where it is no comma; undefined where it is one. */
export function separatorFault(header: string, known: readonly string[]): string | undefined {
	for (const [separator, word] of [
		[";", "semicolons"],
		["\t", "tabs"],
		["|", "bars"],
		["，", "Chinese commas"],
	] as const) {
		const columns = header.split(separator).map((c) => c.trim().replace(/^"|"$/g, ""));
		if (columns.length > 1 && columns.filter((c) => known.includes(c)).length >= Math.min(2, known.length))
			return `the columns are separated by ${word}; save it with commas, or as XLSX`;
	}
	return undefined;
}
