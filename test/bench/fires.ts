import jpeg from "jpeg-js";
import { destination } from "../../gateway/geo/position.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { SimCamera } from "../../gateway/sim/camera.ts";
import { readClock } from "../../gateway/sim/clock-overlay.ts";
import type { Fire } from "../../gateway/sim/plume.ts";
import { until } from "../harness/harness.ts";
import { KEYFRAME_S, type SmallWorld } from "../harness/small-world.ts";
import { type Bench, figures, open } from "./tower.ts";

const WORLDS = Number(process.env["LOOKOUT_WORLDS"] ?? 8);
/**
 * Degrees from the camera's axis of the fires that burn at the same time: far enough apart to be incidents of their
 * own.
 */
const BATCHES = [
	[-24, -8, 8, 24],
	[-16, 0, 16],
];
const DISTANCES_M = [1600, 2200, 2800, 1200];
/** A fire that is not seen in this time is left out: this bench measures speed, not sight. */
const PATIENCE_MS = 75_000;

interface Times {
	scored: number[];
	toFeed: number[];
	toPush: number[];
	lit: number;
}

/**
 * From the clock drawn in a frame to the live feed, for every scored frame; and for decisive frames to both the feed
 * and the first push, ms.
 */
export async function frameLatency() {
	const times: Times = { scored: [], toFeed: [], toPush: [], lit: 0 };
	for (let world = 0; world < WORLDS; world++) {
		const bench = await open(true, 50 + world, villageChiefs);
		try {
			await burn(bench, times);
		} finally {
			await bench.stop();
		}
	}
	return {
		keyframeIntervalMs: KEYFRAME_S * 1000,
		firesLit: times.lit,
		everyScoredFrameMs: figures(times.scored),
		decisiveFrameToConsoleMs: figures(times.toFeed),
		decisiveFrameToFirstChannelMs: figures(times.toPush),
	};
}

async function villageChiefs(world: SmallWorld): Promise<string[]> {
	const people = (await world.get("/api/people")) as { id: string; role: string; level: string }[];
	return people.filter((p) => p.role === "chief" && p.level === "village").map((p) => p.id);
}

/**
 * Fires in turn over the whole view of every camera; each incident is answered "false", so that the next fire opens one
 * of its own.
 */
async function burn(bench: Bench, times: Times): Promise<void> {
	const { feed } = bench;
	const { simulation } = bench.world;
	await until(() => feed.some((f) => f.data.cameras?.some((c) => c.lastFrameAt)), 60_000, "the first frame");
	for (const batch of BATCHES) {
		const fires = simulation.world.cameras.flatMap((_, camera) =>
			batch.flatMap((aside) => fireIn(bench, camera, aside) ?? []),
		);
		for (const fire of fires) simulation.ignite(fire);
		times.lit += fires.length;
		const lit = performance.now();
		const done = new Set<string>();
		let read = feed.length;
		await until(
			async () => {
				for (; read < feed.length; read++) await onChange(bench, feed[read] as Bench["feed"][number], done, times);
				return done.size >= fires.length || performance.now() - lit > PATIENCE_MS;
			},
			PATIENCE_MS + 30_000,
			"the fires to be seen",
		);
		simulation.putOut();
	}
}

async function onChange(bench: Bench, change: Bench["feed"][number], done: Set<string>, times: Times): Promise<void> {
	const { cameras = [], incident } = change.data;
	for (const camera of cameras) await onFrame(bench, camera, change.at, times);
	if (incident?.kind !== "fire" || incident.state !== "detected" || done.has(incident.id)) return;
	done.add(incident.id);
	await onIncident(bench, incident, change.at, times);
}

/** A fire that has burnt for a minute and can be seen by the camera, so many degrees beside its axis. */
function fireIn(bench: Bench, camera: number, asideDeg: number): Fire | undefined {
	const { world } = bench.world.simulation;
	const view = world.cameras[camera];
	if (!view) return undefined;
	const azimuth = view.pose.azimuthDeg + asideDeg;
	for (const metres of DISTANCES_M) {
		const fire: Fire = {
			position: destination(view.pose.position, azimuth, metres),
			startMs: Date.now() - 60_000,
			windSpeed: 2,
			windToDeg: azimuth + 60,
			seed: world.seed + camera * 100 + asideDeg,
		};
		const seen = new SimCamera({ ...view, width: 320, height: 180 }, world.terrain, () => [fire]).boxes(
			Date.now() + 30_000,
		);
		if (seen.length > 0) return fire;
	}
	return undefined;
}

const known = new Set<string>();

async function onFrame(
	bench: Bench,
	camera: { id: string; lastFrameAt?: number },
	at: number,
	times: Times,
): Promise<void> {
	const key = `${camera.id} ${camera.lastFrameAt}`;
	if (!camera.lastFrameAt || known.has(key)) return;
	known.add(key);
	const response = await fetch(`${bench.consoleUrl}/api/cameras/${camera.id}/snapshot`, {
		headers: { cookie: bench.world.cookie },
	});
	const image = Buffer.from(await response.arrayBuffer());
	if (Number(response.headers.get("x-captured-at")) !== camera.lastFrameAt) return; // a newer one has come
	const drawn = drawnTime(image);
	if (drawn) times.scored.push(at - drawn);
}

async function onIncident(bench: Bench, incident: Incident, at: number, times: Times): Promise<void> {
	const { consoleUrl, world } = bench;
	const image = await (
		await fetch(`${consoleUrl}/api/pictures/${incident.evidence[0]?.picture}`, { headers: { cookie: world.cookie } })
	).arrayBuffer();
	const drawn = drawnTime(Buffer.from(image));
	if (drawn === undefined) throw new Error(`no time can be read from the decisive picture of ${incident.id}`);
	const push = () => world.pushes.find((p) => p.push.incidentId === incident.id);
	await until(() => push() !== undefined, 20_000, `a push of ${incident.id}`);
	times.toFeed.push(at - drawn);
	times.toPush.push((push()?.at ?? 0) - drawn);
	await bench.answerFalse(incident.id);
}

function drawnTime(image: Buffer): number | undefined {
	const picture = jpeg.decode(image, { useTArray: true, formatAsRGBA: false });
	return readClock(picture.data, picture.width, picture.height);
}
