import { describe, expect, it } from "vitest";
import { hasFootage, scoreFootage } from "../harness/footage.ts";

describe.skipIf(!hasFootage)("all real footage (skipped without ../shared/data/sequences)", () => {
	it("networks that have not seen a site find four fires of five, with at most four false alarms in the clean hours", async () => {
		const { sequences, overall } = await scoreFootage();
		expect(sequences.filter((s) => s.seenInTraining)).toEqual([]);
		expect(overall.events).toBe(26);
		expect(overall.cleanCameraDays * 24).toBeGreaterThan(27);
		expect(overall.eventRecall).toBeGreaterThanOrEqual(0.8);
		expect(overall.falseAlarms).toBeLessThanOrEqual(4);
	}, 900_000);
});
