import type { CameraPose } from "../model/camera.ts";
import { drawClock } from "./clock-overlay.ts";
import { fractal, noise } from "./noise.ts";
import { billow, type Fire, type Projection, renderPlume, type SmokeLayer, visibleBox } from "./plume.ts";
import type { Terrain } from "./terrain.ts";

const FARTHEST_M = 24_000;

export interface CameraView {
	pose: CameraPose;
	width: number;
	height: number;
}

/** The land of each view, which takes half a second to draw and never changes. */
const drawn = new WeakMap<CameraView, { land: Float32Array; depth: Float32Array }>();

/**
 * Draws the made country as one camera sees it. The land is drawn once, with the first picture; cloud, light, noise and
 * smoke move over it.
 */
export class SimCamera {
	readonly view: CameraView;
	readonly #terrain: Terrain;
	readonly #fires: () => Fire[];
	readonly #skyAt: number | undefined;
	/** Red, green, blue of the land, and the distance of each pixel (infinite for sky). */
	#land: Float32Array = new Float32Array();
	#depth: Float32Array = new Float32Array();
	readonly #projection: Projection;
	readonly #noise: Int8Array;

	/** `skyAt`: the moment whose clouds and light stand still over the land, ms since 1970; they move without it. */
	constructor(view: CameraView, terrain: Terrain, fires: () => Fire[], skyAt?: number) {
		this.view = view;
		this.#terrain = terrain;
		this.#fires = fires;
		this.#skyAt = skyAt;
		const { pose } = view;
		this.#projection = projectionOf(view, terrain);
		this.#noise = Int8Array.from({ length: 65_536 + 4096 }, (_, i) =>
			Math.round((noise(pose.cameraId.length + 3, i * 1.7, 0.5) + noise(9, i * 2.3, 7.5) - 1) * 5),
		);
	}

	#seeLand(): void {
		if (this.#land.length > 0) return;
		const { width, height } = this.view;
		const known = drawn.get(this.view);
		this.#land = known?.land ?? new Float32Array(width * height * 3);
		this.#depth = known?.depth ?? new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
		if (known) return;
		this.#drawLand();
		drawn.set(this.view, { land: this.#land, depth: this.#depth });
	}

	/** The picture at a moment, RGB bytes. `clock` draws the time into it. */
	render(nowMs: number, clock = true): Uint8Array {
		this.#seeLand();
		const { width, height } = this.view;
		const out = new Uint8Array(width * height * 3);
		const seconds = (this.#skyAt ?? nowMs) / 1000;
		const layers = this.#layers(nowMs);
		const light = 0.97 + 0.04 * Math.sin(seconds / 311) + 0.015 * Math.sin(seconds / 47);
		const jitter = Math.floor(noise(this.#terrain.seed, nowMs * 0.013, 3.3) * 4096);
		const clouds = this.#cloudShadows(seconds);
		const columns = Math.ceil(width / 16) + 1;
		for (let y = 0; y < height; y++) {
			const fy = (y & 15) / 16;
			for (let x = 0; x < width; x++) {
				const i = y * width + x;
				const corner = (y >> 4) * columns + (x >> 4);
				const fx = (x & 15) / 16;
				const above = (clouds[corner] as number) * (1 - fx) + (clouds[corner + 1] as number) * fx;
				const below = (clouds[corner + columns] as number) * (1 - fx) + (clouds[corner + columns + 1] as number) * fx;
				const shade = above * (1 - fy) + below * fy;
				const depth = this.#depth[i] as number;
				const gain = gainAt(depth, light, shade);
				const white = depth === Number.POSITIVE_INFINITY ? Math.max(0, 1 - shade * 1.2) * 60 : 0;
				const grain = this.#noise[((i * 7) & 0xffff) + jitter] as number;
				for (let c = 0; c < 3; c++) {
					const v = (this.#land[i * 3 + c] as number) * gain + white + grain;
					out[i * 3 + c] = Math.min(255, Math.max(0, v));
				}
			}
		}
		for (const layer of layers) this.#blend(out, layer);
		if (clock) drawClock(out, width, height, nowMs);
		return out;
	}

	/** Boxes of the smoke that can be seen, as fractions of the frame: labels for footage made here. */
	boxes(nowMs: number): [number, number, number, number][] {
		this.#seeLand();
		const { width, height } = this.view;
		return this.#layers(nowMs).flatMap((layer) => {
			const b = visibleBox(this.#unhidden(layer));
			return b ? [[b.x / width, b.y / height, b.w / width, b.h / height] as [number, number, number, number]] : [];
		});
	}

	#layers(nowMs: number): (SmokeLayer & { distance: number })[] {
		return this.#fires().flatMap((fire) => {
			const layer = billow(
				renderPlume(fire, this.#terrain, this.#projection, nowMs),
				fire.seed,
				(nowMs - fire.startMs) / 60_000,
			);
			if (!layer) return [];
			const { east, north } = this.#terrain.local(fire.position);
			const eye = this.#terrain.local(this.view.pose.position);
			return [{ ...layer, distance: Math.hypot(east - eye.east, north - eye.north) }];
		});
	}

	/** A layer without what land in front of it hides. */
	#unhidden(layer: SmokeLayer & { distance: number }): SmokeLayer {
		const cover = layer.cover.map((c, k) => {
			const x = layer.left + (k % layer.width);
			const y = layer.top + Math.floor(k / layer.width);
			return (this.#depth[y * this.view.width + x] as number) < layer.distance - 60 ? 0 : c;
		});
		return { ...layer, cover };
	}

	#blend(out: Uint8Array, layer: SmokeLayer & { distance: number }): void {
		const haze = hazeAt(layer.distance);
		for (let y = 0; y < layer.height; y++) {
			for (let x = 0; x < layer.width; x++) {
				const k = y * layer.width + x;
				const i = (layer.top + y) * this.view.width + layer.left + x;
				const cover = (layer.cover[k] as number) * (1 - 0.5 * haze);
				if (cover < 0.004 || (this.#depth[i] as number) < layer.distance - 60) continue;
				const grey = layer.grey[k] as number;
				for (let c = 0; c < 3; c++) {
					const smoke = grey * (1 - haze) + (HAZE[c] as number) * haze;
					out[i * 3 + c] = (out[i * 3 + c] as number) * (1 - cover) + smoke * cover;
				}
			}
		}
	}

	/** Light let through by moving cloud, per 16 x 16 pixels: 0 is shadow or white cloud, 1 is clear. */
	#cloudShadows(seconds: number): Float32Array {
		const columns = Math.ceil(this.view.width / 16) + 1;
		const rows = Math.ceil(this.view.height / 16) + 2;
		const grid = new Float32Array(columns * rows);
		const seed = this.#terrain.seed + 500;
		for (let y = 0; y < rows; y++) {
			for (let x = 0; x < columns; x++) {
				const n = fractal(seed, x / 14 + seconds / 90, y / 6 + seconds / 700, 3);
				grid[y * columns + x] = Math.min(1, Math.max(0, (0.72 - n) * 4));
			}
		}
		return grid;
	}

	/** Land that is seen in a column of the picture, from one row to before another. */
	#drawColumn(
		x: number,
		[from, to]: [number, number],
		{ east, north, d }: { east: number; north: number; d: number },
	): void {
		const { width } = this.view;
		const colour = this.#landColour(east, north, d);
		for (let row = from; row < to; row++) {
			this.#set(row * width + x, colour);
			this.#depth[row * width + x] = d;
		}
	}

	#drawLand(): void {
		const { width, height, pose } = this.view;
		const eye = { ...this.#terrain.local(pose.position), up: pose.heightM };
		const { focal } = this.#projection;
		const horizon = height / 2 + Math.tan((pose.tiltDeg * Math.PI) / 180) * focal;
		for (let y = 0; y < height; y++) {
			const up = Math.min(1, Math.max(0, (horizon - y) / height + 0.1));
			for (let x = 0; x < width; x++) this.#set(y * width + x, [176 - 80 * up, 196 - 62 * up, 214 - 34 * up]);
		}
		for (let x = 0; x < width; x++) {
			const azimuth = ((pose.azimuthDeg * Math.PI) / 180 + Math.atan((x - width / 2) / focal)) as number;
			let lowest = height;
			for (let d = 40; d < FARTHEST_M && lowest > 0; d *= 1.006) {
				const east = eye.east + Math.sin(azimuth) * d;
				const north = eye.north + Math.cos(azimuth) * d;
				const h = this.#terrain.heightAt(east, north) - (0.87 * d * d) / (2 * 6_371_009);
				const y = Math.ceil(horizon - ((h - eye.up) / d) * focal);
				if (y >= lowest) continue;
				this.#drawColumn(x, [Math.max(0, y), Math.min(height, lowest)], { east, north, d });
				lowest = Math.max(0, y);
			}
		}
	}

	#landColour(east: number, north: number, distance: number): [number, number, number] {
		const { seed } = this.#terrain;
		const slope = this.#terrain.heightAt(east + 30, north - 20) - this.#terrain.heightAt(east - 30, north + 20);
		const light = Math.min(1.35, Math.max(0.5, 1 + slope / 55));
		const trees = fractal(seed + 31, east / 60, north / 60, distance < 2500 ? 6 : 3);
		const kind = noise(seed + 77, east / 700, north / 700);
		const base: [number, number, number] =
			kind > 0.68 ? [118, 110, 72] : [46 + 22 * trees, 66 + 34 * trees, 38 + 12 * trees];
		const haze = hazeAt(distance);
		return base.map((b, c) => b * light * (0.75 + 0.5 * trees) * (1 - haze) + (HAZE[c] as number) * haze) as [
			number,
			number,
			number,
		];
	}

	#set(i: number, colour: readonly number[]): void {
		for (let c = 0; c < 3; c++) this.#land[i * 3 + c] = colour[c] as number;
	}
}

