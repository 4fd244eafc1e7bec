import { describe, expect, it } from "vitest";
import { answer, contextWith, defaultPlan, person, play, T0, tick, tower } from "../../../test/harness/judging.ts";
import { distanceM } from "../../geo/position.ts";
import { incidentIn } from "../../link/messages.ts";
import type { JudgeEvent } from "../../model/event.ts";
import { withFirstNames } from "../../model/first-names.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER, type Grid } from "../../model/register.ts";
import type { AlarmKind } from "../../model/sensor.ts";

const MIN = 60_000;
const at = (minutes: number) => T0 + minutes * MIN;
/** Villages side by side, 4 by 4, each of 0.05 degrees (about 5 km). */
const SIDE = 0.05;
const corner = (v: number) => ({
	lat: tower.lat + SIDE * (Math.floor(v / 4) - 2),
	lon: tower.lon + SIDE * ((v % 4) - 2),
});
const code = (v: number) => `50011410${String(v).padStart(2, "0")}-01`;
const square = (v: number): Grid => {
	const { lat, lon } = corner(v);
	const ring = [
		[lon, lat],
		[lon + SIDE, lat],
		[lon + SIDE, lat + SIDE],
		[lon, lat + SIDE],
		[lon, lat],
	] as [number, number][];
	return { code: code(v), name: `${v}村`, polygons: [[ring]] };
};
const villages = Array.from({ length: 16 }, (_, v) => v);
const people = [
	person("officer", "officer", "county", { grids: ["500114"] }),
	person("town", "chief", "township", { grids: ["500114"] }),
	...villages.flatMap((v) => [
		person(`chief${v}`, "chief", "village", { grids: [code(v)] }),
		person(`ranger${v}`, "ranger", "village", { grids: [code(v)] }),
	]),
];
const context = contextWith(
	{ ...EMPTY_REGISTER, version: "v", grids: villages.map(square), people },
	{ steps: defaultPlan() },
);
/** A node in a village, one of several there. */
const alarm = (v: number, n: number, when: number, kind: AlarmKind = "smoke"): JudgeEvent => {
	const { lat, lon } = corner(v);
	const position = { lat: lat + SIDE * (0.1 + 0.2 * Math.floor(n / 5)), lon: lon + SIDE * (0.1 + 0.2 * (n % 5)) };
	const nodeId = `n${v}-${n}`;
	return {
		type: "alarm",
		id: `${nodeId}@${when}`,
		at: when,
		alarm: { id: `${nodeId}@${when}`, nodeId, kind, position, at: when, exercise: false },
	};
};
/** 200 nodes within ten seconds, one village after another. */
const storm = Array.from({ length: 200 }, (_, i) => alarm(i % 16, Math.floor(i / 16), T0 + i * 50));
const stormed = () => play(storm, context);
const waveIn = (p: { state: { incidents: Incident[] } }) => p.state.incidents.find((i) => i.places) as Incident;

