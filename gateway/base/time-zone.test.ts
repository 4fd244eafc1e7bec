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

	it("change with the second at which clocks are put forward and back", () => {
		const [forward, back] = [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)];
		const around = (at: number) => [at - 1000, at].map((t) => localTimeWithOffset(t, "Europe/Madrid"));
		expect(around(forward)).toEqual(["2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00"]);
		expect(around(back)).toEqual(["2026-10-25T02:59:59+02:00", "2026-10-25T02:00:00+01:00"]);
	});

	it("a zone that does not exist is none", () => {
		expect([isTimeZone("Asia/Shanghai"), isTimeZone("Asia/Nowhere"), isTimeZone("")]).toEqual([true, false, false]);
		expect(() => localTime(NOON, "Asia/Nowhere")).toThrow(RangeError);
	});
});
