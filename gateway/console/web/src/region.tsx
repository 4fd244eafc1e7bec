import type { Camera, Incident, Tower } from "./api-types.ts";
import type { Words } from "./i18n.ts";

const SIZE = 300;

/**
 * Where it may be: north up, the tower that saw it in the middle, with the bearings of all masts; the likelier the
 * brighter. No map is needed for it, so it works offline.
 */
export function Region({
	incident,
	tower,
	cameras,
	w,
}: {
	incident: Incident;
	tower: Tower;
	cameras: Camera[];
	w: Words;
}) {
	// newest last: of each camera one bearing is drawn
	const looks = [
		...new Map(
			incident.evidence.filter((e) => e.pose && e.bearingDeg !== undefined).map((e) => [e.sourceId, e]),
		).values(),
	];
	const middle = incident.evidence.find((e) => e.pose && e.tower === undefined)?.pose?.position ?? tower;
	const toMetres = (p: { lat: number; lon: number }) => ({
		x: (p.lon - middle.lon) * 111_320 * Math.cos((middle.lat * Math.PI) / 180),
		y: (p.lat - middle.lat) * 110_540,
	});
	const masts = new Map(
		looks
			.map((e) => toMetres(e.pose?.position ?? tower))
			.map((m) => [`${Math.round(m.x / 50)},${Math.round(m.y / 50)}`, m]),
	);
	if (masts.size === 0) masts.set("0,0", toMetres(tower));
	const points = incident.place.points.map((p) => ({ ...toMetres(p), weight: p.weight }));
	const reach = Math.max(2000, ...[...points, ...masts.values()].map((p) => Math.hypot(p.x, p.y))) * 1.08;
	const at = (x: number, y: number) => ({
		cx: SIZE / 2 + (x / reach) * (SIZE / 2),
		cy: SIZE / 2 - (y / reach) * (SIZE / 2),
	});
	const heaviest = Math.max(1e-9, ...points.map((p) => p.weight));
	const rings = [0.45, 0.9].map((share) => Math.round((reach * share) / 1000));
	const sector = (c: Camera) => {
		const edge = (azimuth: number) => {
			const a = (azimuth * Math.PI) / 180;
			const { cx, cy } = at(Math.sin(a) * reach * 2, Math.cos(a) * reach * 2);
			return `${cx},${cy}`;
		};
		return `M${SIZE / 2},${SIZE / 2} L${edge(c.azimuthDeg - c.fovDeg / 2)} L${edge(c.azimuthDeg)} L${edge(c.azimuthDeg + c.fovDeg / 2)} Z`;
	};
	return (
		<figure className="region">
			<svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={w.place}>
				{cameras
					.filter((c) => incident.evidence.some((e) => e.sourceId === c.id))
					.map((c) => (
						<path key={c.id} d={sector(c)} className="sector" />
					))}
				{rings.map((km) => (
					<g key={km}>
						<circle cx={SIZE / 2} cy={SIZE / 2} r={((km * 1000) / reach) * (SIZE / 2)} className="ring" />
						<text x={SIZE / 2 + 14} y={SIZE / 2 - ((km * 1000) / reach) * (SIZE / 2) + 11}>
							{km} km
						</text>
					</g>
				))}
				{points.map((p) => (
					<circle
						key={`${p.x},${p.y}`}
						{...at(p.x, p.y)}
						r={4}
						className="likely"
						opacity={0.12 + 0.8 * (p.weight / heaviest)}
					/>
				))}
				{looks.map((e) => {
					const from = toMetres(e.pose?.position ?? tower);
					const a = ((e.bearingDeg ?? 0) * Math.PI) / 180;
					const to = at(from.x + Math.sin(a) * reach * 3, from.y + Math.cos(a) * reach * 3);
					const start = at(from.x, from.y);
					return <line key={e.sourceId} x1={start.cx} y1={start.cy} x2={to.cx} y2={to.cy} className="bearing" />;
				})}
				{[...masts].map(([key, m]) => {
					const { cx, cy } = at(m.x, m.y);
					return <path key={key} d={`M${cx},${cy - 7} l6,12 h-12 z`} className="tower" />;
				})}
				<text x={SIZE / 2 - 4} y={12}>
					N
				</text>
			</svg>
			<figcaption>
				{w.place}
				{incident.place.best ? ` ${incident.place.best.lat.toFixed(4)}, ${incident.place.best.lon.toFixed(4)}` : ""}
			</figcaption>
		</figure>
	);
}
