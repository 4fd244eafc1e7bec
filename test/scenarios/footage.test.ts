import { describe, expect, it } from "vitest";
import { hasFootage, scoreFootage } from "../harness/footage.ts";

/** A fire of each fold and an hour without one; all footage is scored by the long tests. */
const FIRES = ["20160718_lp-n-iqeye", "20180614_mt-woodson-east", "20190809_los-pinos-south"];
const NONE = ["20180602_santiago-peak-south"];

describe.skipIf(!hasFootage)("real footage (skipped without ../shared/data/sequences)", () => {
	it("networks that have not seen a site find its fire, and ring for nothing else", async () => {
		const { sequences } = await scoreFootage([...FIRES, ...NONE]);
		expect(sequences.filter((s) => s.seenInTraining)).toEqual([]);
		expect(sequences.filter((s) => s.detectedAt !== null).map((s) => s.name)).toEqual(FIRES);
		expect(sequences.flatMap((s) => s.falseAlarms)).toEqual([]);
	}, 120_000);
});
