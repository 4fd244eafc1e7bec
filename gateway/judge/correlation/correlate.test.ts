import { describe, expect, it } from "vitest";
import { Fleet } from "../../../test/harness/fleet.ts";
import { answer, contextWith, person, T0 } from "../../../test/harness/judging.ts";
import {
	byTower,
	centreOf,
	count,
	desk,
	exported,
	fireOf,
	fleet,
	grids,
	MIN,
	PLACE,
	register,
	SECOND,
	seen,
	worldOf,
} from "../../../test/harness/towers.ts";
import { say } from "../../base/say.ts";
import { distanceM, type Position } from "../../geo/position.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";

describe("one fire seen by two towers", () => {
	it("their bearings cross at the centre: the ground there first, a distance, and the ladders a step ahead", () => {
		const f = fleet();
		f.run(T0 + 5 * SECOND, { t1: [seen("t1", PLACE)] });
		const alone = f.incidents("centre")[0] as Incident;
		expect(alone.place.method).toBe("bearing");
		expect(alone.place.distanceM).toBeUndefined();
		f.run(T0 + 30 * SECOND, { t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const [primary, part] = [byTower(f.incidents("centre"), "t1"), byTower(f.incidents("centre"), "t2")];
		expect(part.primaryId).toBe(primary.id);
		expect(primary.linkedIncidents).toEqual([{ tower: "t2", incidentId: part.id }]);
		expect(primary.place.method).toBe("crossing");
		expect(distanceM(primary.place.best as Position, PLACE)).toBeLessThan(50);
		expect(primary.grids[0]?.code).toBe([...worldOf("t1").grids.at(PLACE, T0)][0]?.code);
		expect(alone.ladder.stepsForward).toBe(0);
		expect(primary.ladder).toMatchObject({ stepsForward: 1, why: ["why.sourcesAgree?count=2"] });
		// another look of the first tower brings its own evidence anew, and takes nothing from the other's
		f.run(T0 + MIN, { t1: [fireOf(seen("t1", PLACE, T0 + 40 * SECOND), "cam7")] });
		const again = byTower(f.incidents("centre"), "t1");
		expect(again.sources).toEqual(["cam1", "cam7", "t2/cam1"]);
		expect(again.place.method).toBe("crossing");
	});

	it("people of the ground where the bearings cross are told, though a bearing alone gave them too small a share", () => {
		const own = (code: string) => person(`ranger-${code}`, "ranger", "village", { grids: [code] });
		const local = { ...register, people: [...register.people, ...grids.map((g) => own(g.code))] };
		const w = (id: string): DecisionContext => ({ ...worldOf(id), ...contextWith(local), towerId: id, minShare: 0.3 });
		const f = new Fleet({ t1: w("t1"), t2: w("t2"), centre: centreOf(w("centre")) });
		f.run(T0 + 5 * SECOND, { t1: [seen("t1", PLACE)] });
		const before = new Set(f.sent.map((s) => s.who));
		f.run(T0 + MIN, { t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const primary = byTower(f.incidents("centre"), "t1");
		const there = `ranger-${primary.grids[0]?.code} verify`;
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
		expect(say("zh", first(both)?.body ?? "")).toMatch(/塔t1方位角40°距4\.5±/);
		// the rangers heard of it from each tower, before either could know of the other; nothing after that comes twice
		expect(count(both, "ranger verify")).toBe(2);
		for (const who of ["supervisor verify", "town verify"]) expect(count(both, who), who).toBe(1);
		expect(both.looks).toBeLessThan(1500);
	});

	it("an answer to either counts for both, on both towers; a tower's 'false' ends its own and doubts the other, the centre's ends both", () => {
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
		expect(f.incidents("t2")).toEqual([]);
		expect(f.incidents("t1")).toHaveLength(1);
		const left = f.incidents("centre");
		expect(left.map((i) => [i.takenFrom?.tower, i.primaryId, i.linkedIncidents, i.doubts])).toEqual([
			["t1", undefined, undefined, ["card.doubt?tower=塔t2&state=false&person=officer"]],
		]);
		expect(left[0]?.place.method).toBe("terrain");
		f.at("centre", answer({ incident: left[0] }, "duty-desk", "false", T0 + 11 * MIN));
		f.run(T0 + 12 * MIN);
		for (const name of ["centre", "t1", "t2"]) expect(f.incidents(name), name).toEqual([]);
		const notified = f.sent.length;
		f.run(T0 + 60 * MIN);
		expect(f.sent.length).toBe(notified);
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
		expect(byTower(f.incidents("centre"), "t2").primaryId).toBe(byTower(f.incidents("centre"), "t1").id);
		expect(count(f, "supervisor verify", "t2")).toBe(1);
		expect(count(f, "supervisor verify")).toBe(1);
		expect(count(f, "town verify")).toBe(1);
	});

	it("a tower with a plan of its own lets the centre advance the other's", () => {
		const steps = worldOf("t2").ladder.steps.map((s) => ({
			...s,
			afterMs: s.afterMs === 0 ? 0 : s.afterMs - 20 * SECOND,
		}));
		const f = new Fleet({
			t1: worldOf("t1"),
			t2: { ...worldOf("t2"), ladder: { ...worldOf("t2").ladder, steps } },
			centre: centreOf(worldOf("centre")),
		});
		f.run(T0 + 12 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		for (const who of ["supervisor verify", "town verify"]) expect(count(f, who), who).toBe(1);
	});

	it("said at the centre of the part, it counts for the whole", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		f.at(
			"centre",
			answer({ incident: byTower(f.incidents("centre"), "t2") }, "duty-desk", "permitted", T0 + 30 * SECOND),
		);
		f.run(T0 + 2 * MIN);
		for (const name of ["centre", "t1", "t2"]) expect(f.incidents(name), name).toEqual([]);
	});

	it.each(["centre", "t1"])("a file closed at %s is closed everywhere", (at) => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const primary = byTower(f.incidents("centre"), "t1");
		f.at("centre", answer({ incident: primary }, "duty-desk", "false", T0 + 30 * SECOND));
		f.run(T0 + MIN);
		const files = () => ["centre", "t1", "t2"].flatMap((name) => f.over(name).map((i) => i.closedAt !== undefined));
		expect(files()).toEqual([false, false, false, false]);
		f.at(at, answer({ incident: primary }, "duty-desk", "close", T0 + MIN, { cause: "雾", note: "看过录像" }));
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

	it("the tower of the primary incident falls silent: the other's escalates, and nobody is told by none", () => {
		const f = fleet();
		f.isCut = (at, _what, t) => t === "t1" && at > T0 + 20 * SECOND;
		f.run(T0 + 60 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 25 * MIN)] });
		expect(f.sent.filter((s) => s.by === "centre").map((s) => s.who)).toEqual(
			expect.arrayContaining(["supervisor verify", "town verify"]),
		);
		const early = fleet();
		early.isCut = (at, _what, t) => t === "t1" && at > T0 + MIN;
		early.run(T0 + 30 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		expect(count(early, "town verify", "centre")).toBe(1);
		const [now, before] = [byTower(early.incidents("centre"), "t2"), byTower(early.incidents("centre"), "t1")];
		expect([now.primaryId, before.primaryId]).toEqual([undefined, now.id]);
	});

	it("what is said at the tower of the primary incident is known on the other, and 'out' by a desk pauses both", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		f.at("t1", answer({ incident: f.incidents("t1")[0] }, "ranger", "onScene", T0 + 30 * SECOND));
		f.run(T0 + MIN);
		expect(f.incidents("t2")[0]?.involved.find((i) => i.personId === "ranger")?.answer).toBe("onScene");
		f.at("t2", answer({ incident: f.incidents("t2")[0] }, "duty-desk", "out", T0 + MIN));
		f.run(T0 + 2 * MIN);
		for (const name of ["t1", "t2"]) expect(f.incidents(name)[0]?.state, name).toBe("out");
		expect(byTower(f.incidents("centre"), "t1").state).toBe("out");
		const notified = f.sent.length;
		f.isCut = () => true;
		f.run(T0 + 20 * MIN);
		expect(f.sent.length).toBe(notified);
		f.isCut = () => false;
		f.at(
			"centre",
			answer({ incident: byTower(f.incidents("centre"), "t1") }, "duty-desk", "close", T0 + 20 * MIN, {
				cause: "上坟烧纸",
			}),
		);
		f.run(T0 + 22 * MIN);
		expect(
			["centre", "t1", "t2"].flatMap((name) => f.over(name).map((i) => [i.state, i.closedAt !== undefined])),
		).toEqual(Array(4).fill(["closed", true]));
	});

	it("a confirmation stays one when its giver has said more since; a promise that was broken is not made anew", () => {
		const f = fleet();
		f.isCut = (at, _what, t) => t === "t2" && at < T0 + 9 * MIN;
		f.run(T0 + MIN, { t2: [seen("t2", PLACE)] });
		f.at("t2", answer({ incident: f.incidents("t2")[0] }, "town", "going", T0 + MIN, { etaMinutes: 2 }));
		f.at("t2", answer({ incident: f.incidents("t2")[0] }, "ranger", "confirmed", T0 + MIN));
		f.at("t2", answer({ incident: f.incidents("t2")[0] }, "ranger", "onScene", T0 + MIN));
		f.run(T0 + 12 * MIN, { t1: [seen("t1", PLACE, T0 + 8 * MIN)] });
		const primary = f.incidents("centre").find((i) => i.linkedIncidents) as Incident;
		expect(primary.confirmedBy).toBe("ranger");
		expect(primary.involved.find((i) => i.personId === "town")?.answer).toBeUndefined();
	});

	it("smoke that another tower sees after the fire was out is a fire of its own", () => {
		const f = fleet();
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)] });
		f.at("t1", answer({ incident: f.incidents("t1")[0] }, "ranger", "out", T0 + MIN));
		f.run(T0 + 40 * MIN, { t2: [seen("t2", PLACE, T0 + 25 * MIN)] });
		expect(f.incidents("centre").filter((i) => i.primaryId)).toEqual([]);
		expect(f.sent.some((s) => s.who === "town verify" && s.at > T0 + 25 * MIN)).toBe(true);
	});

	it("a person whom a tower had no address for is told by the centre, which has one", () => {
		const bare = register.people.map((p) => (p.id === "supervisor" ? { ...p, addresses: [] } : p));
		const f = new Fleet({
			t1: worldOf("t1"),
			t2: { ...worldOf("t2"), ...contextWith({ ...register, people: bare }), towerId: "t2" },
			centre: centreOf(worldOf("centre")),
		});
		f.isCut = (at, _what, t) => t === "t2" && at < T0 + 4 * MIN;
		f.run(T0 + 20 * MIN, { t1: [seen("t1", PLACE, T0 + 3.5 * MIN)], t2: [seen("t2", PLACE)] });
		expect(count(f, "supervisor verify", "centre")).toBe(1);
	});

	it("a tower can end what it saw itself, and nothing of another's by evidence that it makes up", () => {
		const f = fleet();
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const forged = {
			...(f.incidents("t2")[0] as Incident),
			involved: [{ ...desk(), answer: "false" as const, answeredAt: T0 + 30 * SECOND }],
		};
		f.at("centre", exported("t2", forged));
		f.at("centre", exported("t2", { ...forged, state: "false", closedBy: "duty-desk" }));
		f.run(T0 + 2 * MIN);
		expect(f.incidents("t1")).toHaveLength(1);
		expect(f.incidents("centre").map((i) => i.takenFrom?.tower)).toEqual(["t1"]);
	});

	it("a tower that has gone mad fills no centre", () => {
		const f = fleet();
		f.run(T0 + 10 * SECOND, { t1: [seen("t1", PLACE)] });
		const one = f.incidents("t1")[0] as Incident;
		for (let n = 0; n < 300; n++) f.at("centre", exported("t3", { ...one, id: `e${n}` }));
		expect(f.incidents("centre").length).toBeLessThanOrEqual(101);
	});

	it("what nobody has signed is shown, a few at a time, joins no fire, and takes no place of the tower's own", () => {
		const f = fleet();
		f.run(T0 + 10 * SECOND, { t1: [seen("t1", PLACE)] });
		const one = f.incidents("t1")[0] as Incident;
		const unsigned = (id: string): JudgeEvent => ({
			type: "handover",
			id: `unsigned:${id}`,
			at: T0,
			handover: { side: "centre", tower: "t3", what: "incident", incident: { ...one, id }, unsigned: true },
		});
		for (let n = 0; n < 300; n++) f.at("centre", unsigned(`e${n}`));
		const shown = f.incidents("centre").filter((i) => i.missing.includes("signature"));
		expect(shown).toHaveLength(5);
		expect(shown.map((i) => i.primaryId ?? i.linkedIncidents)).toEqual(shown.map(() => undefined));
		// signed after all: it is the tower's word from there on
		f.at("centre", exported("t3", { ...one, id: "e0" }));
		expect(f.incidents("centre").find((i) => i.id === "e0")?.missing).not.toContain("signature");
		f.at("centre", unsigned(one.id));
		expect(f.incidents("centre").find((i) => i.id === one.id)?.missing).not.toContain("signature");
	});

	it("a word is said again to a tower whose line was down just then", () => {
		const f = fleet();
		f.isCut = (at, what) => what === "answer" && at < T0 + 35 * SECOND;
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)] });
		f.at("centre", answer({ incident: f.incidents("centre")[0] }, "duty-desk", "false", T0 + 30 * SECOND));
		f.run(T0 + 45 * SECOND);
		expect(f.incidents("t1")).toEqual([]);
		const said = f.said.filter((s) => s.what === "answer").length;
		f.run(T0 + 5 * MIN);
		expect(f.said.filter((s) => s.what === "answer").length).toBe(said);
	});

	it("what the centre has taken as a verdict a tower takes too, though its own register does not know who gave it", () => {
		const head = person("head", "chief", "county");
		const centre = centreOf({
			...worldOf("centre"),
			...contextWith({ ...register, people: [...register.people, head] }),
			towerId: "centre",
		});
		const f = new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), centre });
		f.run(T0 + 30 * SECOND, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		f.at("centre", answer({ incident: byTower(f.incidents("centre"), "t1") }, "head", "false", T0 + 30 * SECOND));
		f.run(T0 + MIN);
		for (const name of ["centre", "t1", "t2"]) expect(f.incidents(name), name).toEqual([]);
	});

	it("an older word of a tower does not take back what the centre has heard", () => {
		const f = fleet();
		f.isCut = (at, what) => what === "answer" && at > T0 + 30 * SECOND && at < T0 + 3 * MIN;
		f.run(T0 + 40 * SECOND, { t1: [seen("t1", PLACE)] });
		f.at("centre", answer({ incident: f.incidents("centre")[0] }, "duty-desk", "out", T0 + 40 * SECOND));
		const notified = f.sent.length;
		// another camera of the tower, which has not heard: it tells the centre of it, and nobody else
		f.run(T0 + 2 * MIN, { t1: [fireOf(seen("t1", PLACE, T0 + 50 * SECOND), "cam7")] });
		expect(f.incidents("centre")[0]?.state).toBe("out");
		expect(f.sent.slice(notified).filter((s) => s.by === "centre")).toEqual([]);
		f.run(T0 + 4 * MIN);
		expect(f.incidents("t1")[0]?.state).toBe("out");
	});
});
