import type { Feature, Polygon, Position } from "geojson";

/** Digits of what is drawn: a tenth of a metre. */
const DIGITS = 6;

export type Polygons = Position[][][];

/** The outline of a grid as its row has it; none where it has none, or no JSON. */
export function outlineIn(text: string | undefined): Polygons {
	try {
		const read: unknown = JSON.parse(text ?? "[]");
		return Array.isArray(read) ? (read as Polygons) : [];
	} catch {
		return [];
	}
}

/** Each piece as a polygon of its own, without the holes in it. */
export function piecesOf(polygons: Polygons): Feature<Polygon>[] {
	return polygons.flatMap(([outer]) => {
		if (!outer) return [];
		const ring = outer.map(([lon = 0, lat = 0]) => [rounded(lon), rounded(lat)]);
		return [{ type: "Feature", properties: { mode: "polygon" }, geometry: { type: "Polygon", coordinates: [ring] } }];
	});
}

/** What was drawn as a row has it: a piece that was there before keeps the holes in it. */
export function withPieces(before: Polygons, pieces: readonly (Polygon | undefined)[]): string {
	const drawn = pieces.flatMap((piece, n) => {
		const outer = piece?.coordinates[0];
		return outer
			? [[outer.map(([lon = 0, lat = 0]) => [rounded(lon), rounded(lat)]), ...(before[n]?.slice(1) ?? [])]]
			: [];
	});
	return JSON.stringify(drawn);
}

const rounded = (degrees: number) => Number(degrees.toFixed(DIGITS));
