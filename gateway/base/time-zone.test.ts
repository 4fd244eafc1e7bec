import { describe, expect, it } from "vitest";
import { isTimeZone, localMinute, localTime, localTimeWithOffset, offsetName, timeAt } from "./time-zone.ts";

const NOON = Date.UTC(2026, 3, 5, 6, 3, 21);

describe("times in the zone of a tower", () => {
	it("are what clocks there show, whatever this machine's zone is", () => {
		expect(localTime(NOON, "Asia/Shanghai")).toBe("2026-04-05T14:03:21");
		expect(localTime(NOON, "Asia/Urumqi")).toBe("2026-04-05T12:03:21");
		expect(localTimeWithOffset(NOON, "Asia/Shanghai")).toBe("2026-04-05T14:03:21+08:00");
		expect(localTimeWithOffset(NOON, "America/St_Johns")).toBe("2026-04-05T03:33:21-02:30");
		expect(localMinute(Date.UTC(2026, 11, 31, 16), "Asia/Shanghai")).toBe("2027-01-01 00:00");
		expect([offsetName(NOON, "Asia/Shanghai"), offsetName(NOON, "Asia/Kolkata")]).toEqual(["UTC+8", "UTC+5:30"]);
	});

	it("are read back, also where clocks are put forward and back", () => {
		for (const zone of ["Asia/Shanghai", "Europe/Madrid", "America/Los_Angeles"])
			for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 86_400_000)
				expect(timeAt(localTime(at, zone), zone)).toBe(at);
		expect(timeAt("2026-04-05T14:03", "Asia/Shanghai")).toBe(Date.UTC(2026, 3, 5, 6, 3));
		expect(timeAt("no time", "Asia/Shanghai")).toBeNaN();
	});

	it("a zone that does not exist is none", () => {
		expect([isTimeZone("Asia/Shanghai"), isTimeZone("Asia/Nowhere"), isTimeZone("")]).toEqual([true, false, false]);
	});
});
