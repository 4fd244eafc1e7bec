import { describe, expect, it } from "vitest";
import { Fleet } from "../../../test/harness/fleet.ts";
import { answer, camera, fire, person, T0, tower, worldWith } from "../../../test/harness/judging.ts";
import { azimuthDeg, destination, distanceM, type Position } from "../../base/geo.ts";
import type { Incident, JudgeEvent } from "../../model/incident.ts";
import { EMPTY_REGISTER, type Grid } from "../../model/register.ts";
import type { World } from "../world.ts";

const SECOND = 1000;
const MIN = 60 * SECOND;
/** Two towers, six kilometres apart. */
const AT: Record<string, Position> = { t1: tower, t2: destination(tower, 90, 6000), t3: destination(tower, 45, 9000) };

/** Squares of about 1.1 km, so that a wedge touches many and a crossing few. */
const grids: Grid[] = Array.from({ length: 144 }, (_, n) => {
	const [west, south] = [tower.lon - 0.06 + (n % 12) * 0.012, tower.lat - 0.06 + Math.floor(n / 12) * 0.01];
	const [east, north] = [west + 0.012, south + 0.01];
	const code = `A${String(n).padStart(3, "0")}`;
	const ring: [number, number][] = [
		[west, south],
		[east, south],
		[east, north],
		[west, north],
		[west, south],
	];
	return { code, name: code, polygons: [[ring]] };
});
const register = {
	...EMPTY_REGISTER,
	grids,
	people: [
		person("ranger", "ranger", "village"),
		person("supervisor", "supervisor", "village"),
		person("town", "chief", "township"),
		person("officer", "officer", "county"),
	],
};
const worldOf = (id: string): World => ({ ...worldWith(register), towerId: id, towerName: `塔${id}` });
const fleet = () => new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), t3: worldOf("t3"), centre: worldOf("centre") });

/** A tower sees smoke over a place. */
function seen(by: string, place: Position, at = T0, n = 1): JudgeEvent {
	const from = AT[by] as Position;
	const bearing = azimuthDeg(from, place);
	const event = fire(bearing, `cam${n}`, at, { pose: { ...camera(`cam${n}`, bearing), position: from }, trackId: `${by}-${n}` });
	return { ...event, id: `${by}.${event.id}` };
}

/** The same, by another camera of the tower. */
function fireOf(event: JudgeEvent, cameraId: string): JudgeEvent {
	return event.type === "sighting" ? { ...event, sighting: { ...event.sighting, cameraId, trackId: cameraId } } : event;
}

const PLACE = destination(tower, 40, 4500);
const byTower = (incidents: Incident[], t: string) => incidents.find((i) => i.takenFrom?.tower === t) as Incident;
const count = (f: Fleet, who: string, by?: string) => f.sent.filter((s) => s.who === who && (by === undefined || s.by === by)).length;

