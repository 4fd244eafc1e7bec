import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import type { JudgeEvent } from "../model/event.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { openStores } from "../store/open.ts";
import { EventProcessor } from "./event-processor.ts";
import { Housekeeping } from "./housekeeping.ts";

const DAY_MS = 86_400_000;
const EVERY_MS = 600_000;
const KEEP_MS = 180 * DAY_MS;
const context = contextWith({
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village", { name: "张三" })],
});

/** A gateway's store with a fire of one day that has ended, after months. */
describe("what has had its time", () => {
	let folder: string;
	let clock: ManualClock;
	let stores: Awaited<ReturnType<typeof openStores>>;
	let processor: EventProcessor;
	let housekeeping: Housekeeping;
	let deleted: string[];
	let isTrusted: boolean;
	let finished: () => void;

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-housekeeping-"));
		clock = new ManualClock(T0);
		stores = await openStores(join(folder, "lookout.db"));
		const options = { context: () => context, failPoint: () => {}, tally: new Tally(clock, () => {}) };
		const log = createLog("silent");
		processor = new EventProcessor(options, { store: stores.judgements, clock, random: new SeededRandom(1), log });
		await processor.start();
		deleted = [];
		isTrusted = true;
		housekeeping = new Housekeeping({
			...stores,
			retention: {
				slice: async (now) => {
					const more = await stores.retention.slice(now);
					if (!more) finished();
					return more;
				},
			},
			links: stores.links("a secret of this test", new SeededRandom(2)),
			keepMs: KEEP_MS,
			pruneEvidence: () => Promise.resolve(),
			deletePictures: async (names) => {
				deleted.push(...names);
			},
			isTrusted: () => isTrusted,
			clock,
			log,
		});
		await housekeeping.start();
	});
	afterEach(async () => {
		await housekeeping.stop();
		await processor.stop();
		await stores.db.close();
		rmSync(folder, { recursive: true });
	});

	const submit = (event: JudgeEvent) => processor.submit({ ...event, at: clock.now() });

	/** A fire that the chief has called false, with words and a picture; its id. */
	async function endedFire(): Promise<string> {
		await submit(fire(45));
		const id = processor.incidents[0]?.id ?? "";
		const said = { note: "在家门口", picture: "report-1.jpg", cause: "雾" };
		await submit(answer({ incident: processor.incidents[0] }, "chief", "false", clock.now(), said));
		return id;
	}
	const judged = async () => Number((await stores.db.get("SELECT COUNT(*) AS n FROM judged"))?.["n"]);
	/** So much later housekeeping has been at work once, to its end where it may erase. */
	const later = async (ms: number) => {
		await housekeeping.stop();
		clock.advance(ms - EVERY_MS);
		await housekeeping.start();
		const done = new Promise<void>((resolve) => {
			finished = resolve;
		});
		clock.advance(EVERY_MS);
		if (isTrusted) await done;
	};

	it("marks of judged events go first, then messages, then what belongs to people; the ledger's chain stays whole", async () => {
		const id = await endedFire();
		expect(await judged()).toBe(2);
		await later(20 * DAY_MS);
		expect(await judged()).toBe(2);
		await later(11 * DAY_MS);
		expect(await judged()).toBe(0);
		expect((await stores.outbox.ofIncident(id)).length).toBeGreaterThan(0);
		await later(60 * DAY_MS);
		expect(await stores.outbox.ofIncident(id)).toEqual([]);
		expect(await stores.judgements.incident(id)).toMatchObject({ id, state: "false", evidence: [] });
		const words = async () => JSON.stringify(await stores.judgements.ledger.ofIncident(id));
		expect([deleted, (await words()).includes("在家门口")]).toEqual([[], true]);
		await later(90 * DAY_MS);
		expect(deleted).toEqual(["report-1.jpg"]);
		expect(await words()).not.toMatch(/在家门口|张三/);
		expect(await stores.judgements.ledger.firstBroken()).toBeUndefined();
	});

	it("who is to be forgotten is forgotten with his pictures, when the incident is a short row as well", async () => {
		await endedFire();
		await later(95 * DAY_MS);
		expect(await stores.privacy.forget("chief", "林长办 王", clock.now())).toEqual(["report-1.jpg"]);
		expect(await stores.privacy.forget("chief", "林长办 王", clock.now())).toEqual([]);
	});

	it("nothing is erased by an age that a wrong clock has made", async () => {
		const id = await endedFire();
		isTrusted = false;
		await later(400 * DAY_MS);
		expect([deleted, await judged()]).toEqual([[], 2]);
		expect((await stores.outbox.ofIncident(id)).length).toBeGreaterThan(0);
		isTrusted = true;
		await later(600_000);
		expect(deleted).toEqual(["report-1.jpg"]);
	});

	it("a fire that burns is kept whole, however old it is", async () => {
		await submit(fire(45));
		const before = processor.incidents[0];
		await later(400 * DAY_MS);
		expect(await stores.judgements.incident(before?.id ?? "")).toMatchObject({ id: before?.id, state: "detected" });
		expect((await stores.judgements.incident(before?.id ?? ""))?.evidence).toHaveLength(1);
	});
});
