import escapeHtml from "escape-html";
import { destination, distanceM, type Position } from "../../geo/position.ts";
import type { GroundShape, Incident, MapView } from "../views/schemas.ts";

/** Edge of the drawing, in its own units. */
const SIZE = 100;
/** At least so much ground to each side of the middle, metres. */
const LEAST_M = 1_500;
const METRES = 111_195;

/** What is drawn of the ground: grids and cameras, roads and water. */
export type MapWithGround = Pick<MapView, "tower" | "grids"> & { ground: readonly GroundShape[] };

/**
 * The place of an incident on paper: grids with their names, the bearings to it, where it may be, and a scale; north is
 * up. Empty where nothing is known of its place.
 */
export function printedMap({ place, evidence }: Incident, map: MapWithGround): string {
	const seen = evidence.flatMap((e) =>
		e.pose && e.bearingDeg !== undefined ? [{ from: e.pose.position, deg: e.bearingDeg }] : [],
	);
	const [first = map.tower] = place.best ? [place.best] : place.points;
	if (place.points.length === 0 && seen.length === 0) return "";
	const all = [...place.points, ...seen.map((s) => s.from)];
	const reach = Math.max(LEAST_M, ...all.map((p) => distanceM(first, p))) * 1.1;
	const at = ({ lat, lon }: Position) => {
		const x = (lon - first.lon) * METRES * Math.cos((first.lat * Math.PI) / 180);
		const y = (lat - first.lat) * METRES;
		return `${round(SIZE / 2 + (x / reach) * (SIZE / 2))},${round(SIZE / 2 - (y / reach) * (SIZE / 2))}`;
	};
	const [dLat, dLon] = [reach / METRES, reach / METRES / Math.cos((first.lat * Math.PI) / 180)];
	/** Whether the box around a ring meets what is drawn. */
	const isNear = (ring: readonly (readonly number[])[]) => {
		const lons = ring.map(([lon = 0]) => lon - first.lon);
		const lats = ring.map(([, lat = 0]) => lat - first.lat);
		const meets = (all: number[], most: number) => Math.min(...all) <= most && Math.max(...all) >= -most;
		return meets(lons, dLon) && meets(lats, dLat);
	};
	const grids = map.grids.flatMap(({ name, polygons }) =>
		polygons.flatMap(([outer]) => (outer && isNear(outer) ? [{ name, outer }] : [])),
	);
	const heaviest = Math.max(1e-9, ...place.points.map((p) => p.weight));
	const shapes = [
		...grids.map(
			({ outer }) =>
				`<polygon class="grid" points="${outer.map(([lon = 0, lat = 0]) => at({ lat, lon })).join(" ")}"/>`,
		),
		...grounds(map.ground, isNear).map(
			({ kind, line }) =>
				`<polyline class="${kind}" points="${line.map(([lon = 0, lat = 0]) => at({ lat, lon })).join(" ")}"/>`,
		),
		...apart(grids.map(({ name, outer }) => ({ at: at(middleOf(outer)), text: name }))).map((l) => label(l.at, l.text)),
		...seen.map(
			({ from, deg }) => `<polyline class="bearing" points="${at(from)} ${at(destination(from, deg, reach * 2))}"/>`,
		),
		...place.points.map((p) => dot(at(p), "likely", 1.1, 0.12 + (0.7 * p.weight) / heaviest)),
		...(place.best && place.errorM !== undefined
			? [dot(at(place.best), "error", round((place.errorM / reach) * (SIZE / 2)), 1)]
			: []),
		...[...new Set(seen.map(({ from }) => at(from)))].map((from) => label(from, "▲")),
	];
	const km = reach >= 4_000 ? 2 : 0.5;
	const bar = round(((km * 1000) / reach) * (SIZE / 2));
	return (
		`<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img">${shapes.join("")}` +
		`<path class="grid" d="M4,96 h${bar}"/>${label(`${4 + bar / 2},94`, `${km} km`)}${label("95,7", "N ↑")}</svg>`
	);
}

/** Roads and water that meet the drawing, as lines. */
function grounds(ground: readonly GroundShape[], isNear: (line: readonly (readonly number[])[]) => boolean) {
	return ground.flatMap(({ kind, lines, polygons }) =>
		[...lines, ...polygons.flat()].filter(isNear).map((line) => ({ kind, line })),
	);
}

/** Width of a character and height of a line, in units of the drawing. */
const [WIDE, HIGH] = [2.7, 3.2];

/** Labels of which none lies over another: the first of each crowd stays. */
function apart(labels: readonly { at: string; text: string }[]): { at: string; text: string }[] {
	const kept: { x: number; y: number; half: number; at: string; text: string }[] = [];
	for (const { at, text } of labels) {
		const [x = 0, y = 0] = at.split(",").map(Number);
		const half = (text.length * WIDE) / 2;
		const isFree = kept.every((k) => Math.abs(k.x - x) > k.half + half || Math.abs(k.y - y) > HIGH);
		const isOnPaper = x >= half && x <= SIZE - half && y >= HIGH && y <= SIZE - HIGH;
		if (isFree && isOnPaper) kept.push({ x, y, half, at, text });
	}
	return kept;
}

const round = (n: number) => Math.round(n * 10) / 10;

function dot(at: string, name: string, r: number, opacity: number): string {
	const [x, y] = at.split(",");
	return `<circle class="${name}" cx="${x}" cy="${y}" r="${r}" opacity="${round(opacity)}"/>`;
}

function label(at: string, text: string): string {
	const [x, y] = at.split(",");
	return `<text x="${x}" y="${y}">${escapeHtml(text)}</text>`;
}

function middleOf(ring: readonly (readonly number[])[]): Position {
	const corners = ring.slice(1);
	const mean = (n: 0 | 1) => corners.reduce((sum, c) => sum + (c[n] ?? 0), 0) / corners.length;
	return { lat: mean(1), lon: mean(0) };
}
