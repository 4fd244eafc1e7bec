import { expect, it } from "vitest";
import { mostStrangers } from "./limits.ts";

it("two listeners full of strangers leave the descriptors that the tower needs", () => {
	for (const limit of [1024, 4096, 1_048_576]) expect(limit - 2 * mostStrangers(limit)).toBeGreaterThanOrEqual(512);
	expect([mostStrangers(1024), mostStrangers(Number.POSITIVE_INFINITY), mostStrangers(256)]).toEqual([128, 1000, 64]);
});
