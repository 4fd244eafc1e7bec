import type { Camera, Incident, Tower } from "./api.ts";
import type { Words } from "./i18n.ts";

const SIZE = 300;

/** Where it may be: north up, the tower in the middle, the likelier the brighter. No map is needed for it, so it works offline. */
export function Region({ incident, tower, cameras, w }: { incident: Incident; tower: Tower; cameras: Camera[]; w: Words }) {
	const toMetres = (p: { lat: number; lon: number }) => ({
		x: (p.lon - tower.lon) * 111_320 * Math.cos((tower.lat * Math.PI) / 180),
		y: (p.lat - tower.lat) * 110_540,
	});
	const points = incident.place.points.map((p) => ({ ...toMetres(p), weight: p.weight }));
	const reach = Math.max(2000, ...points.map((p) => Math.hypot(p.x, p.y))) * 1.08;
	const at = (x: number, y: number) => ({ cx: SIZE / 2 + (x / reach) * (SIZE / 2), cy: SIZE / 2 - (y / reach) * (SIZE / 2) });
	const heaviest = Math.max(1e-9, ...points.map((p) => p.weight));
	const rings = [0.5, 1].map((share) => Math.round((reach * share) / 1000));
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
					<circle key={`${p.x},${p.y}`} {...at(p.x, p.y)} r={4} className="likely" opacity={0.12 + 0.8 * (p.weight / heaviest)} />
				))}
				<path d={`M${SIZE / 2},${SIZE / 2 - 7} l6,12 h-12 z`} className="tower" />
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
