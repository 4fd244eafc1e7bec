import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { ManualClock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { Tally } from "../../gateway/base/tally.ts";
import { EventProcessor } from "../../gateway/engine/event-processor.ts";
import type { Effect } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { EMPTY_REGISTER } from "../../gateway/model/register.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { SqliteLinkStore } from "../../gateway/store/sqlite/answer-links.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { SqliteJudgementStore } from "../../gateway/store/sqlite/judgement.ts";
import { SqliteMessageStore } from "../../gateway/store/sqlite/messages.ts";
import { SqliteOutboxStore } from "../../gateway/store/sqlite/outbox.ts";
import { SqlitePrivacyStore } from "../../gateway/store/sqlite/privacy.ts";
import { SqliteRetention } from "../../gateway/store/sqlite/retention.ts";
import { contextWith, grid, person, sensorAlarm } from "../harness/judging.ts";

/** Fires a day at a busy tower, false ones among them, and readings a day. */
const FIRES = 20;
const READINGS = 1_440;
const DAYS = Number(process.env["LOOKOUT_DAYS"] ?? 365);
const DAY = 86_400_000;
const MIN = 60_000;
const KEPT_DAYS = 90;
const log = createLog("silent");
const people = [
	person("villageChief", "chief", "village"),
	person("ranger", "ranger", "village"),
	person("supervisor", "supervisor", "village"),
	person("townChief", "chief", "township"),
	person("countyChief", "chief", "county"),
];

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/**
 * Bytes: what is held after a collection, what the process has beside V8's heap, and all of it. The room that V8 keeps
 * for its heap is 70 or 140 MiB from one quarter to the next while 27 MiB are held: growth shows in the first two.
 */
function memory(): { held: number; beside: number; rss: number } {
	collect();
	const { heapUsed, external, heapTotal, rss } = process.memoryUsage();
	return { held: heapUsed + external, beside: rss - heapTotal, rss };
}

/**
 * What a year of a busy tower leaves in its store and in memory: no more than a quarter of it did, but for the ledger
 * and a short row of each fire.
 */
it(`${DAYS} days of a busy tower`, { timeout: DAYS * 10_000 }, async () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-year-"));
	const db = await Database.open(join(folder, "lookout.db"));
	const clock = new ManualClock();
	const random = new SeededRandom(7);
	const context = contextWith({ ...EMPTY_REGISTER, version: "v", grids: [grid("A01")], people });
	const [judgements, outbox, messages, links] = [
		new SqliteJudgementStore(db),
		new SqliteOutboxStore(db),
		new SqliteMessageStore(db),
		new SqliteLinkStore(db, "secret", random),
	];
	const [retention, privacy] = [new SqliteRetention(db), new SqlitePrivacyStore(db)];
	const notified: Extract<Effect, { type: "deliver" }>[] = [];
	const onJudged = (_: Incident[], effects: Effect[]) =>
		void notified.push(...effects.flatMap((e) => (e.type === "deliver" ? [e] : [])));
	const processor = new EventProcessor(
		{ context: () => context, failPoint: () => {}, tally: new Tally(clock, () => {}) },
		{ store: judgements, clock, random, log },
	);
	processor.onJudged(onJudged);
	await processor.start();
	let [n, sent] = [0, 0];
	const look = () => processor.submit({ type: "tick", id: `look${n++}`, at: clock.now() });

	/** What waits is sent, and taken by whoever it is for. */
	const deliver = async () => {
		notified.length = 0;
		const due = await outbox.due(clock.now(), 256);
		await Promise.all(
			due.map(async (d) => {
				if (d.personId) await links.ensure(d.incidentId, d.personId, clock.now());
				if (!(await outbox.claim(d.id))) return;
				sent++;
				await outbox.settle(d, "accepted", clock.now(), {
					at: clock.now(),
					outcome: "accepted",
					detail: "HTTP 201",
					tookMs: 40,
				});
			}),
		);
	};
	const oneFire = async () => {
		await processor.submit(sensorAlarm(`n${n++}`, random.next() * 360, 500 + random.next() * 9_000, clock.now()));
		await deliver();
		for (let minute = 0; minute < 4; minute++) {
			clock.advance(MIN);
			await look();
			await deliver();
		}
		for (const { id } of processor.incidents) {
			const said = {
				id: `a${n++}`,
				incidentId: id,
				personId: "villageChief",
				personName: "张林长",
				answer: "false" as const,
				at: clock.now(),
				note: "村民烧荒",
			};
			await processor.submit({ type: "answer", id: said.id, at: clock.now(), answer: said });
			const closing = { ...said, id: `a${n++}`, answer: "close" as const, cause: "burning" };
			await processor.submit({ type: "answer", id: closing.id, at: clock.now(), answer: closing });
		}
		await deliver();
	};
	const readings = (day: number) =>
		Promise.all(
			Array.from({ length: READINGS }, (_, i) => {
				const message = {
					node: `n${i % 4}`,
					boot: 1,
					seq: day * READINGS + i,
					kind: 2,
					receivedAt: clock.now(),
					payload: random.bytes(60),
				};
				return new Promise<void>((done) => messages.add(message, () => done()));
			}),
		);
	const houseKeeping = async () => {
		const before = clock.now() - KEPT_DAYS * DAY;
		await privacy.retain(before);
		await links.retain(clock.now());
		while (await retention.slice(clock.now()));
		while (await messages.retainSlice(before));
	};
	const one = async (sql: string) => Number(Object.values((await db.get(sql)) ?? {})[0] ?? 0);
	const measured = async () => {
		const pages =
			(await one("SELECT page_count FROM pragma_page_count")) -
			(await one("SELECT freelist_count FROM pragma_freelist_count"));
		const ledger = await one(
			"SELECT SUM(LENGTH(what)+LENGTH(who)+LENGTH(incident)+LENGTH(CAST(detail AS BLOB))+LENGTH(hash)+24) FROM ledger",
		);
		const short = await one("SELECT SUM(LENGTH(CAST(body AS BLOB))) FROM incident WHERE whole=0");
		return {
			store: pages * 4096,
			ledger,
			short,
			whole: await one("SELECT COUNT(*) FROM incident WHERE whole=1"),
			...memory(),
		};
	};

	const quarters: Awaited<ReturnType<typeof measured>>[] = [];
	for (let day = 1; day <= DAYS; day++) {
		for (let i = 0; i < FIRES; i++) {
			clock.advance(DAY / FIRES - 4 * MIN);
			await look();
			await oneFire();
		}
		await readings(day);
		await houseKeeping();
		if (day % Math.floor(DAYS / 4) === 0) quarters.push(await measured());
	}
	await processor.stop();
	expect(await judgements.ledger.firstBroken()).toBeUndefined();
	expect(sent).toBeGreaterThan(DAYS * FIRES);
	const [, second, , last] = quarters as [unknown, (typeof quarters)[number], unknown, (typeof quarters)[number]];
	const fires = await one("SELECT COUNT(*) FROM incident");
	const rest = (q: (typeof quarters)[number]) => q.store - 1.3 * (q.ledger + q.short);
	console.log(
		`${fires} fires, ${sent} messages: ledger ${mebibytes(last.ledger)} (${Math.round(last.ledger / fires)} bytes a fire), short rows ${mebibytes(last.short)}, ` +
			`store by quarters ${quarters.map((q) => mebibytes(q.store)).join(", ")}, without ledger and rows ${quarters.map((q) => mebibytes(rest(q))).join(", ")}, ` +
			`memory held ${quarters.map((q) => mebibytes(q.held)).join(", ")}, beside the heap ${quarters.map((q) => mebibytes(q.beside)).join(", ")}, ` +
			`all ${quarters.map((q) => mebibytes(q.rss)).join(", ")}`,
	);
	expect(last.whole).toBeLessThanOrEqual((KEPT_DAYS + 2) * FIRES);
	// after its first quarter nothing grows but the ledger and the short rows, which stay for ever
	expect(rest(last)).toBeLessThan(1.1 * rest(second));
	expect(last.held).toBeLessThan(second.held + (8 << 20));
	expect(last.beside).toBeLessThan(second.beside + (32 << 20));
	expect(last.rss).toBeLessThan(300 << 20);
	await db.close();
	rmSync(folder, { recursive: true });
});
