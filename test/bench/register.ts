import { SystemClock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { destination } from "../../gateway/geo/position.ts";
import { DutyIndex } from "../../gateway/judge/duty/duty.ts";
import type { RegionPoint } from "../../gateway/model/incident.ts";
import { EMPTY_REGISTER, type Grid, type Person } from "../../gateway/model/register.ts";
import { GridIndex } from "../../gateway/register/grid-index.ts";
import { quantile, round } from "./proc.ts";

const SIDE = 50;
const VERTICES_PER_SIDE = 100;
const CELL_DEG = 0.02;
const POINTS = 300;
const QUESTIONS = 5000;
const AT = Date.UTC(2026, 3, 5);

/**
 * "Who is responsible for this region now" in a register of a million vertices: 2,500 grids with ragged borders of
 * 400 vertices each, 15,000 people, regions of 300 weighted points over up to ten grids. Milliseconds on one thread.
 */
export async function responsibleNow() {
	const clock = new SystemClock();
	const random = new SeededRandom(7);
	const grids: Grid[] = [];
	const people: Person[] = [];
	for (let row = 0; row < SIDE; row++) for (let column = 0; column < SIDE; column++) grids.push(gridAt(column, row));
	for (const { code } of grids) {
		for (let i = 0; i < 6; i++)
			people.push({
				id: `${code}-${i}`,
				name: "x",
				role: i === 0 ? "chief" : "ranger",
				level: "village",
				grids: [code],
				addresses: [{ channel: "sms", address: "1" }],
			});
	}
	const vertices = grids.reduce((n, g) => n + (g.polygons[0]?.[0]?.length ?? 0), 0);
	const began = clock.monotonic();
	const index = new GridIndex(grids);
	const duty = new DutyIndex({ ...EMPTY_REGISTER, people, grids });
	const builtMs = clock.monotonic() - began;
	const times: number[] = [];
	const touched: number[] = [];
	let answering = 0;
	for (let q = 0; q < QUESTIONS; q++) {
		const points = region(random);
		const start = clock.monotonic();
		const shares = index.shares(points, AT).slice(0, 10);
		const told = duty.responsible(shares, AT);
		times.push(clock.monotonic() - start);
		touched.push(shares.length);
		answering += told.length;
	}
	if (answering === 0) throw new Error("nobody was found: no figure");
	return {
		vertices,
		grids: grids.length,
		people: people.length,
		builtMs: round(builtMs, 0),
		gridsTouchedP50: quantile(touched, 0.5),
		gridsTouchedMost: Math.max(...touched),
		peopleTold: round(answering / QUESTIONS, 1),
		p50Ms: round(quantile(times, 0.5), 3),
		p99Ms: round(quantile(times, 0.99), 3),
		worstMs: round(Math.max(...times), 2),
	};
}

/** A cell whose sides wander; neighbours share them. */
function gridAt(column: number, row: number): Grid {
	const ring: [number, number][] = [
		...side(column, row, true),
		...side(column + 1, row, false),
		...side(column, row + 1, true).reverse(),
		...side(column, row, false).reverse(),
	];
	ring.push(ring[0] as [number, number]);
	return { code: `5${String(column).padStart(2, "0")}${String(row).padStart(2, "0")}`, name: "", polygons: [[ring]] };
}

function side(column: number, row: number, along: boolean): [number, number][] {
	const random = new SeededRandom(column * 1000 + row * 2 + (along ? 1 : 0));
	return Array.from({ length: VERTICES_PER_SIDE }, (_, i): [number, number] => {
		const t = i / VERTICES_PER_SIDE;
		const off = i === 0 ? 0 : (random.next() - 0.5) * 0.02;
		const [x, y] = along ? [column + t, row + off] : [column + off, row + t];
		return [100 + x * CELL_DEG, 25 + y * CELL_DEG];
	});
}

/** A wedge of 300 points that begins somewhere and runs up to 7 km. */
function region(random: SeededRandom): RegionPoint[] {
	const from = { lat: 25.1 + random.next() * 0.8, lon: 100.1 + random.next() * 0.8 };
	const azimuth = random.next() * 360;
	const length = 1000 + random.next() * 6000;
	return Array.from({ length: POINTS }, (_, i) => ({
		...destination(from, azimuth + ((i % 15) - 7) * 0.6, (length * (i + 1)) / POINTS),
		weight: 1 / POINTS,
	}));
}
