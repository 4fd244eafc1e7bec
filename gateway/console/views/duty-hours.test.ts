import { expect, it } from "vitest";
import type { DutyShift } from "../../model/user.ts";
import { unattendedHours } from "./duty-hours.ts";

const H = 3_600_000;
const shift = (from: number, to?: number): DutyShift => ({
	id: `${from}`,
	userId: "u",
	name: "u",
	role: "officer",
	from: from * H,
	...(to === undefined ? {} : { to: to * H }),
});

it("hours without anybody at the desk are counted, and a shift that lasts covers all to come", () => {
	const time = { from: 0, to: 100 * H };
	expect(unattendedHours([], time)).toEqual({ hours: 100, ofHours: 100 });
	expect(unattendedHours([shift(10, 20), shift(18, 30), shift(40)], time)).toEqual({ hours: 20, ofHours: 100 });
	expect(unattendedHours([shift(-50, -10), shift(20, 30)], time)).toEqual({ hours: 90, ofHours: 100 });
	expect(unattendedHours([shift(200)], time)).toEqual({ hours: 100, ofHours: 100 });
	expect(unattendedHours([shift(0)], { from: 5, to: 5 })).toEqual({ hours: 0, ofHours: 0 });
});
