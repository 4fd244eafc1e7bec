import { expect, it } from "vitest";
import type { IncidentRow } from "../../model/incident-row.ts";
import { numbersOf, rateOf, spreadOf } from "./numbers.ts";

const DAY = 86_400_000;
const T0 = Date.parse("2026-11-01T00:00:00+08:00");
const span = {
	status: "actual" as const,
	from: T0,
	to: T0 + 10 * DAY,
	cameras: ["east", "west"],
	timeZone: "Asia/Shanghai",
	chiefs: [
		{ id: "chief-1", name: "王" },
		{ id: "chief-2", name: "李" },
	],
	shifts: [],
	channels: [{ channel: "sms", all: 3, accepted: 2, failed: 1 }],
};
const row = (id: string, more: Partial<IncidentRow> = {}): IncidentRow => ({
	id,
	openedAt: T0,
	kind: "fire",
	status: "actual",
	state: "closed",
	grids: ["500114104201-02"],
	place: "二号网格",
	sources: ["east"],
	people: [],
	...more,
});

it("numbers count real fires alone, each once, and say how many they rest on", () => {
	const rows = [
		row("a", { answeredAt: T0 + 60_000, onSceneAt: T0 + 600_000, cause: "祭祀用火" }),
		row("b", { state: "false", answeredAt: T0 + 20_000, cause: "雾" }),
		row("c", { state: "false", sources: ["node-1"], openedAt: T0 + 40 * DAY }),
		row("d", { status: "exercise", people: ["chief-1"] }),
		row("e", { primaryId: "a" }),
		row("f", { kind: "coverageLost" }),
		row("g", { state: "detected", sources: ["east", "west"], grids: [] }),
	];
	const n = numbersOf(rows, span);
	expect(n.fires).toEqual({ all: 4, open: 1, false: 2, permitted: 0, closed: 1 });
	expect([n.faults, n.drills, n.unanswered]).toEqual([1, 1, 2]);
	const sure = numbersOf(
		[row("h", { confirmedAt: T0, sizeHa: 2.5 }), row("i", { state: "false", confirmedAt: T0, sizeHa: 9 })],
		{
			...span,
			names: new Map([
				["500114104", "双河镇"],
				["500114105", "石门镇"],
				["east", "东塔相机"],
			]),
		},
	);
	expect([sure.confirmed, sure.burntHa]).toEqual([1, 2.5]);
	expect(sure.byArea.map((a) => [a.label, a.all])).toEqual([
		["双河镇", 2],
		["石门镇", 0],
	]);
	expect(sure.byCamera.map((c) => c.label)).toEqual(["东塔相机"]);
	expect(n.falsePerCameraDay).toMatchObject({ count: 1, cameraDays: 20, rate: 0.05 });
	const seen = [row("k", { firstSeenAt: T0 - 90_000 }), row("l", { firstSeenAt: T0, sources: ["node-1"] }), row("m")];
	expect(numbersOf(seen, span).toAlarm).toMatchObject({ count: 1, medianS: 90 });
	const grids = numbersOf(rows, { ...span, areaDigits: 40 }).byArea.map((a) => a.name);
	expect(grids).toContain("500114104201-02");
	expect(n.byCamera[0]?.falsePerCameraDay).toMatchObject({ count: 1, cameraDays: 10, rate: 0.1 });
	expect(n.toAnswer).toMatchObject({ count: 2, medianS: 20, p90S: 60 });
	expect(n.byChief).toEqual([{ personId: "chief-1", name: "王", told: 0, drills: 1 }]);
	expect(n.byChannel).toEqual(span.channels);
	expect(n.byMonth.map((m) => [m.name, m.all])).toEqual([
		["2026-11", 3],
		["2026-12", 1],
	]);
	expect(n.byCamera.map((c) => [c.name, c.all, c.false])).toEqual([
		["east", 3, 1],
		["west", 1, 0],
	]);
	expect(n.byArea.map((a) => [a.name, a.all])).toEqual([
		["500114104", 3],
		["", 1],
	]);
});

it("intervals are those of the textbooks", () => {
	// ten events: 4.80 to 18.39 (exact Poisson, 95 per cent)
	const { low, high } = rateOf(10, 1);
	expect([low, high]).toEqual([expect.closeTo(4.8, 1), expect.closeTo(18.4, 1)]);
	// none seen: three at the most, the rule of three
	expect(rateOf(0, 1).high).toBeCloseTo(3.7, 0);
	expect(rateOf(5, 0)).toEqual({ rate: 0, low: 0, high: 0 });
	const hundred = spreadOf(Array.from({ length: 100 }, (_, i) => (i + 1) * 1000));
	expect(hundred).toEqual({ count: 100, medianS: 50, p90S: 90, lowS: 41, highS: 61 });
	expect(spreadOf([])).toEqual({ count: 0 });
	expect(spreadOf([0, 1, 2, 3, 4].map((s) => s * 1000))).toEqual({ count: 5, medianS: 2, p90S: 4 });
	expect(spreadOf([0, 1, 2, 3, 4, 5].map((s) => s * 1000))).toMatchObject({ medianS: 2, lowS: 0, highS: 5 });
});
