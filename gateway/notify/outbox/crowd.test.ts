import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { delivery } from "../../../test/harness/deliveries.ts";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import type { Delivery, Message } from "../../model/delivery.ts";
import { createLog } from "../../ops/log/log.ts";
import { Database } from "../../store/sqlite/database.ts";
import { SqliteOutboxStore } from "../../store/sqlite/outbox.ts";
import { accepted, retry } from "../channels/channel.ts";
import { holdBack } from "./budget.ts";
import { Crowd, together, worstOf } from "./crowd.ts";
import { Dispatcher } from "./dispatcher.ts";

/** A message about one of many fires to one person. */
const about = (n: number, message: Partial<Message> = {}, id = `d${n}`): Delivery => {
	const d = delivery(id, "sms", "+8613800000000", "officer");
	const incidentId = `FF-${n}`;
	return {
		...d,
		incidentId,
		key: id,
		message: { ...d.message, incidentId, short: `疑似林火 ${n}村`, body: `请核实，${n}村`, at: n, ...message },
	};
};

describe("a storm at one person", () => {
	it("never sends more than six messages in five minutes beside first words, whatever comes and when", () => {
		const random = new SeededRandom(3);
		const crowd = new Crowd();
		const sent: number[] = [];
		const waiting = Array.from({ length: 400 }, (_, n) => ({ d: about(n), at: random.next() * 1_200_000 }));
		for (let now = 0; now < 2_400_000; now += 500) {
			for (const w of waiting.filter((x) => x.at <= now)) {
				const decision = crowd.decide(w.d, now);
				if (decision.is === "later") w.at = now + decision.afterMs;
				else {
					sent.push(now);
					// together: all that waits goes with it
					const gone = decision.is === "together" ? waiting.filter((x) => x.at <= now || x.at < now + 300_000) : [w];
					for (const x of gone) waiting.splice(waiting.indexOf(x), 1);
				}
				if (decision.is === "together") break;
			}
		}
		expect(waiting).toEqual([]);
		for (const at of sent) expect(sent.filter((t) => t >= at && t < at + 300_000).length).toBeLessThanOrEqual(6);
	});

	it("first words go alone up to eight fires, then together every few seconds; what is tried again counts once", () => {
		const crowd = new Crowd();
		const first = (n: number) => about(n, { first: true });
		const looks = Array.from({ length: 20 }, (_, n) => crowd.decide(first(n), n * 50).is);
		expect(looks.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => "alone"));
		expect(looks.slice(8)).toEqual(Array.from({ length: 12 }, () => "later"));
		expect(crowd.decide(first(3), 2_000).is).toBe("alone");
		expect(crowd.decide(first(9), 6_000).is).toBe("together");
		expect(crowd.decide(first(30), 6_100)).toEqual({ is: "later", afterMs: 4_900 });
		// machines and other people are not counted
		expect(crowd.decide(delivery("w", "webhook", "a", "officer"), 6_000).is).toBe("alone");
		expect(crowd.decide({ ...first(31), personId: "chief" }, 6_000).is).toBe("alone");
	});

	it("an order waits behind no all-clears, and all-clears behind everything", () => {
		const crowd = new Crowd();
		for (let n = 0; n < 5; n++) crowd.decide(about(n, { task: "standDown" }), n);
		expect(crowd.decide(about(9, { task: "go" }), 100).is).toBe("alone");
		const busy = new Crowd();
		for (let n = 0; n < 5; n++) busy.decide(about(n, { task: "go" }), n);
		expect(busy.decide(about(9, { task: "standDown" }), 100).is).toBe("later");
	});

	it("a group's robot has one count for all who have it for an address, and stays below what its service takes in a minute", () => {
		const crowd = new Crowd();
		const robot = (n: number, who: string, first: boolean) => ({
			...about(n, first ? { first } : {}, `r${n}${who}`),
			channel: "robot",
			personId: who,
		});
		let now = 0;
		let sent = 0;
		const waiting = Array.from({ length: 100 }, (_, n) => ({ d: robot(n, `p${n % 10}`, n < 80), at: n * 100 }));
		for (; now < 60_000; now += 100) {
			for (const w of [...waiting].filter((x) => x.at <= now)) {
				if (!waiting.includes(w)) continue;
				const decision = crowd.decide(w.d, now);
				if (decision.is === "later") w.at = now + decision.afterMs;
				else sent++;
				const gone =
					decision.is === "alone"
						? [w]
						: decision.is === "together"
							? [...waiting].filter((x) => x.d.createdAt <= now)
							: [];
				for (const x of gone) waiting.splice(waiting.indexOf(x), 1);
			}
		}
		expect(waiting).toEqual([]);
		expect(sent).toBeLessThanOrEqual(18);
	});

	it("one message names how many and the worst, whose code it carries", () => {
		const all = [
			about(1),
			about(2, { confirmed: true, task: "go", body: "请出动，林火 2村" }),
			about(3),
			about(2, { task: "verify" }, "old"),
		];
		const worst = worstOf(all);
		expect(worst.id).toBe("d2");
		const message = together(
			worst.message,
			all.map((d) => d.message),
			"zh",
		);
		expect(message).toMatchObject({ incidentId: "FF-2", together: true, title: "疑似林火 ×3" });
		expect(message.body).toMatch(/^另有3起，最重：请出动，林火 2村；其余：疑似林火 1村；疑似林火 3村$/);
		expect(message.short.length).toBeLessThanOrEqual(60);
		const long = together(
			worst.message,
			Array.from({ length: 200 }, (_, n) => about(n).message),
			"en",
		);
		expect(long.body.length).toBeLessThanOrEqual(300);
	});

	it("a limit of a channel holds back no first word", async () => {
		const budget = { perMinute: 1, perDay: 1, reserve: 0.2 };
		const spent = async () => 100;
		expect(await holdBack(about(1), budget, spent, 0)).toMatchObject({ kind: "retry" });
		expect(await holdBack(about(1, { first: true }), budget, spent, 0)).toBeUndefined();
	});

	it("200 fires at once: all are told of within half a minute, in a dozen messages; a refusal loses none, and a restart forgets nothing", async () => {
		const folder = mkdtempSync(join(tmpdir(), "lookout-crowd-"));
		const db = await Database.open(join(folder, "store.db"));
		const store = new SqliteOutboxStore(db);
		const clock = new ManualClock(0);
		const sent: { at: number; d: Delivery }[] = [];
		let refuse = 1;
		const send = async (d: Delivery) => {
			if (d.message.together && refuse-- > 0) return retry("busy");
			sent.push({ at: clock.now(), d });
			return accepted("ok");
		};
		const start = async () => {
			const dispatcher = new Dispatcher(
				{ channels: { sms: { send } }, timeoutMs: 1000, replyOf: async () => undefined, language: "zh" },
				{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
			);
			await dispatcher.start();
			return dispatcher;
		};
		let dispatcher: Dispatcher | undefined;
		try {
			for (let n = 0; n < 200; n++) await store.add(about(n, { first: true }));
			dispatcher = await start();
			const count = async (states: string) =>
				Number((await db.get(`SELECT COUNT(*) AS n FROM outbox WHERE state IN (${states})`))?.["n"]);
			const isAtRest = async () => clock.waiting().includes("outbox") && (await count("'trying'")) === 0;
			// one that is under way may be refused, and wait again
			const left = () => count("'queued', 'trying'");
			await until(
				async () => {
					// while it is at work no time passes: on a busy machine it would be late for its own sake
					if (await isAtRest()) clock.advance(100);
					return (await left()) === 0;
				},
				30_000,
				"all to be told",
			);
			await dispatcher.stop();
			expect(sent.length).toBeLessThanOrEqual(12);
			expect(sent.at(-1)?.at).toBeLessThanOrEqual(30_000);
			expect(sent.some(({ d }) => /^另有\d+起/.test(d.message.body))).toBe(true);
			for (let n = 0; n < 200; n++) expect(await store.state(`d${n}`)).toBe("accepted");
			// more of the same, after a restart: still together
			const before = sent.length;
			for (let n = 300; n < 320; n++) await store.add({ ...about(n, { first: true }), createdAt: clock.now() });
			dispatcher = await start();
			await until(
				async () => {
					// while it is at work no time passes: on a busy machine it would be late for its own sake
					if (await isAtRest()) clock.advance(100);
					return (await left()) === 0;
				},
				30_000,
				"the others",
			);
			expect(sent.length - before).toBeLessThanOrEqual(3);
		} finally {
			await dispatcher?.stop();
			await db.close();
			rmSync(folder, { recursive: true });
		}
	});
});
