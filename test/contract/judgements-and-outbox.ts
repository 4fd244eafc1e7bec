import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../gateway/base/random.ts";
import { delivery } from "../harness/deliveries.ts";
import { entry, incident, judgement, type OpenedStores, T0, withStores } from "./fixture.ts";

/** What every implementation must do with judgements and messages, whatever it keeps its rows in. */
export function toldContract(name: string, open: () => Promise<OpenedStores>): void {
	withStores(`${name} as a store`, open, (own) => {
		describe("accounts", () => {
			it("a setting is the last that was written, and outlives a restart", async () => {
				expect(await own.stores.accounts.setting("a")).toBeUndefined();
				await own.stores.accounts.setSetting("a", "1");
				await own.stores.accounts.setSetting("a", "2");
				await own.reopen();
				expect(await own.stores.accounts.setting("a")).toBe("2");
			});

			it("a secret is made once", async () => {
				const made = await own.stores.accounts.secret("s", new SeededRandom(1));
				expect(made.length).toBeGreaterThanOrEqual(32);
				await own.reopen();
				expect(await own.stores.accounts.secret("s", new SeededRandom(2))).toBe(made);
			});

			it("a session holds until it expires or is ended; ending a user's leaves one and those of others", async () => {
				const { accounts } = own.stores;
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
				const { accounts } = own.stores;
				await accounts.addEnrolment("e", "p1", T0 + 1000);
				expect(await accounts.enrolment("e", T0 + 1000)).toBeUndefined();
				expect(await accounts.enrolment("e", T0)).toBe("p1");
				await accounts.consumeEnrolment("e");
				expect(await accounts.enrolment("e", T0)).toBeUndefined();
			});

			it("a phone that subscribes again is one subscription", async () => {
				const { accounts } = own.stores;
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
				const { judgements } = own.stores;
				const open = incident("FF-1");
				await judgements.commit(
					judgement("e1", {
						incidents: [open],
						ledger: [entry("opened")],
						deliveries: [{ ...delivery("d1", "sms", "1", "p1"), createdAt: T0 }],
					}),
				);
				await own.reopen();
				expect(await own.stores.judgements.wasJudged("e1")).toBe(true);
				expect(await own.stores.judgements.wasJudged("e2")).toBe(false);
				expect(await own.stores.judgements.openIncidents()).toEqual([open]);
				expect((await own.stores.judgements.ledger.ofIncident("FF-1")).map((l) => l.what)).toEqual(["opened"]);
				expect((await own.stores.outbox.ofIncident("FF-1")).map((d) => [d.id, d.state])).toEqual([["d1", "queued"]]);
			});

			it("one that cannot be written leaves nothing behind", async () => {
				const { judgements } = own.stores;
				await judgements.commit(judgement("e1", { deliveries: [delivery("d1", "sms", "1", "p1")] }));
				// JSON has no such number: the ledger's entry, the last to be written, cannot be
				const unwritable = entry("opened", { detail: { n: 1n } });
				const deliveries = [delivery("d2", "sms", "2", "p2")];
				const broken = judgement("e2", { incidents: [incident("FF-2")], ledger: [unwritable], deliveries });
				await expect(judgements.commit(broken)).rejects.toThrow();
				expect(await judgements.wasJudged("e2")).toBe(false);
				expect(await judgements.incident("FF-2")).toBeUndefined();
				expect(await judgements.ledger.ofIncident("FF-1")).toEqual([]);
				expect(await own.stores.outbox.delivery("d2")).toBeUndefined();
			});

			it("the same message is written once, whoever makes it again", async () => {
				const first = { ...delivery("d1", "sms", "1", "p1"), key: "same" };
				await own.stores.judgements.commit(judgement("e1", { deliveries: [first] }));
				await own.stores.judgements.commit(judgement("e2", { deliveries: [{ ...first, id: "d2" }] }));
				expect((await own.stores.outbox.ofIncident("FF-1")).map((d) => d.id)).toEqual(["d1"]);
			});

			it("what is over is found by its end, and awaits its closing until its file is closed", async () => {
				const { judgements } = own.stores;
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
				const { judgements } = own.stores;
				const all = [0, 1, 2].map((n) => incident(`FF-${n}`, { openedAt: T0 + n }));
				await judgements.commit(judgement("e1", { incidents: all }));
				expect((await judgements.openedBetween(T0, T0 + 2)).map((i) => i.id)).toEqual(["FF-0", "FF-1"]);
				expect((await judgements.recentIncidents(10)).map((i) => i.id)).toEqual(["FF-2", "FF-1", "FF-0"]);
			});

			it("a stop takes back what waits, of one person or of all; what was held goes on waiting", async () => {
				const { judgements, outbox } = own.stores;
				const waiting = ["p1", "p2"].map((p) => delivery(p, "sms", p, p));
				await judgements.commit(judgement("e1", { deliveries: waiting }));
				await judgements.commit(judgement("e2", { stops: [{ incidentId: "FF-1", personId: "p1" }] }));
				expect(await Promise.all(["p1", "p2"].map((id) => outbox.state(id)))).toEqual(["stopped", "queued"]);
				await judgements.commit(judgement("e3", { holds: [{ incidentId: "FF-1", until: T0 + 60_000 }] }));
				expect(await outbox.due(T0, 10)).toEqual([]);
				expect((await outbox.due(T0 + 60_000, 10)).map((d) => d.id)).toEqual(["p2"]);
				await judgements.commit(judgement("e4", { holds: [{ incidentId: "FF-1" }] }));
				expect((await outbox.due(T0, 10)).map((d) => d.id)).toEqual(["p2"]);
			});

			it("when the clock is set, what waits moves with it", async () => {
				const { judgements, outbox } = own.stores;
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
				await own.stores.judgements.ledger.append([entry("opened"), entry("step")]);
				await own.reopen();
				const { ledger } = own.stores.judgements;
				await ledger.append([entry("closed", { at: T0 + 1 })]);
				const rows = await ledger.ofIncident("FF-1");
				expect(rows.map((r) => [r.n, r.what])).toEqual([
					[1, "opened"],
					[2, "step"],
					[3, "closed"],
				]);
				expect(new Set(rows.map((r) => r.hash)).size).toBe(3);
				expect(await ledger.firstBroken()).toBeUndefined();
				const { n, hash } = await ledger.tail();
				expect({ n, hash }).toEqual({ n: 3, hash: rows[2]?.hash });
				expect([await ledger.has(`3:${hash}`), await ledger.has(`2:${hash}`)]).toEqual([true, false]);
				expect((await ledger.between(T0 + 1, T0 + 2)).map((r) => r.what)).toEqual(["closed"]);
			});

			it("keeps what belongs to people beside the chain, so that it can be erased and the chain stays whole", async () => {
				const { ledger } = own.stores.judgements;
				await ledger.append([entry("answer:going", { who: "p1", personal: { name: "王", note: "在路上" } })]);
				expect((await ledger.ofIncident("FF-1"))[0]).toMatchObject({ personal: { name: "王", note: "在路上" } });
				expect(await own.stores.privacy.knows("p1")).toBe(true);
				await own.stores.privacy.forget("p1", "office", T0);
				const [row] = await ledger.ofIncident("FF-1");
				expect(JSON.stringify(row)).not.toMatch(/王|在路上/);
				expect(await ledger.firstBroken()).toBeUndefined();
			});
		});

		describe("the outbox", () => {
			const queued = async () => {
				await own.stores.outbox.add({ ...delivery("d1", "sms", "1", "p1"), createdAt: T0 });
				const found = await own.stores.outbox.delivery("d1");
				if (!found) throw new Error("it was not added");
				return found;
			};

			it("the same key is queued once", async () => {
				const { outbox } = own.stores;
				await outbox.add(delivery("one", "test"));
				await outbox.add({ ...delivery("two", "test"), key: "one" });
				expect(await outbox.ofIncident("FF-1")).toHaveLength(1);
			});

			it("a delivery is claimed and settled with its attempt, which the ledger has as well", async () => {
				const d = await queued();
				const { outbox, judgements } = own.stores;
				expect(await outbox.claim("d1")).toBe(true);
				await outbox.settle(d, "accepted", T0, { at: T0 + 5, outcome: "accepted", detail: "ok", tookMs: 5 });
				expect(await outbox.ofIncident("FF-1")).toMatchObject([
					{ state: "accepted", tries: [{ outcome: "accepted" }] },
				]);
				expect((await judgements.ledger.ofIncident("FF-1")).map((l) => l.what)).toEqual(["attempt:accepted"]);
			});

			it("what an answer has stopped meanwhile cannot be claimed, and stays stopped", async () => {
				const d = await queued();
				await own.stores.judgements.commit(judgement("e1", { stops: [{ incidentId: "FF-1" }] }));
				expect(await own.stores.outbox.claim("d1")).toBe(false);
				await own.stores.outbox.settle(d, "queued", T0, { at: T0, outcome: "retry", detail: "", tookMs: 1 });
				expect(await own.stores.outbox.state("d1")).toBe("stopped");
			});

			it("what was being sent when the process ended waits again after the restart", async () => {
				await queued();
				await own.stores.outbox.claim("d1");
				await own.reopen();
				await own.stores.outbox.recover(T0 + 1000);
				expect(await own.stores.outbox.state("d1")).toBe("queued");
				expect(await own.stores.outbox.unsureAttempts("d1")).toBe(1);
			});

			it("alarms come before other messages, and lanes that are full are passed over", async () => {
				const { outbox } = own.stores;
				await outbox.add({ ...delivery("state", "sms", "1"), lane: "state" });
				await outbox.add({ ...delivery("alarm", "voice", "2", "p2"), createdAt: 1 });
				expect((await outbox.due(T0, 10)).map((d) => d.id)).toEqual(["alarm", "state"]);
				expect((await outbox.due(T0, 10, ["voice"])).map((d) => d.id)).toEqual(["state"]);
				expect((await outbox.due(T0, 10, ["sms:1"])).map((d) => d.id)).toEqual(["alarm"]);
			});

			it("a receipt counts once, and says when a person was last heard", async () => {
				await queued();
				const receipt = { what: "delivered", at: T0 + 9, detail: "" };
				expect(await own.stores.outbox.receipt("d1", receipt)).toBe(true);
				expect(await own.stores.outbox.receipt("d1", receipt)).toBe(false);
				expect(await own.stores.outbox.receipt("unknown", receipt)).toBe(false);
				expect((await own.stores.outbox.lastHeard()).get("p1")).toBe(T0 + 9);
			});

			it("says when the next is due, and names people whom nothing has reached", async () => {
				expect(await own.stores.outbox.nextDue()).toBeUndefined();
				await queued();
				await own.stores.outbox.postpone([{ id: "d1", nextAt: T0 + 500 }]);
				expect(await own.stores.outbox.nextDue()).toBe(T0 + 500);
				const patience = 60_000;
				expect(await own.stores.outbox.notReached(T0 - 1, T0 + patience - 1, patience)).toEqual([]);
				expect(await own.stores.outbox.notReached(T0 - 1, T0 + patience, patience)).toEqual([
					{ incidentId: "FF-1", personId: "p1" },
				]);
			});
		});
	});
}
