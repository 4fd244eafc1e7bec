import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createNetServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery } from "../../test/harness/deliveries.ts";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import type { Incident } from "../model/incident.ts";
import { createLog } from "../ops/log/log.ts";
import { CentreChannel } from "./channels/centre.ts";
import { accepted, byStatus, type Outcome, retry } from "./channels/channel.ts";
import { dingtalkSign } from "./channels/dingtalk.ts";
import { RobotChannel } from "./channels/robot.ts";
import { WebhookChannel, webhookSignature } from "./channels/webhook.ts";

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
		[
			"HTTP 200 with another errcode is a refusal",
			"wecom",
			200,
			'{"errcode":93000,"errmsg":"invalid webhook url"}',
			"failed",
		],
		["too fast is tried again", "dingtalk", 200, '{"errcode":130101,"errmsg":"send too fast"}', "retry"],
		["a wrong clock is tried again", "dingtalk", 200, '{"errcode":310000,"errmsg":"invalid timestamp"}', "retry"],
		["a wrong keyword is final", "dingtalk", 200, '{"errcode":310000,"errmsg":"keywords not in content"}', "failed"],
		["an answer that is no JSON is tried again", "wecom", 200, "<html>", "retry"],
		["HTTP 502 is tried again", "wecom", 502, "", "retry"],
	])("group robot: %s", async (_name, kind, status, body, expected) => {
		answer = { status, body };
		const robots = {
			village: { kind: kind as "wecom", token: "T", url, ...(kind === "dingtalk" ? { secret: "SEC" } : {}) },
		};
		const channel = new RobotChannel(robots, new ManualClock(1_599_360_473_000));
		const outcome = await channel.send(delivery("d", "robot", "village"), undefined, signal());
		expect(outcome.kind).toBe(expected);
		expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({ msgtype: "text", text: { content: "疑似林火\n双河镇1村" } });
		if (kind === "dingtalk") expect(got[0]?.request.url).toMatch(/access_token=T&timestamp=1599360473000&sign=[^+/]+$/);
	});

	it("a webhook is signed over its timestamp and body, and carries the key that makes a repetition harmless", async () => {
		answer = { status: 204, body: "" };
		const channel = new WebhookChannel({ county: { url, secret: "k" } }, new ManualClock(1_000_000));
		expect(
			(await channel.send(delivery("d7", "webhook", "county"), { link: "http://x/i.html#t", code: "123456" }, signal()))
				.kind,
		).toBe("accepted");
		const { request, body } = got[0] as { request: IncomingMessage; body: string };
		expect(request.headers["x-lookout-signature"]).toBe(webhookSignature("k", "1000", body));
		expect(request.headers["x-lookout-delivery"]).toBe("d7");
		expect(JSON.parse(body)).toMatchObject({ id: "d7", incidentId: "FF-1", link: "http://x/i.html#t" });
	});

	it("waits as long as the receiver asks, gives up on a refusal, tries again when nobody is there", async () => {
		const channel = new WebhookChannel(
			{ county: { url, secret: "k" }, nobody: { url: "http://127.0.0.1:1/x", secret: "k" } },
			new ManualClock(),
		);
		answer = { status: 429, body: "", headers: { "retry-after": "7" } };
		expect(await channel.send(delivery("d", "webhook", "county"), undefined, signal())).toMatchObject({
			kind: "retry",
			afterMs: 7000,
		});
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
	const patience = new AbortController();
	const server = createNetServer((socket) => {
		held.push(socket);
		socket.on("error", () => {});
		if (held.length > 1) socket.once("data", () => socket.resetAndDestroy());
		else socket.once("data", () => patience.abort(new DOMException("in vain", "TimeoutError")));
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
	expect(await channel.send(delivery("d", "webhook", "slow"), undefined, patience.signal)).toMatchObject({
		kind: "unsure",
	});
	expect(await channel.send(delivery("d", "webhook", "slow"), undefined, AbortSignal.timeout(5000))).toMatchObject({
		kind: "unsure",
	});
	expect(await channel.send(delivery("d", "webhook", "nobody"), undefined, AbortSignal.timeout(5000))).toMatchObject({
		kind: "retry",
	});
	expect(await channel.send(delivery("d", "webhook", "handshake"), undefined, AbortSignal.timeout(200))).toMatchObject({
		kind: "retry",
	});
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
	const centre = new CentreChannel(
		{
			url,
			towerId: "t1",
			timeoutMs: 2000,
			incident: async (id) => ({ id, state: "detected" }) as Incident,
			seal: async (_topic, body) => JSON.stringify(body),
		},
		createLog("silent"),
	);
	expect((await centre.send(delivery("d", "centre"))).kind).toBe("retry"); // not connected yet
	await new Promise((resolve) => aedes.once("clientReady", resolve));
	let outcome = await centre.send(delivery("d", "centre"));
	const isAccepted = async () => {
		if (outcome.kind !== "accepted") outcome = await centre.send(delivery("d", "centre"));
		return outcome.kind === "accepted";
	};
	await until(isAccepted, 10_000, "the broker's word");
	expect(outcome).toEqual(accepted("PUBACK"));
	expect(got[0]).toMatch(/^fw\/1\/t1\/incident \{"id":"d","tower":"t1".*"state":"detected"\}\}$/);
	await centre.stop();
	await new Promise<void>((resolve) => aedes.close(() => resolve()));
	await new Promise((resolve) => server.close(resolve));
});

it("what is exported at once is published in the order in which it is signed", async () => {
	const aedes = await Aedes.createBroker();
	const got: number[] = [];
	aedes.on("publish", (packet, client) => client && got.push(JSON.parse(String(packet.payload)).seq));
	const server = createNetServer(aedes.handle);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`;
	let seq = 0;
	const random = new SeededRandom(5);
	// numbered at once, and signed in a time of its own
	const seal = async (_topic: string, body: object) => {
		const text = JSON.stringify({ ...body, seq: ++seq });
		for (let turns = Math.floor(random.next() * 20); turns > 0; turns--)
			await new Promise((resolve) => setImmediate(resolve));
		return text;
	};
	const options = { url, towerId: "t1", timeoutMs: 5000, incident: async (id: string) => ({ id }) as Incident, seal };
	const centre = new CentreChannel(options, createLog("silent"));
	centre.open();
	await new Promise((resolve) => aedes.once("clientReady", resolve));
	const isAccepted = async () => (await centre.send(delivery("first", "centre"))).kind === "accepted";
	await until(isAccepted, 10_000, "the broker's word");
	const before = got.length;
	const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => centre.send(delivery(`d${n}`, "centre"))));
	expect(outcomes.every((o) => o.kind === "accepted")).toBe(true);
	expect(got.slice(before)).toEqual(Array.from({ length: 40 }, (_, n) => before + n + 1));
	await centre.stop();
	await new Promise<void>((resolve) => aedes.close(() => resolve()));
	await new Promise((resolve) => server.close(resolve));
});

it("however long a provider asks to be left alone, an alarm is tried again within a minute", () => {
	for (const wanted of ["999999999", "1e308", "Infinity"])
		expect(byStatus(503, "busy", wanted)).toEqual(retry("busy", 60_000));
	expect(byStatus(429, "busy", "-3")).toEqual(retry("busy"));
	expect(byStatus(302, "to a log-in page").kind).toBe("retry");
});
