import { describe, expect, it } from "vitest";
import { Fleet } from "../../../test/harness/fleet.ts";
import { answer, T0 } from "../../../test/harness/judging.ts";
import { byTower, centreOf, MIN, PLACE, register, SECOND, seen, worldOf } from "../../../test/harness/towers.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { nextTick } from "../judge.ts";

const slow = (context: DecisionContext): DecisionContext => ({
	...context,
	ladder: { ...context.ladder, undoMs: MIN },
});
const pair = (undo = false) => {
	const of = (id: string) => (undo ? slow(worldOf(id)) : worldOf(id));
	return new Fleet({ t1: of("t1"), t2: of("t2"), centre: centreOf(of("centre")) });
};
const reopen = (incident: Incident | undefined, at: number): JudgeEvent => ({
	type: "reopen",
	id: `re${at}`,
	at,
	incidentId: incident?.id ?? "",
	personId: "duty-desk",
	personName: "台",
	reason: "又冒烟",
});

/** An end and what comes after it, on both sides of a line. Each was once a defect. */
describe("a fire that is over on one side of the line", () => {
	it.each(["t1", "centre"])(
		"ended at %s and opened again at its tower it stays open, and the centre takes it over again",
		(where) => {
			const f = pair();
			f.run(T0 + MIN, { t1: [seen("t1", PLACE)] });
			const fire = f.incidents("t1")[0];
			f.at(where, answer({ incident: fire }, "officer", "false", T0 + MIN, { cause: "雾" }));
			f.run(T0 + 2 * MIN);
			expect([f.incidents("t1"), f.incidents("centre")]).toEqual([[], []]);
			f.at("t1", { ...reopen(fire, T0 + 2 * MIN) });
			// the store hands what is over to the judge
			f.run(T0 + 4 * MIN);
			expect(f.incidents("t1")).toMatchObject([{ id: fire?.id, rekindled: 1 }]);
			expect(f.incidents("t1")[0]?.handedTo).toBeDefined();
			expect(f.incidents("centre")).toMatchObject([{ id: fire?.id, rekindled: 1 }]);
			expect(f.sent.filter((s) => s.at > T0 + 2 * MIN && s.body.startsWith("解除"))).toEqual([]);
		},
	);

	it.each<[string, (fire: Incident | undefined) => JudgeEvent]>([
		["somebody sees it burn", (fire) => answer({ incident: fire }, "ranger", "confirmed", T0 + 1.5 * MIN)],
		["another camera agrees", () => ({ ...seen("t1", PLACE, T0 + 1.5 * MIN, 2) })],
	])("an end that waits at the centre is taken back when at the tower %s", (_, event) => {
		const f = pair(true);
		f.run(T0 + MIN, { t1: [seen("t1", PLACE)] });
		const fire = f.incidents("t1")[0];
		f.at("centre", answer({ incident: f.incidents("centre")[0] }, "officer", "false", T0 + MIN, { cause: "雾" }));
		f.run(T0 + 1.5 * MIN - SECOND);
		expect(f.incidents("centre")[0]?.ending).toBeDefined();
		f.run(T0 + 4 * MIN, { t1: [event(fire)] });
		expect(f.incidents("t1")).toHaveLength(1);
		expect(f.incidents("centre")[0]?.ending).toBeUndefined();
		expect(f.sent.filter((s) => s.body.startsWith("解除"))).toEqual([]);
	});

	it("out at its tower: whom the centre has told hears so from the centre", () => {
		const f = pair();
		f.run(T0 + 6 * MIN, { t1: [seen("t1", PLACE)] });
		const byCentre = new Set(f.sent.filter((s) => s.by === "centre").map((s) => s.who.split(" ")[0]));
		expect(byCentre.size).toBeGreaterThan(0);
		f.at("t1", answer({ incident: f.incidents("t1")[0] }, "officer", "out", T0 + 6 * MIN));
		f.run(T0 + 8 * MIN);
		const cleared = f.sent
			.filter((s) => s.by === "centre" && s.body.startsWith("解除"))
			.map((s) => s.who.split(" ")[0]);
		// its outbox leaves out whom the tower has told
		expect(cleared).toEqual(expect.arrayContaining([...byCentre].filter((who) => who !== "officer")));
	});

	it("two towers: it burns again before the one that leads, and the other's old word does not put it out", () => {
		const f = pair();
		f.run(T0 + 4 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const primary = f.incidents("centre").find((i) => i.primaryId === undefined);
		f.at("centre", answer({ incident: primary }, "officer", "out", T0 + 4 * MIN));
		f.run(T0 + 6 * MIN);
		const tower = primary?.takenFrom?.tower ?? "";
		const other = tower === "t1" ? "t2" : "t1";
		expect(f.incidents(other)[0]?.state).toBe("out");
		f.run(T0 + 45 * MIN, { [tower]: [seen(tower, PLACE, T0 + 40 * MIN, 3)] });
		expect(f.incidents(tower)[0]).toMatchObject({ rekindled: 1 });
		expect(f.incidents(tower)[0]?.state).not.toBe("out");
		expect(byTower(f.incidents("centre"), tower).state).not.toBe("out");
	});

	it("two towers: it burns again before the other, and the centre escalates on", () => {
		const f = pair();
		f.run(T0 + 2 * MIN, { t1: [seen("t1", PLACE)], t2: [seen("t2", PLACE, T0 + 6 * SECOND)] });
		const primary = f.incidents("centre").find((i) => i.primaryId === undefined);
		f.at("centre", answer({ incident: primary }, "officer", "out", T0 + 2 * MIN));
		f.run(T0 + 4 * MIN);
		const other = primary?.takenFrom?.tower === "t1" ? "t2" : "t1";
		f.run(T0 + 70 * MIN, { [other]: [seen(other, PLACE, T0 + 40 * MIN, 3)] });
		const now = f.incidents("centre").find((i) => i.primaryId === undefined);
		expect(now).toMatchObject({ rekindled: 1 });
		expect(now?.state).not.toBe("out");
		expect(now?.involved.every((i) => i.answer === undefined)).toBe(true);
		const again = f.sent.filter((s) => s.by === "centre" && s.at >= T0 + 40 * MIN && s.body.includes("复燃"));
		expect(again.map((s) => s.who.split(" ")[0])).toEqual(expect.arrayContaining(["ranger", "officer"]));
	});

	it("a promise that is not kept behind a cut line makes no centre look at its clock without end", () => {
		const f = pair();
		f.isCut = (at) => at > T0 + MIN;
		f.run(T0 + 0.9 * MIN, { t1: [seen("t1", PLACE)] });
		f.at(
			"centre",
			answer({ incident: f.incidents("centre")[0] }, "officer", "going", T0 + 0.9 * MIN, { etaMinutes: 1 }),
		);
		const before = f.looks;
		f.run(T0 + 20 * MIN);
		expect(f.looks - before).toBeLessThan(19 * 60);
		expect(
			nextTick({ incidents: f.incidents("centre"), settledTracks: {}, nuisances: [], finalAnswers: {} }),
		).toBeGreaterThan(T0 + 20 * MIN - SECOND);
	});
});

it("the register of these towers knows whom it tells", () => {
	expect(register.people.map((p) => p.id)).toEqual(["ranger", "supervisor", "town", "officer"]);
});
