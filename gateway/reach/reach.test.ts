import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createNetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import type { Delivery } from "../model/incident.ts";
import { createLog } from "../ops/log/log.ts";
import { Database } from "../store/database.ts";
import { JudgementStore } from "../store/judgement.ts";
import { OutboxStore } from "../store/outbox.ts";
import { CentreChannel } from "./channels/centre.ts";
import { accepted, byStatus, type Channel, failed, type Outcome, retry, unsure } from "./channels/channel.ts";
import { dingtalkSign } from "./channels/dingtalk.ts";
import { RobotChannel } from "./channels/robot.ts";
import { WebhookChannel, webhookSignature } from "./channels/webhook.ts";
import { Dispatcher } from "./outbox/dispatcher.ts";

const message = {
	title: "疑似林火",
	body: "双河镇1村",
	short: "疑似林火",
	confirmed: false,
	incidentId: "FF-1",
	kind: "fire",
	status: "exercise",
	state: "detected",
	at: 0,
} as const;
const delivery = (id: string, channel: string, address = "a", personId?: string): Delivery => {
	return { id, incidentId: "FF-1", key: id, channel, address, lane: "alarm", message, createdAt: 0, ...(personId ? { personId } : {}) };
};

describe("signatures", () => {
	it("DingTalk's known vector", () => {
		expect(dingtalkSign("SECtest0123456789", 1_599_360_473_000)).toBe("d561CEf8+24KBTDxxx7rxbC2sevrU8EU2HquIb3EVHQ=");
	});
});

