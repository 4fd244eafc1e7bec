import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../gateway/base/clock.ts";
import { decodePhrase } from "../../gateway/base/phrase.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { Tally } from "../../gateway/base/tally.ts";
import { EventProcessor } from "../../gateway/engine/event-processor.ts";
import { progressOf } from "../../gateway/judge/handover/progress.ts";
import { auditAll, recordsBetween } from "../../gateway/ledger/records.ts";
import { ackIn, centreMessageIn, centreMessageOut, incidentIn } from "../../gateway/link/messages.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import { withFirstNames } from "../../gateway/model/first-names.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { CentreMessage } from "../../gateway/model/lease.ts";
import { EMPTY_REGISTER } from "../../gateway/model/register.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { openStores } from "../../gateway/store/open.ts";
import * as sqlite from "../../gateway/store/sqlite/sqlite.ts";
import { answer, contextWith, grid, person } from "../harness/judging.ts";

/**
 * What version 0.1 of November 2026 has stored and said goes on unchanged: names of fields in stored JSON and on the
 * wire are not ours to change. The fixtures were written by that version, and are never made again.
 */
const FIXTURES = join(import.meta.dirname, "../fixtures");
/** What its messages are called there, by today's names. */
const SAID = { claim: "take", heartbeat: "beat", permission: "grant", notified: "told", answer: "answer" } as const;
const MIN = 60_000;
/** When the fixtures end: fires that burn, one that is out and guarded, one that is being ended. */
const { now: LEFT, messages } = JSON.parse(readFileSync(join(FIXTURES, "tower-messages.json"), "utf8")) as {
	now: number;
	messages: { topic: string; body: Record<string, unknown> }[];
};
const register = {
	...EMPTY_REGISTER,
	version: "r1",
	grids: [grid("A01")],
	people: [
		person("ranger", "ranger", "village"),
		person("chief", "chief", "village"),
		person("town", "chief", "township"),
		person("officer", "officer", "county"),
	],
};
const context = contextWith(register, { undoMs: MIN });
const centre: DecisionContext = { ...context, towerId: "centre", towerName: "中心" };

let folder: string;
let clock: ManualClock;
let stores: Awaited<ReturnType<typeof openStores>> | undefined;
let processor: EventProcessor;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-version-"));
	clock = new ManualClock(LEFT + 1000);
});
afterEach(async () => {
	await processor.stop();
	await stores?.db.close();
	rmSync(folder, { recursive: true });
});

/** A gateway's engine upon a store; an empty one where no fixture is named. */
async function start(own: DecisionContext, fixture?: string): Promise<void> {
	const file = join(folder, "lookout.db");
	if (fixture) {
		const connection = await sqlite.connect(file);
		await sqlite.exec(connection, readFileSync(join(FIXTURES, `${fixture}.sql`), "utf8"));
		await sqlite.close(connection);
	}
	stores = await openStores(file);
	const options = { context: () => own, failPoint: () => {}, tally: new Tally(clock, () => {}) };
	processor = new EventProcessor(options, {
		store: stores.judgements,
		clock,
		random: new SeededRandom(2),
		log: createLog("silent"),
	});
	await processor.start();
}

const submit = (event: JudgeEvent) => processor.submit({ ...event, at: clock.now() });
const goOn = async (ms: number) => {
	clock.advance(ms);
	await submit({ type: "tick", id: `tick ${clock.now()}`, at: clock.now() });
};
const startingWith = (start: string) => processor.incidents.find((i) => i.id.startsWith(start)) as Incident;
const isPermitted = (i: Incident) => i.ending?.answer.answer === "permitted";

