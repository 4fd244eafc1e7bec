import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { decodePhrase } from "../base/phrase.ts";
import { say } from "../base/say.ts";
import type { Cells } from "../model/register-edit.ts";
import { parseConfig } from "../ops/config/load.ts";
import { createLog } from "../ops/log/log.ts";
import { erasePerson } from "../store/erasure.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
import { SqliteRegisterEditStore } from "../store/sqlite/register-edits.ts";
import { RegisterWatcher } from "./watcher.ts";

const WANG = { id: "u1", name: "王芳", areas: [] };
const ZHANG: Cells = {
	id: "p1",
	name: "张三",
	role: "chief",
	level: "village",
	grids: "500114101",
	phone: "13800001000",
};

let folder: string;
let db: Database;
let clock: ManualClock;
let desk: RegisterWatcher;

const file = (name: string, ...rows: string[]) => writeFileSync(join(folder, name), [...rows, ""].join("\n"));
const people = (...rows: string[]) => file("people.csv", "id,name,role,level,grids,phone,channels", ...rows);
/** A gateway that starts now. */
function started(): RegisterWatcher {
	const parsed = parseConfig(
		"tower: { id: t1, name: T, lat: 29.5, lon: 108.7 }\nregister: { people: people.csv, roster: roster.csv, units: units.csv }\n",
	);
	if (!parsed.ok) throw new Error("the configuration is not valid");
	return new RegisterWatcher({
		config: parsed.config,
		baseDir: folder,
		ledger: new SqliteJudgementStore(db).ledger,
		edits: new SqliteRegisterEditStore(db),
		clock,
		log: createLog("silent"),
	});
}
const phoneOf = (id: string) => desk.register.people.find((p) => p.id === id)?.phone;
const refusal = (result: { n: number } | { refused: string }) =>
	"refused" in result ? decodePhrase(result.refused).code : undefined;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-editor-"));
	db = await Database.open(join(folder, "lookout.db"));
	clock = new ManualClock();
	people("p1,张三,chief,village,500114101,13800001000,", "p2,李四,ranger,village,500114102,13800001002,");
	file("roster.csv", "post,person,from,to,kind");
	file("units.csv", "code,name,level", "500114102,云台镇,township");
	desk = started();
	await desk.load();
});

afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

it("an edit counts at once, outlives a restart, and stands in the ledger under a name", async () => {
	expect(
		await desk.change([{ table: "people", before: ZHANG, after: { ...ZHANG, phone: "13900009999" } }], WANG, "new SIM"),
	).toEqual({ n: 1 });
	expect(phoneOf("p1")).toBe("+8613900009999");
	desk = started();
	await desk.load();
	expect(phoneOf("p1")).toBe("+8613900009999");
	expect(desk.editor.edits([])).toMatchObject([{ n: 1, name: "王芳", note: "new SIM", changes: [{ key: "p1" }] }]);
	const [row] = await new SqliteJudgementStore(db).ledger.ofIncident("");
	expect(row).toMatchObject({
		what: "register:edited",
		who: "u1",
		detail: { edit: 1, rows: 1 },
		personal: { name: "王芳" },
	});
});

it("a second editor who has seen an older row changes nothing, and is told which row", async () => {
	await desk.change([{ table: "people", before: ZHANG, after: { ...ZHANG, name: "张三丰" } }], WANG, "");
	const late = await desk.change(
		[{ table: "people", before: ZHANG, after: { ...ZHANG, phone: "13700000000" } }],
		WANG,
		"",
	);
	expect(refusal(late)).toBe("register.stale");
	expect(phoneOf("p1")).toBe("+8613800001000");
});

it("what would make no register is refused with row and column, and nothing of it is taken", async () => {
	const wrong = await desk.change(
		[
			{ table: "people", before: ZHANG, after: { ...ZHANG, role: "cheif" } },
			{ table: "people", after: { ...ZHANG, id: "p3" } },
		],
		WANG,
		"",
	);
	expect("refused" in wrong && say("en", wrong.refused)).toMatch(/people p1 role.*chief/s);
	expect(desk.register.people).toHaveLength(2);
});

it("files count at once where nothing was edited, and are shown as a difference where they would undo an edit", async () => {
	await desk.change([{ table: "people", before: ZHANG, after: { ...ZHANG, phone: "13900009999" } }], WANG, "");
	people("p1,张三,chief,village,500114101,13811111111,", "p2,李四,ranger,village,500114102,13822222222,");
	await desk.load();
	expect(phoneOf("p2")).toBe("+8613822222222");
	expect(phoneOf("p1")).toBe("+8613900009999");
	expect(desk.editor.differences([])).toMatchObject([
		{ table: "people", key: "p1", file: { phone: "13811111111" }, edited: { phone: "13900009999" } },
	]);
	expect(await desk.settle("people", "p1", "edit", WANG)).toHaveProperty("n");
	expect(desk.editor.differences([])).toEqual([]);
	expect(phoneOf("p1")).toBe("+8613900009999");
	people("p1,张三,chief,village,500114101,13833333333,", "p2,李四,ranger,village,500114102,13822222222,");
	await desk.load();
	expect(await desk.settle("people", "p1", "file", WANG)).toHaveProperty("n");
	expect(phoneOf("p1")).toBe("+8613833333333");
	people("p1,张三,chief,village,500114101,13844444444,", "p2,李四,ranger,village,500114102,13822222222,");
	await desk.load();
	expect(phoneOf("p1")).toBe("+8613844444444");
});