describe("HTTP channels", () => {
	let server: Server;
	let url: string;
	let answer: { status: number; body: string; headers?: Record<string, string> };
	let got: { request: IncomingMessage; body: string }[];
	beforeEach(async () => {
		got = [];
		server = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				got.push({ request, body });
				response.writeHead(answer.status, answer.headers).end(answer.body);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		url = `http://127.0.0.1:${(server.address() as { port: number }).port}/send`;
	});
	afterEach(() => new Promise((resolve) => server.close(resolve)));
	const signal = () => AbortSignal.timeout(5000);

	it.each<[string, string, number, string, Outcome["kind"]]>([
		["errcode 0 is accepted", "wecom", 200, '{"errcode":0,"errmsg":"ok"}', "accepted"],
		["HTTP 200 with another errcode is a refusal", "wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', "failed"],
		["too fast is tried again", "dingtalk", 200, '{"errcode":130101,"errmsg":"send too fast"}', "retry"],
		["a wrong clock is tried again", "dingtalk", 200, '{"errcode":310000,"errmsg":"invalid timestamp"}', "retry"],
		["a wrong keyword is final", "dingtalk", 200, '{"errcode":310000,"errmsg":"keywords not in content"}', "failed"],
		["an answer that is no JSON is tried again", "wecom", 200, "<html>", "retry"],
		["HTTP 502 is tried again", "wecom", 502, "", "retry"],
	])("group robot: %s", async (_name, kind, status, body, expected) => {
		answer = { status, body };
		const robots = { village: { kind: kind as "wecom", token: "T", url, ...(kind === "dingtalk" ? { secret: "SEC" } : {}) } };
		const channel = new RobotChannel(robots, new ManualClock(1_599_360_473_000));
		const outcome = await channel.send(delivery("d", "robot", "village"), undefined, signal());
		expect(outcome.kind).toBe(expected);
		expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({ msgtype: "text", text: { content: "疑似林火\n双河镇1村" } });
		if (kind === "dingtalk") expect(got[0]?.request.url).toMatch(/access_token=T&timestamp=1599360473000&sign=[^+/]+$/);
	});

	it("a webhook is signed over its timestamp and body, and carries the key that makes a repetition harmless", async () => {
		answer = { status: 204, body: "" };
		const channel = new WebhookChannel({ county: { url, secret: "k" } }, new ManualClock(1_000_000));
		expect((await channel.send(delivery("d7", "webhook", "county"), { link: "http://x/i.html#t", code: "123456" }, signal())).kind).toBe("accepted");
		const { request, body } = got[0] as { request: IncomingMessage; body: string };
		expect(request.headers["x-lookout-signature"]).toBe(webhookSignature("k", "1000", body));
		expect(request.headers["x-lookout-delivery"]).toBe("d7");
		expect(JSON.parse(body)).toMatchObject({ id: "d7", incidentId: "FF-1", link: "http://x/i.html#t" });
	});

	it("waits as long as the receiver asks, gives up on a refusal, tries again when nobody is there", async () => {
		const channel = new WebhookChannel({ county: { url, secret: "k" }, nobody: { url: "http://127.0.0.1:1/x", secret: "k" } }, new ManualClock());
		answer = { status: 429, body: "", headers: { "retry-after": "7" } };
		expect(await channel.send(delivery("d", "webhook", "county"), undefined, signal())).toMatchObject({ kind: "retry", afterMs: 7000 });
		answer = { status: 400, body: "" };
		expect((await channel.send(delivery("d", "webhook", "county"), undefined, signal())).kind).toBe("failed");
		// somebody can mend these while the alarm waits
		for (const status of [401, 403, 404]) {
			answer = { status, body: "" };
			expect((await channel.send(delivery("d", "webhook", "county"), undefined, signal())).kind).toBe("retry");
		}
		expect((await channel.send(delivery("d", "webhook", "nobody"), undefined, signal())).kind).toBe("retry");
		expect((await channel.send(delivery("d", "webhook", "unknown"), undefined, signal())).kind).toBe("failed");
	});
});

it("a request that may have been read and is not answered is unsure; one that never got through is tried again", async () => {
	const held: Socket[] = [];
	const server = createNetServer((socket) => {
		held.push(socket);
		socket.on("error", () => {});
		if (held.length > 1) socket.once("data", () => socket.resetAndDestroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
	// takes the connection and never answers the TLS handshake: nothing can have been read
	const deaf = createNetServer((socket) => void held.push(socket.on("error", () => {})));
	await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
	const handshake = { url: `https://127.0.0.1:${(deaf.address() as { port: number }).port}/`, secret: "k" };
	const channel = new WebhookChannel(
		{ handshake, slow: { url, secret: "k" }, nobody: { url: "http://127.0.0.1:1/", secret: "k" } },
		new ManualClock(),
	);
	expect(await channel.send(delivery("d", "webhook", "slow"), undefined, AbortSignal.timeout(200))).toMatchObject({ kind: "unsure" });
	expect(await channel.send(delivery("d", "webhook", "slow"), undefined, AbortSignal.timeout(5000))).toMatchObject({ kind: "unsure" });
	expect(await channel.send(delivery("d", "webhook", "nobody"), undefined, AbortSignal.timeout(5000))).toMatchObject({ kind: "retry" });
	expect(await channel.send(delivery("d", "webhook", "handshake"), undefined, AbortSignal.timeout(200))).toMatchObject({ kind: "retry" });
	await new Promise((resolve) => deaf.close(resolve) && held.at(-1)?.destroy());
	for (const socket of held) socket.destroy();
	await new Promise((resolve) => server.close(resolve));
});

it("exports to the centre's broker: accepted once it has acknowledged, tried again while it is away", async () => {
	const aedes = await Aedes.createBroker();
	const got: string[] = [];
	aedes.on("publish", (packet, client) => client && got.push(`${packet.topic} ${packet.payload}`));
	const server = createNetServer(aedes.handle);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`;
	const centre = new CentreChannel({ url, towerId: "t1", timeoutMs: 2000, incident: async (id) => ({ id, state: "detected" }) }, createLog("silent"));
	expect((await centre.send(delivery("d", "centre"))).kind).toBe("retry"); // not connected yet
	await new Promise((resolve) => aedes.once("clientReady", resolve));
	let outcome = await centre.send(delivery("d", "centre"));
	for (let i = 0; i < 100 && outcome.kind !== "accepted"; i++) {
		await new Promise((resolve) => setTimeout(resolve, 10));
		outcome = await centre.send(delivery("d", "centre"));
	}
	expect(outcome).toEqual(accepted("PUBACK"));
	expect(got[0]).toMatch(/^fw\/1\/t1\/incident \{"id":"d","tower":"t1".*"state":"detected"\}\}$/);
	await centre.stop();
	await new Promise<void>((resolve) => aedes.close(() => resolve()));
	await new Promise((resolve) => server.close(resolve));
});

describe("outbox", () => {
	let folder: string;
	let db: Database;
	let store: OutboxStore;
	let judgements: JudgementStore;
	let clock: ManualClock;
	let dispatcher: Dispatcher | undefined;
	let sent: string[];
	let outcomes: Outcome[];
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-outbox-"));
		db = await Database.open(join(folder, "store.db"));
		store = new OutboxStore(db);
		judgements = new JudgementStore(db);
		clock = new ManualClock(0);
		sent = [];
		outcomes = [];
	});
	afterEach(async () => {
		await dispatcher?.stop();
		await db.close();
		rmSync(folder, { recursive: true });
	});

	const channel: Channel = {
		send: async (d) => {
			sent.push(d.id);
			return outcomes.shift() ?? accepted("ok");
		},
	};
	async function start(): Promise<void> {
		dispatcher = new Dispatcher(
			{ channels: { test: channel }, timeoutMs: 1000, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await dispatcher.start();
	}
	/** Lets the dispatcher work until the store agrees; the test's clock stands still meanwhile. */
	const settled = (id: string, state: string) => until(async () => (await store.state(id)) === state, 10_000, `${id} to be ${state}`);

	it("records each attempt, waits longer after each failure, and ends with the first success", async () => {
		outcomes = [retry("busy"), retry("busy"), accepted("ok")];
		await store.add(delivery("d", "test"));
		await start();
		const row = async () => (await store.ofIncident("FF-1"))[0];
		/** The pause that the store holds after so many attempts; the clock is moved on only by it. */
		const pauseAfter = async (tries: number) => {
			await until(
				async () => {
					// the attempt is on the disk before the timer for the next one is set: move on in small steps until it fires
					if ((await row())?.tries.length === tries) return true;
					clock.advance(50);
					return false;
				},
				10_000,
				`attempt ${tries}`,
			);
			return ((await row())?.nextAt ?? 0) - ((await row())?.tries.at(-1)?.at ?? 0);
		};
		const [first, second] = [await pauseAfter(1), await pauseAfter(2)];
		expect(first).toBeGreaterThanOrEqual(1000);
		expect(second).toBeGreaterThan(first);
		await pauseAfter(3);
		await settled("d", "accepted");
		expect((await row())?.tries.map((t) => t.outcome)).toEqual(["retry", "retry", "accepted"]);
	});

	it("a refusal and an unknown channel are final, and stand in the way of nothing else", async () => {
		outcomes = [failed("no")];
		await store.add(delivery("bad", "test"));
		await store.add(delivery("lost", "nowhere"));
		await store.add(delivery("good", "test", "b"));
		await start();
		await settled("bad", "failed");
		await settled("lost", "failed");
		await settled("good", "accepted");
	});

	it("an answer stops what is still queued for that person, and for nobody else", async () => {
		await store.add(delivery("mine", "test", "a", "p1"));
		await store.add(delivery("theirs", "test", "b", "p2"));
		await judgements.commit({
			eventId: "e",
			at: 1,
			incidents: [],
			ledger: [],
			deliveries: [],
			stops: [{ incidentId: "FF-1", personId: "p1", why: "going" }],
		});
		await start();
		await settled("theirs", "accepted");
		expect(await store.state("mine")).toBe("stopped");
		expect(sent).toEqual(["theirs"]);
	});

	it("what was being sent when the process ended is sent again after the restart", async () => {
		await store.add(delivery("d", "test"));
		await store.claim("d");
		await start();
		await settled("d", "accepted");
		expect(sent).toEqual(["d"]);
	});

	it("an outcome that the disk refuses is written later, and nothing hangs", async () => {
		await store.add(delivery("d", "test"));
		const settle = store.settle.bind(store);
		let refusals = 2;
		store.settle = (...args) => (refusals-- > 0 ? Promise.reject(new Error("disk full")) : settle(...args));
		await start();
		await until(
			async () => {
				clock.advance(1000);
				return (await store.state("d")) === "accepted";
			},
			10_000,
			"the outcome on the disk",
		);
		expect(sent).toEqual(["d"]);
	});

	it("a channel that takes one at a time holds up no other, and an answer stops what waits for it", async () => {
		const serial: string[] = [];
		let free: () => void = () => {};
		const slow: Channel = {
			atOnce: 1,
			send: async (d) => {
				serial.push(d.id);
				await new Promise<void>((resolve) => {
					free = resolve;
				});
				return accepted("ok");
			},
		};
		for (let i = 0; i < 200; i++) await store.add({ ...delivery(`m${i}`, "slow", "a", "p1"), createdAt: i });
		await store.add({ ...delivery("other", "test", "b", "p2"), createdAt: 999 });
		dispatcher = new Dispatcher(
			{ channels: { test: channel, slow }, timeoutMs: 60_000, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		clock.advance(1000);
		await dispatcher.start();
		await settled("other", "accepted");
		expect(serial).toEqual(["m0"]);
		const stops = [{ incidentId: "FF-1", personId: "p1", why: "false" }];
		await judgements.commit({ eventId: "e", at: 1, incidents: [], ledger: [], deliveries: [], stops });
		free();
		await settled("m0", "accepted");
		expect(serial).toEqual(["m0"]);
		expect(await store.state("m1")).toBe("stopped");
	});

	it("three copies at the most may have been delivered; what is given up counts as not reached", async () => {
		outcomes = [unsure("broken"), retry("busy"), unsure("broken"), unsure("broken"), accepted("never asked for")];
		await store.add(delivery("d", "test"));
		await start();
		await until(
			async () => {
				clock.advance(5000);
				return (await store.state("d")) === "failed";
			},
			10_000,
			"it to be given up",
		);
		// a plain refusal is no copy
		expect(sent).toEqual(["d", "d", "d", "d"]);
		expect((await store.ofIncident("FF-1"))[0]?.tries.at(-1)?.outcome).toBe("unsure");
	});

	it("crashes between sending and its outcome count as copies too, and those before it cost nothing", async () => {
		await store.add(delivery("d", "test"));
		for (let crash = 0; crash < 3; crash++) {
			await store.claim("d");
			await store.recover(crash);
		}
		// a fourth would be one too many
		await start();
		await settled("d", "failed");
		expect(sent).toEqual([]);
		await store.add(delivery("fresh", "test"));
		await store.recover(9); // the process ended while it waited
		dispatcher?.wake();
		await settled("fresh", "accepted");
		expect((await store.delivery("fresh"))?.attempts).toBe(1);
	});

	it("channels that hang hold up no other, and one that hangs is tried one at a time", async () => {
		let hanging = 0;
		let most = 0;
		const hung: Channel = {
			send: (_d, _r, signal) =>
				new Promise((resolve) => {
					most = Math.max(most, ++hanging);
					signal.addEventListener("abort", () => {
						hanging--;
						resolve(unsure("no answer in time"));
					});
				}),
		};
		for (const name of ["ntfy", "sms", "voice"])
			for (let i = 0; i < 300; i++) await store.add({ ...delivery(`${name}${i}`, name, `a${i}`), createdAt: 0 });
		await store.add({ ...delivery("mine", "test", "b"), createdAt: 1 });
		clock.advance(1000);
		dispatcher = new Dispatcher(
			{ channels: { test: channel, ntfy: hung, sms: hung, voice: hung }, timeoutMs: 300, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await dispatcher.start();
		await settled("mine", "accepted");
		expect(most).toBeGreaterThan(100);
		// after a round without an answer each is tried one at a time
		await until(() => hanging <= 3, 10_000, "the lanes to narrow");
	});

	it("a receiver that hangs holds up no other of its channel, and what was never tried goes before what is repeated", async () => {
		const webhook: Channel = {
			send: async (d, _r, signal) => {
				if (d.address === "good") return accepted("ok");
				return new Promise((resolve) => signal.addEventListener("abort", () => resolve(unsure("no answer in time"))));
			},
		};
		for (let i = 0; i < 8; i++) await store.add({ ...delivery(`h${i}`, "webhook", "hangs"), createdAt: 0 });
		dispatcher = new Dispatcher(
			{ channels: { webhook }, timeoutMs: 100, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await dispatcher.start();
		for (let i = 0; i < 8; i++) await until(async () => (await store.delivery(`h${i}`))?.attempts === 1, 10_000, "the first tries to hang");
		await store.add(delivery("g", "webhook", "good"));
		dispatcher.wake();
		await settled("g", "accepted");
		await store.add({ ...delivery("h-new", "webhook", "hangs"), createdAt: 3_600_000 });
		expect((await store.due(3_600_000, 2)).map((d) => d.id)).toEqual(["h-new", "h0"]);
		expect(await store.due(3_600_000, 2, ["webhook:hangs"])).toEqual([]);
	});

	it("a channel that keeps to no time holds its place no longer than that, and a stop does not wait for it", async () => {
		const talking: Channel = { send: () => new Promise(() => {}) };
		await store.add(delivery("t", "test"));
		dispatcher = new Dispatcher(
			{ channels: { test: talking }, timeoutMs: 300, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await dispatcher.start();
		await until(async () => (await store.delivery("t"))?.state === "trying", 5_000, "it to be sent");
		clock.advance(3_000);
		await until(async () => (await store.delivery("t"))?.attempts === 1, 5_000, "it to be given up");
		expect((await store.ofIncident("FF-1"))[0]?.tries.at(-1)).toMatchObject({ outcome: "unsure" });
	});

	it("a channel that needs longer than others has its own time: what it still sends is not sent beside it", async () => {
		let finish: (outcome: Outcome) => void = () => {};
		const slow: Channel = {
			takesMs: 60_000,
			send: () =>
				new Promise((resolve) => {
					finish = resolve;
				}),
		};
		await store.add(delivery("s", "test"));
		dispatcher = new Dispatcher(
			{ channels: { test: slow }, timeoutMs: 300, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await dispatcher.start();
		await until(async () => (await store.delivery("s"))?.state === "trying", 5_000, "it to be sent");
		clock.advance(30_000);
		expect((await store.delivery("s"))?.state).toBe("trying");
		finish(accepted("sent"));
		await settled("s", "accepted");
	});

	it("however long a provider asks to be left alone, an alarm is tried again within a minute", () => {
		for (const wanted of ["999999999", "1e308", "Infinity"]) expect(byStatus(503, "busy", wanted)).toEqual(retry("busy", 60_000));
		expect(byStatus(429, "busy", "-3")).toEqual(retry("busy"));
		expect(byStatus(302, "to a log-in page").kind).toBe("retry");
	});

	it("a receiver that refuses narrows no lane: others on its channel go side by side", async () => {
		// nobody is answered before all are under way
		const waiting: (() => void)[] = [];
		const webhook: Channel = {
			send: async (d) => {
				if (d.address === "wrong") return retry("HTTP 404");
				await new Promise<void>((resolve) => {
					waiting.push(resolve);
					if (waiting.length === 20) for (const release of waiting) release();
				});
				return accepted("ok");
			},
		};
		for (let i = 0; i < 20; i++) await store.add({ ...delivery(`w${i}`, "webhook", "wrong"), createdAt: 0 });
		dispatcher = new Dispatcher(
			{ channels: { webhook }, timeoutMs: 1000, replyOf: async () => undefined },
			store,
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await dispatcher.start();
		await until(async () => (await store.delivery("w19"))?.attempts === 1, 10_000, "the refusals");
		for (let i = 0; i < 20; i++) await store.add({ ...delivery(`g${i}`, "webhook", "good"), createdAt: 0 });
		dispatcher.wake();
		await until(() => waiting.length === 20, 5_000, "all twenty to be under way");
		for (let i = 0; i < 20; i++) await settled(`g${i}`, "accepted");
	});

	it("tells of people none of whose addresses has taken a message, and of nobody else", async () => {
		await store.add(delivery("a1", "test", "a", "anna"));
		await store.add(delivery("a2", "nowhere", "a", "anna"));
		await store.add(delivery("b1", "nowhere", "b", "bert"));
		await start();
		await settled("a1", "accepted");
		await settled("b1", "failed");
		expect(await store.notReached(0, 1_000, 60_000)).toEqual([{ incidentId: "FF-1", personId: "bert" }]);
		await store.add({ ...delivery("c1", "test", "c", "carl"), createdAt: 10 });
		await dispatcher?.stop();
		expect((await store.notReached(0, 60_011, 60_000)).map((r) => r.personId)).toContain("bert");
	});

	it("the same key is queued once", async () => {
		await store.add(delivery("one", "test"));
		await store.add({ ...delivery("two", "test"), key: "one" });
		expect(await store.ofIncident("FF-1")).toHaveLength(1);
	});

	it("the ledger is chained: a changed line is found", async () => {
		const entry = (n: number) => ({ at: n, incidentId: "FF-1", what: "step", who: "rule", detail: { n } });
		await judgements.commit({ eventId: "a", at: 1, incidents: [], ledger: [entry(1), entry(2)], deliveries: [], stops: [] });
		await judgements.commit({ eventId: "b", at: 2, incidents: [], ledger: [entry(3)], deliveries: [], stops: [] });
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
		await db.write([{ sql: "UPDATE ledger SET who='nobody' WHERE n=2" }]);
		expect(await judgements.ledger.firstBroken()).toBe(2);
	});
});
