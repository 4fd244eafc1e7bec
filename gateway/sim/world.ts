import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { destination, type Position } from "../base/geo.ts";
import { SeededRandom } from "../base/random.ts";
import type { CameraPose } from "../model/camera.ts";
import type { CameraView } from "./camera.ts";
import type { Fire } from "./plume.ts";
import { Terrain } from "./terrain.ts";

/** A small made world: one tower with two masts, its cameras and nodes, and a county of people around it. */
export interface SmallWorld {
	seed: number;
	terrain: Terrain;
	tower: { id: string; name: string; position: Position };
	cameras: CameraView[];
	nodes: { id: string; name: string; position: Position }[];
	/** A fire at the place this world has for one, from `startMs` on. */
	fireAt: (startMs: number) => Fire;
	/** The village chief whose grid the fire is in. */
	responsible: string;
}

const COUNTY = "500114";
const NAMES = ["青石", "云台", "白岩", "双河"];
const SURNAMES = "王李张刘陈杨黄赵周吴徐孙";
const GIVEN = ["建国", "秀英", "志强", "丽华", "永福", "春梅", "德明", "玉兰", "国庆", "晓峰", "文斌", "美玲"];

/** The world of a seed. The same seed gives the same country, people and fire. */
export function smallWorld(seed: number): SmallWorld {
	const random = new SeededRandom(seed);
	const centre = { lat: 29.53, lon: 108.77 };
	const terrain = new Terrain(seed, centre);
	const mast = (east: number, north: number) => ({ position: terrain.position(east, north), heightM: terrain.heightAt(east, north) + 38 });
	const fireAzimuth = 60 + random.next() * 40;
	const fireDistance = 1600 + random.next() * 500;
	const firePosition = destination(centre, fireAzimuth, fireDistance);
	const windToDeg = (fireAzimuth + 75 + random.next() * 30) % 360;
	const pose = (cameraId: string, at: { position: Position; heightM: number }, azimuthDeg: number): CameraPose => {
		return { cameraId, ...at, azimuthDeg, tiltDeg: -2, fovDeg: 64, azimuthErrorDeg: 0.8, preset: "fixed", rangeM: 12_000 };
	};
	const size = { width: 960, height: 540 };
	return {
		seed,
		terrain,
		tower: { id: "demo", name: "青石山塔", position: centre },
		cameras: [
			{ pose: pose("east", mast(0, 0), Math.round(fireAzimuth - 8)), ...size },
			{ pose: pose("west", mast(-60, 25), Math.round((fireAzimuth + 172) % 360)), ...size },
		],
		nodes: [
			{ id: "node-1", name: "青石坡气体站", position: destination(firePosition, windToDeg, 260) },
			{ id: "node-2", name: "云台垭口站", position: destination(centre, (fireAzimuth + 180) % 360, 2500) },
			{ id: "node-3", name: "双河口站", position: destination(firePosition, (windToDeg + 180) % 360, 900) },
		],
		fireAt: (startMs) => ({ position: firePosition, startMs, windSpeed: 2.5, windToDeg, seed: seed + 1 }),
		responsible: personId(1, gridOf(terrain, firePosition)),
	};
}

/** Which of the sixteen grids (4 x 4, 4 km wide, the tower in the middle) a place lies in. */
function gridOf(terrain: Terrain, p: Position): number {
	const { east, north } = terrain.local(p);
	const cell = (m: number) => Math.min(3, Math.max(0, Math.floor((m + 8000) / 4000)));
	return cell(north) * 4 + cell(east);
}

/** Township 1...4 by quarter of the land, then village and grid. */
function codeOf(grid: number): string {
	const [row, column] = [Math.floor(grid / 4), grid % 4];
	const township = 1 + (row >> 1) * 2 + (column >> 1);
	const village = 1 + (row & 1) * 2 + (column & 1);
	return `${COUNTY}10${township}20${village}-01`;
}

function personId(kind: number, grid: number): string {
	return `p${kind}${String(grid + 1).padStart(2, "0")}`;
}

/** Writes the register of the world: people.csv, grids.geojson, teams.csv. */
export function writeRegister(world: SmallWorld, folder: string): void {
	mkdirSync(folder, { recursive: true });
	const random = new SeededRandom(world.seed + 9);
	const pick = <T>(list: ArrayLike<T>) => list[Math.floor(random.next() * list.length)] as T;
	const name = () => `${pick(SURNAMES)}${pick(GIVEN)}`;
	const phone = () => `1380000${String(Math.floor(random.next() * 10_000)).padStart(4, "0")}`;
	const people = ["id,name,role,level,grids,phone,channels"];
	const features: unknown[] = [];
	const teams = ["id,name,tier,lat,lon,grids,leader"];
	for (let grid = 0; grid < 16; grid++) {
		const code = codeOf(grid);
		const township = NAMES[Number(code[8]) - 1] ?? "";
		people.push(`${personId(1, grid)},${name()},chief,village,${code},${phone()},webpush`);
		people.push(`${personId(2, grid)},${name()},ranger,village,${code},${phone()},webpush`);
		features.push({
			type: "Feature",
			properties: { code, name: `${township}镇${Number(code[11])}村1号网格` },
			geometry: { type: "Polygon", coordinates: [ringOf(world.terrain, grid)] },
		});
	}
	NAMES.forEach((township, i) => {
		const code = `${COUNTY}10${i + 1}`;
		people.push(`p3${i + 1},${name()},chief,township,${code},${phone()},webpush`);
		const base = world.terrain.position((i & 1 ? 1 : -1) * 4000, (i & 2 ? 1 : -1) * 4000);
		teams.push(`team-${i + 1},${township}镇半专业扑救队,township,${base.lat.toFixed(5)},${base.lon.toFixed(5)},${code},p3${i + 1}`);
	});
	people.push(`p40,${name()},chief,county,${COUNTY},${phone()},webpush`);
	people.push(`p41,${name()},officer,county,${COUNTY},${phone()},webpush`);
	writeFileSync(join(folder, "people.csv"), `${people.join("\n")}\n`);
	writeFileSync(join(folder, "grids.geojson"), JSON.stringify({ type: "FeatureCollection", features }, null, 1));
	writeFileSync(join(folder, "teams.csv"), `${teams.join("\n")}\n`);
}

function ringOf(terrain: Terrain, grid: number): [number, number][] {
	const [row, column] = [Math.floor(grid / 4), grid % 4];
	const corner = (c: number, r: number): [number, number] => {
		const p = terrain.position(c * 4000 - 8000, r * 4000 - 8000);
		return [Number(p.lon.toFixed(6)), Number(p.lat.toFixed(6))];
	};
	return [corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1), corner(column, row)];
}
