import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluateFolder } from "../../gateway/evaluation/evaluate.ts";
import { SHIPPED_MODEL } from "../../gateway/watch/detect/manifest.ts";

const footage = join(import.meta.dirname, "../../../shared/data/sequences");

// Real tower footage does not belong to this repository; where it is not beside it, this test is skipped and says so.
describe.skipIf(!existsSync(footage))("real footage (skipped without ../shared/data/sequences)", () => {
	it("networks that have not seen a site find four fires of five, with at most four false alarms in the clean hours", async () => {
		const { sequences, overall } = await evaluateFolder(footage, {
			model: SHIPPED_MODEL,
			point: "fast",
			folds: true,
			threads: 1,
			onLine: () => {},
		});
		expect(sequences.filter((s) => s.seenInTraining)).toEqual([]);
		expect(overall.events).toBe(26);
		expect(overall.cleanCameraDays * 24).toBeGreaterThan(27);
		expect(overall.eventRecall).toBeGreaterThanOrEqual(0.8);
		expect(overall.falseAlarms).toBeLessThanOrEqual(4);
	}, 900_000);
});
