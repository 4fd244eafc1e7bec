import { describe, expect, it } from "vitest";
import { answer, fire, grid, person, play, sensorAlarm, T0, worldWith } from "../../test/harness/judging.ts";
import type { Incident } from "../model/incident.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { incidentIn, isProgress } from "./wire.ts";

const world = worldWith({
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village"), person("ranger", "ranger", "village")],
});
const first = play([fire(45), sensorAlarm("n1", 45, 3000, T0 + 1000)], world);
const position = { lat: 29.51, lon: 108.71 };
const whole = play(
	[
		answer(first, "ranger", "going", T0 + 2000, { etaMinutes: 5 }),
		answer(first, "ranger", "onScene", T0 + 60_000, { position, note: "三棵树" }),
		answer(first, "chief", "confirmed", T0 + 90_000, { sizeHa: 0.5 }),
	],
	world,
	first.state,
).incident as Incident;
const sent = (i: unknown) => JSON.parse(JSON.stringify(i)) as Record<string, unknown>;

describe("an incident over the line", () => {
	it("comes as it went, with all that a judge writes on it", () => {
		expect(incidentIn(sent(whole))).toEqual(sent(whole));
		expect(incidentIn(sent(first.incident))).toEqual(sent(first.incident));
		const ended = play([answer(first, "chief", "false", T0 + 9000, { cause: "雾", note: "看过" })], world, first.state).incident;
		expect(incidentIn(sent(ended))).toEqual(sent(ended));
		const { verify, suppress } = whole.ladder;
		expect(isProgress(sent({ verify, suppress, involved: whole.involved }))).toBe(true);
	});

	it("comes whole on a day of many orders and permits, which are clipped where people read them", () => {
		const order = (n: number) => ({
			id: `o${n}`,
			kind: "fireBan" as const,
			grids: ["A"],
			from: T0 - 1,
			to: T0 + 1e9,
			document: `某某县人民政府关于进入森林高火险期的第${n}号禁火令及其补充通知`,
		});
		const many = worldWith({ ...world.register, orders: Array.from({ length: 60 }, (_, n) => order(n)) });
		const incident = play([fire(45)], many).incident as Incident;
		expect(incident.hints?.length).toBeLessThanOrEqual(20);
		expect(incidentIn(sent(incident))).toEqual(sent(incident));
	});

	it("loses what only a centre may write on it, and whatever nobody knows", () => {
		const forged = {
			...sent(whole),
			partOf: "FF-other",
			witnesses: [{ tower: "t9", incidentId: "x" }],
			lastWord: { answer: "false" },
			takenFrom: {},
			constructor_: 1,
		};
		expect(incidentIn(forged)).toEqual(sent(whole));
	});

	it.each<[string, (i: Incident) => unknown]>([
		["an empty piece of evidence", (i) => ({ ...i, evidence: [null] })],
		["no evidence", (i) => ({ ...i, evidence: [] })],
		["half a pose", (i) => ({ ...i, evidence: [{ ...i.evidence[0], pose: { cameraId: "c" } }] })],
		["a place off the earth", (i) => ({ ...i, place: { method: "sensor", points: [{ lat: 129, lon: 8, weight: 1 }] } })],
		["a state that is none", (i) => ({ ...i, state: "burning" })],
		["an answer that is none", (i) => ({ ...i, involved: [{ ...i.involved[0], answer: "maybe" }] })],
		["more people than a county has", (i) => ({ ...i, involved: Array.from({ length: 5001 }, () => i.involved[0]) })],
		["an id as long as a book", (i) => ({ ...i, id: "x".repeat(5000) })],
		["nothing", () => undefined],
	])("is refused with %s", (_, change) => {
		expect(incidentIn(change(whole) === undefined ? undefined : sent(change(whole)))).toBeUndefined();
	});
});
