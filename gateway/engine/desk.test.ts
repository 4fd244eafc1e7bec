import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import { LONGEST_MAINTENANCE_MS } from "../model/maintenance.ts";
import { DUTY_DESK, EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { openStores } from "../store/open.ts";
import { ContextSource } from "./context-source.ts";
import { Desk } from "./desk.ts";
import { EventProcessor } from "./event-processor.ts";

const MIN = 60_000;
const DAY_MS = 86_400_000;
const bare = contextWith(
	{ ...EMPTY_REGISTER, grids: [grid("A01")], people: [person("chief", "chief", "village")] },
	{ undoMs: MIN },
);

let folder: string;
let clock: ManualClock;
let stores: Awaited<ReturnType<typeof openStores>>;
let context: ContextSource;
let processor: EventProcessor;
let desk: Desk;
let changes: number;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-desk-"));
	clock = new ManualClock(T0);
	stores = await openStores(join(folder, "lookout.db"));
	const { rulings, judgements } = stores;
	const log = createLog("silent");
	const random = new SeededRandom(1);
	changes = 0;
	context = new ContextSource({
		build: async () => ({
			...bare,
			masks: await rulings.masks(clock.now()),
			danger: await rulings.danger(clock.now()),
			areaDangers: await rulings.areaDangers(clock.now()),
			maintenance: await rulings.maintenance(clock.now()),
		}),
		onChange: () => changes++,
		clock,
		log,
	});
	expect(() => context.current).toThrow(/LK0001/);
	await context.rebuild();
	const options = { context: () => context.current, failPoint: () => {}, tally: new Tally(clock, () => {}) };
	processor = new EventProcessor(options, { store: judgements, clock, random, log });
	await processor.start();
	await context.start();
	desk = new Desk({
		processor,
		judgements,
		rulings,
		context: () => context.current,
		refresh: () => context.refresh(),
		cameras: ["east"],
		sensors: ["n1"],
		clock,
		random,
	});
});
afterEach(async () => {
	await context.stop();
	await processor.stop();
	await stores.db.close();
	rmSync(folder, { recursive: true });
});

const only = () => processor.incidents[0];
const rows = async () => (await stores.judgements.ledger.ofIncident(only()?.id ?? "")).map((row) => row.what);

describe("orders of the desk about an incident", () => {
	beforeEach(async () => {
		await processor.submit(fire(45));
	});

	it("take an end back while its time runs, once", async () => {
		await processor.submit(answer({ incident: only() }, DUTY_DESK, "false", T0 + 1));
		expect(only()?.ending).toBeDefined();
		expect(await desk.undo(only()?.id ?? "", "周丽")).toEqual({});
		expect(only()).toMatchObject({ state: "detected" });
		expect(only()?.ending).toBeUndefined();
		expect(await desk.undo(only()?.id ?? "", "周丽")).toEqual({ refused: "refused.nothingToUndo" });
		expect(await rows()).toContain("undone");
	});

	it("open again what is out, and nothing that burns or was never there", async () => {
		const id = only()?.id ?? "";
		expect(await desk.reopen(id, "值班员", "有烟")).toEqual({ refused: "refused.stillOpen" });
		expect(await desk.reopen("FF-t1-20260405060000-000000", "值班员", "有烟")).toBeUndefined();
		await processor.submit(answer({ incident: only() }, "chief", "confirmed", T0 + 1));
		await processor.submit(answer({ incident: only() }, DUTY_DESK, "out", T0 + 2));
		clock.advance(2 * MIN);
		await processor.submit({ type: "tick", id: "tick", at: clock.now() });
		expect(only()?.state).toBe("out");
		// of two at once the second finds it open
		const both = [desk.reopen(id, "值班员", "有烟"), desk.reopen(id, "带班领导", "有烟")];
		expect(await Promise.all(both)).toEqual([{}, { refused: "refused.stillOpen" }]);
		expect(only()?.state).toBe("confirmed");
	});

	it("release no guard that nobody keeps", async () => {
		expect(await desk.release(only()?.id ?? "", "no-such-task", "值班员")).toEqual({ refused: "refused.noSuchTask" });
	});
});

describe("rulings of the desk", () => {
	const box = { x: 0.1, y: 0.1, w: 0.1, h: 0.1 };

	it("a level of an area stands beside that of everywhere, until that is declared anew", async () => {
		await desk.declareDanger({ level: 2, by: "李" });
		await desk.declareDanger({ level: 5, by: "王", area: "500114103" });
		await desk.declareDanger({ level: 4, by: "王", area: "500114103" });
		expect(context.current).toMatchObject({ danger: { level: 2 }, areaDangers: [{ level: 4, area: "500114103" }] });
		clock.advance(1000);
		await desk.declareDanger({ level: 3, by: "李" });
		expect(context.current).toMatchObject({ danger: { level: 3 }, areaDangers: [] });
	});

	it("are in force when they are said to be, and over when their time is", async () => {
		expect(await desk.addMask("no-such-camera", { box, reason: "厂房", days: 2, author: "李" })).toBeUndefined();
		const mask = await desk.addMask("east", { box, reason: "厂房", days: 2, author: "李" });
		expect(mask).toMatchObject({ cameraId: "east", createdAt: T0, until: T0 + 2 * DAY_MS });
		await desk.declareDanger({ level: 4, by: "李" });
		expect(context.current).toMatchObject({ masks: [mask], danger: { level: 4, by: "李", until: T0 + DAY_MS } });
		await desk.endMask(mask?.id ?? "", "王");
		expect(context.current.masks).toEqual([]);
		expect(changes).toBe(3);
		// the page must not show it any more, though nobody says a word
		clock.advance(DAY_MS + 10_000);
		await expect.poll(() => context.current.danger).toBeUndefined();
	});

	it("maintenance: of known devices alone, four hours at most, and what burns is everybody's when it ends", async () => {
		expect(await desk.startMaintenance(["east", "west"], "李", "换镜头", 60)).toEqual({ unknown: ["west"] });
		expect(context.current.maintenance).toEqual([]);
		const begun = await desk.startMaintenance(["east", "n1", "east"], "李", "换镜头", 600);
		expect(begun).toMatchObject({ maintenance: { devices: ["east", "n1"], until: T0 + LONGEST_MAINTENANCE_MS } });
		const { id } = "maintenance" in begun ? begun.maintenance : { id: "" };
		await processor.submit(fire(45, "east"));
		expect(only()?.maintenance).toMatchObject({ by: "李" });
		expect(await desk.endMaintenance("no-such-work", "李")).toBe(false);
		expect(await desk.endMaintenance(id, "李")).toBe(true);
		expect(only()?.maintenance).toBeUndefined();
		expect(await rows()).toContain("maintenanceOver");
	});
});
