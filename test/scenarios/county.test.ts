import { describe, expect, it } from "vitest";
import { dialled } from "../../gateway/base/phone-number.ts";
import { say } from "../../gateway/base/say.ts";
import { boardOf } from "../../gateway/console/views/board.ts";
import { briefingOf } from "../../gateway/console/views/briefing.ts";
import { destination } from "../../gateway/geo/position.ts";
import { ledgerCsv } from "../../gateway/ledger/export.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { Register, Shift } from "../../gateway/model/register.ts";
import { checkCoverage } from "../../gateway/register/coverage.ts";
import { importRegister, PARTS, type RegisterFiles } from "../../gateway/register/import.ts";
import { reachOf } from "../../gateway/register/reach-map.ts";
import { countyFiles } from "../../gateway/sim/county.ts";
import { smallWorld } from "../../gateway/sim/world.ts";
import { answer, contextWith, defaultPlan, play, sensorAlarm, T0, tick } from "../harness/judging.ts";

/**
 * The forest chief system, row by row, in the sample county and with the default plan: each role and mechanism that
 * a gateway has to serve, shown at work. What people hear over which channel is shown in the other scenarios.
 */
const { terrain } = smallWorld(5);
const files = countyFiles(terrain, 5, T0);
const sample = importRegister(
	Object.fromEntries(
		PARTS.map((part) => [
			part,
			{
				name: part,
				text: files[["grids", "forest", "ground"].includes(part) ? `${part}.geojson` : `${part}.csv`] ?? "",
			},
		]),
	) as RegisterFiles,
);
const MIN = 60_000;
const spoken = (phrases: string[] = []) => phrases.map((p) => say("zh", p));
const DAY = 86_400_000;
const at = (minutes: number) => T0 + minutes * MIN;

/** A fire in the first grid of 双河镇1村, whose people end in 41, found by a sensor there. */
const corners = sample.grids.find((g) => g.code === "500114104201-01")?.polygons[0]?.[0]?.slice(1) ?? [];
const place = {
	lat: corners.reduce((s, p) => s + p[1], 0) / corners.length,
	lon: corners.reduce((s, p) => s + p[0], 0) / corners.length,
};
const alarm = (where = place, minutes = 0) => {
	const event = sensorAlarm("node", 0, 0, at(minutes));
	if (event.type === "alarm") event.alarm = { ...event.alarm, position: where };
	return event;
};
const countyWorld = (changes: Partial<Register> = {}): DecisionContext =>
	contextWith({ ...sample, ...changes }, { steps: defaultPlan() });
const context = countyWorld();
const first = play([alarm()], context);
const toldUntil = (minutes: number, w = context, events: ReturnType<typeof tick>[] = []) =>
	play(
		[alarm(), ...events, ...Array.from({ length: minutes }, (_, m) => tick(at(m + 1)))].sort((a, b) => a.at - b.at),
		w,
	);
const confirmed = (minutes: number, sizeHa?: number) =>
	answer(first, "ranger-411", "confirmed", at(minutes), sizeHa === undefined ? {} : { sizeHa });

