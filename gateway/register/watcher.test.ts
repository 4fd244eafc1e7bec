import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { say } from "../base/say.ts";
import { parseConfig } from "../ops/config/load.ts";
import { createLog } from "../ops/log/log.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
import { SqliteRegisterEditStore } from "../store/sqlite/register-edits.ts";
import { RegisterWatcher } from "./watcher.ts";

let folder: string;
let db: Database;
let store: SqliteJudgementStore;
let clock: ManualClock;
let desk: RegisterWatcher;
let changes: number;

const people = (...rows: string[]) =>
	writeFileSync(join(folder, "people.csv"), ["id,name,role,level,grids,phone,channels", ...rows, ""].join("\n"));
/** Lets looks pass until something holds; each is five seconds of the clock. */
const pollsUntil = (what: () => boolean, describe: string) =>
	until(
		() => {
			if (what()) return true;
			clock.advance(5000);
			return false;
		},
		10_000,
		describe,
	);

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-register-"));
	db = await Database.open(join(folder, "lookout.db"));
	store = new SqliteJudgementStore(db);
	clock = new ManualClock();
	const parsed = parseConfig("tower: { id: t1, name: T, lat: 29.5, lon: 108.7 }\nregister: { people: people.csv }\n");
	if (!parsed.ok) throw new Error("the configuration is not valid");
	people("p1,张三,chief,village,500114,,");
	desk = new RegisterWatcher({
		config: parsed.config,
		baseDir: folder,
		ledger: store.ledger,
		edits: new SqliteRegisterEditStore(db),
		clock,
		log: createLog("silent"),
	});
	changes = 0;
	desk.onChange = () => changes++;
	await desk.load();
	await desk.start();
});

afterEach(async () => {
	await desk.stop();
	await db.close();
	rmSync(folder, { recursive: true });
});

it("a register that is saved counts without a restart, and the ledger says from when", async () => {
	const before = desk.register.version;
	expect(desk.register.people.map((p) => p.id)).toEqual(["p1"]);
	people("p2,李四,chief,village,500114,,", "p3,王五,ranger,village,500114,,");
	await pollsUntil(() => changes > 0, "the new register");
	expect(desk.register.people.map((p) => p.id)).toEqual(["p2", "p3"]);
	const [row] = await store.ledger.ofIncident("");
	expect(row).toMatchObject({ what: "register", detail: { from: before, to: desk.register.version, people: 2 } });
	expect(await store.ledger.firstBroken()).toBeUndefined();
});

it("one that is still being written is left alone, a wrong one changes nothing and is shown, a mended one counts", async () => {
	people("p2,李四,chief,village,500114,,");
	clock.advance(5000); // the first look that sees it
	await desk.stop();
	expect(changes).toBe(0);
	await desk.start();
	people("p2,李四,hero,village,500114,,");
	await pollsUntil(() => desk.faults.length > 0, "the fault");
	expect(desk.faults[0]).toBe("register.lastGood");
	expect(desk.faults.map((fault) => say("en", fault)).join("\n")).toMatch(/people\.csv.*hero/);
	expect(desk.register.people.map((p) => p.id)).toEqual(["p1"]);
	people("p2,李四,chief,village,500114,,");
	// the ledger is written in between: that it counts is said last
	await pollsUntil(() => changes > 1, "the mended one");
	expect(desk.faults).toEqual([]);
	expect(desk.register.people.map((p) => p.id)).toEqual(["p2"]);
	await desk.stop();
	expect(changes).toBe(2);
});

it("a wrong register changes nothing, even when the kept one is damaged; one that cannot be kept counts all the same", async () => {
	writeFileSync(join(folder, "var/register.last-good.json"), "{");
	people("p2,李四,hero,village,500114,,");
	await pollsUntil(() => desk.faults.length > 0, "the fault");
	expect(desk.register.people.map((p) => p.id)).toEqual(["p1"]);
	mkdirSync(join(folder, "var/register.last-good.json.new")); // stands in the way as a full disk does
	people("p3,王五,chief,village,500114,,");
	await pollsUntil(() => desk.register.people[0]?.id === "p3", "the new register");
	expect(desk.faults).toMatchObject([expect.stringContaining("register.notKept")]);
	// a slip after that must not bring back the older one that was kept
	writeFileSync(join(folder, "var/register.last-good.json"), JSON.stringify({ people: [] }));
	people("p4,赵六,hero,village,500114,,");
	await pollsUntil(() => /hero/.test(desk.faults.join()), "the fault");
	expect(desk.register.people.map((p) => p.id)).toEqual(["p3"]);
});