it("an edit that the files have come to say is done with: later files count", async () => {
	await desk.change([{ table: "people", before: ZHANG, after: { ...ZHANG, phone: "13900009999" } }], WANG, "");
	people("p1,张三,chief,village,500114101,13900009999,", "p2,李四,ranger,village,500114102,13800001002,");
	await desk.load();
	people("p1,张三,chief,village,500114101,13700007777,", "p2,李四,ranger,village,500114102,13800001002,");
	await desk.load();
	expect(phoneOf("p1")).toBe("+8613700007777");
	expect(desk.editor.differences([])).toEqual([]);
});

it("undo takes an edit back, unless the row was changed since", async () => {
	const shift = { post: "chief@500114101", person: "p2", from: "2026-01-01T08:00+08:00", to: "2026-01-02T08:00+08:00" };
	await desk.change([{ table: "roster", after: { ...shift, kind: "override" } }], WANG, "");
	expect(desk.register.shifts).toHaveLength(1);
	expect(await desk.undo(1, WANG)).toEqual({ n: 2 });
	expect(desk.register.shifts).toHaveLength(0);
	expect(refusal(await desk.undo(1, WANG))).toBe("register.stale");
	expect(refusal(await desk.undo(9, WANG))).toBe("register.noEdit");
});

it("whoever is for an area edits there alone, and moves nothing out of it", async () => {
	const inTown = { ...WANG, areas: ["500114102"] };
	const moved = await desk.change(
		[{ table: "people", before: ZHANG, after: { ...ZHANG, grids: "500114102" } }],
		inTown,
		"",
	);
	expect(refusal(moved)).toBe("register.otherArea");
});

it("whoever is for an area reads what was changed there alone, and his file replaces the rows of it alone", async () => {
	const inTown = { ...WANG, areas: ["500114102"] };
	await desk.change(
		[{ table: "people", before: ZHANG, after: { ...ZHANG, phone: "13900009999" } }],
		WANG,
		"张三的新号",
	);
	const shift = { post: "for:p2", person: "p2", from: "2026-01-01T08:00+08:00", to: "2026-01-02T08:00+08:00" };
	expect(await desk.change([{ table: "roster", after: shift }], inTown, "")).toEqual({ n: 2 });
	expect(desk.editor.edits(inTown.areas).map(({ n }) => n)).toEqual([2]);
	expect(desk.editor.edits([])).toHaveLength(2);
	people("p1,张三,chief,village,500114101,13800001001,", "p2,李四,ranger,village,500114102,13800001002,");
	await desk.load();
	expect(desk.editor.differences([])).toHaveLength(1);
	expect(desk.editor.differences(inTown.areas)).toEqual([]);
	const own =
		"编号,姓名,角色,层级,责任区,联系电话,通知方式\np2,李四,护林员,村,500114102,13800001009,短信\np3,王五,护林员,村级,500114102,13800001003,短信\n";
	const preview = await desk.editor.preview("people", { name: "own.csv", bytes: Buffer.from(own) }, inTown.areas);
	expect(preview.map(({ key }) => key)).toEqual(["p2", "p3"]);
	const taken = own.replace("p3", "p1");
	await expect(
		desk.editor.preview("people", { name: "own.csv", bytes: Buffer.from(taken) }, inTown.areas),
	).rejects.toMatchObject({ code: "LK0501" });
});

it("a file that is a part changes the rows that it has, and takes nothing away; areas may be written by name", async () => {
	const part = "编号,姓名,角色,层级,责任区,联系电话,通知方式\np2,李四,护林员,村级,云台镇,13800009999,短信\n";
	const whole = { name: "part.csv", bytes: Buffer.from(part) };
	const keys = async (isPart: boolean) =>
		(await desk.editor.preview("people", { ...whole, isPart }, [])).map(({ key, after }) => [key, after?.["grids"]]);
	expect(await keys(true)).toEqual([["p2", "500114102"]]);
	expect(await keys(false)).toEqual([
		["p1", undefined],
		["p2", "500114102"],
	]);
});

