import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { contextWith, defaultPlan, fire, grid, person } from "../../test/harness/judging.ts";
import { ManualClock, SteadyClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import type { Effect } from "../model/event.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import type { Judgement } from "../store/judgement.ts";
import { SqliteAccountStore } from "../store/sqlite/accounts.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
import { SqliteOutboxStore } from "../store/sqlite/outbox.ts";
import { ClockWatch } from "./clock-watch.ts";
import { EventProcessor } from "./event-processor.ts";

const MIN = 60_000;
const HOUR = 60 * MIN;
const YEAR = 365 * 24 * HOUR;
const people = [
	person("villageChief", "chief", "village"),
	person("supervisor", "supervisor", "village"),
	person("townChief", "chief", "township"),
];
const context = contextWith(
	{ ...EMPTY_REGISTER, version: "v", grids: [grid("A01")], people },
	{ steps: defaultPlan() },
);

describe("a wall clock that is set while a fire is open", () => {
	let folder: string;
	let db: Database;
	let wall: ManualClock;
	let clock: SteadyClock;
	let processor: EventProcessor;
	let watch: ClockWatch;
	let notified: { who: string; at: number }[];
	let looks = 0;
	let whileCommitting: (() => Promise<void>) | undefined;
	const log = createLog("silent");

	/** Somebody asks while the clock's judgement is on its way to the disk, and again when it is there. */
	class AskedStore extends SqliteJudgementStore {
		override async commit(judgement: Judgement): Promise<void> {
			if (judgement.shiftMs === undefined) return super.commit(judgement);
			await Promise.all([super.commit(judgement), whileCommitting?.()]);
			await whileCommitting?.();
		}
	}

	async function start(): Promise<void> {
		clock = new SteadyClock(wall);
		const onJudged = (_: unknown, effects: Effect[]) => {
			for (const e of effects)
				if (e.type === "deliver" && e.delivery.personId)
					notified.push({ who: e.delivery.personId, at: wall.monotonic() });
		};
		const options = {
			context: () => context,
			failPoint: () => {},
			tally: new Tally(clock, () => {}),
			onClock: () => clock.follow(),
		};
		processor = new EventProcessor(options, {
			store: new AskedStore(db),
			clock,
			random: new SeededRandom(1),
			log,
		});
		watch = new ClockWatch({
			clock,
			random: new SeededRandom(2),
			log,
			accounts: new SqliteAccountStore(db),
			submit: (event) => processor.submit(event),
		});
		processor.onJudged(onJudged);
		await processor.start();
		await watch.start();
	}

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-clock-"));
		db = await Database.open(join(folder, "lookout.db"));
		wall = new ManualClock();
		notified = [];
		whileCommitting = undefined;
		await start();
	});
	afterEach(async () => {
		await watch.stop();
		await processor.stop();
		await db.close();
		rmSync(folder, { recursive: true });
	});

	/** Lets time pass in steps, and what falls due be committed. */
	async function pass(ms: number): Promise<void> {
		for (const end = wall.monotonic() + ms; wall.monotonic() < end; ) {
			wall.advance(Math.min(10_000, end - wall.monotonic()));
			// judged in order: when this is, everything that fell due before it is on the disk
			await processor.submit({ type: "tick", id: `look${looks++}`, at: clock.now() });
		}
	}
	const tellTimes = () => Object.fromEntries(notified.map(({ who, at }) => [who, Math.round(at / MIN)]).reverse());
	const entries = async () =>
		(await new SqliteJudgementStore(db).ledger.between(0, 9e15)).filter(
			(e) => e.what === "clock" && e.incidentId === "",
		);

	it.each([
		["an hour back", -HOUR],
		["a year forth", YEAR],
	])("%s: the ladder goes on as if nothing had been, and the ledger says by how much it was set", async (_, byMs) => {
		await processor.submit(fire(45, "cam1", clock.now()));
		await pass(MIN);
		wall.jump(byMs);
		await pass(8 * MIN);
		expect(tellTimes()).toMatchObject({ villageChief: 0, supervisor: 3, townChief: 5 });
		const [entry, ...more] = await entries();
		expect(more).toEqual([]);
		expect(Math.abs(Number(entry?.detail["byMs"]) - byMs)).toBeLessThan(2000);
		// afterwards the clock is the wall's, and what is open says so
		expect(clock.now()).toBe(wall.now());
		expect(Math.abs((processor.incidents[0]?.openedAt ?? 0) + 9 * MIN - wall.now())).toBeLessThan(15_000);
		expect(watch.isTrusted).toBe(byMs !== YEAR);
	});

	it("messages that wait, sessions and links keep their time", async () => {
		const outbox = new SqliteOutboxStore(db);
		const accounts = new SqliteAccountStore(db);
		await accounts.addSession("s", "duty", undefined, clock.now() + HOUR);
		const message = {
			title: "",
			body: "",
			short: "",
			confirmed: false,
			incidentId: "i",
			kind: "fire",
			status: "actual",
			state: "detected",
			at: 0,
		} as const;
		await outbox.add({
			id: "d",
			incidentId: "i",
			key: "k",
			personId: "p",
			channel: "sms",
			address: "1",
			lane: "alarm",
			message,
			createdAt: clock.now() + MIN,
		});
		wall.jump(YEAR);
		await pass(2000);
		expect(await accounts.session("s", clock.now())).toBeDefined();
		expect((await outbox.due(clock.now(), 9)).length).toBe(0);
		await pass(MIN);
		expect((await outbox.due(clock.now(), 9)).map((d) => d.id)).toEqual(["d"]);
	});

	it.each([
		["a year back", -YEAR],
		["a year forth", YEAR],
	])("%s: a session holds also while what expires is moved", async (_, byMs) => {
		const accounts = new SqliteAccountStore(db);
		await accounts.addSession("s", "duty", undefined, clock.now() + 12 * HOUR);
		const holds: boolean[] = [];
		whileCommitting = async () => {
			holds.push((await accounts.session("s", clock.now())) !== undefined);
		};
		wall.jump(byMs);
		await pass(2000);
		expect(holds).toEqual([true, true]);
	});

	it("what is made by the clock as it was set back is not moved", async () => {
		const accounts = new SqliteAccountStore(db);
		whileCommitting = () => {
			whileCommitting = undefined;
			return accounts.addSession("new", "duty", undefined, clock.now() + 12 * HOUR);
		};
		wall.jump(-YEAR);
		await pass(2000);
		expect(await accounts.session("new", clock.now() + 11 * HOUR)).toBeDefined();
		expect(await accounts.session("new", clock.now() + 13 * HOUR)).toBeUndefined();
	});

	it("until what is open has moved, a restart finds the clock as it was", async () => {
		await watch.stop();
		const accounts = new SqliteAccountStore(db);
		const aliveAt = async () => {
			await accounts.setSetting("written after it", "");
			return Number(await accounts.setting("clock.alive"));
		};
		const before = clock.now();
		expect(await aliveAt()).toBe(before);
		wall.jump(-YEAR);
		clock = new SteadyClock(wall);
		let committed = () => {};
		const submit = () => new Promise<void>((resolve) => (committed = resolve));
		watch = new ClockWatch({ clock, random: new SeededRandom(2), log, accounts, submit });
		await watch.start();
		wall.advance(2 * MIN);
		expect(await aliveAt()).toBe(before);
		committed();
		await until(async () => (await aliveAt()) === clock.now(), 5000, "the sign of life by the clock as it was set");
	});

	it("gone back while the tower was off: everything open is due at once, and that is said", async () => {
		await processor.submit(fire(45, "cam1", clock.now()));
		await pass(2 * MIN);
		await watch.stop();
		await processor.stop();
		notified = [];
		wall.jump(-YEAR); // a tower without a battery for its clock
		await start();
		await until(
			async () => {
				await pass(1000);
				return (await entries()).length > 0;
			},
			5000,
			"the ledger to say so",
		);
		await pass(MIN);
		expect(notified.map((t) => t.who)).toEqual(expect.arrayContaining(["supervisor", "townChief"]));
		expect((await entries())[0]?.detail).toMatchObject({ why: "because.clock?how=restart", open: 1 });
	});

	it("small corrections of a time server are followed, and move nothing", async () => {
		await processor.submit(fire(45, "cam1", clock.now()));
		for (let i = 0; i < 20; i++) {
			wall.jump(500);
			await pass(1000);
		}
		expect(clock.now()).toBe(wall.now());
		expect(await entries()).toEqual([]);
	});
});