describe("one fire seen by two towers", () => {
	it("their bearings cross at the centre: fewer grids, a distance, and the ladders a step ahead", () => {
		const f = fleet();
		f.run(T0 + 5 * SECOND, { t1: [seen("t1", PLACE)] });
		const alone = f.incidents("centre")[0] as Incident;
		expect(alone.place.method).toBe("bearing");
		expect(alone.place.distanceM).toBeUndefined();
		f.run(T0 + 30 * SECOND, { t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const [lead, part] = [byTower(f.incidents("centre"), "t1"), byTower(f.incidents("centre"), "t2")];
		expect(part.partOf).toBe(lead.id);
		expect(lead.witnesses).toEqual([{ tower: "t2", incidentId: part.id }]);
		expect(lead.place.method).toBe("crossing");
		expect(distanceM(lead.place.best as Position, PLACE)).toBeLessThan(50);
		expect(lead.grids.length).toBeLessThan(alone.grids.length);
		expect(alone.ladder.ahead).toBe(0);
		expect(lead.ladder).toMatchObject({ ahead: 1, why: ["2 sources agree"] });
		// another look of the first tower brings its own evidence anew, and takes nothing from the other's
		f.run(T0 + MIN, { t1: [fireOf(seen("t1", PLACE, T0 + 40 * SECOND), "cam7")] });
		const again = byTower(f.incidents("centre"), "t1");
		expect(again.sources).toEqual(["cam1", "cam7", "t2/cam1"]);
		expect(again.place.method).toBe("crossing");
	});

	it("people of the ground where the bearings cross are told, though a bearing alone gave them too small a share", () => {
		const own = (code: string) => person(`ranger-${code}`, "ranger", "village", { grids: [code] });
		const local = { ...register, people: [...register.people, ...grids.map((g) => own(g.code))] };
		const w = (id: string): World => ({ ...worldOf(id), ...worldWith(local), towerId: id, minShare: 0.3 });
		const f = new Fleet({ t1: w("t1"), t2: w("t2"), centre: w("centre") });
		f.run(T0 + 5 * SECOND, { t1: [seen("t1", PLACE)] });
		const before = new Set(f.sent.map((s) => s.who));
		f.run(T0 + MIN, { t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const lead = byTower(f.incidents("centre"), "t1");
		const there = `ranger-${lead.grids[0]?.code} verify`;
		expect(before.has(there)).toBe(false);
		expect(count(f, there)).toBe(1);
		expect(count(f, there, "centre")).toBe(1);
		f.run(T0 + 10 * MIN);
		expect(count(f, there)).toBe(1);
	});

	it("what comes after is told once, earlier than one tower alone would, and bearings are named with their tower", () => {
		const alone = fleet();
		alone.run(T0 + 12 * MIN, { t1: [seen("t1", PLACE)] });
		const both = fleet();
		both.run(T0 + 12 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const first = (f: Fleet) => f.sent.find((s) => s.who === "town verify");
		expect(first(both)?.at).toBeLessThan(first(alone)?.at ?? 0);
		expect(first(both)?.by).toBe("centre");
		expect(first(both)?.body).toMatch(/塔t1方位角40°距4\.5±/);
		// the rangers heard of it from each tower, before either could know of the other; nothing after that comes twice
		expect(count(both, "ranger verify")).toBe(2);
		for (const who of ["supervisor verify", "town verify"]) expect(count(both, who), who).toBe(1);
		expect(both.looks).toBeLessThan(1500);
	});

	it("an answer to either counts for both, on both towers, and 'false' ends it everywhere", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const own = f.incidents("t2")[0] as Incident;
		// over the link that tower 2 has sent
		f.at("t2", answer({ incident: own }, "ranger", "going", T0 + 30 * SECOND, { etaMinutes: 20 }));
		f.run(T0 + 90 * SECOND);
		for (const name of ["centre", "t1", "t2"]) {
			expect(f.incidents(name)[0]?.involved.find((i) => i.personId === "ranger")?.answer, name).toBe("going");
		}
		expect(f.incidents("t2")[0]?.involved.find((i) => i.personId === "ranger")?.answeredAt).toBe(T0 + 30 * SECOND);
		// it is passed on to the other tower, and not back to the one that heard it
		expect(f.said.filter((s) => s.what === "answer").map((s) => s.tower)).toEqual(["t1"]);
		f.run(T0 + 10 * MIN);
		expect(count(f, "town verify")).toBe(0);
		f.at("t2", answer({ incident: own }, "officer", "false", T0 + 10 * MIN, { cause: "雾" }));
		f.run(T0 + 11 * MIN);
		for (const name of ["centre", "t1", "t2"]) expect(f.incidents(name), name).toEqual([]);
		const told = f.sent.length;
		f.run(T0 + 60 * MIN);
		expect(f.sent.length).toBe(told);
	});

	it("'not me' to one tower, which alone says nothing new to the centre, brings the next on for both", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const own = f.incidents("t2")[0] as Incident;
		for (const who of ["ranger", "officer"]) f.at("t2", answer({ incident: own }, who, "notMe", T0 + 30 * SECOND));
		f.run(T0 + MIN);
		expect(byTower(f.incidents("centre"), "t1").involved.find((i) => i.personId === "ranger")?.answer).toBe("notMe");
		expect(count(f, "supervisor verify")).toBe(1);
	});

	it("whom a tower had told while it was alone is not told as much again by the centre", () => {
		const f = fleet();
		f.isCut = (at, _what, t) => t === "t2" && at < T0 + 4 * MIN;
		f.run(T0 + 20 * MIN, { t1: [seen("t1", PLACE, T0 + 3.5 * MIN)], t2: [seen("t2", PLACE)] });
		expect(byTower(f.incidents("centre"), "t2").partOf).toBe(byTower(f.incidents("centre"), "t1").id);
		expect(count(f, "supervisor verify", "t2")).toBe(1);
		expect(count(f, "supervisor verify")).toBe(1);
		expect(count(f, "town verify")).toBe(1);
	});

	it("a tower with a plan of its own lets the centre climb the other's", () => {
		const steps = worldOf("t2").ladder.steps.map((s) => ({ ...s, afterMs: s.afterMs === 0 ? 0 : s.afterMs - 20 * SECOND }));
		const f = new Fleet({ t1: worldOf("t1"), t2: { ...worldOf("t2"), ladder: { ...worldOf("t2").ladder, steps } }, centre: worldOf("centre") });
		f.run(T0 + 12 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		for (const who of ["supervisor verify", "town verify"]) expect(count(f, who), who).toBe(1);
	});

	it("said at the centre of the part, it counts for the whole", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		f.at("centre", answer({ incident: byTower(f.incidents("centre"), "t2") }, "duty-desk", "permitted", T0 + 30 * SECOND));
		f.run(T0 + 2 * MIN);
		for (const name of ["centre", "t1", "t2"]) expect(f.incidents(name), name).toEqual([]);
	});

	it.each(["centre", "t1"])("a file closed at %s is closed everywhere", (at) => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const lead = byTower(f.incidents("centre"), "t1");
		f.at("centre", answer({ incident: lead }, "duty-desk", "false", T0 + 30 * SECOND));
		f.run(T0 + MIN);
		const files = () => ["centre", "t1", "t2"].flatMap((name) => f.over(name).map((i) => i.closedAt !== undefined));
		expect(files()).toEqual([false, false, false, false]);
		f.at(at, answer({ incident: lead }, "duty-desk", "close", T0 + MIN, { cause: "雾", note: "看过录像" }));
		f.run(T0 + 2 * MIN);
		expect(files()).toEqual([true, true, true, true]);
	});

	it("the line of one tower cut, it goes on from what the centre has told of the fire", () => {
		const f = fleet();
		f.isCut = (at, _what, t) => t === "t2" && at > T0 + 4 * MIN;
		f.run(T0 + 12 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		expect(f.incidents("t2")[0]?.handedTo).toBeUndefined();
		expect(count(f, "supervisor verify")).toBe(1);
		expect(count(f, "supervisor verify", "centre")).toBe(1);
	});

	it("a third tower joins the same fire", () => {
		const f = fleet();
		const at = T0 + 6 * SECOND;
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, at)], t3: [seen("t3", PLACE, at + 6 * SECOND)] });
		expect(byTower(f.incidents("centre"), "t1").witnesses?.map((w) => w.tower)).toEqual(["t2", "t3"]);
	});

	it("a crossing at which no smoke can be seen as low as it was is a ghost", () => {
		// flat ground a hundred metres below the lens: at 4.5 km it is seen 1.3 degrees down, at 2.3 km 2.5
		const flat = (id: string): World => ({ ...worldOf(id), terrain: { heightM: () => 700 } });
		const both = (elevationDeg: number) => {
			const f = new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), centre: flat("centre") });
			const look = (by: string, at: number) => {
				const e = seen(by, PLACE, at);
				return e.type === "sighting" ? { ...e, sighting: { ...e.sighting, elevationDeg, elevationErrorDeg: 0.1 } } : e;
			};
			f.run(T0 + MIN, { t1: [look("t1", T0)], t2: [look("t2", T0 + 6 * SECOND)] });
			return f.incidents("centre").filter((i) => i.partOf).length;
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
		expect(two.incidents("centre").filter((i) => i.partOf)).toEqual([]);
		const late = fleet();
		late.run(T0 + 45 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 40 * MIN)] });
		expect(late.incidents("centre").filter((i) => i.partOf)).toEqual([]);
	});
});