describe("a store of version 0.1", () => {
	it("of a tower: its fires are open, ladders, ends, guards and answers go on, and the ledger is whole", async () => {
		await start(context, "tower-store");
		const { judgements, outbox } = stores as NonNullable<typeof stores>;
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
		const burning = startingWith("FF-t1-20260405060000");
		const out = startingWith("FF-t1-20260405060100");
		const ending = processor.incidents.find(isPermitted) as Incident;
		expect(processor.incidents).toHaveLength(6);
		expect(burning.state).toBe("verifying");
		expect(burning.involved.find((i) => i.personId === "ranger")).toMatchObject({ answer: "going" });
		expect(out).toMatchObject({ state: "out", tasks: [expect.objectContaining({ kind: "guard", personId: "chief" })] });
		// the end that waited is carried out in its time
		await goOn(MIN);
		expect(await judgements.incident(ending.id)).toMatchObject({ state: "permitted", cause: "烧荒" });
		// the promise of twenty minutes is not kept: the ladder goes on to the township
		const told = async () => (await outbox.ofIncident(burning.id)).filter((d) => d.personId === "town").length;
		const before = await told();
		for (let minute = 0; minute < 30; minute++) await goOn(MIN);
		expect(startingWith("FF-t1-20260405060000").involved.find((i) => i.personId === "ranger")?.lapsedAt).toBeDefined();
		expect(await told()).toBeGreaterThan(before);
		await submit(answer({ incident: burning }, "chief", "false", clock.now(), { cause: "雾", note: "看过" }));
		await goOn(2 * MIN);
		expect(await judgements.incident(burning.id)).toMatchObject({ state: "false" });
		await submit(answer({ incident: out }, "chief", "close", clock.now(), { cause: "祭祀用火" }));
		expect(await judgements.incident(out.id)).toMatchObject({ state: "closed", cause: "祭祀用火" });
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
		const records = await recordsBetween(judgements, outbox, 0, Number.MAX_SAFE_INTEGER);
		expect(records.length).toBeGreaterThanOrEqual(7);
		// nothing is sent here: that is all that the audit may miss
		const missed = auditAll(records, clock.now()).map((d) => decodePhrase(d.what).code);
		expect([...new Set(missed)]).toEqual(["audit.neverTried"]);
	});

	it("of a centre: what it holds of which tower, and which are one fire, is known; an end reaches both towers", async () => {
		await start(centre, "centre-store");
		const primary = startingWith("FF-t1-20260405060000");
		const part = startingWith("FF-t2-20260405060000");
		expect(primary).toMatchObject({
			takenFrom: { tower: "t1", lease: "held" },
			linkedIncidents: [{ incidentId: part.id }],
		});
		expect(part).toMatchObject({ takenFrom: { tower: "t2" }, primaryId: primary.id });
		const sent: string[] = [];
		processor.onJudged((_changed, effects) => {
			for (const e of effects)
				if (e.type === "send" && e.message.what === "answer") sent.push(`${e.tower} ${e.message.answer.answer}`);
		});
		await submit(answer({ incident: part }, "chief", "false", clock.now(), { cause: "雾", note: "看过" }));
		await goOn(2 * MIN);
		expect([...new Set(sent)].sort()).toEqual(["t1 false", "t1 permitted", "t2 false"]);
		const { judgements } = stores as NonNullable<typeof stores>;
		for (const { id } of [primary, part]) expect((await judgements.incident(id))?.state).toBe("false");
	});
});

describe("a tower of version 0.1", () => {
	it("speaks to this centre: its incidents are taken over as it says them, and its words are understood", async () => {
		await start(centre);
		let n = 0;
		const hear = (handover: Extract<JudgeEvent, { type: "handover" }>["handover"]) =>
			submit({ type: "handover", id: `h${n++}`, at: clock.now(), handover });
		for (const { topic, body } of messages.filter((m) => m.topic.endsWith("/incident"))) {
			const tower = topic.split("/")[2] ?? "";
			const incident = incidentIn(body["incident"], tower, clock.now());
			expect(incident && withFirstNames(incident), JSON.stringify(body).slice(0, 200)).toEqual(body["incident"]);
			if (incident) await hear({ side: "centre", tower, what: "incident", incident });
		}
		expect(processor.incidents.map((i) => i.takenFrom?.lease)).toEqual(Array(6).fill("asked"));
		const acks = messages.filter((m) => m.topic.endsWith("/up"));
		for (const { body } of acks) {
			const ack = ackIn(body, "t1", clock.now());
			expect(ack).toMatchObject({ incidentId: body["incidentId"], ok: true });
			expect(ack?.side === "centre" && ack.what === "ack" && SAID[ack.of]).toBe(body["of"]);
			if (ack) await hear(ack);
		}
		const { incidentId, progress } = (acks[0]?.body ?? {}) as { incidentId: string; progress: unknown };
		const held = processor.incidents.find((i) => i.id === incidentId) as Incident;
		expect(held.takenFrom?.lease).toBe("held");
		expect(JSON.parse(JSON.stringify(withFirstNames(progressOf(held)))).involved).toEqual(
			(progress as Incident).involved,
		);
	});

	it("hears this centre: each message has the name it had, and is understood here by today's", () => {
		const incidentId = "FF-t1-20261105083000-abcdef";
		const progress = {
			verify: { done: [0], rounds: 0, notifiedAt: LEFT },
			suppress: { done: [], rounds: 0 },
			involved: [],
		};
		const said: CentreMessage[] = [
			{ incidentId, what: "claim" },
			{ incidentId, what: "heartbeat" },
			{ incidentId, what: "permission", ladder: "verify", index: 0 },
			{ incidentId, what: "notified", progress },
		];
		const sent = said.map((message) => JSON.parse(JSON.stringify(centreMessageOut(message))));
		expect(sent).toEqual([
			{ incidentId, what: "take" },
			{ incidentId, what: "beat" },
			{ incidentId, what: "grant", ladder: "verify", index: 0 },
			{
				incidentId,
				what: "told",
				progress: {
					verify: { done: [0], rounds: 0, toldAt: LEFT },
					suppress: { done: [], rounds: 0 },
					involved: [],
				},
			},
		]);
		expect(sent.map((body) => centreMessageIn({ id: "m", ...body }, LEFT))).toEqual(said);
	});
});