describe("roles", () => {
	it("the fire lies in the village the tests speak of", () => {
		expect(first.incident?.grids[0]?.code).toMatch(/^500114104201/);
	});

	it("总林长, 副总林长: a county's chief hears of a fire in silence or confirmed, after the township, and answers for an area set", () => {
		const silent = toldUntil(16);
		expect(silent.notifiedAt[at(14)]).not.toContain("chief-0");
		expect(silent.notifiedAt[at(15)]).toContain("chief-0");
		expect(silent.incident?.involved.find((i) => i.personId === "chief-0")?.title).toBe("县总林长");
		const assignments = [
			...sample.assignments,
			{ person: "deputy-0", role: "chief" as const, level: "township", grids: ["500114104201", "500114101"] },
		];
		expect(toldUntil(5, countyWorld({ assignments })).notifiedAt[at(5)]).toContain("deputy-0");
	});

	it("常务副总林长 and cadres with villages of their own: deputies of the township come in their step", () => {
		const { plan } = {
			plan: [
				...defaultPlan(),
				{
					ladder: "verify",
					level: "township",
					afterMs: 420_000,
					deputies: true,
					task: "verify",
					when: "always",
					needs: 1,
				} as const,
			],
		};
		const w = contextWith(sample, { steps: plan });
		expect(toldUntil(7, w).notifiedAt[at(7)]?.sort()).toEqual(["deputy-4", "office-4"]);
	});

	it("levels 省市县乡村, three-level and other variants: a register with levels of its own", () => {
		const levels = ["社区", "街道", "区"].map((_, i) => ["shequ", "jiedao", "qu"][i] as string);
		const header = "id,name,role,level,grids,phone,channels";
		const people = { name: "p", text: `${header}\na,甲,chief,shequ,1,,webpush\nb,乙,chief,qu,1,,webpush\n` };
		expect(importRegister({ people }, levels).people.map((p) => p.level)).toEqual(["shequ", "qu"]);
		expect(() => importRegister({ people })).toThrow(/"shequ" is not one of village/);
	});

	it("林长办: told with its township, and never first", () => {
		expect(first.notified.filter((id) => id.startsWith("office-"))).toEqual([]);
		expect(toldUntil(5).notifiedAt[at(5)]).toContain("office-4");
	});

	it("一长三员, 一长两员: ranger and village chief first, the supervisor when nobody answers; a cell without a supervisor works too", () => {
		expect(first.notified).toEqual(expect.arrayContaining(["chief-41", "ranger-411"]));
		expect(first.notified).not.toContain("supervisor-41");
		expect(toldUntil(3).notifiedAt[at(3)]).toEqual(expect.arrayContaining(["supervisor-41", "deputy-41"]));
		const two = countyWorld({ people: sample.people.filter((p) => p.role !== "supervisor") });
		expect(toldUntil(3, two).notifiedAt[at(3)]).toContain("deputy-41");
	});

	it("护林员: the ranger of the burning grid, and those of grids the region touches", () => {
		const rangers = first.notified.filter((id) => id.startsWith("ranger"));
		expect(rangers.length).toBeGreaterThanOrEqual(1);
		expect(
			rangers.every((id) =>
				first.incident?.grids.some((g) => sample.people.find((p) => p.id === id)?.grids.includes(g.code)),
			),
		).toBe(true);
	});

	it("林长+警长, 森林派出所, 森防指成员单位: told once a person has confirmed, at once and with a task, and never before", () => {
		expect(toldUntil(30).notified).not.toContain("police");
		const { notifiedAt, incident } = toldUntil(15, context, [confirmed(6)]);
		expect(notifiedAt[at(6)]).toEqual(expect.arrayContaining(["police", "power-grid"]));
		expect(incident?.involved.find((i) => i.personId === "police")?.task).toBe("go");
	});

	it("卫生院: from 重大 on", () => {
		expect(toldUntil(20, context, [confirmed(6, 20)]).notified).not.toContain("hospital");
		expect(toldUntil(20, context, [confirmed(6, 150)]).notified).toContain("hospital");
	});

	it("扑救队 in four tiers: village stands by, township assembles and goes, forest farm and county follow a confirmed fire", () => {
		const tasks = (minutes: number, events: ReturnType<typeof tick>[] = []) =>
			Object.fromEntries(
				(toldUntil(minutes, context, events).incident?.involved ?? [])
					.filter((i) => i.team !== undefined)
					.map((i) => [i.personId, i.task]),
			);
		expect(tasks(1)).toEqual({ "crew-41": "standBy" });
		expect(tasks(5)).toEqual({ "crew-41": "standBy", "leader-4": "assemble" });
		expect(tasks(30, [confirmed(6)])).toEqual({
			"crew-41": "go",
			"leader-4": "go",
			"leader-farm": "go",
			"leader-county": "go",
			"leader-militia": "go",
		});
		expect(tasks(30)["leader-county"]).toBeUndefined();
	});

	it("武装民兵, 镇村两级扑火队伍: militia go with the county's teams; a county with two tiers only works as well", () => {
		const { incident } = toldUntil(30, context, [confirmed(6)]);
		expect(incident?.involved.find((i) => i.personId === "leader-militia")).toMatchObject({
			task: "go",
			team: "民兵应急分队",
		});
		const two = countyWorld({ teams: sample.teams.filter((t) => t.tier === "village" || t.tier === "township") });
		const tasks = toldUntil(30, two, [confirmed(6)])
			.incident?.involved.filter((i) => i.team !== undefined)
			.map((i) => [i.personId, i.task]);
		expect(tasks).toEqual([
			["crew-41", "go"],
			["leader-4", "go"],
		]);
	});

	it("毗邻地区联防联控: a region that leaves the county tells the neighbour's desk, and the county's people as well", () => {
		const border = destination(terrain.position(7950, 1200), 90, 0);
		const near = play([alarm(border), ...Array.from({ length: 10 }, (_, m) => tick(at(m + 1)))], context);
		expect(near.incident?.missing).toContain("beyond");
		expect(near.notified).toContain("neighbour-east");
		expect(near.notified.some((id) => id.startsWith("ranger"))).toBe(true);
		expect(toldUntil(30).notified).not.toContain("neighbour-east");
	});
});

