import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../../gateway/base/random.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { LedgerEntry } from "../../gateway/model/ledger.ts";
import type { Judgement } from "../../gateway/store/judgement.ts";
import type { Stores } from "../../gateway/store/open.ts";
import { KEEPING } from "../../gateway/store/retention.ts";
import { delivery } from "../harness/deliveries.ts";

/** A store that was opened for one test. `reopen` closes it and opens what it has kept, as a restart does. */
export interface OpenedStores {
	stores: Stores;
	reopen: () => Promise<Stores>;
	close: () => Promise<void>;
}

const T0 = Date.UTC(2026, 3, 5, 6);
const DAY_MS = 86_400_000;

const incident = (id: string, extra: Partial<Incident> = {}): Incident => ({
	id,
	kind: "fire",
	status: "actual",
	state: "detected",
	openedAt: T0,
	changedAt: T0,
	decisiveAt: T0,
	firstSeenAt: T0,
	evidence: [],
	place: { method: "none", points: [] },
	grids: [],
	missing: [],
	involved: [],
	ladder: { plan: [], ahead: 0, why: [], verify: { done: [], rounds: 0 }, suppress: { done: [], rounds: 0 } },
	sources: ["cam1"],
	registerVersion: "v",
	...extra,
});

const judgement = (eventId: string, extra: Partial<Judgement> = {}): Judgement => ({
	eventId,
	at: T0,
	incidents: [],
	ledger: [],
	deliveries: [],
	stops: [],
	...extra,
});

const entry = (what: string, extra: Partial<LedgerEntry> = {}): LedgerEntry => ({
	at: T0,
	incidentId: "FF-1",
	what,
	who: "rule",
	detail: {},
	...extra,
});

