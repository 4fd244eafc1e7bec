import { describe, expect, it } from "vitest";
import { Fleet } from "../../../test/harness/fleet.ts";
import { answer, sensorAlarm, T0, tower } from "../../../test/harness/judging.ts";
import { AT, byTower, count, fleet, MIN, PLACE, SECOND, seen, worldOf } from "../../../test/harness/towers.ts";
import { say } from "../../base/say.ts";
import { azimuthDeg, destination, distanceM, type Position } from "../../geo/position.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { JudgeEvent } from "../../model/event.ts";

describe("whether two towers see one fire", () => {
	it("bearings that merely cross, without ground to tell by, join nothing: each is called earlier, and the crossing is said", () => {
		const f = new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), centre: worldOf("centre") });
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		for (const t of ["t1", "t2"]) {
			const own = byTower(f.incidents("centre"), t);
			expect([own.primaryId, own.linkedIncidents, own.place.method]).toEqual([undefined, undefined, "bearing"]);
			expect(own.ladder).toMatchObject({ stepsForward: 1, why: ["why.towersCross?count=2"] });
			expect(own.hints?.map((hint) => say("zh", hint)).join()).toMatch(/方位交会于 29\.\d+, 108\.\d+ ±\d+ m/);
			expect(distanceM(own.crossings?.[0] as Position, PLACE)).toBeLessThan(50);
		}
		f.at("centre", answer({ incident: byTower(f.incidents("centre"), "t2") }, "duty-desk", "false", T0 + 30 * SECOND));
		f.run(T0 + 20 * MIN);
		expect(count(f, "town verify")).toBe(1);
	});

	it("what was joined is taken apart when another incident fits as well", () => {
		const f = fleet();
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		expect(f.incidents("centre").filter((i) => i.primaryId)).toHaveLength(1);
		// a second fire of the first tower, a little nearer on the second one's bearing
		const other = destination(
			AT["t2"] as Position,
			azimuthDeg(AT["t2"] as Position, PLACE),
			distanceM(AT["t2"] as Position, PLACE) - 500,
		);
		f.run(T0 + 2 * MIN, { t1: [seen("t1", other, T0 + 70 * SECOND, 2)] });
		expect(f.incidents("centre").map((i) => i.primaryId)).toEqual([undefined, undefined, undefined]);
	});

	it("drills of two towers at one place are two drills", () => {
		const drill = (by: string): JudgeEvent => {
			const event = sensorAlarm(`drill:${by}`, 40, 4500, T0);
			return event.type === "alarm" ? { ...event, alarm: { ...event.alarm, kind: "drill", exercise: true } } : event;
		};
		const f = fleet();
		f.run(T0 + MIN, { t1: [drill("a")], t2: [drill("b")] });
		expect(f.incidents("centre").map((i) => i.primaryId)).toEqual([undefined, undefined]);
	});

	it.each([
		["t1", "t2", "t3"],
		["t1", "t3", "t2"],
		["t3", "t1", "t2"],
	])("three towers, %s before %s before %s: one fire", (...order) => {
		const f = fleet();
		const events = Object.fromEntries(order.map((t, n) => [t, [seen(t, PLACE, T0 + n * 6 * SECOND)]]));
		f.run(T0 + 14 * MIN, events);
		for (const who of ["supervisor verify", "town verify"]) expect(count(f, who), who).toBe(1);
	});

	it("a third tower joins the same fire", () => {
		const f = fleet();
		const at = T0 + 6 * SECOND;
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, at)], t3: [seen("t3", PLACE, at + 6 * SECOND)] });
		expect(byTower(f.incidents("centre"), "t1").linkedIncidents?.map((w) => w.tower)).toEqual(["t2", "t3"]);
	});

	it("a crossing at which no smoke can be seen as low as it was is a ghost", () => {
		// flat ground a hundred metres below the lens: at 4.5 km it is seen 1.3 degrees down, at 2.3 km 2.5
		const flat = (id: string): DecisionContext => ({ ...worldOf(id), terrain: { heightM: () => 700 } });
		const both = (elevationDeg: number) => {
			const f = new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), centre: flat("centre") });
			const look = (by: string, at: number) => {
				const e = seen(by, PLACE, at);
				return e.type === "sighting" ? { ...e, sighting: { ...e.sighting, elevationDeg, elevationErrorDeg: 0.1 } } : e;
			};
			f.run(T0 + MIN, { t1: [look("t1", T0)], t2: [look("t2", T0 + 6 * SECOND)] });
			return f.incidents("centre").filter((i) => i.primaryId).length;
		};
		expect(both(-1.25)).toBe(1);
		expect(both(-2.5)).toBe(0);
	});

	it("two fires whose bearings cross in four places are not joined by a guess, nor are fires that lie apart in time", () => {
		const two = fleet();
		const other = destination(tower, 60, 4500);
		const later = T0 + 2 * SECOND;
		two.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE), seen("t1", other, later, 2)] });
		two.run(T0 + MIN, { t2: [seen("t2", PLACE, T0 + 40 * SECOND)] });
		expect(two.incidents("centre").length).toBe(3);
		expect(two.incidents("centre").filter((i) => i.primaryId)).toEqual([]);
		const late = fleet();
		late.run(T0 + 45 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 40 * MIN)] });
		expect(late.incidents("centre").filter((i) => i.primaryId)).toEqual([]);
	});
});