describe("a wave of sensors", () => {
	it("of 200 within ten seconds is a handful of fires and one with many places; each person hears once of each", () => {
		const p = stormed();
		expect(p.state.incidents.length).toBeLessThanOrEqual(8);
		const wave = waveIn(p);
		expect(wave.places?.length).toBeGreaterThan(100);
		const notifiedOf = (who: string) => p.messages.filter((m) => m.who === who).length;
		expect(Math.max(...people.map(({ id }) => notifiedOf(id)))).toBeLessThanOrEqual(8);
		// everybody who answers for any of its places
		const here = new Set(wave.places?.flatMap((place) => place.grids.map((g) => g.code)));
		for (const v of villages.filter((n) => here.has(code(n))))
			expect(wave.involved.map((i) => i.personId)).toEqual(expect.arrayContaining([`chief${v}`, `ranger${v}`]));
		expect(p.texts.some((t) => /\d+处同时报警：/.test(t))).toBe(true);
		// what is told next is told of a handful of fires, and not of two hundred
		const next = play([tick(at(3)), tick(at(5))], context, p.state);
		expect(next.messages.filter((m) => m.who === "town").length).toBeLessThanOrEqual(8);
		expect(incidentIn(JSON.parse(JSON.stringify(withFirstNames(wave as Incident))), "t1", at(10))?.places).toHaveLength(
			wave.places?.length ?? -1,
		);
	});

	it("shows each person his own ground first", () => {
		const before = play(storm.slice(0, 100), context);
		const notified = play(
			[alarm(9, 20, T0 + 12_000)],
			contextWith(
				{ ...context.register, people: [...people, person("new", "ranger", "village", { grids: [code(9)] })] },
				context.ladder,
			),
			before.state,
		);
		expect(notified.texts.find((t) => t.includes("9村"))).toMatch(/处同时报警：9村/);
	});

	it("is none where fires are few, far apart in time, or of another kind", () => {
		expect(play(storm.slice(0, 5), context).state.incidents.filter((i) => i.places)).toEqual([]);
		const slow = villages.slice(0, 12).map((v, i) => alarm(v, 12, T0 + i * 20_000));
		expect(play(slow, context).state.incidents.filter((i) => i.places)).toEqual([]);
		const mixed = villages.slice(0, 8).map((v, i) => alarm(v, 12, T0 + i * 100, i % 2 === 0 ? "smoke" : "gas"));
		expect(play(mixed, context).state.incidents.filter((i) => i.places)).toEqual([]);
	});

	const codesOf = (i?: Incident) => [...new Set(i?.grids.map((g) => g.code))];
	const primaryId = (p: { state: { incidents: Incident[] } }, v: number) =>
		p.state.incidents.find((i) => i.splitFrom && codesOf(i).includes(code(v))) as Incident;
	const cleared = (x: ReturnType<typeof play>) => x.messages.filter((m) => m.task === "standDown").map((m) => m.who);
	const stormWave = () => {
		const p = stormed();
		return { p, wave: { incident: waveIn(p) } };
	};
	const mine = (i: Incident, v: number) => i.places?.filter((x) => x.grids.some((g) => g.code === code(v))) ?? [];

	it("a word about some of its places makes a fire of its own of those, with those who answer for them; the others go on", () => {
		const { p, wave } = stormWave();
		const one = play([answer(wave, "chief9", "going", at(1))], context, p.state);
		const part = primaryId(one, 9);
		expect(codesOf(part)).toEqual([code(9)]);
		expect(part.sources).toHaveLength(mine(wave.incident, 9).length);
		expect(part.involved.map((i) => i.personId)).toEqual(expect.arrayContaining(["chief9", "ranger9", "officer"]));
		expect(part.involved.some((i) => i.personId === "chief8")).toBe(false);
		expect(part.state).toBe("verifying");
		const left = waveIn(one);
		expect(left.places).toHaveLength((wave.incident.places?.length ?? 0) - mine(wave.incident, 9).length);
		expect(left.involved.map((i) => i.personId)).toEqual(expect.not.arrayContaining(["chief9", "ranger9"]));
		expect(left.state).toBe("detected");
		// nobody hears of it: whoever was told of the wave was told of his own places
		expect(one.messages).toEqual([]);
		// the ladder of the one is paused, that of the others is not
		const later = play([tick(at(5))], context, one.state);
		const steps = later.ledger.filter((l) => l.what === "step").map((l) => l.incidentId);
		expect(steps).toContain(left.id);
		expect(steps).not.toContain(part.id);
	});

	it("what is said to the wave by whoever answers for a part of it is said of that part", () => {
		const { p, wave } = stormWave();
		const one = play(
			[answer(wave, "chief9", "going", at(1)), answer(wave, "ranger9", "confirmed", at(2))],
			context,
			p.state,
		);
		expect(primaryId(one, 9).confirmedBy).toBe("ranger9");
		expect(waveIn(one).confirmedAt).toBeUndefined();
		const two = play(
			[answer(wave, "chief9", "controlled", at(8)), answer(wave, "ranger9", "out", at(9))],
			context,
			one.state,
		);
		expect(primaryId(two, 9).state).toBe("out");
		expect(cleared(two)).toEqual(expect.arrayContaining(["chief9", "officer"]));
		expect(cleared(two)).not.toContain("chief8");
		expect(waveIn(two).state).toBe("detected");
	});

	it("nobody ends what is not his: the same word twice, a place of another, or none", () => {
		const { p, wave } = stormWave();
		const words = (["false", "false", "out", "controlled"] as const).map((what, i) =>
			answer(wave, "chief9", what, at(1 + i), { cause: "雾" }),
		);
		const one = play(words, context, p.state);
		expect(cleared(one)).toEqual(["officer", "ranger9", "town"].filter((who) => cleared(one).includes(who)));
		expect(cleared(one)).toContain("ranger9");
		expect(waveIn(one).state).toBe("detected");
		expect(mine(waveIn(one), 8).length).toBeGreaterThan(0);
		// a ranger may not call anything false, of his own ground neither
		const ranger = play([answer(wave, "ranger11", "false", at(6))], context, one.state);
		expect(ranger.refused).toHaveLength(1);
		expect(ranger.state.incidents).toHaveLength(one.state.incidents.length);
		const nobody = play(
			[answer(wave, "stranger", "out", at(7)), answer(wave, "stranger", "controlled", at(8))],
			context,
			one.state,
		);
		expect(nobody.refused).toHaveLength(2);
		expect(waveIn(nobody).state).toBe("detected");
	});

	it("a head of a team answers for his team's ground, whatever his own row says", () => {
		const team = {
			id: "t9",
			name: "九队",
			tier: "village" as const,
			base: corner(9),
			grids: [code(9)],
			leader: "lead9",
		};
		const lead9 = person("lead9", "leader", "village", { grids: ["999"] });
		const own = contextWith(
			{ ...context.register, version: "t", people: [...people, lead9], teams: [team] },
			context.ladder,
		);
		const p = play(storm, own);
		const wave = { incident: waveIn(p) };
		const notified = play([answer(wave, "officer", "confirmed", at(1))], own, p.state);
		expect(notified.messages.some((m) => m.who === "lead9" && m.task === "go")).toBe(true);
		const part = play([answer(wave, "lead9", "controlled", at(9))], own, notified.state);
		expect(primaryId(part, 9).state).toBe("controlled");
		expect(waveIn(part).state).toBe("confirmed");
	});

	it("who says where he stands speaks of what is there, however wide his ground; without a place he ends none of many", () => {
		const team = {
			id: "farm",
			name: "林场队",
			tier: "township" as const,
			base: corner(9),
			grids: ["500114"],
			leader: "farm",
		};
		const farm = person("farm", "leader", "county", { grids: ["999"] });
		const own = contextWith(
			{ ...context.register, version: "t", people: [...people, farm], teams: [team] },
			context.ladder,
		);
		const p = play(storm, own);
		const wave = { incident: waveIn(p) };
		const notified = play([answer(wave, "officer", "confirmed", at(1)), tick(at(2)), tick(at(5))], own, p.state);
		expect(waveIn(notified).involved.some((i) => i.personId === "farm")).toBe(true);
		const refused = play([answer(wave, "farm", "out", at(9))], own, notified.state);
		expect(refused.refused).toEqual([expect.stringContaining("with the position")]);
		const position = mine(wave.incident, 9)[0]?.position;
		const there = play(
			[answer(wave, "farm", "out", at(9), { ...(position ? { position } : {}), note: "9村已扑灭" })],
			own,
			notified.state,
		);
		expect(there.state.incidents.find((i) => i.state === "out")?.sources.every((s) => s.startsWith("n9-"))).toBe(true);
		expect(waveIn(there).state).toBe("confirmed");
	});

	it("whoever answers for all of it speaks of all of it, and each hears of his own ground that it is over", () => {
		const { p, wave } = stormWave();
		const one = play(
			[answer(wave, "ranger10", "controlled", at(1)), answer(wave, "officer", "false", at(5), { cause: "沼气" })],
			context,
			p.state,
		);
		expect(one.state.incidents.some((i) => i.id === wave.incident.id)).toBe(false);
		expect(primaryId(one, 10).state).toBe("controlled");
		expect(cleared(one)).toEqual(expect.arrayContaining(["chief11", "ranger11"]));
		expect(cleared(one).filter((who) => ["ranger10", "chief10"].includes(who))).toEqual([]);
		expect(one.texts.some((t) => t.includes("11村") && t.includes("解除"))).toBe(true);
		const out = play([answer(wave, "ranger10", "out", at(9))], context, one.state);
		expect(cleared(out)).toContain("chief10");
		const all = [one, out].flatMap(cleared).filter((who) => !["officer", "town"].includes(who));
		expect(new Set(all).size).toBe(all.length);
	});

	it("what comes after somebody has spoken rings those of its ground, whatever they have said of the others", () => {
		const { p, wave } = stormWave();
		const one = play([answer(wave, "chief9", "false", at(0.3), { cause: "雾" })], context, p.state);
		const again = play([alarm(9, 20, at(0.6))], context, one.state);
		expect(again.messages.map((m) => m.who)).toEqual(expect.arrayContaining(["chief9", "ranger9"]));
		// a place that was called false and is raised again
		const place = mine(wave.incident, 9)[0];
		const [, v, n] = /^n(\d+)-(\d+)$/.exec(place?.id ?? "") ?? [];
		const flares = play([alarm(Number(v), Number(n), at(3))], context, one.state);
		expect(flares.messages.map((m) => m.who)).toEqual(expect.arrayContaining(["chief9", "ranger9"]));
		expect(flares.messages.map((m) => m.who)).not.toContain("chief8");
	});

	it("a call at one of its places is a fire of its own, and rings those who answer for it", () => {
		const { p, wave } = stormWave();
		const position = mine(wave.incident, 9)[0]?.position ?? tower;
		const call: JudgeEvent = {
			type: "alarm",
			id: "call",
			at: at(5),
			alarm: {
				id: "call",
				nodeId: "report:desk",
				kind: "report",
				position,
				errorM: 100,
				at: at(5),
				exercise: false,
				note: "大火",
			},
		};
		const notified = play([call], context, p.state);
		expect(notified.state.incidents).toHaveLength(p.state.incidents.length + 1);
		expect(notified.messages.map((m) => m.who)).toEqual(expect.arrayContaining(["chief9", "ranger9"]));
	});

	it("a node that repeats itself keeps no wave going: what comes hours later is a fire of its own", () => {
		const { p } = stormWave();
		const repeats = Array.from({ length: 240 }, (_, i) => alarm(9, 12, at(0.9 * (i + 1))));
		const later = play([...repeats, alarm(11, 20, at(216.5))], context, p.state);
		const fresh = later.state.incidents.find((i) => i.sources.includes("n11-20")) as Incident;
		expect(fresh.sources).toEqual(["n11-20"]);
		expect(fresh.involved.map((i) => i.personId)).toEqual(expect.arrayContaining(["chief11", "ranger11"]));
	});

	it("what another village's node raises meanwhile overtakes nobody's late word, and the text counts what is left", () => {
		const { p, wave } = stormWave();
		const said = answer(wave, "chief9", "false", at(1), { cause: "雾", via: "phone" });
		const late = play([alarm(8, 20, at(0.9)), alarm(8, 12, at(1.5)), { ...said, at: at(2) }], context, p.state);
		expect(late.state.incidents.some((i) => i.splitFrom && codesOf(i).includes(code(9)))).toBe(false);
		expect(cleared(late)).toContain("ranger9");
		const notified = play([tick(at(5))], context, late.state);
		const left = waveIn(late).places?.length ?? 0;
		expect(left).toBeLessThan(wave.incident.places?.length ?? 0);
		expect(notified.texts.some((t) => t.includes(`${left}处同时报警`))).toBe(true);
	});

	it("one place that is confirmed changes nothing for the others: they are still to be verified", () => {
		const { p, wave } = stormWave();
		const one = play([answer(wave, "ranger9", "confirmed", at(0.3)), alarm(3, 20, at(0.7))], context, p.state);
		expect(waveIn(one).confirmedAt).toBeUndefined();
		const wide = waveIn(one).involved.find((i) => i.personId === "chief3");
		expect(wide?.task).toBe("verify");
		expect(one.messages.filter((m) => m.who === "chief3").every((m) => m.task === "verify")).toBe(true);
	});

	it("an end of a part can be undone for its minute, and it can be opened again", () => {
		const slow = contextWith(context.register, { ...context.ladder, undoMs: MIN });
		const p = play(storm, slow);
		const wave = { incident: waveIn(p) };
		const one = play([answer(wave, "chief9", "false", at(1), { cause: "雾" })], slow, p.state);
		expect(cleared(one)).toEqual([]);
		const part = primaryId(one, 9);
		const undo: JudgeEvent = {
			type: "undo",
			id: "u",
			at: at(1.5),
			incidentId: part.id,
			personId: "duty-desk",
			personName: "台",
		};
		const undone = play([undo, tick(at(3))], slow, one.state);
		expect(cleared(undone)).toEqual([]);
		expect(primaryId(undone, 9).ending).toBeUndefined();
		const over = play([tick(at(3))], slow, one.state);
		expect(cleared(over)).toContain("ranger9");
	});

	it("is judged in the same way once more after a crash, and a centre that knows it splits nothing itself", () => {
		const { p, wave } = stormWave();
		const words = [answer(wave, "chief9", "going", at(1)), answer(wave, "ranger9", "confirmed", at(2))];
		expect(primaryId(play(words, context, p.state), 9).id).toBe(primaryId(play(words, context, p.state), 9).id);
		const statement: JudgeEvent = {
			type: "handover",
			id: "h",
			at: at(0.5),
			handover: {
				side: "centre",
				what: "incident",
				tower: "t1",
				incident: incidentIn(
					JSON.parse(JSON.stringify(withFirstNames(wave.incident as Incident))),
					"t1",
					at(10),
				) as Incident,
			},
		};
		const centre = play([statement, answer(wave, "chief9", "false", at(1), { cause: "雾" })], context);
		expect(cleared(centre)).toEqual([]);
		expect(centre.state.incidents).toHaveLength(1);
		expect(centre.state.pendingAcks?.[0]?.answer).toMatchObject({
			incidentId: wave.incident.id,
			personId: "chief9",
			answer: "false",
		});
		// and what has left the wave at the tower has left it here
		const after = play([answer(wave, "chief9", "going", at(1))], context, p.state);
		const again: JudgeEvent = {
			type: "handover",
			id: "h2",
			at: at(2),
			handover: {
				side: "centre",
				what: "incident",
				tower: "t1",
				incident: incidentIn(
					JSON.parse(JSON.stringify(withFirstNames(waveIn(after) as Incident))),
					"t1",
					at(10),
				) as Incident,
			},
		};
		const followed = play([again], context, centre.state);
		expect(waveIn(followed).places).toHaveLength(waveIn(after).places?.length ?? -1);
		expect(waveIn(followed).involved.map((i) => i.personId)).not.toContain("chief9");
	});

	it("its places lie where its sensors stand, and its middle says how far it spreads", () => {
		const { place, places } = waveIn(stormed());
		expect(place.points).toHaveLength(places?.length ?? -1);
		const far = Math.max(...place.points.map((x) => distanceM(x, place.best ?? tower)));
		expect(place.errorM).toBeGreaterThan(far / 3);
	});
});
