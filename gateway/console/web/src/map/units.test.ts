import { expect, it } from "vitest";
import { unitFeatures } from "./units.ts";

const SIDE = 0.01;
/** A square grid, so many sides to the east of the first. */
const square = (code: string, east: number) => {
	const [w, e, s, n] = [108 + east * SIDE, 108 + (east + 1) * SIDE, 29, 29 + SIDE];
	return {
		code,
		name: code,
		polygons: [
			[
				[
					[w, s],
					[e, s],
					[e, n],
					[w, n],
					[w, s],
				],
			],
		],
	};
};
const grids = [
	square("500114101201-01", 0),
	square("500114101201-02", 1),
	square("500114101202-01", 2),
	square("500114102201-01", 3),
] as Parameters<typeof unitFeatures>[0]["grids"];
const units = [
	{ code: "500114101", name: "青石镇", level: "township" },
	{ code: "500114101201", name: "青石镇1村", level: "village" },
	{ code: "500114103", name: "没有网格的镇", level: "township" },
];

/** Longitudes at which a line of a level runs north within the grids, as numbers of sides. */
function walls(level: string): number[] {
	const found = unitFeatures({ grids, units }).features.filter((f) => f.properties?.["level"] === level);
	const lines = found.flatMap(({ geometry: g }) => (g.type === "MultiLineString" ? g.coordinates : []));
	const upright = lines.flatMap((line) =>
		line.slice(1).flatMap(([lon = 0, lat = 0], i) => {
			const [lon0 = 0, lat0 = 0] = line[i] ?? [];
			return Math.abs(lon - lon0) < 1e-6 && Math.abs(lat - lat0) > 1e-6 ? [Math.round((lon - 108) / SIDE)] : [];
		}),
	);
	return [...new Set(upright)].sort((a, b) => a - b);
}

it("a border runs where grids of two units meet, and around all", () => {
	expect(walls("county")).toEqual([0, 4]);
	expect(walls("township")).toEqual([0, 3, 4]);
	expect(walls("village")).toEqual([0, 2, 3, 4]);
});

it("a unit is named in the middle of its grids, and one without grids is not", () => {
	const names = unitFeatures({ grids, units }).features.filter((f) => f.geometry.type === "Point");
	expect(names.map((f) => f.properties?.["name"])).toEqual(["青石镇", "青石镇1村"]);
	const [town] = names.map(({ geometry: g }) => (g.type === "Point" ? g.coordinates : []));
	expect(town?.[0]).toBeCloseTo(108 + 1.5 * SIDE, 2);
	expect(unitFeatures({ grids: [], units }).features.filter((f) => f.geometry.type === "Point")).toEqual([]);
});
