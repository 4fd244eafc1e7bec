import { zipSync } from "fflate";
import gcoordModule from "gcoord";
import { describe, expect, it } from "vitest";
import { phrase, say } from "../base/say.ts";
import { distanceM } from "../geo/position.ts";
import type { Register } from "../model/register.ts";
import { checkCoverage } from "./coverage.ts";
import { exportRegister } from "./export.ts";
import { importRegister, PARTS, type RegisterFiles } from "./import.ts";
import { decodeFile, xlsxOf } from "./table.ts";

const square = (code: string, lon: number) => ({
	type: "Feature",
	properties: { code, name: `grid ${code}` },
	geometry: {
		type: "Polygon",
		coordinates: [
			[
				[lon, 29],
				[lon + 0.1, 29],
				[lon + 0.1, 29.1],
				[lon, 29.1],
				[lon, 29],
			],
		],
	},
});
const grids = {
	name: "grids.geojson",
	text: JSON.stringify({
		type: "FeatureCollection",
		features: [square("500114001001", 108), square("500114001002", 108.1)],
	}),
};
const header = "id,name,role,level,grids,phone,channels";
/** A small register with every part. */
const full: RegisterFiles = {
	grids,
	people: {
		name: "people",
		text: `${header},title,deputyOf,condition,from,to,verified\np1,张三,chief,village,500114001001;500114001002,13800000000,webpush;sms,村级林长,,,2026-01-01,,2026-04-01\np2,李四,officer,county,500114,,webpush,,,,,,2026-01-01\n`,
	},
	teams: {
		name: "teams",
		text: "id,name,tier,lat,lon,grids,leader,strength\nt1,半专业队,township,29.05,108.05,500114001,p1,30\n",
	},
	assignments: { name: "assignments", text: "person,role,level,grids,deputyOf\np2,chief,township,500114001,p1\n" },
	roster: {
		name: "roster",
		text: "post,person,from,to,kind\nofficer@500114,p1,2026-04-05,2026-04-05,\nfor:p2,p1,2026-04-06T08:00,2026-04-06T20:00,override\n",
	},
	units: { name: "units", text: "code,name,level\n500114,某县,county\n" },
	places: { name: "places", text: "id,kind,name,lat,lon,owner,from\nk1,kiln,砖窑,29.01,108.01,某厂,2026-01-01\n" },
	orders: {
		name: "orders",
		text: "id,kind,grids,from,to,document,lat,lon,radiusM\no1,fireBan,500114,2026-03-01,2026-04-30,2号令,,,\no2,permit,,2026-04-05T08:00,2026-04-05T12:00,17号,29.05,108.05,200\n",
	},
	forest: { name: "forest", text: JSON.stringify({ type: "FeatureCollection", features: [square("", 108)] }) },
	cards: { name: "cards", text: "grid,access,water,key,hazards,notes\n500114001001,村道,水库,村委会,高压线,\n" },
};

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

