import fc from "fast-check";
import pointInPolygon from "point-in-polygon-hao";
import { describe, expect, it } from "vitest";
import { BandedPolygon } from "../../geo/polygon.ts";
import { angleBetweenDeg, azimuthDeg, curvatureDropM, destination, distanceM } from "../../geo/position.ts";
import { hiddenAt, profileOf } from "../../geo/visibility.ts";
import type { CameraPose } from "../../model/camera.ts";
import { smallWorld } from "../../sim/world.ts";
import { middleOf, regionOf, terrainClue } from "./clues.ts";
import { type Bearing, crossingOf, fixPoints } from "./crossing.ts";
import { likelihoodAlong } from "./likelihood.ts";

const origin = { lat: 29.5, lon: 108.7 };
const pose = (position = origin, extra: Partial<CameraPose> = {}): CameraPose => ({
	cameraId: "c",
	position,
	heightM: 500,
	azimuthDeg: 0,
	tiltDeg: 0,
	fovDeg: 60,
	azimuthErrorDeg: 0.5,
	preset: "fixed",
	rangeM: 20_000,
	...extra,
});

describe("a polygon in bands", () => {
	it("agrees with the robust test of the whole polygon, borders and holes included", () => {
		const coordinate = fc.integer({ min: -20, max: 20 });
		const ring = fc
			.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 40 })
			.map((r): [number, number][] => [...r, r[0] as [number, number]]);
		fc.assert(
			fc.property(
				ring,
				fc.array(ring, { maxLength: 1 }),
				fc.array(fc.tuple(coordinate, coordinate), { minLength: 20, maxLength: 20 }),
				(outer, holes, points) => {
					const rings = [outer, ...holes];
					const banded = new BandedPolygon(rings);
					for (const [x, y] of points) {
						// the library folds the rings into even-odd, 0 on a border
						expect(banded.contains(x, y)).toBe(pointInPolygon([x, y], rings) !== false);
					}
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe("bearings that cross", () => {
	/** Two masts whose bearings meet at a place 10 km from both, at an angle. */
	const pair = (angle: number, errorDeg = 0.5): { bearings: Bearing[]; place: typeof origin } => {
		const place = destination(origin, 0, 10_000);
		const other = destination(place, 180 - angle, 10_000);
		const from = (position: typeof origin, cameraId: string): Bearing => ({
			pose: pose(position, { cameraId }),
			bearingDeg: azimuthDeg(position, place),
			bearingErrorDeg: errorDeg,
		});
		return { bearings: [from(origin, "a"), from(other, "b")], place };
	};

	it.each([
		[90, 87],
		[60, 123],
		[45, 161],
		[30, 238],
		[20.1, 353],
	])("at %d degrees, 0.5 degrees each at 10 km: one sigma of the major axis is %d m", (angle, major) => {
		const { bearings, place } = pair(angle);
		const fix = crossingOf(bearings);
		expect(fix && distanceM(fix.position, place)).toBeLessThan(20);
		expect(Math.abs((fix?.majorM ?? 0) - major)).toBeLessThan(3);
	});

	it("gives no fix when too parallel, of one mast, behind a camera, beyond its range, or of three that do not agree", () => {
		expect(crossingOf(pair(15).bearings)).toBeUndefined();
		const [a, b] = pair(90).bearings as [Bearing, Bearing];
		const beside = { ...b, pose: { ...b.pose, position: destination(origin, 90, 60) } };
		expect(crossingOf([a, beside])).toBeUndefined();
		expect(crossingOf([a, { ...b, bearingDeg: b.bearingDeg + 180 }])).toBeUndefined();
		expect(crossingOf([a, { ...b, pose: { ...b.pose, rangeM: 5000 } }])).toBeUndefined();
		const third = {
			...a,
			pose: { ...a.pose, position: destination(origin, 180, 5000) },
			bearingDeg: a.bearingDeg + 10,
		};
		expect(crossingOf([a, b, third])).toBeUndefined();
	});

	it("a crossing that a ridge hides from one of them is a ghost", () => {
		const { bearings, place } = pair(90);
		// a wall of 900 m half way along the first bearing
		const wall = {
			heightM: (p: typeof origin) =>
				Math.abs(distanceM(origin, p) - 5000) < 200 && angleBetweenDeg(azimuthDeg(origin, p), 0) < 20 ? 1400 : 100,
		};
		expect(crossingOf(bearings, { heightM: () => 100 })).toBeDefined();
		expect(hiddenAt(wall, bearings[0]?.pose as CameraPose, 0, distanceM(origin, place))).toBeGreaterThan(1000);
		expect(crossingOf(bearings, wall)).toBeUndefined();
	});

	it("the points of a fix have its middle and hold its ellipse", () => {
		const fix = crossingOf(pair(30).bearings);
		if (!fix) throw new Error("no fix");
		const points = regionOf([{ points: () => fixPoints(fix), likelihood: () => 1 }]);
		const { best, errorM } = middleOf(points);
		expect(distanceM(best, fix.position)).toBeLessThan(10);
		expect(errorM).toBeGreaterThan(fix.minorM);
		expect(errorM).toBeLessThan(1.6 * fix.majorM);
	});
});

describe("one bearing against the terrain", () => {
	it("ground falls away by the published curvature and refraction", () => {
		expect([5000, 10_000, 15_000, 20_000].map((d) => Math.round(curvatureDropM(d) * 10) / 10)).toEqual([
			1.7, 6.8, 15.4, 27.3,
		]);
	});

	/** On flat ground 300 m below the lens, the range of an elevation follows from the height: the published table. */
	it("an elevation on flat ground is a range; a tenth of a degree less moves it as published (300 m, 5 km: 150 m)", () => {
		const flat = { heightM: () => 200 };
		const profile = profileOf(flat, pose(), 0, 10);
		const rangeOf = (elevation: number) => {
			const likelihood = likelihoodAlong(profile, elevation, 0.01);
			return profile.rangeM[likelihood.indexOf(Math.max(...likelihood))] as number;
		};
		const elevation = (-Math.atan2(300, 5000) * 180) / Math.PI;
		const moved = rangeOf(elevation + 0.1) - rangeOf(elevation);
		expect(Math.abs(moved - 150)).toBeLessThan(25);
	});

	it("smoke that rises behind a ridge may stand on the ridge or behind it: more than one stretch explains it", () => {
		const ridge = { heightM: (p: typeof origin) => (Math.abs(distanceM(origin, p) - 4000) < 300 ? 450 : 150) };
		const clue = terrainClue(
			{ pose: pose(), bearingDeg: 0, bearingErrorDeg: 1, elevationDeg: -0.6, elevationErrorDeg: 0.1 },
			ridge,
		);
		const intervals = clue.intervals();
		expect(intervals.some(([from, to]) => from <= 4000 && to >= 3800)).toBe(true);
		expect(intervals.at(-1)?.[1]).toBeGreaterThan(6000);
	});

	it("holds the true place of fires all over the made country", () => {
		const { terrain, cameras } = smallWorld(5);
		const camera = cameras[0]?.pose as CameraPose;
		const heights = { heightM: (p: typeof origin) => terrain.heightOf(p) };
		let seen = 0;
		let held = 0;
		for (let azimuth = 0; azimuth < 360; azimuth += 15) {
			for (const range of [1500, 3000, 5000, 8000]) {
				const place = destination(camera.position, azimuth, range);
				const hidden = hiddenAt(heights, camera, azimuth, range) ?? 0;
				if (hidden > 60) continue;
				const top = terrain.heightOf(place) + hidden + 20 - curvatureDropM(range) - camera.heightM;
				const elevationDeg = (Math.atan2(top, range) * 180) / Math.PI;
				const points = regionOf([
					terrainClue(
						{
							pose: camera,
							bearingDeg: azimuth + 0.5,
							bearingErrorDeg: 1,
							elevationDeg: elevationDeg + 0.2,
							elevationErrorDeg: 0.4,
						},
						heights,
					),
				]);
				seen++;
				if (points.some((p) => distanceM(p, place) < Math.max(300, range / 12))) held++;
			}
		}
		expect(seen).toBeGreaterThan(30);
		expect(held / seen).toBeGreaterThan(0.95);
	});
});
