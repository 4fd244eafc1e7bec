import type { Position } from "../geo/position.ts";
import { fractal } from "./noise.ts";
import type { Terrain } from "./terrain.ts";

/** A fire that smokes from `startMs` on. */
export interface Fire {
	position: Position;
	startMs: number;
	/** Metres per second; the direction is where the wind blows to, degrees. */
	windSpeed: number;
	windToDeg: number;
	seed: number;
	/** Seconds until it smokes at its full strength; four minutes unless told. */
	growthS?: number;
}

/** How a camera draws: from a point of the world (metres east, north, up of the tower's foot) to a pixel. */
export interface Projection {
	width: number;
	height: number;
	/** Pixels per radian near the centre. */
	focal: number;
	project(east: number, north: number, up: number): { x: number; y: number; depth: number } | undefined;
}

/** A smoke layer over a picture: how much of each pixel it covers (0...1) and how bright it is. */
export interface SmokeLayer {
	left: number;
	top: number;
	width: number;
	height: number;
	cover: Float32Array;
	grey: Float32Array;
}

/** What a plume needs to know of the land it rises from. */
export type Ground = Pick<Terrain, "local" | "heightAt">;

const PUFF_EVERY_S = 3;
const LIFE_S = 420;
const RISE_MS = 2.2;

/**
 * A plume as puffs: each leaves the ground every few seconds, rises, slows, drifts with the wind and widens.
 * What has not left yet is not there, so the plume grows by itself. Undefined before the start or out of sight.
 */
export function renderPlume(fire: Fire, terrain: Ground, view: Projection, nowMs: number): SmokeLayer | undefined {
	const age = (nowMs - fire.startMs) / 1000;
	if (age <= 0) return undefined;
	const foot = terrain.local(fire.position);
	const ground = terrain.heightAt(foot.east, foot.north);
	const wind = (fire.windToDeg * Math.PI) / 180;
	const strength = Math.min(1, 0.45 + age / (fire.growthS ?? 240));
	const puffs: { x: number; y: number; radius: number; cover: number; n: number }[] = [];
	for (let n = Math.max(0, Math.floor((age - LIFE_S) / PUFF_EVERY_S)); n * PUFF_EVERY_S <= age; n++) {
		const a = age - n * PUFF_EVERY_S;
		const up = RISE_MS * 60 * (1 - Math.exp(-a / 60)) + 0.4 * a;
		const drift = fire.windSpeed * a * Math.min(1, up / 120);
		const sway = (fractal(fire.seed, n * 0.37, a * 0.01, 2) - 0.5) * up * 0.5;
		const east = foot.east + Math.sin(wind) * drift + Math.cos(wind) * sway;
		const north = foot.north + Math.cos(wind) * drift - Math.sin(wind) * sway;
		const at = view.project(east, north, ground + up);
		if (!at) continue;
		const radius = ((9 + 0.22 * up + 1.1 * Math.sqrt(a) * Math.sqrt(fire.windSpeed + 1)) * view.focal) / at.depth;
		puffs.push({ x: at.x, y: at.y, radius: Math.max(0.7, radius), cover: strength * 0.42 * Math.exp(-a / 170), n });
	}
	return puffs.length === 0 ? undefined : paint(puffs, fire.seed, view);
}

function paint(
	puffs: { x: number; y: number; radius: number; cover: number; n: number }[],
	seed: number,
	view: Projection,
): SmokeLayer | undefined {
	const left = Math.max(0, Math.floor(Math.min(...puffs.map((p) => p.x - 2 * p.radius))));
	const top = Math.max(0, Math.floor(Math.min(...puffs.map((p) => p.y - 2 * p.radius))));
	const right = Math.min(view.width, Math.ceil(Math.max(...puffs.map((p) => p.x + 2 * p.radius))));
	const bottom = Math.min(view.height, Math.ceil(Math.max(...puffs.map((p) => p.y + 2 * p.radius))));
	const width = right - left;
	const height = bottom - top;
	if (width <= 0 || height <= 0) return undefined;
	const cover = new Float32Array(width * height);
	const grey = new Float32Array(width * height);
	for (const p of puffs) {
		for (let y = Math.max(top, Math.floor(p.y - 2 * p.radius)); y < Math.min(bottom, p.y + 2 * p.radius); y++) {
			for (let x = Math.max(left, Math.floor(p.x - 2 * p.radius)); x < Math.min(right, p.x + 2 * p.radius); x++) {
				const dx = (x - p.x) / p.radius;
				const dy = (y - p.y) / p.radius;
				const d = dx * dx + dy * dy;
				if (d > 4) continue;
				const texture = 0.55 + 0.9 * fractal(seed + p.n, 3 + dx * 1.6, 3 + dy * 1.6, 2);
				const c = Math.min(0.9, p.cover * Math.exp(-d) * texture);
				const i = (y - top) * width + (x - left);
				const shade = 205 - 30 * dy + 18 * (texture - 1);
				const before = cover[i] as number;
				grey[i] = ((grey[i] as number) * before * (1 - c) + shade * c) / Math.max(1e-6, before * (1 - c) + c);
				cover[i] = 1 - (1 - before) * (1 - c);
			}
		}
	}
	return { left, top, width, height, cover, grey };
}

/** The smallest box around what a person would see of a layer, in pixels; undefined when it is too faint. */
export function visibleBox(layer: SmokeLayer | undefined): { x: number; y: number; w: number; h: number } | undefined {
	if (!layer) return undefined;
	let [x0, y0, x1, y1] = [layer.width, layer.height, -1, -1];
	for (let y = 0; y < layer.height; y++) {
		for (let x = 0; x < layer.width; x++) {
			if ((layer.cover[y * layer.width + x] as number) < 0.1) continue;
			x0 = Math.min(x0, x);
			y0 = Math.min(y0, y);
			x1 = Math.max(x1, x);
			y1 = Math.max(y1, y);
		}
	}
	return x1 < x0 ? undefined : { x: layer.left + x0, y: layer.top + y0, w: x1 - x0 + 1, h: y1 - y0 + 1 };
}

/** Thins and thickens a plume the way turbulence does; the pattern drifts up and changes from minute to minute. */
export function billow(layer: SmokeLayer | undefined, seed: number, minute: number): SmokeLayer | undefined {
	if (!layer) return undefined;
	for (let i = 0; i < layer.cover.length; i++) {
		const x = layer.left + (i % layer.width);
		const y = layer.top + Math.floor(i / layer.width);
		const thick = fractal(seed + 31, x / 26 + minute * 0.8, y / 26 + minute * 1.7, 4) - 0.15;
		layer.cover[i] = Math.min(0.95, (layer.cover[i] as number) * Math.min(1.4, Math.max(0, thick * 2.4)));
	}
	return layer;
}
