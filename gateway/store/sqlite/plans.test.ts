import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Incident } from "../../model/incident.ts";
import { drilledBy } from "../../model/report.ts";
import type { QueuedDelivery } from "../outbox.ts";
import { KEEPING } from "../retention.ts";
import { SqliteAccountStore } from "./accounts.ts";
import { SqliteLinkStore } from "./answer-links.ts";
import { SqliteCapStore } from "./cap.ts";
import { Database } from "./database.ts";
import { SqliteJudgementStore } from "./judgement.ts";
import { SqliteMessageStore } from "./messages.ts";
import { SqliteOutboxStore } from "./outbox.ts";
import { SqlitePrivacyStore } from "./privacy.ts";
import { reduced, SqliteRetention } from "./retention.ts";

const T0 = new ManualClock().now();
const DAY_MS = 86_400_000;
/** Tables that grow with what happens; the others hold a few rows for each person or camera. */
const GROWING = "message|judged|incident|ledger|outbox|attempt|receipt|personal|cap|link";

const incident = (id: string, at: number, extra: Partial<Incident> = {}): Incident => ({
	id,
	kind: "fire",
	status: "actual",
	state: "detected",
	openedAt: at,
	changedAt: at,
	decisiveAt: at,
	firstSeenAt: at,
	evidence: [],
	place: {
		method: "bearing",
		points: Array.from({ length: 300 }, () => ({ lat: 29.123456789, lon: 108.123456789, weight: 0.00333333 })),
	},
	grids: [{ code: "500114104201-02", name: "二号网格", share: 0.7 }],
	missing: [],
	involved: [],
	ladder: { plan: [], stepsForward: 0, why: [], verify: { done: [], rounds: 0 }, suppress: { done: [], rounds: 0 } },
	sources: ["cam1"],
	registerVersion: "v",
	...extra,
});

const delivery = (id: string, incidentId: string, at: number): Delivery => ({
	id,
	key: `k${id}`,
	incidentId,
	personId: "p",
	channel: "sms",
	address: "+8613900000001",
	lane: "alarm",
	createdAt: at,
	message: {
		title: "t",
		body: "b",
		short: "s",
		confirmed: false,
		incidentId,
		kind: "fire",
		status: "actual",
		state: "detected",
		at,
	},
});

