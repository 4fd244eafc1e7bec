import type { Camera, Incident, Tower } from "../api-types.ts";
import type { Words } from "../i18n.ts";

const SIZE = 300;

interface RegionProps {
	incident: Incident;
	tower: Tower;
	cameras: Camera[];
	w: Words;
}

/** Metres east and north of the middle. */
interface Metres {
	x: number;
	y: number;
}

/**
 * Where it may be: north up, the tower that saw it in the middle, with the bearings of all masts; the likelier the
 * brighter. No map is needed for it, so it works offline.
 */
export function Region({ incident, tower, cameras, w }: RegionProps) {
	const { evidence, place } = incident;
	const middle = evidence.find((e) => e.pose && e.tower === undefined)?.pose?.position ?? tower;
	const toMetres = (p: { lat: number; lon: number }): Metres => ({
		x: (p.lon - middle.lon) * 111_320 * Math.cos((middle.lat * Math.PI) / 180),
		y: (p.lat - middle.lat) * 110_540,
	});
	const bearings = bearingsOf(incident).map((e) => ({
		id: e.sourceId,
		from: toMetres(e.pose?.position ?? tower),
		deg: e.bearingDeg ?? 0,
	}));
	const masts = bearings.length > 0 ? once(bearings.map(({ from }) => from)) : [toMetres(tower)];
	const points = place.points.map((p) => ({ ...toMetres(p), weight: p.weight }));
	const reach = Math.max(2000, ...[...points, ...masts].map((p) => Math.hypot(p.x, p.y))) * 1.08;
	const seeing = cameras.filter((c) => evidence.some((e) => e.sourceId === c.id));
	const { best } = place;
	return (
		<figure className="region">
			<svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={w.place}>
				{seeing.map((c) => (
					<path key={c.id} d={sectorOf(c)} className="sector" />
				))}
				<Rings reach={reach} />
				<Points points={points} reach={reach} />
				{bearings.map(({ id, from, deg }) => {
					const [start, end] = [at(from, reach), at(ahead(from, deg, reach * 3), reach)];
					return <line key={id} x1={start.cx} y1={start.cy} x2={end.cx} y2={end.cy} className="bearing" />;
				})}
				{masts.map((m) => {
					const { cx, cy } = at(m, reach);
					return <path key={`${m.x},${m.y}`} d={`M${cx},${cy - 7} l6,12 h-12 z`} className="tower" />;
				})}
				<text x={SIZE / 2 - 4} y={12}>
					N
				</text>
			</svg>
			<figcaption>
				{w.place}
				{best && ` ${best.lat.toFixed(4)}, ${best.lon.toFixed(4)}`}
			</figcaption>
		</figure>
	);
}

/** Of each camera the newest bearing. */
function bearingsOf({ evidence }: Incident): Incident["evidence"] {
	const seen = evidence.filter((e) => e.pose && e.bearingDeg !== undefined);
	return [...new Map(seen.map((e) => [e.sourceId, e])).values()];
}

/** Masts that stand within 50 m of one another are one. */
function once(masts: Metres[]): Metres[] {
	return [...new Map(masts.map((m) => [`${Math.round(m.x / 50)},${Math.round(m.y / 50)}`, m])).values()];
}

/** Where a place stands in the drawing; `reach` metres are half of its width. */
function at({ x, y }: Metres, reach: number): { cx: number; cy: number } {
	return { cx: SIZE / 2 + (x / reach) * (SIZE / 2), cy: SIZE / 2 - (y / reach) * (SIZE / 2) };
}

function ahead(from: Metres, bearingDeg: number, metres: number): Metres {
	const a = (bearingDeg * Math.PI) / 180;
	return { x: from.x + Math.sin(a) * metres, y: from.y + Math.cos(a) * metres };
}

/** What a camera in the middle sees, to beyond the border of the drawing. */
function sectorOf({ azimuthDeg, fovDeg }: Camera): string {
	const edges = [azimuthDeg - fovDeg / 2, azimuthDeg, azimuthDeg + fovDeg / 2].map((deg) => {
		const { cx, cy } = at(ahead({ x: 0, y: 0 }, deg, 2), 1);
		return `L${cx},${cy}`;
	});
	return `M${SIZE / 2},${SIZE / 2} ${edges.join(" ")} Z`;
}

/** Two rings with their distance from the middle. */
function Rings({ reach }: { reach: number }) {
	const radius = (km: number) => ((km * 1000) / reach) * (SIZE / 2);
	return [0.45, 0.9]
		.map((share) => Math.round((reach * share) / 1000))
		.map((km) => (
			<g key={km}>
				<circle cx={SIZE / 2} cy={SIZE / 2} r={radius(km)} className="ring" />
				<text x={SIZE / 2 + 14} y={SIZE / 2 - radius(km) + 11}>
					{km} km
				</text>
			</g>
		));
}

function Points({ points, reach }: { points: (Metres & { weight: number })[]; reach: number }) {
	const heaviest = Math.max(1e-9, ...points.map((p) => p.weight));
	return points.map((p) => (
		<circle
			key={`${p.x},${p.y}`}
			{...at(p, reach)}
			r={4}
			className="likely"
			opacity={0.12 + 0.8 * (p.weight / heaviest)}
		/>
	));
}
