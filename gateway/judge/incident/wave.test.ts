import { describe, expect, it } from "vitest";
import { answer, defaultPlan, person, play, T0, tick, tower, worldWith } from "../../../test/harness/judging.ts";
import { incidentIn } from "../../app/wire.ts";
import { distanceM } from "../../base/geo.ts";
import type { Incident, JudgeEvent } from "../../model/incident.ts";
import { EMPTY_REGISTER, type Grid } from "../../model/register.ts";
import type { AlarmKind } from "../../model/sensor.ts";

const MIN = 60_000;
const at = (minutes: number) => T0 + minutes * MIN;
/** Villages side by side, 4 by 4, each of 0.05 degrees (about 5 km). */
const SIDE = 0.05;
const corner = (v: number) => ({ lat: tower.lat + SIDE * (Math.floor(v / 4) - 2), lon: tower.lon + SIDE * ((v % 4) - 2) });
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
const world = worldWith({ ...EMPTY_REGISTER, version: "v", grids: villages.map(square), people }, { steps: defaultPlan() });
/** A node in a village, one of several there. */
const alarm = (v: number, n: number, when: number, kind: AlarmKind = "smoke"): JudgeEvent => {
	const { lat, lon } = corner(v);
	const position = { lat: lat + SIDE * (0.1 + 0.2 * Math.floor(n / 5)), lon: lon + SIDE * (0.1 + 0.2 * (n % 5)) };
	const nodeId = `n${v}-${n}`;
	return { type: "alarm", id: `${nodeId}@${when}`, at: when, alarm: { id: `${nodeId}@${when}`, nodeId, kind, position, at: when, exercise: false } };
};
/** 200 nodes within ten seconds, one village after another. */
const storm = Array.from({ length: 200 }, (_, i) => alarm(i % 16, Math.floor(i / 16), T0 + i * 50));
const stormed = () => play(storm, world);
const waveIn = (p: { state: { incidents: Incident[] } }) => p.state.incidents.find((i) => i.places) as Incident;

