import { describe, expect, it } from "vitest";
import { Fleet } from "../../../test/harness/fleet.ts";
import { answer, person, play, T0, tick } from "../../../test/harness/judging.ts";
import {
	AT,
	byTower,
	count,
	fleet,
	MIN,
	PLACE,
	register,
	SECOND,
	seen,
	worldOf,
} from "../../../test/harness/towers.ts";
import { azimuthDeg, destination, distanceM, type Position } from "../../geo/position.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { restored } from "../judge.ts";

const T2 = AT["t2"] as Position;
/** On tower 2's bearing to the fire, half a kilometre nearer. */
const NEARER = destination(T2, azimuthDeg(T2, PLACE), distanceM(T2, PLACE) - 500);
const call = (position: Position, at: number): JudgeEvent => {
	const id = `call${at}`;
	return {
		type: "alarm",
		id,
		at,
		alarm: { id, nodeId: "report:desk", kind: "report", position, at, errorM: 200, note: "浓烟", exercise: false },
	};
};

/** What happens when towers fall silent, differ, are doubted, or somebody calls the centre: each was once a defect. */
describe("a centre and what its towers do not share", () => {
	it("who was told by one tower only is told anew of each fire, when they turn out to be several", () => {
		const f = fleet();
		f.isCut = (at, _what, t) => t === "t2" && at < T0 + 4 * MIN;
		f.run(T0 + 5 * MIN, { t1: [seen("t1", PLACE, T0 + 3.5 * MIN)], t2: [seen("t2", PLACE)] });
		expect(f.incidents("centre").filter((i) => i.primaryId)).toHaveLength(1);
		f.run(T0 + 60 * MIN, { t1: [seen("t1", NEARER, T0 + 5.1 * MIN, 2)] });
		expect(count(f, "supervisor verify")).toBe(3);
	});

	it("the tower of the primary incident says false: whoever had its message is told of the one that goes on, by a link that lives", () => {
		const f = fleet();
		f.run(T0 + 4 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		expect(count(f, "supervisor verify", "centre")).toBe(1);
		f.at(
			"centre",
			answer({ incident: byTower(f.incidents("centre"), "t1") }, "duty-desk", "confirmed", T0 + 4 * MIN, {
				sizeHa: 120,
			}),
		);
		f.run(T0 + 4.2 * MIN);
		f.at("t1", answer({ incident: f.incidents("t1")[0] }, "officer", "false", T0 + 4.2 * MIN));
		f.run(T0 + 5 * MIN);
		const successor = byTower(f.incidents("centre"), "t2");
		expect(successor).toMatchObject({
			confirmedBy: "duty-desk",
			sizeHa: 120,
			doubts: ["card.doubt?tower=塔t1&state=false&person=officer"],
		});
		expect(f.sent.some((s) => s.who.startsWith("supervisor") && s.by === "centre" && s.at > T0 + 4.2 * MIN)).toBe(true);
	});

	it("'not me' of everybody at a tower whose ladders the centre holds brings the next on", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)] });
		for (const who of ["ranger", "officer"])
			f.at("t1", answer({ incident: f.incidents("t1")[0] }, who, "notMe", T0 + 30 * SECOND));
		f.run(T0 + MIN);
		expect(count(f, "supervisor verify")).toBe(1);
	});

	it("a tower that falls silent with a fire open is said to those on duty, once, and again when it falls silent anew", () => {
		const f = fleet();
		f.isCut = (at) => (at > T0 + 40 * SECOND && at < T0 + 10 * MIN) || at > T0 + 20 * MIN;
		f.run(T0 + 9 * MIN, { t1: [seen("t1", PLACE)] });
		const said = () =>
			f.sent.filter((s) => s.by === "centre" && s.body.includes("塔t1已失联，请人工接手")).map((s) => s.who);
		expect(said()).toEqual(["officer undefined"]);
		expect(f.incidents("centre")[0]?.missing).toContain("tower");
		f.run(T0 + 19 * MIN);
		expect(f.incidents("centre")[0]?.missing).not.toContain("tower");
		f.run(T0 + 40 * MIN);
		expect(said()).toEqual(["officer undefined", "officer undefined"]);
	});

	it("what a caller told the centre of a tower's fire outlives the tower's next look", () => {
		const f = fleet();
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)], centre: [call(PLACE, T0 + 40 * SECOND)] });
		f.run(T0 + 2 * MIN, { t1: [seen("t1", PLACE, T0 + 90 * SECOND, 7)] });
		const [own] = f.incidents("centre");
		expect(own?.sources).toContain("report:desk");
		expect(own?.evidence.some((e) => e.note === "浓烟")).toBe(true);
		expect(own?.place.method).toBe("sensor");
	});

	it("a fire that somebody has called in is the one that a tower sees afterwards: later steps come once", () => {
		const f = fleet();
		f.run(T0 + MIN, { centre: [call(PLACE, T0)] });
		f.run(T0 + 30 * MIN, { t1: [seen("t1", PLACE, T0 + 2 * MIN)] });
		for (const who of ["supervisor verify", "town verify", "officer inform"]) expect(count(f, who), who).toBe(1);
	});

	it("a fire that one camera sees for half an hour is the same when another tower sees it then", () => {
		const f = fleet();
		const looks = Array.from({ length: 20 }, (_, n) => seen("t1", PLACE, T0 + n * 2 * MIN));
		f.run(T0 + 60 * MIN, { t1: looks, t2: [seen("t2", PLACE, T0 + 36 * MIN)] });
		expect(f.incidents("centre").filter((i) => i.primaryId)).toHaveLength(1);
	});

	it("of a promise that is not kept behind a cut line one side reminds", () => {
		const f = fleet();
		f.isCut = (at) => at > T0 + MIN;
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)] });
		f.at("t1", answer({ incident: f.incidents("t1")[0] }, "ranger", "going", T0 + 30 * SECOND, { etaMinutes: 5 }));
		f.run(T0 + 7 * MIN);
		expect(f.sent.filter((s) => s.who === "ranger verify" && s.at > T0 + 5 * MIN)).toHaveLength(1);
	});

	it("a crossing with what was called false is no crossing any more", () => {
		const f = new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), centre: worldOf("centre") });
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		f.at("centre", answer({ incident: byTower(f.incidents("centre"), "t2") }, "duty-desk", "false", T0 + 30 * SECOND));
		f.run(T0 + 4 * MIN, { t1: [seen("t1", PLACE, T0 + 2 * MIN, 7)] });
		const own = byTower(f.incidents("centre"), "t1");
		expect([own.crossings, own.hints]).toEqual([undefined, undefined]);
	});

	it("'out' said while a line is down for long, or before a restart of the centre, is heard when it is whole", () => {
		const f = fleet();
		f.isCut = (at) => at > T0 + 40 * SECOND && at < T0 + 12 * MIN;
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)] });
		f.at("centre", answer({ incident: f.incidents("centre")[0] }, "duty-desk", "out", T0 + MIN));
		const after = restored(worldOf("centre"), f.incidents("centre"), [], T0 + 2 * MIN);
		expect(after.pendingAcks?.map((u) => [u.tower, u.answer.answer])).toEqual([["t1", "out"]]);
		f.run(T0 + 15 * MIN);
		expect(f.incidents("t1")[0]?.state).toBe("out");
	});

	it("whoever takes over a team that was sent is sent, though he was asked to verify before", () => {
		const team = {
			id: "tm",
			name: "tm",
			tier: "village" as const,
			base: AT["t1"] as Position,
			leader: "old",
			grids: ["A"],
		};
		const shift = (who: string, from: number, to: number) => ({
			post: "team:tm",
			person: who,
			from: T0 + from * MIN,
			to: T0 + to * MIN,
			kind: "shift" as const,
		});
		const w = worldOf("t1");
		const people = [...register.people, person("old", "leader", "village"), person("new", "ranger", "village")];
		const local = worldOf("t1", {
			...register,
			people,
			teams: [team],
			shifts: [shift("old", -1, 5), shift("new", 5, 500)],
		});
		const first = play([seen("t1", PLACE)], local);
		const sent = play([answer(first, "officer", "confirmed", T0 + MIN)], local, first.state);
		expect(w.ladder.steps.some((s) => s.tiers?.includes("village") && s.task === "go")).toBe(true);
		const after = play([tick(T0 + 4 * MIN), tick(T0 + 5 * MIN + 1), tick(T0 + 6 * MIN)], local, sent.state);
		expect(after.notifiedAt[T0 + 5 * MIN + 1]).toContain("new");
		expect((after.state.incidents[0] as Incident).involved.find((i) => i.personId === "new")?.task).toBe("go");
	});
});
