import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "../base/random.ts";
import {
	cloudShadow,
	cumulus,
	type Deceiver,
	dust,
	fogBank,
	glare,
	hazeDrift,
	insect,
	lensDrop,
	lights,
	mastShadow,
} from "./deceivers.ts";
import { billow, type Fire, type Ground, type Projection, renderPlume, type SmokeLayer } from "./plume.ts";

/**
 * Plumes and deceivers as bare layers, one a minute, for compositing onto real pictures and their pasts.
 * For each, NAME.json says what it is and NAME.bin holds, minute by minute, `height x width` bytes of cover
 * (0...255) and as many of grey. `foot` is the pixel the smoke comes from.
 */

const MINUTES = 24;
const WIDTH = 256;
const HEIGHT = 192;
const FOOT = { x: 128, y: 184 };
const FLAT: Ground = { local: () => ({ east: 0, north: 0 }), heightAt: () => 0 };

export const LAYER_KINDS = [
	"plume",
	"steam",
	"shadow",
	"fog",
	"dust",
	"glare",
	"drop",
	"insect",
	"cumulus",
	"haze",
	"mast",
	"lights",
] as const;
export type LayerKind = (typeof LAYER_KINDS)[number];

interface Layered {
	tone: [number, number, number];
	before: Deceiver["before"];
	foot: { x: number; y: number };
	layerAt: (minute: number) => SmokeLayer | undefined;
}

/** Writes `count` layers of each kind; the same seed gives the same bytes. */
export function exportLayers(
	{ folder, seed, count }: { folder: string; seed: number; count: number },
	onWritten: (name: string) => void,
): void {
	mkdirSync(folder, { recursive: true });
	for (const kind of LAYER_KINDS) {
		for (let i = 0; i < count; i++) {
			const name = `${kind}-${seed + i}`;
			writeLayer(join(folder, name), kind, layered(kind, seed + i));
			onWritten(name);
		}
	}
}

function writeLayer(path: string, kind: LayerKind, { tone, before, foot, layerAt }: Layered): void {
	const bytes = Buffer.alloc(MINUTES * 2 * WIDTH * HEIGHT);
	for (let minute = 0; minute < MINUTES; minute++) {
		const layer = layerAt(minute);
		if (layer) place(layer, bytes, minute * 2 * WIDTH * HEIGHT);
	}
	writeFileSync(`${path}.bin`, bytes);
	writeFileSync(
		`${path}.json`,
		`${JSON.stringify({ kind, width: WIDTH, height: HEIGHT, minutes: MINUTES, foot, tone, before })}\n`,
	);
}

/** Pixels over which a layer thins out towards the left, right and upper border: smoke has no straight edge. */
const FADE = 20;

/** Cover and grey of a layer at its place in the canvas. */
function place(layer: SmokeLayer, bytes: Buffer, at: number): void {
	for (let y = 0; y < layer.height; y++) {
		for (let x = 0; x < layer.width; x++) {
			const from = y * layer.width + x;
			const [u, v] = [layer.left + x, layer.top + y];
			const to = v * WIDTH + u;
			const fade = Math.min(1, u / FADE, (WIDTH - 1 - u) / FADE, v / FADE);
			bytes[at + to] = Math.round(255 * fade * (layer.cover[from] as number));
			bytes[at + WIDTH * HEIGHT + to] = Math.round(Math.min(255, layer.grey[from] as number));
		}
	}
}

function layered(kind: LayerKind, seed: number): Layered {
	const random = new SeededRandom(seed * 16 + LAYER_KINDS.indexOf(kind));
	const between = (low: number, high: number) => low + random.next() * (high - low);
	switch (kind) {
		case "plume": {
			// a quarter burns dark: fuel with oil or resin, or smoke against the light
			const light = random.next() < 0.25 ? between(60, 120) : between(170, 240);
			const windSpeed = Math.exp(between(Math.log(0.2), Math.log(6)));
			const growthS = Math.exp(between(Math.log(60), Math.log(1500)));
			return plume({ seed, windSpeed, growthS, light, olderMinutes: 0 });
		}
		case "steam":
			// a chimney has smoked for an hour: only its shape changes
			return {
				...plume({ seed, windSpeed: between(0.3, 4), growthS: 60, light: between(200, 245), olderMinutes: 60 }),
				before: "loop",
			};
		default:
			return { ...deceiver(kind, seed, between), foot: { x: WIDTH / 2, y: HEIGHT / 2 } };
	}
}

/** What looks like smoke and is none. */
function deceiver(
	kind: Exclude<LayerKind, "plume" | "steam">,
	seed: number,
	between: (low: number, high: number) => number,
): Deceiver {
	switch (kind) {
		case "shadow":
			return cloudShadow(seed, between(0.02, 0.5));
		case "fog":
			return fogBank(seed, between(0.003, 0.02));
		case "dust":
			return dust(seed, between(0.1, 0.4));
		case "glare":
			return glare(seed);
		case "drop":
			return lensDrop(seed);
		case "insect":
			return insect(seed);
		case "cumulus":
			return cumulus(seed, between(0, 0.08));
		case "haze":
			return hazeDrift(seed, between(0.1, 0.5));
		case "mast":
			return mastShadow(seed, between(0.002, 0.02));
		case "lights":
			return lights(seed);
	}
}

interface PlumeLook {
	seed: number;
	/** m/s */
	windSpeed: number;
	/** Seconds in which it grows to its size. */
	growthS: number;
	/** Grey level of the smoke. */
	light: number;
	/** How old it is at the first minute. */
	olderMinutes: number;
}

/** A plume seen from the side; the wind blows across, the scale is such that the whole of it fits. */
function plume({ seed, windSpeed, growthS, light, olderMinutes }: PlumeLook): Layered {
	const fire: Fire = {
		position: { lat: 0, lon: 0 },
		startMs: 0,
		windSpeed,
		windToDeg: seed % 2 === 0 ? 90 : 270,
		seed,
		growthS,
	};
	const metresPerPixel = Math.max(2.2, (windSpeed * 420) / (WIDTH / 2 - 8));
	const view: Projection = {
		width: WIDTH,
		height: HEIGHT,
		focal: 1 / metresPerPixel,
		project: (east, _north, up) => ({ x: FOOT.x + east / metresPerPixel, y: FOOT.y - up / metresPerPixel, depth: 1 }),
	};
	const tone: [number, number, number] = [light, light, light * 1.02];
	// the first minute is half a minute old: what can first be seen
	const layerAt = (minute: number) =>
		billow(renderPlume(fire, FLAT, view, (olderMinutes + Math.max(0.5, minute)) * 60_000), seed, minute);
	return { tone, before: "none", foot: FOOT, layerAt };
}