it("a part without some columns changes nothing in these, neither of its own rows nor of others", async () => {
	const more = "id,name,role,level,grids,phone,channels,title,deputyOf,from,to,verified";
	file(
		"people.csv",
		more,
		"p1,张三,chief,village,500114101,13800001000,,总林长,,,2026-03-01,2026-01-01",
		"p2,李四,ranger,village,500114102,13800001002,,巡护员,,2025-01-01,,2026-01-02",
	);
	await desk.load();
	const part = "编号,姓名,角色,层级,责任区,联系电话,通知方式\np2,李四,护林员,村级,500114102,13800009999,\n";
	const changes = await desk.editor.preview("people", { name: "part.csv", bytes: Buffer.from(part), isPart: true }, []);
	expect(changes.map(({ key }) => key)).toEqual(["p2"]);
	const [{ before, after } = {}] = changes;
	expect(after).toEqual({ ...before, phone: "13800009999" });
	expect(after).toMatchObject({ title: "巡护员" });
	const same = part.replace("13800009999", "13800001002");
	const file2 = { name: "part.csv", bytes: Buffer.from(same), isPart: true };
	expect(await desk.editor.preview("people", file2, [])).toEqual([]);
});

it("whoever is for an area writes into no other, however its code is separated", async () => {
	const inTown = { ...WANG, areas: ["500114102"] };
	for (const grids of ["500114102、500114101", "500114102；500114101", "500114102;500114101"]) {
		const after = { ...ZHANG, id: "p9", phone: "13800007777", grids };
		expect(refusal(await desk.change([{ table: "people", after }], inTown, ""))).toBe("register.otherArea");
	}
});

it("a name that is the code of another area means that area", async () => {
	const unit = { code: "500114102", name: "500114101", level: "township" };
	const before = { code: "500114102", name: "云台镇", level: "township" };
	expect(await desk.change([{ table: "units", before, after: unit }], WANG, "")).toEqual({ n: 1 });
	file("units.csv", "code,name,level", "500114101,青石镇,township", "500114102,500114101,township");
	await desk.load();
	expect(desk.register.people.find((p) => p.id === "p1")?.grids).toEqual(["500114101"]);
});

it("whoever comes late is told which row was changed and by whom", async () => {
	await desk.change([{ table: "people", before: ZHANG, after: { ...ZHANG, phone: "13900009999" } }], WANG, "");
	const late = await desk.change([{ table: "people", before: ZHANG, after: { ...ZHANG, name: "张四" } }], WANG, "");
	expect(say("zh", "refused" in late ? late.refused : "")).toContain("人员张三（王芳）");
	expect(await desk.undo(1, WANG)).toEqual({ n: 2 });
	expect(desk.editor.edits([])[0]).toMatchObject({ n: 2, note: "", undoes: 1 });
});

it("a file is looked at before it counts: what it adds, changes and removes, or what is wrong with it", async () => {
	const csv =
		"id,name,role,level,grids,phone,channels\np1,张三,chief,village,500114101,13811111111,\np3,王五,ranger,village,500114103,,\n";
	const preview = await desk.editor.preview("people", { name: "new.csv", bytes: Buffer.from(csv) }, []);
	expect(preview.map(({ key, before, after }) => [key, Boolean(before), Boolean(after)])).toEqual([
		["p1", true, true],
		["p2", true, false],
		["p3", false, true],
	]);
	expect(desk.register.people).toHaveLength(2);
	await expect(
		desk.editor.preview("people", { name: "new.csv", bytes: Buffer.from("id,nome\n") }, []),
	).rejects.toMatchObject({
		code: "LK0501",
	});
});

it("edits do not bring a file down that they do not fit: what was in force stays, and it is said", async () => {
	const post = { post: "for:p1", person: "p2", from: "2026-01-01T08:00+08:00", to: "2026-01-02T08:00+08:00" };
	await desk.change([{ table: "roster", after: post }], WANG, "");
	people("p1,张三,chief,village,500114101,13800001000,");
	await desk.load();
	expect(desk.register.people).toHaveLength(2);
	expect(desk.faults.map((fault) => decodePhrase(fault).code)).toContain("register.editsDoNotFit");
});

it("a person who is forgotten is gone from the edits, and stays out of the register", async () => {
	const shift = { post: "chief@500114101", person: "p1", from: "2026-01-01T08:00+08:00", to: "2026-01-02T08:00+08:00" };
	await desk.change([{ table: "roster", after: shift }], WANG, "");
	await desk.undo(1, WANG);
	await desk.change([{ table: "people", before: ZHANG }], WANG, "has left");
	const gone = { personId: "p1", by: "王芳", at: clock.now() };
	expect(await erasePerson(join(folder, "lookout.db"), gone)).toEqual([]);
	expect(JSON.stringify(await new SqliteRegisterEditStore(db).all())).not.toMatch(/张三|13800001000/);
	desk = started();
	await desk.load();
	expect(desk.register.people.map((p) => p.id)).toEqual(["p2"]);
	expect(desk.editor.differences([])).toMatchObject([{ key: "p1", file: { name: "张三" } }]);
});