describe("mechanisms", () => {
	it("roster: officer and leader on duty are told, and not those off duty; a substitute stands in for a chief on leave", () => {
		expect(first.notified.filter((id) => id.startsWith("officer"))).toHaveLength(1);
		expect(first.notified.filter((id) => id.startsWith("duty-leader"))).toHaveLength(1);
		const leave: Shift = { post: "for:chief-41", person: "supervisor-41", from: T0 - DAY, to: T0 + DAY, kind: "shift" };
		const { notified, incident } = play([alarm()], countyWorld({ shifts: [...sample.shifts, leave] }));
		expect(notified).not.toContain("chief-41");
		expect(incident?.involved.find((i) => i.personId === "supervisor-41")).toMatchObject({ inPlaceOf: "chief-41" });
	});

	it("records renewed within a month of a change: those that were not are listed, and do not hold the ladder up", () => {
		const people = sample.people.map((p) => ({ ...p, changedAt: T0 - 40 * DAY, verifiedAt: T0 - 41 * DAY }));
		expect(checkCoverage({ ...sample, people }, T0, 1).filter((f) => f.kind === "stale")).toHaveLength(
			sample.people.length,
		);
		expect(play([alarm()], countyWorld({ people })).notified).toContain("supervisor-41");
	});

	it("网格化: every grid of the county has somebody who can be reached, at every moment of the roster", () => {
		expect(checkCoverage(sample, T0, 20).filter((f) => f.kind === "gap")).toEqual([]);
		expect(
			reachOf(sample, new Map([["ranger-411", T0]]), T0, 31)
				.filter((r) => r.heard > 0)
				.map((r) => r.code),
		).toEqual(["500114104201-01"]);
	});

	it("一林一策: the plot's card, water and teams stand with the incident", () => {
		const inFirst = { ...(first.incident as Incident), grids: [{ code: "500114104201-01", name: "", share: 1 }] };
		const briefing = briefingOf(context, inFirst, T0);
		expect(briefing.cards[0]).toMatchObject({ hazards: "高压线；采空区" });
		expect(briefing.near.map((p) => p.kind)).toContain("water");
		expect(briefing.teams.map((t) => t.name)).toContain("双河镇半专业扑救队");
	});

	it("禁火令, 封山令 bring the ladder forward and call the 十户联防; known heat sources and permits are named, and hide nothing", () => {
		const closed = terrain.position(-6500, 2600);
		const { incident, notified } = play([alarm(closed)], context);
		expect(spoken(incident?.hints)).toEqual(["封山令 青云封山令2号"]);
		expect(incident?.ladder.stepsForward).toBe(1);
		expect(notified.some((id) => id.startsWith("households"))).toBe(true);
		const kiln = sample.places.find((p) => p.kind === "kiln")?.position ?? place;
		const atKiln = play([alarm(kiln)], context);
		expect(spoken(atKiln.incident?.hints)).toContain("窑 白岩砖窑");
		expect(atKiln.notified.length).toBeGreaterThan(3);
		const burn = sample.orders.find((o) => o.kind === "permit");
		const morning = play(
			[alarm(burn?.around?.position)],
			countyWorld({ orders: [{ ...(burn as NonNullable<typeof burn>), from: T0 - MIN, to: T0 + DAY }] }),
		);
		expect(spoken(morning.incident?.ladder.why)).toEqual(["用火许可：计划烧除17号"]);
		expect(morning.notified.length).toBeGreaterThan(3);
	});

	it("台账 闭环: it cannot be closed without verdict, feedback and cause; each step and answer stands in the ledger", () => {
		const end = [
			answer(first, "ranger-411", "onScene", at(12)),
			answer(first, "ranger-411", "out", at(40)),
			answer(first, "chief-41", "close", at(50)),
		];
		const open = play([alarm(), confirmed(6), ...end], context);
		expect(open.refused).toEqual(["cannot be closed without the cause"]);
		const closed = play(
			[alarm(), confirmed(6), ...end, answer(first, "chief-41", "close", at(51), { cause: "上坟烧纸" })],
			context,
		);
		expect(closed.incident).toMatchObject({ state: "closed", cause: "上坟烧纸", closedBy: "chief-41" });
		const said = closed.ledger
			.map((l) => l.what)
			.filter((what) => what === "opened" || what === "closed" || what.startsWith("answer:"));
		expect(said).toEqual([
			"opened",
			"answer:confirmed",
			"answer:onScene",
			"answer:out",
			"answer:close",
			"answer:close",
			"closed",
		]);
		expect(closed.ledger.filter((l) => l.what === "step").length).toBeGreaterThan(3);
	});

	it("误报也结案: it stops at once, and its file is closed only with what it was and how that is known", () => {
		const end = play([alarm(), answer(first, "chief-41", "false", at(5))], context);
		expect(end.state.incidents).toEqual([]);
		expect(end.incident).toMatchObject({ state: "false", closedBy: "chief-41" });
		expect(end.incident?.closedAt).toBeUndefined();
		const file = { ...end.state, ended: [end.incident as Incident] };
		const close = (who: string, extra: object) => play([answer(first, who, "close", at(50), extra)], context, file);
		expect(close("chief-41", {}).refused).toEqual([
			"cannot be closed without feedback: somebody on the scene, or a note on how it is known; the cause",
		]);
		expect(close("ranger-411", { cause: "雾", note: "雾已散" }).refused).toEqual([
			"no post on this ground with the right to end it",
		]);
		expect(close("chief-41", { cause: "雾", note: "雾已散" }).incident).toMatchObject({
			state: "false",
			cause: "雾",
			closedAt: at(50),
		});
		// whoever says it all at once is done
		const whole = play(
			[alarm(), answer(first, "chief-41", "permitted", at(5), { cause: "炼山", note: "已与业主通话" })],
			context,
		);
		expect(whole.incident).toMatchObject({ state: "permitted", cause: "炼山", closedAt: at(5) });
	});

	it("考核, 调度: what a chief was told and did, as a table of the quarter", () => {
		const { incident, ledger } = toldUntil(6, context, [confirmed(6)]);
		const rows = ledger.map((entry, i) => ({ ...entry, n: i + 1, hash: "" }));
		const lines = ledgerCsv(
			[{ incident: incident as Incident, ledger: rows, deliveries: [] }],
			"Asia/Shanghai",
			"ranger-411",
		)
			.trim()
			.split("\n");
		expect(lines).toHaveLength(2);
		expect(lines[1]).toMatch(
			/,ranger-411,[^,]+,ranger,village,verify,2026-04-05T14:00:00\+08:00,,confirmed,360,,confirmed,,,$/,
		);
	});

	it("信息公开: grid by grid who answers for it, without deputies and copies, and with phones only where the office says so", () => {
		const named = boardOf(context, T0, false).grids.find((g) => g.code === "500114104201-01");
		const byId = (id: string) => sample.people.find((p) => p.id === id);
		expect(named?.chiefs.map((c) => c.name)).toEqual(["chief-41", "chief-4", "chief-0"].map((id) => byId(id)?.name));
		expect(named?.rangers).toEqual([{ name: byId("ranger-411")?.name }]);
		expect(boardOf(context, T0, true).grids.find((g) => g.code === "500114104201-01")?.rangers[0]?.phone).toBe(
			dialled(byId("ranger-411")?.phone ?? ""),
		);
	});

	it("预警提醒: who does not keep a promise is reminded, and the next level hears of it", () => {
		const late = play([alarm(), answer(first, "chief-41", "going", at(1), { etaMinutes: 5 }), tick(at(6))], context);
		expect(late.notifiedAt[at(6)]).toEqual(expect.arrayContaining(["chief-41", "chief-4"]));
	});
});
