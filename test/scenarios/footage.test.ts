import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate, report } from "../../gateway/app/evaluate.ts";
import { findFootage } from "../../gateway/app/footage.ts";
import { openModel } from "../../gateway/watch/detect/manifest.ts";

const footage = join(import.meta.dirname, "../../../shared/data/sequences");
const some = ["20180614_mt-woodson-east", "20160718_mw-e-mobo-c", "20180611_red-mountain-west", "20180614_high-point-north"];

// Real tower footage does not belong to this repository; where it is not beside it, this test is skipped and says so.
describe.skipIf(!existsSync(footage))("real footage (skipped without ../shared/data/sequences)", () => {
	it("networks that have not seen a site find most of its fires", async () => {
		const model = openModel("smoke-1");
		const results = await evaluate(
			findFootage(footage).filter((f) => some.includes(f.name)),
			{ model, threads: 2, crossValidate: true },
		);
		const figures = report(results, model);
		expect(figures.sequences.every((s) => !s.seenInTraining)).toBe(true);
		expect(figures.overall.events).toBe(4);
		expect(figures.overall.detected).toBeGreaterThanOrEqual(2);
		expect(figures.overall.falseAlarms).toBeLessThanOrEqual(3);
	}, 120_000);
});
