import { expect, it } from "vitest";
import { placeLinks } from "./place-links.ts";

it("each map is given a place in its own datum, some hundred metres from what WGS84 says", () => {
	const links = placeLinks({ lat: 29.533, lon: 108.77 }, "双河镇1村");
	expect(links.map((l) => [l.name, l.datum])).toEqual([
		["amap", "GCJ-02"],
		["baidu", "BD-09"],
		["tencent", "GCJ-02"],
	]);
	const [, lon, lat] = /position=([\d.]+),([\d.]+)/.exec(links[0]?.url ?? "") ?? [];
	expect(Number(lon)).toBeGreaterThan(108.772);
	expect(Number(lat)).toBeLessThan(29.533);
	// the order differs: one asks for longitude first, the others for latitude
	expect(links[1]?.url).toMatch(/location=29\.5\d+,108\.7\d+/);
	expect(links[2]?.url).toMatch(/coord:29\.5\d+,108\.7\d+/);
});