describe("coverage check", () => {
	const now = Date.UTC(2026, 3, 5, 4);
	const DAY = 86_400_000;
	const register = importRegister(full);
	const kinds = (r: Register, answered?: Map<string, number>) =>
		checkCoverage(r, now, 10, { answered }).map((f) => `${f.kind} ${f.what}`);

	it("finds the days on which nobody who can be reached answers for a grid", () => {
		expect(kinds(register).filter((k) => k.startsWith("gap"))).toEqual([]);
		const leaves = register.people.map((p) => (p.id === "p1" ? { ...p, to: now + 3 * DAY } : p));
		const [gap] = checkCoverage({ ...register, people: leaves, assignments: [] }, now, 10).filter(
			(f) => f.kind === "gap",
		);
		expect(gap).toMatchObject({ what: "500114001001", from: now + 3 * DAY, to: now + 10 * DAY });
		const away = [{ post: "for:p1", person: "p2", from: now + DAY, to: now + 2 * DAY, kind: "shift" as const }];
		const unreachable = register.people.map((p) => (p.id === "p2" ? { ...p, addresses: [] } : p));
		const spans = checkCoverage({ ...register, people: unreachable, assignments: [], shifts: away }, now, 10).filter(
			(f) => f.kind === "gap",
		);
		expect(spans.map(({ from, to }) => [from, to])).toContainEqual([now + DAY, now + 2 * DAY]);
	});

	it("follows whoever stands in for a substitute: a chain that ends with nobody who can be reached is a gap", () => {
		const [p1] = register.people;
		if (!p1) throw new Error("nobody");
		const stand = (id: string, addresses: typeof p1.addresses) => ({
			...p1,
			id,
			role: "householdHead" as const,
			addresses,
		});
		const shift = (who: string, person: string) => ({
			post: `for:${who}`,
			person,
			from: now,
			to: now + DAY,
			kind: "shift" as const,
		});
		const chain = (addresses: typeof p1.addresses) => ({
			...register,
			assignments: [],
			people: [p1, stand("x", p1.addresses), stand("y", addresses)],
			shifts: [shift("p1", "x"), shift("x", "y")],
		});
		expect(kinds(chain(p1.addresses)).filter((k) => k.startsWith("gap"))).toEqual([]);
		expect(kinds(chain([])).filter((k) => k.startsWith("gap"))).toContain("gap 500114001001");
	});

	it("names villages without supervisor or adviser, townships without an office, and grids without a card", () => {
		const own = { ...register, units: [], cards: [] };
		expect(kinds(own)).toEqual(expect.arrayContaining(["cell 500114001001", "cell 500114001002", "card 500114001001"]));
		const village = "500114001001";
		const [p1] = register.people;
		if (!p1) throw new Error("nobody");
		const of = (id: string, role: "supervisor" | "adviser" | "office", level: string, codes: string[]) => ({
			...p1,
			id,
			role,
			level,
			grids: codes,
		});
		const units = [
			{ code: village, name: "一村", level: "village" },
			{ code: "500114001", name: "某镇", level: "township" },
		];
		const half = { ...own, units, people: [...own.people, of("s", "supervisor", "village", [village])] };
		expect(checkCoverage(half, now, 1).find((f) => f.kind === "cell")?.detail).toBe(
			phrase("check.lacksRoles", { area: "一村", level: "village", roles: "adviser" }),
		);
		expect(kinds(half)).toContain("office 500114001");
		// somebody of the township sees to the whole of it, and is not the village's own
		const above = {
			...half,
			people: [
				...half.people,
				of("t", "adviser", "township", ["500114001"]),
				of("o", "office", "township", ["500114001"]),
			],
		};
		expect(kinds(above)).toContain(`cell ${village}`);
		expect(kinds(above)).not.toContain("office 500114001");
		const whole = { ...above, people: [...above.people, of("a", "adviser", "village", [village])] };
		expect(kinds(whole).filter((k) => k.startsWith("cell"))).toEqual([]);
		const card = { grid: "500114001", access: "", water: "", key: "", hazards: "", notes: "" };
		expect(kinds({ ...whole, cards: [card] }).filter((k) => k.startsWith("card"))).toEqual([]);
	});

	it("finds slips of the hand in rows that are right each: a number filled down, a fixed line, a row pasted, digits exchanged", () => {
		const [p1] = register.people;
		if (!p1) throw new Error("nobody");
		const sms = (number: string) => [{ channel: "sms", address: number }];
		const ranger = {
			...p1,
			id: "r1",
			name: "护林员一",
			role: "ranger" as const,
			phone: "+8613800000011",
			addresses: sms("+8613800000011"),
		};
		const other = { ...ranger, id: "r2", name: "护林员二" };
		const details = (r: Register) => checkCoverage(r, now, 1).map((f) => `${f.kind} ${f.what}: ${say("en", f.detail)}`);
		const filled = { ...register, people: [...register.people, ranger, other] };
		expect(details(filled)).toEqual(
			expect.arrayContaining(["number r1: +8613800000011 stands with 护林员一 (r1), 护林员二 (r2)"]),
		);
		const landline = {
			...register,
			people: [...register.people, { ...ranger, phone: "+862376512308", addresses: sms("+862376512308") }],
		};
		expect(details(landline).find((d) => d.startsWith("number r1"))).toMatch(
			/fixed line, which takes no SMS; and nothing else reaches this person/,
		);
		const pasted = {
			...register,
			people: [
				...register.people,
				{ ...ranger, grids: ["500114001002"] },
				{ ...other, grids: ["500114001001"], condition: "fireBan" as const },
			],
		};
		expect(details(pasted).find((d) => d.startsWith("cell 500114001001:"))).toBeDefined();
		expect(details(pasted).join("\n")).toContain('no ranger answers for it; r2 does on the condition "fireBan" alone');
		const left = { ...register, people: [...register.people, { ...ranger, name: "刘志强（已调走）" }] };
		expect(details(left).find((d) => d.startsWith("stale r1"))).toMatch(/holds a remark; who has left gets an end/);
		const onlyOne = {
			...register,
			assignments: [],
			people: [
				{ ...p1, grids: ["500114001002"] },
				{ ...ranger, grids: ["500114001"] },
			],
		};
		expect(details(onlyOne).join("\n")).toMatch(/cell 500114001001: .*: no chief of the level village answers for it/);
		const team = {
			id: "t1",
			name: "村队",
			tier: "village" as const,
			base: { lat: 29.05, lon: 108.05 },
			grids: ["500114001002"],
			leader: "p1",
		};
		const units = [{ code: "500114001001", name: "一村", level: "village" }];
		expect(details({ ...register, units, teams: [team] })).toContain(
			"team 500114001001: 一村: no team of the tier village answers for it",
		);
		const far = { ...team, grids: ["500114"], base: { lat: 25.9, lon: 108.05 } };
		expect(details({ ...register, teams: [far] }).find((d) => d.startsWith("place t1"))).toMatch(
			/村队 stands at 25.9, 108.05, 34\d km from the ground it is for/,
		);
		expect(
			details({ ...register, teams: [{ ...team, grids: ["500114"] }] }).some(
				(d) => d.startsWith("place") || d.startsWith("team"),
			),
		).toBe(false);
	});

	it("a post ends with its holder's own row: whoever has left holds nothing by an assignment, and heads no team", () => {
		const [p1] = register.people;
		const [team] = register.teams;
		if (!p1 || !team) throw new Error("nobody");
		const left = { ...p1, role: "officer" as const, level: "county", to: now + 5 * DAY };
		const own = { person: p1.id, role: "chief" as const, level: "village", grids: p1.grids };
		const small = { ...register, people: [left], assignments: [own], teams: [{ ...team, leader: p1.id }], shifts: [] };
		const found = checkCoverage(small, now, 10);
		expect(found).toContainEqual(expect.objectContaining({ kind: "gap", what: "500114001001", from: now + 5 * DAY }));
		expect(found).toContainEqual(expect.objectContaining({ kind: "team", what: team.id, from: now + 5 * DAY }));
		const bare = { ...small, teams: [{ ...team, leader: "" }] };
		expect(checkCoverage(bare, now, 10)).toContainEqual(
			expect.objectContaining({ kind: "team", detail: phrase("check.teamWithoutLeader", { team: team.name }) }),
		);
		const shifts = [
			{ post: `team:${team.id}`, person: "y", from: now - DAY, to: now + 60 * DAY, kind: "shift" as const },
		];
		const rostered = { ...bare, people: [left, { ...p1, id: "y", grids: [] }], shifts };
		expect(checkCoverage(rostered, now, 10).filter((f) => f.kind === "team" && f.what === team.id)).toEqual([]);
	});

	it("names ground for which nobody sits at the desk", () => {
		const said = (r: Register) => checkCoverage(r, now, 10).filter((f) => f.detail.startsWith("check.noDesk"));
		expect(said(register)).toEqual([]);
		const without = { ...register, people: register.people.filter((p) => p.id !== "p2"), assignments: [], shifts: [] };
		expect(said(without)).toMatchObject([
			{ kind: "office", what: "500114001001", detail: expect.stringContaining("others=1") },
		]);
	});

	it("finds forest that lies in no grid", () => {
		const forest = (east: number) =>
			[
				[
					[
						[108, 29],
						[108 + east, 29],
						[108 + east, 29.1],
						[108, 29.1],
						[108, 29],
					],
				],
			] as [number, number][][][];
		expect(kinds({ ...register, forest: forest(0.2) })).not.toContain("forest forest");
		const [found] = checkCoverage({ ...register, forest: forest(0.25) }, now, 1).filter((f) => f.kind === "forest");
		const [, share = "0"] = /^([\d.]+) % of the forest/.exec(say("en", found?.detail ?? "")) ?? [];
		expect(Math.abs(Number(share) - 20)).toBeLessThan(2);
	});

	it("finds where a roster ends, posts that changed hands a month ago and were not looked at since, and people who never answered", () => {
		expect(kinds(register)).toContain("roster officer@500114");
		const changed = (at: number) => register.people.map((p) => (p.id === "p2" ? { ...p, changedAt: at } : p));
		expect(kinds(register)).not.toContain("stale p2");
		expect(kinds({ ...register, people: changed(now - 32 * DAY) })).toContain("stale p2");
		expect(kinds({ ...register, people: changed(now - 30 * DAY) })).not.toContain("stale p2");
		const old = checkCoverage(register, now, 10, { records: { renewMs: DAY, verifyMs: 60 * DAY } }).filter(
			(f) => f.kind === "stale",
		);
		expect(old).toMatchObject([{ what: "p2", detail: phrase("check.lastChecked", { name: "李四", days: 94 }) }]);
		expect(kinds(register, new Map([["p2", now]]))).toContain("silent p1");
		expect(kinds(register, new Map([["p1", now]]))).not.toContain("silent p1");
	});
});
