import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import jpeg from "jpeg-js";
import { SystemClock } from "../../gateway/base/clock.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { readClock } from "../../gateway/sim/clock-overlay.ts";
import { login, Simulation } from "../../gateway/sim/simulation.ts";
import { certificateFile, freePort, type Gateway, startGateway, until } from "../harness/harness.ts";
import { quantile, round, sleep } from "./proc.ts";

const KEYFRAME_S = 2;
const ALARMS = 100;
const FIRES = 4;
const FRAMES = 60;

interface Bench {
	simulation: Simulation;
	gateway: Gateway;
	cookie: string;
	/** Changes of the live feed with the moment they arrived. */
	feed: { type: string; at: number; data: { incident?: Incident; cameras?: { id: string; lastFrameAt?: number }[] } }[];
	pushes: { incidentId: string; at: number }[];
	ports: { broker: number; console: number };
	stop: () => Promise<void>;
}

async function open(cameras: boolean, seed = 5): Promise<Bench> {
	const folder = mkdtempSync(join(tmpdir(), "lookout-latency-"));
	const ports = { broker: await freePort(), console: await freePort() };
	const pushes: Bench["pushes"] = [];
	const simulation = new Simulation({
		seed,
		folder,
		clock: new SystemClock(),
		fps: 4,
		keyframeSeconds: KEYFRAME_S,
		pastMinutes: cameras ? 30 : 0,
		periodS: 5,
		cameras,
		ports,
		ladder: { village: 0, township: 600, county: 1200 },
		onPush: (_phone, push) => push.incidentId !== "" && pushes.push({ incidentId: push.incidentId, at: Date.now() }),
	});
	await simulation.start();
	const gateway = await startGateway(simulation.configFile, { NODE_EXTRA_CA_CERTS: certificateFile(folder, simulation.phones.certificate) });
	const cookie = await login(gateway.consoleUrl, "duty", gateway.password ?? "");
	await simulation.enrol(simulation.world.responsible, gateway.consoleUrl, cookie);
	const feed: Bench["feed"] = [];
	const abort = new AbortController();
	void listen(`${gateway.consoleUrl}/api/events`, cookie, abort.signal, feed);
	return {
		simulation,
		gateway,
		cookie,
		feed,
		pushes,
		ports,
		stop: async () => {
			abort.abort();
			await gateway.stop();
			await simulation.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function listen(url: string, cookie: string, signal: AbortSignal, feed: Bench["feed"]): Promise<void> {
	try {
		const response = await fetch(url, { headers: { cookie }, signal });
		let text = "";
		for await (const chunk of response.body ?? []) {
			text += new TextDecoder().decode(chunk);
			for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
				const [event = "", data = ""] = text.slice(0, end).split("\n");
				feed.push({ type: event.slice(7), at: Date.now(), data: JSON.parse(data.slice(6)) });
				text = text.slice(end + 2);
			}
		}
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}

const figures = (values: number[]) => ({ n: values.length, p50: round(quantile(values, 0.5), 0), p99: round(quantile(values, 0.99), 0) });

/** From a sensor alarm's PUBLISH to the live feed and to the push service's acceptance, ms. */
export async function alarmLatency() {
	const bench = await open(false);
	const { simulation, gateway, cookie, feed, pushes } = bench;
	const toFeed: number[] = [];
	const toPush: number[] = [];
	try {
		const [node] = await simulation.connectNodes(() => bench.ports.broker, 3_600_000);
		await sleep(1500);
		for (let i = 0; i < ALARMS; i++) {
			const [seenFeed, seenPush] = [feed.length, pushes.length];
			const published = Date.now();
			void node?.alarm(300 + i);
			const opened = () => feed.slice(seenFeed).find((f) => f.data.incident?.state === "detected");
			await until(() => pushes.length > seenPush && opened() !== undefined, 10_000, "the alarm to arrive");
			const arrived = opened();
			toFeed.push((arrived?.at ?? 0) - published);
			toPush.push((pushes[seenPush]?.at ?? 0) - published);
			await fetch(`${gateway.consoleUrl}/api/incidents/${arrived?.data.incident?.id}/answer`, {
				method: "POST",
				headers: { cookie, "content-type": "application/json" },
				body: JSON.stringify({ answer: "false" }),
			});
		}
	} finally {
		await bench.stop();
	}
	return { toConsoleMs: figures(toFeed), toFirstChannelMs: figures(toPush) };
}

/** From the clock drawn in a frame to the live feed, for every scored frame; and for decisive frames to both the feed and the push, ms. */
export async function frameLatency() {
	const scored: number[] = [];
	const toFeed: number[] = [];
	const toPush: number[] = [];
	for (let fire = 0; fire < FIRES; fire++) {
		const bench = await open(true, 5 + fire);
		const { simulation, gateway, cookie, feed, pushes } = bench;
		try {
			simulation.ignite(Date.now() - 60_000);
			let read = 0;
			const seen = new Set<number>();
			await until(
				async () => {
					for (; read < feed.length; read++) {
						const change = feed[read];
						for (const camera of change?.type === "cameras" ? (change.data.cameras ?? []) : []) {
							if (!camera.lastFrameAt || seen.has(camera.lastFrameAt) || scored.length >= FRAMES * FIRES) continue;
							seen.add(camera.lastFrameAt);
							const response = await fetch(`${gateway.consoleUrl}/api/cameras/${camera.id}/snapshot`, { headers: { cookie } });
							if (Number(response.headers.get("x-captured-at")) !== camera.lastFrameAt) continue; // a newer one has come
							const drawn = drawnTime(Buffer.from(await response.arrayBuffer()));
							if (drawn) scored.push((change?.at ?? 0) - drawn);
						}
					}
					return pushes.length > 0 && feed.some((f) => f.data.incident?.kind === "fire");
				},
				180_000,
				"a fire incident",
			);
			const opened = feed.find((f) => f.data.incident?.kind === "fire");
			const picture = opened?.data.incident?.evidence[0]?.picture;
			const image = Buffer.from(await (await fetch(`${gateway.consoleUrl}/api/pictures/${picture}`, { headers: { cookie } })).arrayBuffer());
			const drawn = drawnTime(image) ?? Number.NaN;
			toFeed.push((opened?.at ?? 0) - drawn);
			toPush.push((pushes[0]?.at ?? 0) - drawn);
		} finally {
			await bench.stop();
		}
	}
	return {
		keyframeIntervalMs: KEYFRAME_S * 1000,
		everyScoredFrameMs: figures(scored),
		decisiveFrameToConsoleMs: figures(toFeed),
		decisiveFrameToFirstChannelMs: figures(toPush),
	};
}

function drawnTime(image: Buffer): number | undefined {
	const picture = jpeg.decode(image, { useTArray: true, formatAsRGBA: false });
	return readClock(picture.data, picture.width, picture.height);
}

/** Process start to MQTT accepting and to the first analysed frame, ms. */
export async function startTimes() {
	const toMqtt: number[] = [];
	const toFrame: number[] = [];
	const folder = mkdtempSync(join(tmpdir(), "lookout-start-"));
	const ports = { broker: await freePort(), console: await freePort() };
	const simulation = new Simulation({
		...{ seed: 5, folder, clock: new SystemClock(), fps: 4, keyframeSeconds: KEYFRAME_S, pastMinutes: 30, periodS: 5, cameras: true, ports },
		ladder: { village: 0, township: 600, county: 1200 },
		onPush: () => {},
	});
	await simulation.start();
	const warm = await startGateway(simulation.configFile);
	const cookie = await login(warm.consoleUrl, "duty", warm.password ?? "");
	await warm.stop();
	try {
		for (let i = 0; i < 5; i++) {
			const started = performance.now();
			const starting = startGateway(simulation.configFile);
			await until(() => accepts(ports.broker), 30_000, "MQTT");
			toMqtt.push(performance.now() - started);
			const gateway = await starting;
			await until(
				async () => {
					const state = (await (await fetch(`${gateway.consoleUrl}/api/state`, { headers: { cookie } })).json()) as {
						cameras: { lastFrameAt?: number }[];
					};
					return state.cameras.some((c) => c.lastFrameAt !== undefined);
				},
				60_000,
				"the first frame",
			);
			toFrame.push(performance.now() - started);
			await gateway.stop();
		}
	} finally {
		await simulation.stop();
		rmSync(folder, { recursive: true, force: true });
	}
	const all = (values: number[]) => ({ median: round(quantile(values, 0.5), 0), worst: round(Math.max(...values), 0) });
	return { toMqttMs: all(toMqtt), toFirstFrameMs: all(toFrame) };
}

function accepts(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1");
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}
