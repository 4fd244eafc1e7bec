import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { SystemClock } from "../../gateway/base/clock.ts";
import { SimNode } from "../../gateway/sim/node.ts";
import { NODE, until } from "../harness/harness.ts";
import type { SmallWorld } from "../harness/small-world.ts";
import { encode, H264, past, serveVideos } from "./cameras.ts";
import { sleep } from "./proc.ts";
import { type Bench, figures, open } from "./tower.ts";

const ALARMS = 100;
/** No more alarms of one node are taken than sixty a minute. */
const PAUSE_MS = 1_000;
const NODES = 300;
const PASSWORD = "bench password of this run";

/** From a sensor alarm's PUBLISH to the live feed and to the push service's acceptance, ms. */
export async function alarmLatency() {
	const bench = await open(false, 5, ofTheVillages, plant);
	try {
		return await measure(bench);
	} finally {
		await bench.stop();
	}
}

/**
 * The same beside 300 nodes that each send a message a second, and four 1080p15 cameras of which each has a frame
 * analysed every 5 s.
 */
export async function alarmLatencyLoaded() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-loaded-"));
	const video = join(folder, "camera.mp4");
	encode(video, "quiet", H264);
	const cameras = ["c0", "c1", "c2", "c3"];
	const { server, urls } = await serveVideos(cameras.map((name) => [name, video]));
	const bench = await open(false, 5, ofTheVillages, (world) => {
		prepare(world, cameras, urls, video);
		plant(world);
	});
	let load: ChildProcess | undefined;
	try {
		load = spawn(
			NODE,
			[join(import.meta.dirname, "load.ts"), String(bench.world.ports.broker), String(NODES), PASSWORD],
			{
				stdio: ["ignore", "pipe", "inherit"],
			},
		);
		await new Promise((resolve) => load?.stdout?.once("data", resolve));
		const health = async () =>
			(await bench.world.get("/api/health")) as { framesScored: number; camerasLearning: number };
		await until(async () => (await health()).framesScored >= 4, 60_000, "the cameras");
		if ((await health()).camerasLearning > 0)
			throw new Error("some cameras were learning: the smoke network did not run");
		const [before, started] = [await health(), performance.now()];
		const found = await measure(bench);
		const seconds = (performance.now() - started) / 1000;
		return {
			...found,
			framesPerSecond: Math.round((((await health()).framesScored - before.framesScored) / seconds) * 100) / 100,
		};
	} finally {
		load?.kill("SIGKILL");
		server.kill("SIGKILL");
		await bench.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Adds nodes and cameras, the cameras with a past so that their frames go through the network. */
function prepare(world: SmallWorld, cameras: string[], urls: string[], video: string): void {
	const file = world.simulation.configFile;
	const config = parse(readFileSync(file, "utf8"));
	const credential = `sha256:${createHash("sha256").update(PASSWORD).digest("hex")}`;
	const place = { lat: config.tower.lat, lon: config.tower.lon };
	for (let k = 0; k < NODES; k++)
		config.sensors.push({ id: `load-${k}`, name: `load ${k}`, ...place, credential, silentAfterS: 3600 });
	config.broker.maxClients = NODES + 100;
	config.cameras = cameras.map((id, i) => {
		past(join(world.data, "past", `${id}.fixed`), video);
		return {
			id,
			name: id,
			source: { type: "rtsp", url: urls[i] },
			...place,
			heightM: 500,
			azimuthDeg: 0,
			fovDeg: 60,
			periodS: 5,
		};
	});
	writeFileSync(file, stringify(config));
}

/** Grids in turn: whoever is told of a fire each second is told of several together. */
const PLACES = 40;
const idOf = (n: number) => `bench-${n}`;
const placeOf = ({ simulation }: SmallWorld, n: number) =>
	simulation.world.terrain.position(-7_000 + 2_000 * (n % 8), -6_000 + 2_400 * Math.floor(n / 8));

async function ofTheVillages(world: SmallWorld): Promise<string[]> {
	const people = (await world.get("/api/people")) as { id: string; role: string; level: string }[];
	return people.filter((p) => ["chief", "ranger"].includes(p.role) && p.level === "village").map((p) => p.id);
}

function plant(world: SmallWorld): void {
	const file = world.simulation.configFile;
	const config = parse(readFileSync(file, "utf8"));
	const credential = `sha256:${createHash("sha256").update(PASSWORD).digest("hex")}`;
	for (let n = 0; n < PLACES; n++)
		config.sensors.push({ id: idOf(n), name: idOf(n), ...placeOf(world, n), credential, silentAfterS: 3600 });
	writeFileSync(file, stringify(config));
}

async function measure({ world, feed, answerFalse }: Bench) {
	const { pushes } = world;
	const toFeed: number[] = [];
	const toPush: number[] = [];
	const { terrain, tower, seed } = world.simulation.world;
	const url = () => `mqtt://127.0.0.1:${world.ports.broker}`;
	const nodes = Array.from({ length: PLACES }, (_, n) => {
		const own = { id: idOf(n), position: placeOf(world, n), password: PASSWORD };
		return new SimNode(
			{ ...own, tower: tower.id, url, periodMs: 3_600_000, terrain, fires: () => [], seed },
			new SystemClock(),
		);
	});
	await Promise.all(nodes.map((n) => n.start()));
	await sleep(3000);
	for (let i = 0; i < ALARMS; i++) {
		const node = nodes[i % PLACES];
		const [seenFeed, seenPush] = [feed.length, pushes.length];
		const published = Date.now();
		void node?.alarm(300 + i);
		const opened = () => feed.slice(seenFeed).find((f) => f.data.incident?.state === "detected");
		await until(() => pushes.length > seenPush && opened() !== undefined, 10_000, "the alarm to arrive");
		const arrived = opened();
		toFeed.push((arrived?.at ?? 0) - published);
		toPush.push((pushes[seenPush]?.at ?? 0) - published);
		await answerFalse(arrived?.data.incident?.id ?? "");
		await sleep(PAUSE_MS);
	}
	await Promise.all(nodes.map((n) => n.stop()));
	return { toConsoleMs: figures(toFeed), toFirstChannelMs: figures(toPush) };
}
