import { zipSync } from "fflate";
import gcoordModule from "gcoord";
import { describe, expect, it } from "vitest";
import { full, grids, header, square } from "../../test/harness/register-files.ts";
import { distanceM } from "../geo/position.ts";
import { exportRegister } from "./export.ts";
import { importRegister, PARTS } from "./import.ts";
import { RegisterError } from "./import-fault.ts";
import { decodeFile, xlsxOf } from "./table.ts";

const gcoord = (p: [number, number]): [number, number] => {
	const { transform, WGS84, GCJ02 } = gcoordModule as unknown as {
		transform(p: [number, number], a: string, b: string): [number, number];
		WGS84: string;
		GCJ02: string;
	};
	return transform(p, WGS84, GCJ02);
};

/** The smallest workbook with one sheet of texts. */
function xlsx(rows: string[][]): Buffer {
	const cells = (row: string[], r: number) =>
		row.map((t, c) => `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${t}</t></is></c>`).join("");
	const part = (text: string) => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
	const pack = "http://schemas.openxmlformats.org/package/2006";
	return Buffer.from(
		zipSync({
			"[Content_Types].xml": part(
				`<Types xmlns="${pack}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
			),
			"_rels/.rels": part(
				`<Relationships xmlns="${pack}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			),
			"xl/workbook.xml": part(
				`<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>`,
			),
			"xl/_rels/workbook.xml.rels": part(
				`<Relationships xmlns="${pack}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			),
			"xl/worksheets/sheet1.xml": part(
				`<worksheet xmlns="${main}"><sheetData>${rows.map((row, r) => `<row r="${r + 1}">${cells(row, r)}</row>`).join("")}</sheetData></worksheet>`,
			),
		}),
	);
}

function caught(run: () => unknown): RegisterError {
	try {
		run();
	} catch (error) {
		if (error instanceof RegisterError) return error;
	}
	throw new Error("it was taken");
}

describe("register import", () => {
	it("reads people, grids and teams", () => {
		const people = {
			name: "people.csv",
			text: `\ufeff${header}\np1,张三,chief,village,500114001001,13800000000,webpush;robot:village\n`,
		};
		const teams = {
			name: "teams.csv",
			text: "id,name,tier,lat,lon,grids,leader\nt1,半专业队,township,29.05,108.05,500114001,p1\n",
		};
		const register = importRegister({ people, grids, teams });
		expect(register.people[0]).toMatchObject({
			name: "张三",
			level: "village",
			addresses: [{ channel: "webpush" }, { channel: "robot", address: "village" }],
		});
		expect(register.teams[0]?.base).toEqual({ lat: 29.05, lon: 108.05 });
		expect(register.version).toMatch(/^[0-9a-f]{12}$/);
	});

	it("names the row and column of every fault, and says what is allowed", () => {
		const people = {
			name: "people.csv",
			text: `${header}\np1,张三,chef,vilage,999,abc,wepush\np1,,ranger,village,500114001001,,robot\n`,
		};
		const faults = () => importRegister({ people, grids });
		expect(faults).toThrow(/people\.csv:2 role: "chef" is not one of chief.*did you mean "chief"/);
		expect(faults).toThrow(/people\.csv:2 level: "vilage".*did you mean "village"/);
		expect(faults).toThrow(/people\.csv:2 grids: "999" begins the code of no grid/);
		expect(faults).toThrow(/people\.csv:2 channels: "wepush" is no channel; did you mean "webpush"/);
		expect(faults).toThrow(/people\.csv:3 id: "p1" stands here twice/);
		expect(faults).toThrow(/people\.csv:3 name: empty/);
		expect(faults).toThrow(/people\.csv:3 channels: "robot" needs a name/);
		const refused = caught(faults);
		expect(refused.inWords("zh")).toMatch(/people\.csv:2 role：“chef”不在 .* 之中；是否指“chief”？/);
		expect(refused.inWords("zh")).toMatch(/people\.csv:3 channels：/);
		expect(refused.inWords("en")).toMatch(/needs a name.*\nMend the rows above;/);
	});

	it("refuses grids of another datum, and rings that are not closed", () => {
		const gcj = {
			name: "g",
			text: JSON.stringify({ type: "FeatureCollection", crs: { properties: { name: "GCJ-02" } }, features: [] }),
		};
		expect(() => importRegister({ grids: gcj })).toThrow(/datum is GCJ-02/);
		const open = square("1", 108);
		open.geometry.coordinates[0]?.pop();
		expect(() =>
			importRegister({ grids: { name: "g", text: JSON.stringify({ type: "FeatureCollection", features: [open] }) } }),
		).toThrow(/features\[0\] geometry: a ring whose last point/);
	});

	it("reads every part, and exports what it reads back to the same register", () => {
		const register = importRegister(full);
		const files = exportRegister(register);
		const again = importRegister(
			Object.fromEntries(PARTS.map((part) => [part, { name: files[part].file, text: files[part].text }])),
		);
		expect(again).toEqual(register);
		expect(register.shifts[0]).toEqual({
			post: "officer@500114",
			person: "p1",
			from: Date.UTC(2026, 3, 4, 16),
			to: Date.UTC(2026, 3, 5, 16),
			kind: "shift",
		});
		expect(register.orders[1]?.around).toEqual({ position: { lat: 29.05, lon: 108.05 }, radiusM: 200 });
	});

	it("a table written as a workbook is read back, long codes and all", async () => {
		const { text } = exportRegister(importRegister(full)).people;
		const back = await decodeFile("people.xlsx", await xlsxOf(text));
		expect(importRegister({ ...full, people: back }).people).toEqual(importRegister(full).people);
	});

	it("a name that a spreadsheet would run as a formula is made harmless, and comes back as it was", () => {
		const evil = importRegister({
			people: { name: "p", text: `${header}\np1,=HYPERLINK(1),chief,village,1,+44 7911 123456,webpush\n` },
		});
		const { text } = exportRegister(evil).people;
		expect(text).toContain("'=HYPERLINK");
		expect(text).toContain("+447911123456");
		expect(importRegister({ people: { name: "p", text } }).people[0]?.name).toBe("=HYPERLINK(1)");
	});

	it.each([
		[
			"roster",
			"post,person,from,to\nofficer,p1,2026-04-05,2026-04-05\n",
			/roster:2 post: "officer" is none of ROLE@AREA/,
		],
		["roster", "post,person,from,to\nteam:t9,p1,2026-04-05,2026-04-05\n", /roster:2 post: "t9" is no team/],
		["roster", "post,person,from,to\nfor:p9,p1,2026-04-05,2026-04-05\n", /roster:2 post: "p9" is the id of nobody/],
		[
			"roster",
			"post,person,from,to\nofficer@5,p1,05.04.2026,2026-04-05\n",
			/roster:2 from: "05\.04\.2026" is no date; write 2026-04-05/,
		],
		[
			"orders",
			"id,kind,grids,from,to,document\no1,firebann,500114,2026-04-05,,x\n",
			/orders:2 kind: "firebann".*did you mean "fireBan"/,
		],
		[
			"orders",
			"id,kind,grids,from,to,document\no1,permit,500114,2026-04-05,,x\n",
			/orders:2 from, to: an order has both/,
		],
		[
			"assignments",
			"person,role,level,grids\np1,chief,village,5.00114E+11\n",
			/what a spreadsheet makes of a long code/,
		],
		["places", "id,kind,name,lat,lon\nx,kiln,y,95,10\n", /places:2 lat: "95" is no number from -90 to 90/],
	] as const)("a fault in %s names row and column: %j", (part, text, expected) => {
		expect(() => importRegister({ ...full, [part]: { name: part, text } })).toThrow(expected);
	});

	it.each<[string, string, RegExp]>([
		[
			"a name of a book's length",
			`p1,${"x".repeat(250)},chief,village,500114001001,,webpush\n`,
			/p:2 name: "x{40}…" has 250 characters; 120 at most/,
		],
		["a cell that never ends", `p1,"${"x".repeat(200_000)}`, /p:2 : has 200004 characters; a row has 100000/],
		["commas without end", `p1${",".repeat(3_000_000)}\n`, /p:2 : has 3000002 characters/],
		["lines without end", "\n".repeat(400_000), /more than 300000 lines/],
		["more than a province", `p1,${"y".repeat(17 << 20)}\n`, /characters; a table has/],
	])("refuses %s before it holds anything up", (_, rows, expected) => {
		expect(() => importRegister({ people: { name: "p", text: `${header}\n${rows}` } })).toThrow(expected);
	});

	it("takes UTF-8 with and without a mark, GBK, and XLSX; refuses what is none of them", async () => {
		const name = Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]); // 张三 in GBK
		const bytes = Buffer.concat([Buffer.from(`${header}\np1,`), name, Buffer.from(",chief,village,1,,webpush\n")]);
		expect(importRegister({ people: await decodeFile("p.csv", bytes) }).people[0]?.name).toBe("张三");
		const utf8 = Buffer.from(`\ufeff${header}\np1,张三,chief,village,1,,webpush\n`);
		expect(importRegister({ people: await decodeFile("p.csv", utf8) }).people[0]?.name).toBe("张三");
		await expect(decodeFile("p.csv", Buffer.from([0x41, 0xff, 0xff, 0x0a]))).rejects.toThrow(/neither UTF-8 nor GBK/);
		await expect(decodeFile("p.xlsx", Buffer.from("PK\u0003\u0004 nonsense"))).rejects.toThrow(
			/p\.xlsx cannot be read as XLSX/,
		);
		const sheet = await decodeFile(
			"p.xlsx",
			xlsx([header.split(","), ["p1", "张三", "chief", "village", "500114001001", "", "webpush"]]),
		);
		expect(importRegister({ people: sheet, grids }).people[0]).toMatchObject({ name: "张三", grids: ["500114001001"] });
	});

	it("converts GCJ-02 and checks it against a control point; a wrong datum is found by the same point", () => {
		const wgs84: [number, number] = [108.05, 29.05];
		const gcj02 = gcoord(wgs84);
		const file = (extra: object) => ({ name: "g", text: JSON.stringify({ ...JSON.parse(grids.text), ...extra }) });
		expect(() => importRegister({ grids: file({ datum: "GCJ-02" }) })).toThrow(/"controlPoint" is missing/);
		const moved = importRegister({ grids: file({ datum: "GCJ-02", controlPoint: { given: gcj02, wgs84 } }) });
		const [lon, lat] = moved.grids[0]?.polygons[0]?.[0]?.[0] ?? [0, 0];
		const off = distanceM({ lat, lon }, { lat: 29, lon: 108 });
		expect(off).toBeGreaterThan(300);
		expect(off).toBeLessThan(700);
		expect(() => importRegister({ grids: file({ datum: "WGS84", controlPoint: { given: gcj02, wgs84 } }) })).toThrow(
			/comes out \d+ m off; the datum is not WGS84/,
		);
	});
});
