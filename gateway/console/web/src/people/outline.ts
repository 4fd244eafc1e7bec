import type { Feature, Polygon, Position } from "geojson";
import { degreesIn } from "../ui/degrees.ts";

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

/** The outer corners of all pieces, one in a line as "latitude, longitude"; an empty line between two pieces. */
export function cornersText(polygons: Polygons): string {
	const rings = piecesOf(polygons).flatMap(({ geometry }) => geometry.coordinates);
	return rings
		.map((ring) =>
			ring
				.slice(0, -1)
				.map(([lon, lat]) => `${lat}, ${lon}`)
				.join("\n"),
		)
		.join("\n\n");
}

/** The pieces of such a text; undefined where a line is no place, or a piece has less than three corners. */
export function cornersIn(text: string): Polygon[] | undefined {
	const pieces = text.trim().split(/\n\s*\n/);
	const rings = pieces.map((piece) =>
		piece
			.split("\n")
			.map(degreesIn)
			.map((p) => p && [p.lon, p.lat]),
	);
	if (!rings.every((ring) => ring.length >= 3 && ring.every((corner) => corner !== undefined))) return undefined;
	return rings.map((ring) => ({ type: "Polygon", coordinates: [[...ring, ring[0]] as Position[]] }));
}

const rounded = (degrees: number) => Number(degrees.toFixed(DIGITS));
