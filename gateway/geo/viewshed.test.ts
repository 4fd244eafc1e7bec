import { expect, it } from "vitest";
import { distanceM } from "./position.ts";
import { viewshed } from "./viewshed.ts";

const lens = { position: { lat: 29.5, lon: 108.7 }, heightM: 120, azimuthDeg: 90, fovDeg: 4, rangeM: 6_000 };
const reach = (polygons: [number, number][][]) =>
	polygons.map((p) => p.slice(0, 4).map(([lon, lat]) => distanceM(lens.position, { lat, lon })));

it("flat ground is seen to the end of the range, and what lies behind a ridge is not", async () => {
	const flat = await viewshed({ heightM: () => 0 }, lens);
	expect(flat).toHaveLength(4);
	for (const ranges of reach(flat)) expect(Math.max(...ranges)).toBeCloseTo(6_000, -1);
	const ridge = { heightM: ({ lon }: { lon: number }) => (lon > 108.72 && lon < 108.725 ? 200 : 0) };
	const hidden = reach(await viewshed(ridge, lens));
	// the ridge stands 1.9 to 2.4 km away; its top hides all behind it
	for (const ranges of hidden) expect(Math.max(...ranges)).toBeLessThan(2_600);
});

it("without a terrain the whole sector is taken for seen", async () => {
	const all = reach(await viewshed(undefined, lens));
	expect(all).toHaveLength(4);
	expect(Math.min(...all.flat())).toBeCloseTo(0, 0);
});