describe("a wave of sensors", () => {
	it("of 200 within ten seconds is a handful of fires and one with many places; each person hears once of each", () => {
		const p = stormed();
		expect(p.state.incidents.length).toBeLessThanOrEqual(8);
		const wave = waveIn(p);
		expect(wave.places?.length).toBeGreaterThan(100);
		const toldOf = (who: string) => p.messages.filter((m) => m.who === who).length;
		expect(Math.max(...people.map(({ id }) => toldOf(id)))).toBeLessThanOrEqual(8);
		// everybody who answers for any of its places
		const here = new Set(wave.places?.flatMap((place) => place.grids.map((g) => g.code)));
		for (const v of villages.filter((n) => here.has(code(n))))
			expect(wave.involved.map((i) => i.personId)).toEqual(expect.arrayContaining([`chief${v}`, `ranger${v}`]));
		expect(p.texts.some((t) => /\d+处同时报警：/.test(t))).toBe(true);
		// what is told next is told of a handful of fires, and not of two hundred
		const next = play([tick(at(3)), tick(at(5))], world, p.state);
		expect(next.messages.filter((m) => m.who === "town").length).toBeLessThanOrEqual(8);
		expect(incidentIn(JSON.parse(JSON.stringify(wave)), "t1", at(10))?.places).toHaveLength(wave.places?.length ?? -1);
	});

	it("shows each person his own ground first", () => {
		const before = play(storm.slice(0, 100), world);
		const told = play(
			[alarm(9, 20, T0 + 12_000)],
			worldWith({ ...world.register, people: [...people, person("new", "ranger", "village", { grids: [code(9)] })] }, world.ladder),
			before.state,
		);
		expect(told.texts.find((t) => t.includes("9村"))).toMatch(/处同时报警：9村/);
	});

	it("is none where fires are few, far apart in time, or of another kind", () => {
		expect(play(storm.slice(0, 5), world).state.incidents.filter((i) => i.places)).toEqual([]);
		const slow = villages.slice(0, 12).map((v, i) => alarm(v, 12, T0 + i * 20_000));
		expect(play(slow, world).state.incidents.filter((i) => i.places)).toEqual([]);
		const mixed = villages.slice(0, 8).map((v, i) => alarm(v, 12, T0 + i * 100, i % 2 === 0 ? "smoke" : "gas"));
		expect(play(mixed, world).state.incidents.filter((i) => i.places)).toEqual([]);
	});

	it("whoever says false or under control ends his own places, and the others go on; the all-clear comes once", () => {
		const p = stormed();
		const wave = { incident: waveIn(p) };
		const mine = (places: Incident["places"], v: number) => places?.filter((x) => x.grids.some((g) => g.code === code(v))) ?? [];
		const one = play([answer(wave, "chief9", "false", at(1), { cause: "雾" })], world, p.state);
		expect(mine(one.incident?.places, 9).every((x) => x.over === "false" && x.by === "chief9")).toBe(true);
		expect(one.incident?.state).toBe("detected");
		expect(one.incident?.places?.filter((x) => x.over === undefined).length).toBe(
			(wave.incident.places?.length ?? 0) - mine(wave.incident.places, 9).length,
		);
		expect(one.messages).toEqual([expect.objectContaining({ who: "ranger9", task: "standDown" })]);
		const two = play([answer(wave, "ranger10", "controlled", at(2))], world, one.state);
		expect(mine(two.incident?.places, 10).every((x) => x.over === "controlled")).toBe(true);
		expect(two.messages).toEqual([]);
		// a ranger may not call anything false, of his own ground neither
		expect(play([answer(wave, "ranger11", "false", at(2))], world, one.state).refused).toHaveLength(1);
		const over = play([answer(wave, "officer", "false", at(5), { cause: "沼气" })], world, two.state);
		// one place is still under control: so is the whole, and those of the others hear that it is over for them
		expect(over.incident?.state).toBe("controlled");
		const cleared = (x: ReturnType<typeof play>) => x.messages.filter((m) => m.task === "standDown").map((m) => m.who);
		expect(cleared(over)).toEqual(expect.arrayContaining(["chief11", "ranger11"]));
		expect(cleared(over).filter((who) => ["ranger9", "ranger10", "chief10"].includes(who))).toEqual([]);
		const out = play([answer(wave, "ranger10", "out", at(9))], world, over.state);
		expect(out.incident?.state).toBe("out");
		expect(cleared(out)).toContain("chief10");
		const all = [one, two, over, out].flatMap(cleared);
		expect(new Set(all).size).toBe(all.length);
	});

	it("ends when its last place does, with what all of them come to", () => {
		const p = stormed();
		const wave = { incident: waveIn(p) };
		const here = villages.filter((v) => wave.incident.places?.some((x) => x.grids.some((g) => g.code === code(v))));
		const words = here.map((v, i) => answer(wave, `chief${v}`, i === 3 ? "controlled" : "false", at(1 + i / 10), { cause: "雾" }));
		const all = play(words, world, p.state);
		const left = all.state.incidents.find((i) => i.id === wave.incident.id);
		expect(left?.state).toBe("controlled");
		const none = play(
			here.map((v, i) => answer(wave, `chief${v}`, "false", at(1 + i / 10), { cause: "雾" })),
			world,
			p.state,
		);
		expect(none.state.incidents.some((i) => i.id === wave.incident.id)).toBe(false);
	});

	it("the officer's out is that of all places, those under control included", () => {
		const p = stormed();
		const wave = { incident: waveIn(p) };
		const over = play([answer(wave, "ranger10", "controlled", at(1)), answer(wave, "officer", "out", at(2))], world, p.state);
		expect(over.incident?.state).toBe("out");
	});

	it("whoever goes to one place rests no other: the next are told of those", () => {
		const p = stormed();
		const wave = { incident: waveIn(p) };
		const one = play([answer(wave, "chief9", "going", at(1)), tick(at(5))], world, p.state);
		expect(one.messages.some((m) => m.who === "town")).toBe(true);
		const desk = play([answer(wave, "officer", "going", at(1)), tick(at(5))], world, p.state);
		const ofWave = desk.ledger.filter((l) => l.incidentId === wave.incident.id && l.what === "step").flatMap((l) => l.detail["people"] as string[]);
		expect(ofWave).not.toContain("town");
	});

	it("a place that was called false and is raised again rings those who answer for it, and nobody else", () => {
		const p = stormed();
		const wave = { incident: waveIn(p) };
		const one = play([answer(wave, "chief9", "false", at(1))], world, p.state);
		const place = one.incident?.places?.find((x) => x.over);
		const [, v, n] = /^n(\d+)-(\d+)$/.exec(place?.id ?? "") ?? [];
		const again = play([alarm(Number(v), Number(n), at(3))], world, one.state);
		const told = again.messages.map((m) => m.who);
		expect(told).toEqual(expect.arrayContaining(["chief9", "ranger9"]));
		expect(told).not.toContain("chief8");
		expect(again.incident?.places?.find((x) => x.id === place?.id)?.over).toBeUndefined();
	});

	it("its places lie where its sensors stand, and its middle says how far it spreads", () => {
		const { place, places } = waveIn(stormed());
		expect(place.points).toHaveLength(places?.length ?? -1);
		const far = Math.max(...place.points.map((x) => distanceM(x, place.best ?? tower)));
		expect(place.errorM).toBeGreaterThan(far / 3);
	});
});
