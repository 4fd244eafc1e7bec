import { describe, expect, it } from "vitest";
import {
	alarm,
	answer,
	context,
	contextWith,
	people,
	play,
	pose,
	sighting,
	T0,
	tick,
	tower,
} from "../../test/harness/quadrants.ts";
import { destination } from "../geo/position.ts";
import type { Coverage } from "../model/camera.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import type { Alarm } from "../model/sensor.ts";
import { judge, nextTick, restored } from "./judge.ts";
import { EMPTY_STATE, type JudgeState } from "./judgement/state.ts";

describe("judge", () => {
	it("tells the village people of the grid that a bearing touches", () => {
		const { notified, incident } = play([sighting("cam1", 45, "a")]);
		expect(notified).toEqual(["r1", "v1"]);
		expect(incident).toMatchObject({
			kind: "fire",
			status: "actual",
			state: "detected",
			place: { method: "bearing", bearingDeg: 45 },
			missing: ["distance"],
		});
		expect(incident?.grids[0]).toMatchObject({ code: "A01" });
		expect(incident?.grids[0]?.share).toBeGreaterThan(0.99);
	});

	it("a bearing of 0 degrees is a bearing, and a border tells both sides", () => {
		const { notified, incident } = play([sighting("cam1", 0, "a")]);
		expect(new Set(notified)).toEqual(new Set(["r1", "v1", "v2"]));
		expect(incident?.grids.map((g) => g.share.toFixed(1))).toEqual(["0.5", "0.5"]);
	});

	it("escalates from village to township to county until a named person answers", () => {
		const silent = play([sighting("cam1", 45, "a"), tick(T0 + 180_000), tick(T0 + 600_000)]);
		expect(silent.notified).toEqual(["r1", "v1", "t1", "c1"]);
		expect(nextTick(silent.state)).toBe(T0 + 600_000 + 420_000);
		expect(play([tick(T0 + 1_020_000)], context, silent.state).notified).toEqual(["c1"]);
		const heard = play([sighting("cam1", 45, "a")]);
		const going = play(
			[answer(heard.incident, "v1", "going", T0 + 60_000), tick(T0 + 180_000), tick(T0 + 600_000)],
			context,
			heard.state,
		);
		expect(going.notified).toEqual([]);
		expect(going.stopped).toEqual(["v1"]);
		expect(going.incident?.state).toBe("verifying");
	});

	it("goes on when the promised feedback does not come", () => {
		const first = play([sighting("cam1", 45, "a")]);
		const late = play(
			[answer(first.incident, "v1", "going", T0 + 60_000), tick(T0 + 60_000 + 900_000)],
			context,
			first.state,
		);
		// the one who promised is asked again, and so is everybody whose time has come meanwhile
		expect(late.notified).toEqual(["v1", "t1", "c1"]);
		expect(late.incident?.involved.find((i) => i.personId === "v1")).toMatchObject({
			answer: "going",
			lapsedAt: T0 + 960_000,
		});
	});

	it("'not me' from everybody goes to the next level at once; 'seen' stops nothing", () => {
		const first = play([sighting("cam1", 45, "a")]);
		const seen = play([answer(first.incident, "v1", "seen", T0 + 5_000)], context, first.state);
		expect(nextTick(seen.state)).toBe(T0 + 180_000);
		const one = play([answer(first.incident, "v1", "notMe", T0 + 10_000)], context, first.state);
		expect(one.notified).toEqual([]);
		expect(play([answer(first.incident, "r1", "notMe", T0 + 11_000)], context, one.state).notified).toEqual(["t1"]);
	});

	it("opening the page again after an answer takes the answer back for nobody", () => {
		const first = play([sighting("cam1", 45, "a")]);
		const going = play([answer(first.incident, "v1", "going", T0 + 5_000)], context, first.state);
		const again = play([answer(first.incident, "v1", "seen", T0 + 6_000)], context, going.state);
		expect(again.state.incidents[0]?.involved.find((i) => i.personId === "v1")?.answer).toBe("going");
	});

	it("only a person with the right ends an incident as false; then all that waits is stopped", () => {
		const first = play([sighting("cam1", 45, "a")]);
		const ranger = play([answer(first.incident, "r1", "false", T0 + 10_000)], context, first.state);
		expect(ranger.state.incidents).toHaveLength(1);
		const chief = play([answer(first.incident, "v1", "false", T0 + 10_000)], context, first.state);
		expect(chief.incident).toMatchObject({ state: "false", closedBy: "v1" });
		expect(chief.stopped).toEqual(["*"]);
		const again = play([sighting("cam1", 45, "a", T0 + 60_000)], context, chief.state);
		expect(again.notified).toEqual([]);
		const elsewhere = { boxes: [{ x: 0.1, y: 0.5, w: 0.05, h: 0.05 }] };
		expect(play([sighting("cam1", 45, "b", T0 + 60_000, elsewhere)], context, chief.state).notified).not.toEqual([]);
	});

	it("a sighting and a sensor alarm near each other are one incident; far apart they are two", () => {
		const near = destination(tower, 45, 4000);
		const joined = play([sighting("cam1", 45, "a"), alarm("n1", near, T0 + 60_000)]);
		expect(joined.state.incidents).toHaveLength(1);
		expect(joined.incident).toMatchObject({ sources: ["cam1", "n1"], place: { method: "sensor" } });
		expect(joined.incident?.place.errorM).toBeLessThan(400);
		const apart = play([sighting("cam1", 45, "a"), alarm("n1", destination(tower, 225, 4000), T0 + 60_000)]);
		expect(apart.state.incidents).toHaveLength(2);
		const backwards = play([alarm("n1", near), sighting("cam1", 45, "a", T0 + 60_000)]);
		expect(backwards.state.incidents).toHaveLength(1);
	});

	it("smoke that widens and drifts does not take the bearing along", () => {
		const wide = { bearingDeg: 52, bearingErrorDeg: 4, probability: 0.99 };
		const { incident } = play([sighting("cam1", 45, "a"), sighting("cam1", 52, "a", T0 + 300_000, wide)]);
		expect(incident?.place.bearingDeg).toBe(45);
	});

	it("a neighbour and a drill speak of many places: each fire of theirs is one of its own", () => {
		const from = (kind: Alarm["kind"], azimuth: number, at: number): JudgeEvent => {
			const event = alarm("cap:neighbour", destination(tower, azimuth, 8000), at, kind);
			return event;
		};
		expect(play([from("neighbour", 45, T0), from("neighbour", 225, T0 + 60_000)]).state.incidents).toHaveLength(2);
		expect(play([from("neighbour", 45, T0), from("neighbour", 45, T0 + 60_000)]).state.incidents).toHaveLength(1);
		expect(play([from("drill", 45, T0), from("drill", 45, T0 + 60_000)]).state.incidents).toHaveLength(2);
	});

	it("what is called in joins the fire that is open there, however many places one desk tells of, and rings at once where none is", () => {
		const called = (azimuth: number, distance: number, at: number): JudgeEvent => {
			const event = alarm("report:desk", destination(tower, azimuth, distance), at, "report");
			if (event.type === "alarm") event.alarm = { ...event.alarm, errorM: 900, note: "山脚有浓烟" };
			return event;
		};
		const alone = play([called(225, 6000, T0)]);
		expect(alone.notified.length).toBeGreaterThan(0);
		expect(alone.incident?.evidence[0]).toMatchObject({ source: "person", what: "report", note: "山脚有浓烟" });
		const joined = play([sighting("cam1", 45, "a"), called(45, 4000, T0 + 60_000)]);
		expect(joined.state.incidents).toHaveLength(1);
		expect(joined.incident?.ladder.why).toEqual(["why.sourcesAgree?count=2"]);
		expect(
			play([sighting("cam1", 45, "a"), called(45, 4000, T0 + 60_000), called(225, 4000, T0 + 120_000)]).state.incidents,
		).toHaveLength(2);
	});

	it("two plumes of one camera stay two incidents, two cameras on one plume make one", () => {
		expect(play([sighting("cam1", 45, "a"), sighting("cam1", 70, "b")]).state.incidents).toHaveLength(2);
		expect(play([sighting("cam1", 45, "a"), sighting("cam2", 46, "b")]).state.incidents).toHaveLength(1);
	});

	it("a candidate below the operating point rings nobody, yet joins an open incident", () => {
		const quiet = { score: 2.9 };
		expect(play([sighting("cam1", 45, "a", T0, quiet)]).state.incidents).toEqual([]);
		const joined = play([sighting("cam1", 45, "a"), sighting("cam2", 45, "b", T0 + 1000, quiet)]);
		expect(joined.incident?.sources).toEqual(["cam1", "cam2"]);
	});

	it("a flame has a point of its own", () => {
		const flame = (score: number) => play([sighting("cam1", 45, "a", T0, { what: "flame", score })]).state.incidents;
		expect(flame(3.9)).toEqual([]);
		expect(flame(4)[0]?.evidence[0]?.what).toBe("flame");
	});

	it("the danger level moves the point, and a level that is unknown or over means fast", () => {
		const opens = (score: number, level?: 1 | 2 | 3 | 4 | 5, until = T0 + 1000) => {
			const danger = level === undefined ? {} : { danger: { level, by: "d", at: T0, until } };
			return play([sighting("cam1", 45, "a", T0, { score })], { ...context, policy: "danger", ...danger }).state
				.incidents.length;
		};
		expect([opens(5, 1), opens(5, 2), opens(6, 2)]).toEqual([0, 0, 1]);
		expect([opens(4.4, 3), opens(4.5, 3)]).toEqual([0, 1]);
		expect([opens(3, 4), opens(3, 5)]).toEqual([1, 1]);
		expect([opens(3), opens(3, 1, T0), opens(2.9)]).toEqual([1, 1, 0]);
	});

	it("a mask silences what lies within it until it is over, and not what grows beyond it, nor another camera", () => {
		const box = { x: 0.4, y: 0.4, w: 0.2, h: 0.2 };
		const mask = {
			id: "m",
			cameraId: "cam1",
			preset: "fixed",
			box,
			author: "王",
			reason: "chimney",
			createdAt: T0 - 1,
			until: T0 + 60_000,
		};
		const masked = { ...context, masks: [mask] };
		const opens = (event: JudgeEvent) => play([event], masked).state.incidents.length;
		expect(opens(sighting("cam1", 45, "a"))).toBe(0);
		expect(opens(sighting("cam1", 45, "a", T0, { boxes: [{ x: 0.5, y: 0.1, w: 0.08, h: 0.5 }] }))).toBe(1);
		expect(opens(sighting("cam2", 45, "a"))).toBe(1);
		expect(opens(sighting("cam1", 45, "a", T0 + 60_000))).toBe(1);
	});

	it("a place that people called false rings again at this hour only when it is surer, also after a restart, and says so", () => {
		const day = 86_400_000;
		const first = play([sighting("cam1", 45, "a")]);
		const ended = play([answer(first.incident, "v1", "false", T0 + 1000)], context, first.state);
		const rings = (state: JudgeState, at: number, score: number) =>
			play([sighting("cam1", 45, "b", at, { score })], context, state);
		const afterRestart = restored(context, [], [ended.incident as Incident], T0 + day);
		expect(afterRestart.nuisances).toEqual(ended.state.nuisances);
		for (const state of [ended.state, afterRestart]) {
			expect(rings(state, T0 + day, 5.9).state.incidents).toEqual([]);
			expect(rings(state, T0 + day, 6).incident?.evidence[0]?.falseBefore).toBe(1);
			expect(rings(state, T0 + day + 2 * 3_600_000, 3).state.incidents).toHaveLength(1);
			expect(rings(state, T0 + 8 * day, 3).state.incidents).toHaveLength(1);
		}
	});

	it("what a person has settled stays settled over a restart", () => {
		const first = play([sighting("cam1", 45, "a")]);
		const ended = play([answer(first.incident, "v1", "false", T0 + 1000)], context, first.state);
		const afterRestart = restored(context, [], [ended.incident as Incident], T0 + 2000);
		expect(play([sighting("cam1", 45, "a", T0 + 60_000, { score: 9 })], context, afterRestart).state.incidents).toEqual(
			[],
		);
	});

	it("a blind camera is lost coverage, told like a fire, and ends by itself when it sees again", () => {
		const coverage = (state: Coverage["state"], at: number): JudgeEvent => ({
			type: "coverage",
			id: `${state}${at}`,
			at,
			coverage: {
				id: "c",
				cameraId: "cam1",
				pose: pose("cam1", 45),
				state,
				reason: "stale",
				since: at - 60_000,
				at,
				exercise: false,
			},
		});
		const blind = play([coverage("blind", T0)]);
		expect(blind.notified).toContain("v1");
		expect(blind.incident).toMatchObject({ kind: "coverageLost", place: { method: "camera" } });
		expect(play([coverage("seeing", T0 + 60_000)], context, blind.state).incident).toMatchObject({
			state: "closed",
			closedBy: "rule",
		});
	});

	it("a silent sensor is told once and escalates to nobody", () => {
		const { incident, state } = play([alarm("n1", destination(tower, 45, 3000), T0, "silent")]);
		expect(incident?.kind).toBe("sensorFault");
		expect(nextTick(state)).toBeUndefined();
	});

	it("never ends with nobody: an empty level is passed over, ground without a grid goes to the nearest", () => {
		const noVillage = contextWith({ people: people.filter((p) => p.level !== "village") });
		expect(play([sighting("cam1", 45, "a")], noVillage).notified).toEqual(["t1"]);
		const outside = play([alarm("n1", { lat: 30.5, lon: 108.9 })]);
		expect(outside.notified).toEqual(["r1", "v1"]);
		expect(outside.incident?.missing).toContain("grid");
		const nobody = play([sighting("cam1", 45, "a")], contextWith({ people: [], grids: [] }));
		expect(nobody.incident?.missing).toEqual(expect.arrayContaining(["register", "people", "grid"]));
	});

	it("the same message to the same person for the same step has the same key", () => {
		const keys = (s: JudgeState) =>
			judge(context, s, sighting("cam1", 45, "a"), T0).effects.flatMap((e) =>
				e.type === "deliver" ? [e.delivery.key] : [],
			);
		expect(keys(EMPTY_STATE)).toEqual(keys(EMPTY_STATE));
		expect(new Set(keys(EMPTY_STATE)).size).toBe(2);
	});

	it("an open incident of an earlier version escalates on after the restart, from where its time had come", () => {
		const first = play([sighting("cam1", 45, "a")]);
		const old = { ...(first.incident as Incident), ladder: { step: 0, nextAt: T0 + 180_000 } } as unknown as Incident;
		const state = restored(context, [old], [], T0 + 60_000);
		expect(nextTick(state)).toBe(T0 + 180_000);
		expect(play([tick(T0 + 180_000)], context, state).notified).toEqual(["t1"]);
	});
});
