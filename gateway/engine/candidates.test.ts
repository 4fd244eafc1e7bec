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
	const candidates = new Candidates();
	candidates.add(sighting("a", 1000, 0.4));
	candidates.add(sighting("a", 2000, 0.2));
	candidates.add(sighting("b", 3000, 0.1));
	expect(candidates.list(4000).map((c) => [c.trackId, c.at, c.probability])).toEqual([
		["b", 3000, 0.1],
		["a", 1000, 0.4],
	]);
	candidates.remove("b");
	expect(candidates.list(4000).map((c) => c.trackId)).toEqual(["a"]);
	expect(candidates.list(86_401_000)).toEqual([]);
	for (let i = 0; i < 50; i++) candidates.add(sighting(`t${i}`, 5000 + i, 0.3));
	const kept = candidates.list(6000);
	expect(kept).toHaveLength(40);
	expect(kept.at(-1)?.trackId).toBe("t10");
});
