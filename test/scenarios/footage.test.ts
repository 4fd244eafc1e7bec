import { describe, expect, it } from "vitest";
import { hasFootage, scoreFootage } from "../harness/footage.ts";

/** Three fires and two days without one, one site of each fold at least; all footage is scored by the long tests. */
const FIRES = ["20160718_lp-n-iqeye", "20180614_mt-woodson-east", "20180717_otay-mountain-south"];
const NONE = ["20180602_santiago-peak-south", "20190712_lyons-peak-south"];

describe.skipIf(!hasFootage)("real footage (skipped without ../shared/data/sequences)", () => {
	it("networks that have not seen a site find its fire, and ring for nothing else", async () => {
		const { sequences } = await scoreFootage([...FIRES, ...NONE]);
		expect(sequences.filter((s) => s.seenInTraining)).toEqual([]);
		expect(sequences.filter((s) => s.detectedAt !== null).map((s) => s.name)).toEqual(FIRES);
		expect(sequences.flatMap((s) => s.falseAlarms)).toEqual([]);
	}, 120_000);
});
