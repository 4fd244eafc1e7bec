import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { say } from "../base/say.ts";
import { importRegister } from "./import.ts";
import { decodeFile } from "./table.ts";

/** A cell as it stands in the XML of a sheet: a text, or its attributes and what is in it. */
type Cell = string | { attributes: string; inside: string };
interface Sheet {
	name: string;
	state?: string;
	rows: Record<number, Cell[]>;
	merged?: string[];
}
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const number = (v: string | number, style?: number): Cell => ({
	attributes: style === undefined ? "" : ` s="${style}"`,
	inside: `<v>${v}</v>`,
});
/** Style 1 of the workbooks here: a date with a time. */
const time = (serial: number): Cell => number(serial, 1);
const day = (serial: number): Cell => number(serial, 2);
const stamp = (serial: number): Cell => number(serial, 3);
const error = (code: string): Cell => ({ attributes: ' t="e"', inside: `<v>${code}</v>` });
const formula = (text: string, type = ""): Cell => ({ attributes: type, inside: `<f>${text}</f><v></v>` });

/** A workbook as a spreadsheet writes it, as far as it matters here. */
function workbook(sheets: Sheet[], { epoch1904 = false } = {}): Buffer {
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
	const pack = "http://schemas.openxmlformats.org/package/2006";
	const cellXml = (cell: Cell, column: number, row: number) => {
		const at = `r="${String.fromCharCode(65 + column)}${row}"`;
		if (cell === "") return "";
		if (typeof cell === "string")
			return `<c ${at} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
		return `<c ${at}${cell.attributes}>${cell.inside}</c>`;
	};
	const sheetXml = ({ rows, merged = [] }: Sheet) => {
		const xml = Object.entries(rows).map(
			([row, cells]) => `<row r="${row}">${cells.map((c, i) => cellXml(c, i, Number(row))).join("")}</row>`,
		);
		const merges =
			merged.length > 0 ? `<mergeCells>${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join("")}</mergeCells>` : "";
		return `<worksheet xmlns="${main}"><sheetData>${xml.join("")}</sheetData>${merges}</worksheet>`;
	};
	const styles = `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="[$-804]yyyy\\-mm\\-dd hh:mm:ss"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>`;
	const list = sheets.map(
		(s, i) => `<sheet name="${s.name}" sheetId="${i + 1}"${s.state ? ` state="${s.state}"` : ""} r:id="rId${i + 1}"/>`,
	);
	const relation = (id: string, type: string, target: string) =>
		`<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`;
	const parts: Record<string, string> = {
		"[Content_Types].xml": `<Types xmlns="${pack}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels": `<Relationships xmlns="${pack}/relationships">${relation("rId1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${office}">${epoch1904 ? '<workbookPr date1904="1"/>' : ""}<sheets>${list.join("")}</sheets></workbook>`,
		"xl/styles.xml": styles,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="${pack}/relationships">${sheets
			.map((_, i) => relation(`rId${i + 1}`, "worksheet", `worksheets/sheet${i + 1}.xml`))
			.join("")}${relation("rIdS", "styles", "styles.xml")}</Relationships>`,
		...Object.fromEntries(sheets.map((s, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(s)])),
	};
	return Buffer.from(
		zipSync(
			Object.fromEntries(
				Object.entries(parts).map(([name, xml]) => [name, strToU8(`<?xml version="1.0" encoding="UTF-8"?>${xml}`)]),
			),
		),
	);
}

const HEADER = ["id", "name", "role", "level", "grids", "phone", "channels"];
const person = (id: string, phone: Cell = "13800001000"): Cell[] => [
	id,
	"甲",
	"chief",
	"village",
	"500101",
	phone,
	"webpush",
];
const read = async (sheets: Sheet[], options = {}) =>
	importRegister({ people: await decodeFile("people.xlsx", workbook(sheets, options)) });
const one = (rows: Sheet["rows"], more: Partial<Sheet> = {}): Sheet[] => [{ name: "人员", rows, ...more }];

describe("a workbook", () => {
	it.each([
		["16:00", 46351 + 16 / 24, "2026-11-25T16:00:00"],
		["23:59:59", 46351 + 86_399 / 86_400, "2026-11-25T23:59:59"],
		["08:01, a hair less", 46351 + 481 / 1440 - 1e-11, "2026-11-25T08:01:00"],
		["midnight", 46351, "2026-11-25T00:00:00"],
	])("gives times to the second: %s", async (_, serial, local) => {
		const roster = [
			{
				name: "值班",
				rows: { 1: ["post", "person", "from", "to"], 2: ["officer@5", "p", time(serial), "2027-01-01"] },
			},
		];
		const { shifts } = importRegister({ roster: await decodeFile("roster.xlsx", workbook(roster)) });
		expect(shifts[0]?.from).toBe(Date.parse(`${local}+08:00`));
		// a workbook of another beginning of time
		const old = [
			{
				name: "值班",
				rows: { 1: ["post", "person", "from", "to"], 2: ["officer@5", "p", time(serial - 1462), "2027-01-01"] },
			},
		];
		const other = importRegister({ roster: await decodeFile("roster.xlsx", workbook(old, { epoch1904: true })) });
		expect(other.shifts[0]?.from).toBe(Date.parse(`${local}+08:00`));
	});

	it.each<[string, (serial: number) => Cell, string]>([
		["a cell that shows a time is that moment", time, "2026-11-26T00:00:00"],
		["the same in a format of its own", stamp, "2026-11-26T00:00:00"],
		["a cell that shows a day includes that day", day, "2026-11-27T00:00:00"],
	])("midnight as an end: %s", async (_, cell, local) => {
		const roster = [
			{ name: "值班", rows: { 1: ["post", "person", "from", "to"], 2: ["officer@5", "p", time(46351), cell(46352)] } },
		];
		const { shifts } = importRegister({ roster: await decodeFile("roster.xlsx", workbook(roster)) });
		expect(shifts[0]?.to).toBe(Date.parse(`${local}+08:00`));
	});

	it("refuses a time of day without its date", async () => {
		const roster = [
			{
				name: "值班",
				rows: { 1: ["post", "person", "from", "to"], 2: ["officer@5", "p", time(8 / 24), "2027-01-01"] },
			},
		];
		const file = await decodeFile("roster.xlsx", workbook(roster));
		expect(() => importRegister({ roster: file })).toThrow(/roster\.xlsx:2 from: "08:00:00" is no date/);
	});

	it.each<[string, Cell, RegExp]>([
		["#N/A", error("#N/A"), /people\.xlsx F3: #N\/A; the formula there has failed/],
		["#REF!", error("#REF!"), /people\.xlsx F3: #REF!/],
		[
			"a formula that was never calculated",
			formula("VLOOKUP(A3,B:C,2)"),
			/people\.xlsx F3: a formula whose value was never calculated/,
		],
		[
			"a number that has lost its end",
			number("12345678901234567890"),
			/people\.xlsx F3: a number of more than 15 digits/,
		],
		[
			"a code as a spreadsheet shortens it",
			"1.38E+10",
			/people\.xlsx:3 phone: "1\.38E\+10" is what a spreadsheet makes/,
		],
	])("names the cell of %s", async (_, cell, words) => {
		await expect(read(one({ 1: HEADER, 2: person("p1"), 3: person("p2", cell) }))).rejects.toThrow(words);
	});

	it("takes a formula that gives an empty text for empty, and a number for its digits", async () => {
		const rows = {
			1: HEADER,
			2: person("p1", formula("IF(1,A1)", ' t="str"')),
			3: person("p2", number("13800001001")),
			4: person("p3", number("13800001002.0")),
		};
		const { people } = await read(one(rows));
		expect(people.map((p) => p.phone)).toEqual([undefined, "+8613800001001", "+8613800001002"]);
	});

	it("names the rows as the sheet does, whatever stands between", async () => {
		const rows = {
			1: HEADER,
			2: ["p1", "甲\n乙", ...person("p1").slice(2)],
			5: person("p2"),
			6: ["p3", "丙", "chef", "village", "500101", "", "webpush"],
		};
		await expect(read(one(rows))).rejects.toThrow(/people\.xlsx:6 role: "chef"/);
	});

	it("reads the first sheet that people see, and says which where there are several", async () => {
		const hidden: Sheet = { name: "旧", state: "hidden", rows: { 1: HEADER, 2: person("old") } };
		const veryHidden: Sheet = { ...hidden, state: "veryHidden" };
		const shown: Sheet = { name: "人员", rows: { 1: HEADER, 2: person("p1") } };
		const register = await read([hidden, veryHidden, shown, { name: "说明", rows: { 1: ["x"] } }]);
		expect(register.people.map((p) => p.id)).toEqual(["p1"]);
		expect(register.remarks?.map((remark) => say("en", remark))).toEqual([
			'people.xlsx: the sheet "人员" is read, the first of 2 that can be seen; one before it is hidden',
		]);
		const bad: Sheet = { name: "人员", rows: { 1: HEADER, 2: ["p1", "", ...person("p1").slice(2)] } };
		await expect(read([hidden, bad])).rejects.toThrow(/people\.xlsx\[人员\]:2 name: empty/);
		await expect(read([hidden])).rejects.toThrow(/no sheet that can be seen/);
	});

	it("takes empty rows and columns for nothing, and says where merged cells leave gaps", async () => {
		const rows = { 2: ["", ...HEADER], 3: ["", ...person("p1")], 7: ["", ...person("p2")] };
		expect((await read(one(rows))).people.map((p) => p.id)).toEqual(["p1", "p2"]);
		await expect(read(one({ 1: HEADER, 2: person("p1"), 3: person("p2") }, { merged: ["D2:D3"] }))).rejects.toThrow(
			/people\.xlsx D2:D3: merged cells/,
		);
		await expect(read(one({ 1: ["某县林长名册"], 2: HEADER, 3: person("p1") }))).rejects.toThrow(
			/people\.xlsx:1 : the names of the columns stand in row 2/,
		);
	});
});