/** What every implementation of the stores must do, whatever it keeps its rows in. */
export function storeContract(name: string, open: () => Promise<OpenedStores>): void {
	describe(`${name} as a store`, () => {
		let opened: OpenedStores;
		let stores: Stores;

		beforeEach(async () => {
			opened = await open();
			stores = opened.stores;
		});
		afterEach(() => opened.close());

		describe("accounts", () => {
			it("a setting is the last that was written, and outlives a restart", async () => {
				expect(await stores.accounts.setting("a")).toBeUndefined();
				await stores.accounts.setSetting("a", "1");
				await stores.accounts.setSetting("a", "2");
				stores = await opened.reopen();
				expect(await stores.accounts.setting("a")).toBe("2");
			});

			it("a secret is made once", async () => {
				const made = await stores.accounts.secret("s", new SeededRandom(1));
				expect(made.length).toBeGreaterThanOrEqual(32);
				stores = await opened.reopen();
				expect(await stores.accounts.secret("s", new SeededRandom(2))).toBe(made);
			});

			it("a session holds until it expires or is ended; ending a user's leaves one and those of others", async () => {
				const { accounts } = stores;
				for (const [hash, user] of [
					["a", "duty"],
					["b", "duty"],
					["c", "viewer"],
				] as const)
					await accounts.addSession(hash, user, hash === "a" ? "p1" : undefined, T0 + 1000);
				await accounts.describeSession("a", { at: T0, origin: "127.0.0.1", agent: "test" });
				expect(await accounts.session("a", T0)).toEqual({ user: "duty", personId: "p1" });
				expect((await accounts.sessions(T0)).find((s) => s.hash === "a")).toMatchObject({ origin: "127.0.0.1" });
				expect(await accounts.session("a", T0 + 1000)).toBeUndefined();
				await accounts.endSessions("duty", "b");
				expect(await accounts.session("a", T0)).toBeUndefined();
				expect(await accounts.session("b", T0)).toMatchObject({ user: "duty" });
				await accounts.endSession("b");
				expect((await accounts.sessions(T0)).map((s) => s.user)).toEqual(["viewer"]);
				await accounts.forgetExpired(T0 + 2000);
				expect(await accounts.sessions(T0)).toEqual([]);
			});

			it("an enrolment works once and in its time", async () => {
				const { accounts } = stores;
				await accounts.addEnrolment("e", "p1", T0 + 1000);
				expect(await accounts.enrolment("e", T0 + 1000)).toBeUndefined();
				expect(await accounts.enrolment("e", T0)).toBe("p1");
				await accounts.consumeEnrolment("e");
				expect(await accounts.enrolment("e", T0)).toBeUndefined();
			});

			it("a phone that subscribes again is one subscription", async () => {
				const { accounts } = stores;
				const phone = {
					endpoint: "https://push/1",
					personId: "p1",
					p256dh: "k",
					auth: "a",
					createdAt: T0,
					device: "x",
				};
				await accounts.addSubscription(phone);
				await accounts.addSubscription({ ...phone, personId: "p2" });
				expect(await accounts.subscriptions()).toEqual([{ ...phone, personId: "p2" }]);
				expect(await accounts.subscriptions("p1")).toEqual([]);
				await accounts.removeSubscription(phone.endpoint);
				expect(await accounts.subscriptions()).toEqual([]);
			});
		});

		describe("judgements", () => {
			it("a judgement is there whole, and its event is known", async () => {
				const { judgements } = stores;
				const open = incident("FF-1");
				await judgements.commit(
					judgement("e1", {
						incidents: [open],
						ledger: [entry("opened")],
						deliveries: [{ ...delivery("d1", "sms", "1", "p1"), createdAt: T0 }],
					}),
				);
				stores = await opened.reopen();
				expect(await stores.judgements.wasJudged("e1")).toBe(true);
				expect(await stores.judgements.wasJudged("e2")).toBe(false);
				expect(await stores.judgements.openIncidents()).toEqual([open]);
				expect((await stores.judgements.ledger.ofIncident("FF-1")).map((l) => l.what)).toEqual(["opened"]);
				expect((await stores.outbox.ofIncident("FF-1")).map((d) => [d.id, d.state])).toEqual([["d1", "queued"]]);
			});

			it("one that cannot be written leaves nothing behind", async () => {
				const { judgements } = stores;
				await judgements.commit(judgement("e1", { deliveries: [delivery("d1", "sms", "1", "p1")] }));
				// JSON has no such number: the ledger's entry, the last to be written, cannot be
				const unwritable = entry("opened", { detail: { n: 1n } });
				const deliveries = [delivery("d2", "sms", "2", "p2")];
				const broken = judgement("e2", { incidents: [incident("FF-2")], ledger: [unwritable], deliveries });
				await expect(judgements.commit(broken)).rejects.toThrow();
				expect(await judgements.wasJudged("e2")).toBe(false);
				expect(await judgements.incident("FF-2")).toBeUndefined();
				expect(await judgements.ledger.ofIncident("FF-1")).toEqual([]);
				expect(await stores.outbox.delivery("d2")).toBeUndefined();
			});

			it("the same message is written once, whoever makes it again", async () => {
				const first = { ...delivery("d1", "sms", "1", "p1"), key: "same" };
				await stores.judgements.commit(judgement("e1", { deliveries: [first] }));
				await stores.judgements.commit(judgement("e2", { deliveries: [{ ...first, id: "d2" }] }));
				expect((await stores.outbox.ofIncident("FF-1")).map((d) => d.id)).toEqual(["d1"]);
			});

			it("what is over is found by its end, and awaits its closing until its file is closed", async () => {
				const { judgements } = stores;
				const over = incident("FF-1", { state: "false", changedAt: T0 + 10 });
				await judgements.commit(judgement("e1", { incidents: [incident("FF-2"), over], at: T0 + 10 }));
				expect((await judgements.openIncidents()).map((i) => i.id)).toEqual(["FF-2"]);
				expect((await judgements.endedSince(T0 + 10)).map((i) => i.id)).toEqual(["FF-1"]);
				expect(await judgements.endedSince(T0 + 11)).toEqual([]);
				expect((await judgements.awaitingClosing("FF-1")).map((i) => i.id)).toEqual(["FF-1"]);
				await judgements.commit(judgement("e2", { incidents: [{ ...over, closedAt: T0 + 20 }], at: T0 + 20 }));
				expect(await judgements.awaitingClosing("FF-1")).toEqual([]);
				expect((await judgements.incident("FF-1"))?.closedAt).toBe(T0 + 20);
			});

			it("incidents of a time come oldest first, the recent ones newest first", async () => {
				const { judgements } = stores;
				const all = [0, 1, 2].map((n) => incident(`FF-${n}`, { openedAt: T0 + n }));
				await judgements.commit(judgement("e1", { incidents: all }));
				expect((await judgements.openedBetween(T0, T0 + 2)).map((i) => i.id)).toEqual(["FF-0", "FF-1"]);
				expect((await judgements.recentIncidents(10)).map((i) => i.id)).toEqual(["FF-2", "FF-1", "FF-0"]);
			});

			it("a stop takes back what waits, of one person or of all; what was held goes on waiting", async () => {
				const { judgements, outbox } = stores;
				const waiting = ["p1", "p2"].map((p) => delivery(p, "sms", p, p));
				await judgements.commit(judgement("e1", { deliveries: waiting }));
				await judgements.commit(judgement("e2", { stops: [{ incidentId: "FF-1", personId: "p1", why: "going" }] }));
				expect(await Promise.all(["p1", "p2"].map((id) => outbox.state(id)))).toEqual(["stopped", "queued"]);
				await judgements.commit(judgement("e3", { holds: [{ incidentId: "FF-1", until: T0 + 60_000 }] }));
				expect(await outbox.due(T0, 10)).toEqual([]);
				expect((await outbox.due(T0 + 60_000, 10)).map((d) => d.id)).toEqual(["p2"]);
				await judgements.commit(judgement("e4", { holds: [{ incidentId: "FF-1" }] }));
				expect((await outbox.due(T0, 10)).map((d) => d.id)).toEqual(["p2"]);
			});

			it("when the clock is set, what waits moves with it", async () => {
				const { judgements, outbox } = stores;
				await judgements.commit(
					judgement("e1", { deliveries: [{ ...delivery("d1", "sms", "1", "p1"), createdAt: T0 }] }),
				);
				await judgements.commit(judgement("clock", { shiftMs: 3_600_000 }));
				expect(await outbox.due(T0 + 3_599_000, 10)).toEqual([]);
				expect((await outbox.due(T0 + 3_600_000, 10)).map((d) => d.id)).toEqual(["d1"]);
			});
		});

		describe("the ledger", () => {
			it("is one chain over restarts, and tells its end", async () => {
				await stores.judgements.ledger.append([entry("a"), entry("b")]);
				stores = await opened.reopen();
				const { ledger } = stores.judgements;
				await ledger.append([entry("c", { at: T0 + 1 })]);
				const rows = await ledger.ofIncident("FF-1");
				expect(rows.map((r) => [r.n, r.what])).toEqual([
					[1, "a"],
					[2, "b"],
					[3, "c"],
				]);
				expect(new Set(rows.map((r) => r.hash)).size).toBe(3);
				expect(await ledger.firstBroken()).toBeUndefined();
				const { n, hash } = await ledger.tail();
				expect({ n, hash }).toEqual({ n: 3, hash: rows[2]?.hash });
				expect([await ledger.has(`3:${hash}`), await ledger.has(`2:${hash}`)]).toEqual([true, false]);
				expect((await ledger.between(T0 + 1, T0 + 2)).map((r) => r.what)).toEqual(["c"]);
			});

			it("keeps what belongs to people beside the chain, so that it can be erased and the chain stays whole", async () => {
				const { ledger } = stores.judgements;
				await ledger.append([entry("answer:going", { who: "p1", personal: { name: "王", note: "在路上" } })]);
				expect((await ledger.ofIncident("FF-1"))[0]).toMatchObject({ personal: { name: "王", note: "在路上" } });
				expect(await stores.privacy.knows("p1")).toBe(true);
				await stores.privacy.forget("p1", "office", T0);
				const [row] = await ledger.ofIncident("FF-1");
				expect(JSON.stringify(row)).not.toMatch(/王|在路上/);
				expect(await ledger.firstBroken()).toBeUndefined();
			});
		});

		describe("the outbox", () => {
			const queued = async () => {
				await stores.outbox.add({ ...delivery("d1", "sms", "1", "p1"), createdAt: T0 });
				const found = await stores.outbox.delivery("d1");
				if (!found) throw new Error("it was not added");
				return found;
			};

			it("a delivery is claimed and settled with its attempt, which the ledger has as well", async () => {
				const d = await queued();
				const { outbox, judgements } = stores;
				expect(await outbox.claim("d1")).toBe(true);
				await outbox.settle(d, "accepted", T0, { at: T0 + 5, outcome: "accepted", detail: "ok", tookMs: 5 });
				expect(await outbox.ofIncident("FF-1")).toMatchObject([
					{ state: "accepted", tries: [{ outcome: "accepted" }] },
				]);
				expect((await judgements.ledger.ofIncident("FF-1")).map((l) => l.what)).toEqual(["attempt:accepted"]);
			});

			it("what an answer has stopped meanwhile cannot be claimed, and stays stopped", async () => {
				const d = await queued();
				await stores.judgements.commit(judgement("e1", { stops: [{ incidentId: "FF-1", why: "false" }] }));
				expect(await stores.outbox.claim("d1")).toBe(false);
				await stores.outbox.settle(d, "queued", T0, { at: T0, outcome: "retry", detail: "", tookMs: 1 });
				expect(await stores.outbox.state("d1")).toBe("stopped");
			});

			it("what was being sent when the process ended waits again after the restart", async () => {
				await queued();
				await stores.outbox.claim("d1");
				stores = await opened.reopen();
				await stores.outbox.recover(T0 + 1000);
				expect(await stores.outbox.state("d1")).toBe("queued");
				expect(await stores.outbox.unsureAttempts("d1")).toBe(1);
			});

			it("alarms come before other messages, and lanes that are full are passed over", async () => {
				const { outbox } = stores;
				await outbox.add({ ...delivery("state", "sms", "1"), lane: "state" });
				await outbox.add({ ...delivery("alarm", "voice", "2", "p2"), createdAt: 1 });
				expect((await outbox.due(T0, 10)).map((d) => d.id)).toEqual(["alarm", "state"]);
				expect((await outbox.due(T0, 10, ["voice"])).map((d) => d.id)).toEqual(["state"]);
				expect((await outbox.due(T0, 10, ["sms:1"])).map((d) => d.id)).toEqual(["alarm"]);
			});

			it("a receipt counts once, and says when a person was last heard", async () => {
				await queued();
				const receipt = { what: "delivered", at: T0 + 9, detail: "" };
				expect(await stores.outbox.receipt("d1", receipt)).toBe(true);
				expect(await stores.outbox.receipt("d1", receipt)).toBe(false);
				expect(await stores.outbox.receipt("unknown", receipt)).toBe(false);
				expect((await stores.outbox.lastHeard()).get("p1")).toBe(T0 + 9);
			});

			it("says when the next is due, and names people whom nothing has reached", async () => {
				expect(await stores.outbox.nextDue()).toBeUndefined();
				await queued();
				await stores.outbox.postpone([{ id: "d1", nextAt: T0 + 500 }]);
				expect(await stores.outbox.nextDue()).toBe(T0 + 500);
				const patience = 60_000;
				expect(await stores.outbox.notReached(T0 - 1, T0 + patience - 1, patience)).toEqual([]);
				expect(await stores.outbox.notReached(T0 - 1, T0 + patience, patience)).toEqual([
					{ incidentId: "FF-1", personId: "p1" },
				]);
			});
		});

		describe("messages of nodes", () => {
			const add = (seq: number, extra = {}) =>
				new Promise<void>((resolve, reject) => {
					const message = {
						node: "n1",
						boot: 1,
						seq,
						kind: 2,
						receivedAt: T0 + seq,
						payload: Buffer.from([seq]),
						...extra,
					};
					stores.messages.add(message, (error) => (error ? reject(error) : resolve()));
				});

			it("are on the disk when they are said to be, each once", async () => {
				await Promise.all([add(1), add(2), add(1)]);
				stores = await opened.reopen();
				expect(await stores.messages.count()).toBe(2);
				expect(await stores.messages.lastOf("n1", 2, 10)).toMatchObject({
					boot: 1,
					seqs: [
						{ seq: 2, at: T0 + 2 },
						{ seq: 1, at: T0 + 1 },
					],
				});
				expect(await stores.messages.lastOf("n2", 2, 10)).toBeUndefined();
			});

			it("an event that was acknowledged waits until it is judged", async () => {
				const event = { type: "tick" as const, id: "e1", at: T0 };
				await add(1, { event });
				expect(await stores.messages.pending()).toEqual([event]);
				await stores.judgements.commit(judgement("e1"));
				expect(await stores.messages.pending()).toEqual([]);
			});

			it("another password is another device, also after a restart", async () => {
				expect(await stores.messages.deviceOf("n1", "a")).toBe(0);
				expect(await stores.messages.deviceOf("n1", "b")).toBe(1);
				stores = await opened.reopen();
				expect(await stores.messages.deviceOf("n1", "b")).toBe(1);
			});

			it("are forgotten a slice at a time until none is left", async () => {
				for (let seq = 1; seq <= 3; seq++) await add(seq);
				while (await stores.messages.retainSlice(T0 + 3));
				expect(await stores.messages.count()).toBe(1);
			});
		});

		it("commands wait for a node that has subscribed, oldest first, and go with its subscription", async () => {
			const { commands } = stores;
			await commands.subscribe("n1", 1);
			for (const [id, at] of [
				["b", 2],
				["a", 1],
			] as const)
				await commands.add({ id, node: "n1", at, payload: Buffer.from(id) });
			stores = await opened.reopen();
			expect(await stores.commands.subscriptions()).toEqual([{ node: "n1", qos: 1 }]);
			expect((await stores.commands.waiting()).map((c) => c.id)).toEqual(["a", "b"]);
			await stores.commands.remove("a");
			expect((await stores.commands.waiting()).map((c) => c.id)).toEqual(["b"]);
			await stores.commands.unsubscribe("n1");
			expect([await stores.commands.waiting(), await stores.commands.subscriptions()]).toEqual([[], []]);
		});

		it("a CAP message is kept once; the feed shows our own, the newest first", async () => {
			const { cap } = stores;
			const row = { identifier: "i1", incident: "FF-1", sent: T0, origin: "own", saying: "detected", xml: "<alert/>" };
			expect([await cap.add(row), await cap.add(row)]).toEqual([true, false]);
			await cap.add({ ...row, identifier: "i2", sent: T0 + 1 });
			await cap.add({ identifier: "i3", sent: T0 + 2, origin: "in:neighbour", saying: "Alert", xml: "<alert/>" });
			expect((await cap.feed(10)).map((r) => r.identifier)).toEqual(["i2", "i1"]);
			expect((await cap.ofIncident("FF-1")).map((r) => r.identifier)).toEqual(["i1", "i2"]);
			expect(await cap.byIdentifier("i3")).toMatchObject({ origin: "in:neighbour" });
			expect(await cap.byIdentifier("i4")).toBeUndefined();
		});

		it("a link belongs to the browser that answers with it first, and the next message carries a new one", async () => {
			const links = stores.links("secret", new SeededRandom(1));
			const first = await links.ensure("FF-1", "p1", T0);
			expect(await links.ensure("FF-1", "p1", T0 + 1)).toMatchObject({ slug: first.slug, code: first.code });
			expect(await links.read(first.slug, "phone", T0)).toMatchObject({ personId: "p1", usedElsewhere: false });
			expect(await links.use(first.slug, "phone", T0)).toBe(true);
			expect(await links.use(first.slug, "other", T0)).toBe(false);
			expect(await links.read(first.slug, "other", T0)).toMatchObject({ usedElsewhere: true });
			expect((await links.ensure("FF-1", "p1", T0 + 2)).slug).not.toBe(first.slug);
			expect((await links.byCode(first.code, T0)).map((l) => l.personId)).toContain("p1");
			expect(await links.read(first.slug, "phone", T0 + 2 * DAY_MS)).toBeUndefined();
		});

		it("rulings hold until they are over or ended by name", async () => {
			const { rulings } = stores;
			const box = { x: 0, y: 0, w: 0.5, h: 0.5 };
			const mask = {
				id: "m1",
				cameraId: "c1",
				preset: "fixed",
				box,
				author: "王",
				reason: "x",
				createdAt: T0,
				until: T0 + 10,
			};
			await rulings.addMask(mask);
			await rulings.addMask({ ...mask, id: "m2" });
			await rulings.endMask("m1", "李", T0 + 1);
			expect(await rulings.masks(T0 + 2)).toEqual([{ ...mask, id: "m2" }]);
			await rulings.endMasksOf("c1", "rule", T0 + 3);
			expect(await rulings.masks(T0 + 4)).toEqual([]);
			const work = { id: "w1", devices: ["c1"], by: "李", reason: "lens", at: T0, until: T0 + 10 };
			await rulings.addMaintenance(work);
			expect(await rulings.maintenance(T0)).toEqual([work]);
			expect([await rulings.endMaintenance("w1", "李", T0), await rulings.endMaintenance("w1", "李", T0)]).toEqual([
				true,
				false,
			]);
			await rulings.declareDanger({ level: 3, by: "a", at: T0, until: T0 + 10 });
			await rulings.declareDanger({ level: 5, by: "b", at: T0 + 1, until: T0 + 10 });
			expect(await rulings.danger(T0 + 2)).toMatchObject({ level: 5, by: "b" });
			expect(await rulings.danger(T0 + 10)).toBeUndefined();
		});

		it("personal data goes after its time, and pictures are named for whoever deletes them", async () => {
			const picture = `report-${"a".repeat(24)}.jpg`;
			const reports = [{ personId: "p1", at: T0, what: "onScene" as const, picture, note: "山脚" }];
			const old = incident("FF-1", { state: "closed", closedAt: T0, reports });
			await stores.judgements.commit(judgement("e1", { incidents: [old] }));
			const { pictures } = await stores.privacy.retain(T0 + DAY_MS);
			expect(pictures).toEqual([picture]);
			expect(JSON.stringify(await stores.judgements.incident("FF-1"))).not.toMatch(/山脚|report-/);
		});

		it("retention keeps what is open and what is young, and ends", async () => {
			const at = T0 + KEEPING.wholeMs + DAY_MS;
			await stores.judgements.commit(
				judgement("old", { incidents: [incident("FF-1", { state: "closed", closedAt: T0 }), incident("FF-2")] }),
			);
			await stores.judgements.commit(judgement("young", { at: at - DAY_MS }));
			let slices = 0;
			while (await stores.retention.slice(at)) slices++;
			expect(slices).toBeLessThan(100);
			expect([await stores.judgements.wasJudged("old"), await stores.judgements.wasJudged("young")]).toEqual([
				false,
				true,
			]);
			expect((await stores.judgements.openIncidents()).map((i) => i.id)).toEqual(["FF-2"]);
			expect(await stores.judgements.incident("FF-1")).toMatchObject({ id: "FF-1", state: "closed" });
		});
	});
}
