import { unzipSync } from "fflate";
import type { Phrase } from "../base/phrase.ts";
import { type PhraseCode, phrase } from "../base/say.ts";
import { RegisterError } from "./import-fault.ts";

/** What offices hand over that is no CSV, XLSX or GeoJSON: named as what it is, with how to save it, once. */
interface Format {
	what: PhraseCode;
	hint: PhraseCode;
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

const CSV = "file.saveAsCsv";
const GEOJSON = "file.exportAsGeoJson";
const FORMATS: Format[] = [
	{
		what: "format.xls",
		hint: CSV,
		is: begins([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
	},
	{ what: "format.ods", hint: CSV, is: holds(/^content\.xml$/) },
	{ what: "format.xlsb", hint: CSV, is: holds(/^xl\/workbook\.bin$/) },
	{ what: "format.kmz", hint: GEOJSON, is: holds(/\.kml$/i) },
	{ what: "format.shapefileZip", hint: GEOJSON, is: holds(/\.shp$/i) },
	{ what: "format.pdf", hint: CSV, is: begins("%PDF") },
	{ what: "format.geoPackage", hint: GEOJSON, is: begins("SQLite format 3\u0000") },
	{ what: "format.shapefile", hint: GEOJSON, is: begins([0, 0, 0x27, 0x0a]) },
	{ what: "format.utf16", hint: "file.saveAsUtf8", is: isUtf16 },
	{ what: "format.archive", hint: "file.unpack", is: begins("Rar!", "7z\u00bc\u00af") },
	{
		what: "format.kml",
		hint: GEOJSON,
		is: (bytes) => /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:\w+:)?kml\b/is.test(headOf(bytes)),
	},
	{
		what: "format.gml",
		hint: GEOJSON,
		is: (bytes) => /<(?:\w+:)?FeatureCollection\b/.test(headOf(bytes)) && headOf(bytes).includes("opengis"),
	},
	{ what: "format.rtf", hint: CSV, is: begins("{\\rtf") },
	{
		what: "format.xml2003",
		hint: CSV,
		is: (bytes) => headOf(bytes).includes("schemas-microsoft-com:office:spreadsheet"),
	},
	{ what: "format.html", hint: CSV, is: (bytes) => /^\ufeff?\s*<(?:!doctype html|html|table)\b/i.test(headOf(bytes)) },
	{ what: "format.xml", hint: CSV, is: (bytes) => /^\ufeff?\s*<(?:\?xml|[a-z])/i.test(headOf(bytes)) },
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
	if (!found) return;
	const gaps = { what: [phrase(found.what)], hint: [phrase(found.hint)] };
	throw new RegisterError([phrase("file.other", { file: name, ...gaps })]);
}

const SEPARATORS = [
	[";", "separator.semicolons"],
	["\t", "separator.tabs"],
	["|", "separator.bars"],
	["，", "separator.chineseCommas"],
] as const;

/** What separates the columns of a table that knows its columns, where it is no comma; undefined where it is one. */
export function separatorOf(header: string, known: readonly string[]): Phrase | undefined {
	for (const [separator, name] of SEPARATORS) {
		const columns = header.split(separator).map((c) => c.trim().replace(/^"|"$/g, ""));
		const ours = columns.filter((c) => known.includes(c));
		if (columns.length > 1 && ours.length >= Math.min(2, known.length)) return phrase(name);
	}
	return undefined;
}