const HAZE = [172, 188, 204];

function hazeAt(distance: number): number {
	return 1 - Math.exp(-distance / 14_000);
}

/** Cylindrical in azimuth per column, linear in tilt: the same mapping that the land is drawn with. */
function projectionOf({ pose, width, height }: CameraView, terrain: Terrain): Projection {
	const focal = width / 2 / Math.tan(((pose.fovDeg / 2) * Math.PI) / 180);
	const horizon = height / 2 + Math.tan((pose.tiltDeg * Math.PI) / 180) * focal;
	const eye = terrain.local(pose.position);
	return {
		width,
		height,
		focal,
		project: (east, north, up) => {
			const depth = Math.hypot(east - eye.east, north - eye.north);
			const azimuth = Math.atan2(east - eye.east, north - eye.north) - (pose.azimuthDeg * Math.PI) / 180;
			const off = Math.atan2(Math.sin(azimuth), Math.cos(azimuth));
			if (Math.abs(off) > ((pose.fovDeg / 2 + 15) * Math.PI) / 180 || depth < 50) return undefined;
			const drop = (0.87 * depth * depth) / (2 * 6_371_009);
			return { x: width / 2 + Math.tan(off) * focal, y: horizon - ((up - drop - pose.heightM) / depth) * focal, depth };
		},
	};
}

/** How light the land or the sky at a distance is, metres: infinitely far is the sky. */
function gainAt(depth: number, light: number, shade: number): number {
	if (depth === Number.POSITIVE_INFINITY) return 1;
	// the near slope lies in even light: a cloud's shadow there would sweep over half the picture
	return depth < 900 ? light : light * (0.88 + 0.12 * shade);
}
