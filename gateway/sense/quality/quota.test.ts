import { expect, it } from "vitest";
import { AlarmQuota, MOST_ALARMS, MOST_READINGS, ReadingQuota } from "./quota.ts";

it("takes what a node has kept over a month, and no more than anybody wants after that; each node has its own", () => {
	const quota = new ReadingQuota();
	let taken = 0;
	for (let n = 0; n < 2 * MOST_READINGS; n++) if (quota.take("n1", 0)) taken++;
	expect(taken).toBe(MOST_READINGS);
	expect(quota.take("n2", 0)).toBe(true);
	taken = 0;
	for (let ms = 0; ms < 60_000; ms += 10) if (quota.take("n1", ms)) taken++;
	expect(taken).toBeLessThanOrEqual(600);
	expect(taken).toBeGreaterThan(590);
});

it("alarms are counted by node and kind", () => {
	const quota = new AlarmQuota();
	for (let n = 0; n < MOST_ALARMS; n++) expect(quota.take("n1", "smoke", 0)).toBe(true);
	expect(quota.take("n1", "smoke", 0)).toBe(false);
	expect(quota.take("n1", "gas", 0)).toBe(true);
	expect(quota.take("n2", "smoke", 0)).toBe(true);
	expect(quota.take("n1", "smoke", 1_000)).toBe(true);
});