describe("a store that has grown", () => {
	let folder: string;
	let db: Database;
	const statements = new Set<string>();

	let count = 0;

	beforeEach(async () => {
		statements.clear();
		folder = mkdtempSync(join(tmpdir(), "lookout-plans-"));
		const onSql = (sql: string) => {
			count++;
			statements.add(sql);
		};
		db = await Database.open(join(folder, "lookout.db"), { onSql });
	});
	afterEach(async () => {
		await db.close();
		rmSync(folder, { recursive: true });
	});

	it("is searched and never read through, at the start, per message, per judgement and in housekeeping", async () => {
		const judgements = new SqliteJudgementStore(db);
		const outbox = new SqliteOutboxStore(db);
		const messages = new SqliteMessageStore(db);
		const links = new SqliteLinkStore(db, "secret", new SeededRandom(1));
		const cap = new SqliteCapStore(db);
		const accounts = new SqliteAccountStore(db);
		const one = incident("a", T0);
		await judgements.commit({
			eventId: "e",
			at: T0,
			incidents: [one, incident("b", T0, { state: "closed" })],
			deliveries: [delivery("d", "a", T0)],
			ledger: [{ at: T0, incidentId: "a", what: "opened", who: "rule", detail: {}, personal: { note: "x" } }],
			stops: [{ incidentId: "a", personId: "p" }],
		});
		await new Promise<void>((done) =>
			messages.add({ node: "n", boot: 1, seq: 1, kind: 2, receivedAt: T0, payload: new Uint8Array(3) }, () => done()),
		);
		// the start
		await outbox.recover(T0);
		await outbox.sentSince(T0);
		await judgements.openIncidents();
		await judgements.endedSince(T0 - DAY_MS);
		await messages.pending();
		await messages.lastOf("n", 2, 1024);
		await accounts.subscriptions();
		// an event
		await judgements.wasJudged("e");
		await judgements.awaitingClosing("b");
		await outbox.due(T0, 10);
		await outbox.due(T0, 10, ["sms"]);
		await outbox.nextDue();
		await outbox.claim("d");
		await outbox.release(["d"]);
		const queued = (await outbox.delivery("d")) as QueuedDelivery;
		await outbox.settle(queued, "accepted", T0, { at: T0, outcome: "accepted", detail: "", tookMs: 1 });
		await outbox.waiting(queued, 0);
		await outbox.postpone([{ id: "d", nextAt: T0 }]);
		await outbox.isUnsure("d");
		await outbox.unsureAttempts("d");
		await outbox.notReached(T0, T0, 1);
		await outbox.spent("sms", "x", T0);
		await outbox.spent("sms", undefined, T0);
		await outbox.receipt("d", { what: "read", at: T0, detail: "" });
		const link = await links.ensure("a", "p", T0);
		await links.read(link.slug, "key", T0);
		await links.use(link.slug, "key", T0);
		await links.byCode(link.code, T0);
		await cap.add({ identifier: "c", incident: "a", sent: T0, origin: "own", saying: "s", xml: "<x/>" });
		// the page, the audit
		await judgements.recentIncidents(50);
		await judgements.openedBetween(T0 - DAY_MS, T0 + 1);
		await judgements.ledger.ofIncident("a");
		await judgements.ledger.between(T0 - DAY_MS, T0);
		await judgements.ledger.tail();
		await outbox.ofIncident("a");
		await cap.ofIncident("a");
		await cap.feed(10);
		await cap.byIdentifier("c");
		// housekeeping
		await messages.retainSlice(T0 + 1);
		await links.retain(T0 + 9 * DAY_MS);
		await new SqlitePrivacyStore(db).retain(T0 + 1);
		await new SqliteRetention(db, { ...KEEPING, wholeMs: 0, judgedMs: 0, capMs: 0, auditMs: 0 }).slice(T0 + 1);

		const read = [...statements].filter((sql) => /^(SELECT|UPDATE|DELETE)/.test(sql));
		expect(read.length).toBeGreaterThan(40);
		for (const sql of read) {
			const plan = (await db.all(`EXPLAIN QUERY PLAN ${sql}`)).map((r) => String(r["detail"]));
			const scans = plan.filter((line) => new RegExp(`^SCAN (${GROWING})\\b`).test(line));
			// the first rows in the order of a key or an index are no reading through
			const takesFirst =
				/ORDER BY (n|opened_at)( DESC)? LIMIT/.test(sql) &&
				!plan.some((line) => line.includes("TEMP B-TREE FOR ORDER BY") && scans.length > 1);
			if (!takesFirst) expect({ sql, scans }).toEqual({ sql, scans: [] });
		}
	});

	it("is asked no more often than it must: what one machine hides another pays for", async () => {
		const judgements = new SqliteJudgementStore(db);
		const outbox = new SqliteOutboxStore(db);
		const messages = new SqliteMessageStore(db);
		const counted = async (work: () => Promise<unknown>) => {
			const before = count;
			await work();
			return count - before;
		};
		const entry = { at: T0, incidentId: "a", what: "opened" as const, who: "rule", detail: {} };
		const judgement = {
			eventId: "e",
			at: T0,
			incidents: [incident("a", T0)],
			deliveries: [delivery("d", "a", T0)],
			ledger: [entry],
			stops: [],
		};
		// mark, pending, incident, delivery, tail of the ledger, entry
		expect(await counted(() => judgements.commit(judgement))).toBe(7);
		// a thousand messages of one read are one statement
		const all = Array.from({ length: 1000 }, (_, seq) => ({
			node: "n",
			boot: 1,
			seq,
			kind: 2,
			receivedAt: T0,
			payload: new Uint8Array(3),
		}));
		expect(
			await counted(() => Promise.all(all.map((m) => new Promise<void>((done) => messages.add(m, () => done()))))),
		).toBe(1);
		// sixty-four deliveries that are claimed and settled at once share their commits
		const ids = Array.from({ length: 64 }, (_, i) => `x${i}`);
		await judgements.commit({
			...judgement,
			eventId: "f",
			incidents: [],
			ledger: [],
			deliveries: ids.map((id) => delivery(id, "a", T0)),
		});
		expect(await counted(() => Promise.all(ids.map((id) => outbox.claim(id))))).toBe(2);
	});

	it("keeps a short row of each incident for ever, and gives up its points, messages and attempts", async () => {
		const judgements = new SqliteJudgementStore(db);
		const outbox = new SqliteOutboxStore(db);
		const long = "很长的名字".repeat(40);
		const grids = Array.from({ length: 40 }, (_, i) => ({ code: `50011410420${i}`, name: long, share: 0.02 }));
		const old = incident("old", T0, { state: "closed", closedAt: T0, cause: long, grids });
		// its tower's clock is years behind: what counts is when it was written here
		const young = incident("young", T0 - 900 * DAY_MS, { state: "closed" });
		const open = incident("open", T0);
		await judgements.commit({
			eventId: "e",
			at: T0,
			incidents: [old, open],
			ledger: [],
			stops: [],
			deliveries: [delivery("d1", "old", T0), delivery("d2", "young", T0)],
		});
		await judgements.commit({
			eventId: "y",
			at: T0 + 95 * DAY_MS,
			incidents: [young],
			ledger: [],
			stops: [],
			deliveries: [],
		});
		const d1 = (await outbox.delivery("d1")) as QueuedDelivery;
		await outbox.settle(d1, "accepted", T0, { at: T0, outcome: "accepted", detail: "", tookMs: 1 });
		const retention = new SqliteRetention(db);
		while (await retention.slice(T0 + 100 * DAY_MS));
		const row = await db.get("SELECT body FROM incident WHERE id='old'");
		expect(Buffer.byteLength(String(row?.["body"]))).toBeLessThanOrEqual(2048);
		expect(await judgements.incident("old")).toMatchObject({
			state: "closed",
			closedAt: T0,
			openedAt: T0,
			place: { points: [] },
		});
		expect((await judgements.incident("young"))?.place.points).toHaveLength(300);
		expect((await judgements.incident("open"))?.place.points).toHaveLength(300);
		expect(await outbox.ofIncident("old")).toEqual([]);
		expect((await outbox.ofIncident("young")).map((d) => d.id)).toEqual(["d2"]);
		expect(Number((await db.get("SELECT COUNT(*) AS n FROM attempt"))?.["n"])).toBe(0);
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
		// more whole ones than permitted: the oldest goes first, an open one never
		const few = new SqliteRetention(db, { ...KEEPING, wholeIncidents: 0 });
		while (await few.slice(T0));
		expect((await judgements.incident("young"))?.place.points).toEqual([]);
		expect((await judgements.incident("open"))?.place.points).toHaveLength(300);
	});

	it("a reduced incident is still one", () => {
		expect(reduced(incident("x", T0))).toMatchObject({ id: "x", kind: "fire", involved: [], sources: ["cam1"] });
		// what was practised is reported for years
		expect(drilledBy(reduced(incident("x", T0, { sources: ["drill:林长办 王"] })))).toBe("林长办 王");
	});

	it("forgets old readings in slices, until none is left that has had its time", async () => {
		const messages = new SqliteMessageStore(db);
		for (let seq = 0; seq < 4500; seq++)
			messages.add({ node: "n", boot: 1, seq, kind: 2, receivedAt: T0 + seq, payload: new Uint8Array(3) }, () => {});
		await new Promise<void>((done) =>
			messages.add({ node: "m", boot: 1, seq: 1, kind: 2, receivedAt: T0, payload: new Uint8Array(3) }, () => done()),
		);
		let slices = 1;
		while (await messages.retainSlice(T0 + 4400)) slices++;
		expect(slices).toBe(3);
		expect(await messages.count()).toBe(100);
	});

	it("is opened by an older program that it names as able to, and by no other", async () => {
		await db.write([{ sql: "PRAGMA user_version=99" }]);
		await db.close();
		const reopened = await Database.open(join(folder, "lookout.db"));
		await reopened.write([{ sql: "UPDATE setting SET value='99' WHERE key='store.oldestReader'" }]);
		await reopened.close();
		await expect(Database.open(join(folder, "lookout.db"))).rejects.toThrow(/LK0201 .*version 99/);
	});
});
