import { expect, it } from "vitest";
import type { Sighting } from "../model/camera.ts";
import { Candidates } from "./candidates.ts";

const sighting = (trackId: string, at: number, probability: number) =>
	({
		trackId,
		cameraId: "east",
		capturedAt: at,
		firstSeenAt: at,
		probability,
		bearingDeg: 10,
		boxes: [],
	}) as unknown as Sighting;

it("keeps the strongest look of each track, newest first, for a day, and never more than forty", () => {
	const drawer = new Candidates();
	drawer.add(sighting("a", 1000, 0.4));
	drawer.add(sighting("a", 2000, 0.2));
	drawer.add(sighting("b", 3000, 0.1));
	expect(drawer.list(4000).map((c) => [c.trackId, c.at, c.probability])).toEqual([
		["b", 3000, 0.1],
		["a", 1000, 0.4],
	]);
	drawer.remove("b");
	expect(drawer.list(4000).map((c) => c.trackId)).toEqual(["a"]);
	expect(drawer.list(86_401_000)).toEqual([]);
	for (let i = 0; i < 50; i++) drawer.add(sighting(`t${i}`, 5000 + i, 0.3));
	const kept = drawer.list(6000);
	expect(kept).toHaveLength(40);
	expect(kept.at(-1)?.trackId).toBe("t10");
});
