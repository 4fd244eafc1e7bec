import { describe, expect, it } from "vitest";
import {
	answer,
	camera,
	contextWith,
	defaultPlan,
	fire,
	grid,
	person,
	play,
	sensorAlarm,
	T0,
	tick,
} from "../../../test/harness/judging.ts";
import { say } from "../../base/say.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { JudgeEvent } from "../../model/event.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { judge, nextTick } from "../judge.ts";
import { EMPTY_STATE } from "../judgement/state.ts";

const MIN = 60_000;
const at = (minutes: number) => T0 + minutes * MIN;
const people = [
	person("officer", "officer", "county"),
	person("dutyLeader", "dutyLeader", "county"),
	person("chief", "chief", "village"),
	person("ranger", "ranger", "village"),
	person("town", "chief", "township"),
];
const register = { ...EMPTY_REGISTER, version: "v", grids: [grid("A01")], people };
const plain = contextWith(register, { steps: defaultPlan() });
const work = (devices: string[], until = at(60)) => ({
	id: "m",
	devices,
	by: "李技术员",
	reason: "烟雾试验",
	at: T0 - MIN,
	until,
});
const working = (devices: string[], until?: number): DecisionContext => ({
	...plain,
	maintenance: [work(devices, until)],
	listeners: [{ channel: "centre", address: "" }],
});
const AT_THE_DESK = ["dutyLeader", "officer"];
const everybody = ["chief", "ranger"];

describe("a device that somebody works on", () => {
	it("rings the desk, marked with his name, and nobody else for as long as it lasts", () => {
		const context = working(["cam1"]);
		const p = play([fire(45), tick(at(5)), tick(at(15)), tick(at(30))], context);
		expect([...new Set(p.notified)]).toEqual(AT_THE_DESK);
		expect(p.texts[0]).toContain("设备检修中（李技术员）");
		expect(p.incident?.maintenance).toEqual({ by: "李技术员", until: at(60) });
	});

	it("does not reach the centre either, which would take the fire over like any other, until the work is over", () => {
		const heard = (w: DecisionContext) => {
			const [event] = [fire(45)];
			return judge(w, EMPTY_STATE, event, T0).effects.filter(
				(e) => e.type === "deliver" && e.delivery.channel === "centre",
			).length;
		};
		expect(heard(working([]))).toBe(1);
		expect(heard(working(["cam1"]))).toBe(0);
		const { state } = play([fire(45)], working(["cam1"]));
		const { effects } = judge(working([]), state, tick(at(1)), at(1));
		expect(effects.filter((e) => e.type === "deliver" && e.delivery.channel === "centre")).toHaveLength(1);
	});

	it("mutes no other device, and its sensor's alarm is treated alike", () => {
		expect(play([fire(45)], working(["cam2", "n1"])).notified).toEqual(expect.arrayContaining(everybody));
		expect([...new Set(play([sensorAlarm("n1", 45, 3000)], working(["n1"])).notified)]).toEqual(AT_THE_DESK);
	});

	it.each<[string, (p: ReturnType<typeof play>) => JudgeEvent]>([
		["another device that agrees", () => sensorAlarm("n1", 45, 3000, at(2))],
		["somebody who sees it burn", (p) => answer(p, "officer", "confirmed", at(2))],
	])("%s tells everybody", (_, event) => {
		const context = working(["cam1"]);
		const first = play([fire(45)], context);
		const p = play([event(first)], context, first.state);
		expect(p.notified).toEqual(expect.arrayContaining(everybody));
		expect(p.incident?.maintenance).toBeUndefined();
		expect(p.ledger.map((l) => l.what)).toContain("maintenanceOver");
	});

	it("whoever of the desk has gone to look at the device keeps nobody asleep when another agrees, and is told of that himself", () => {
		const context = working(["cam1"]);
		const first = play([fire(45)], context);
		const p = play(
			[answer(first, "officer", "going", at(1)), sensorAlarm("n1", 45, 3000, at(2))],
			context,
			first.state,
		);
		expect(p.notified).toEqual(expect.arrayContaining([...everybody, "officer"]));
	});

	it("rings those of the place where nobody sits at the desk, marked in an SMS as well", () => {
		const empty = contextWith(
			{ ...register, people: people.filter((p) => !AT_THE_DESK.includes(p.id)) },
			{ steps: defaultPlan() },
		);
		const p = play([fire(45)], { ...empty, maintenance: [work(["cam1"])] });
		expect(p.notified).toEqual(expect.arrayContaining(everybody));
		const notified = judge(working(["cam1"]), EMPTY_STATE, fire(45), T0).effects.flatMap((e) =>
			e.type === "deliver" ? [say("zh", e.delivery.message.short)] : [],
		);
		expect(notified.length).toBeGreaterThan(0);
		for (const short of notified) expect(short).toMatch(/^【检修】/);
	});

	it("that still burns when the work is over, by its time or by a word, rings everybody; the judge wakes by itself", () => {
		const context = working(["cam1"], at(20));
		const first = play([fire(45)], context);
		expect(nextTick(first.state)).toBeLessThanOrEqual(at(20));
		const still = play([tick(at(19))], context, first.state);
		expect(still.notified.filter((who) => everybody.includes(who))).toEqual([]);
		expect(nextTick(still.state)).toBeLessThanOrEqual(at(20));
		expect(play([tick(at(20))], { ...context, maintenance: [] }, still.state).notified).toEqual(
			expect.arrayContaining(everybody),
		);
		expect(play([tick(at(3))], { ...context, maintenance: [] }, first.state).notified).toEqual(
			expect.arrayContaining(everybody),
		);
	});

	it("and was called false by the desk meanwhile rings nobody when the work is over", () => {
		const context = working(["cam1"], at(20));
		const first = play([fire(45)], context);
		const over = play([answer(first, "officer", "false", at(2)), tick(at(20))], context, first.state);
		expect(over.notified.filter((who) => everybody.includes(who))).toEqual([]);
	});

	it("goes blind: the desk hears of it, marked", () => {
		const lost: JudgeEvent = {
			type: "coverage",
			id: "c",
			at: T0,
			coverage: {
				id: "c",
				cameraId: "cam1",
				pose: camera("cam1", 45),
				state: "blind",
				reason: "black",
				since: T0,
				at: T0,
				exercise: false,
			},
		};
		const p = play([lost, tick(at(10))], working(["cam1"]));
		expect([...new Set(p.notified)]).toEqual(AT_THE_DESK);
	});
});
