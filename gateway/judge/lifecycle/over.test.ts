import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	at,
	clears,
	context,
	DAY,
	HOUR,
	MIN,
	names,
	type Played,
	people,
	register,
	reopen,
	started,
	undo,
	undoing,
} from "../../../test/harness/ending.ts";
import { answer, contextWith, fire, person, play, sensorAlarm, tick } from "../../../test/harness/judging.ts";
import type { Answer } from "../../model/answer.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { rank } from "../escalation/notify-group.ts";
import { nextTick } from "../judge.ts";

describe("the all-clear", () => {
	it.each(["false", "permitted", "out"] as const)(
		"%s: whoever was told to do something hears it once, with who and what; who ended it does not",
		(what) => {
			const first = started(context, tick(at(5)));
			const over = play(
				[answer(first, "chief", what, at(6), { cause: "雾" }), tick(at(7)), tick(at(60))],
				context,
				first.state,
			);
			expect(names(clears(over))).toEqual(["leader", "officer", "ranger", "town"]);
			expect(clears(over).every((m) => !m.silent && m.channel !== "siren")).toBe(true);
			expect(clears(over).map((m) => m.at)).toEqual(clears(over).map(() => at(6)));
			expect(over.ledger.filter((l) => l.what === "allClear")).toHaveLength(1);
			const text = over.texts.find((t) => t.startsWith("解除"));
			expect(text).toContain({ false: "误报", permitted: "许可用火", out: "已扑灭" }[what]);
			expect(text).toContain("chief 14:");
		},
	);

	it("is silent for whoever was only informed, and no telephone rings for that", () => {
		const first = started(context, answer(started(), "ranger", "confirmed", at(1)), tick(at(15)));
		const informed = first.incident?.involved.find((i) => i.personId === "county");
		expect(informed?.task).toBe("inform");
		const over = play([answer(first, "chief", "out", at(20))], context, first.state);
		const county = clears(over).filter((m) => m.who === "county");
		expect(county).toEqual([expect.objectContaining({ silent: true, channel: "sms" })]);
		expect(names(clears(over).filter((m) => !m.silent))).not.toContain("county");
	});

	it("of a fire that was out comes with the out, and not again with the closing of its file", () => {
		const first = started();
		const out = play(
			[answer(first, "chief", "out", at(6), { position: { lat: 29.5, lon: 108.7 } })],
			context,
			first.state,
		);
		const closed = play([answer(first, "chief", "close", at(60), { cause: "烧荒" })], context, out.state);
		expect(closed.incident?.state).toBe("closed");
		expect(clears(out).length).toBeGreaterThan(0);
		expect(clears(closed)).toEqual([]);
	});
});

describe("an end within its minute", () => {
	it("pauses the ladders, is heard of by nobody, and is carried out when the minute has passed, also after a restart", () => {
		const first = started(undoing);
		const waiting = play(
			[answer(first, "duty-desk", "false", at(2), { cause: "雾" }), tick(at(2.5))],
			undoing,
			first.state,
		);
		expect(waiting.notified).toEqual([]);
		expect(waiting.incident).toMatchObject({
			state: "detected",
			ending: { until: at(3), answer: { answer: "false" } },
		});
		expect(nextTick(waiting.state)).toBe(at(3));
		// what the store has is enough to go on from
		const kept = JSON.parse(JSON.stringify(waiting.state)) as typeof waiting.state;
		const over = play([tick(at(3))], undoing, kept);
		expect(over.incident).toMatchObject({ state: "false", closedBy: "duty-desk", cause: "雾" });
		expect(over.incident?.ending).toBeUndefined();
		expect(names(clears(over))).toEqual(["chief", "leader", "officer", "ranger"]);
		expect(over.state.incidents).toEqual([]);
	});

	it("that is undone sends nothing, and the ladders go on where they were", () => {
		const first = started(undoing);
		const waiting = play([answer(first, "duty-desk", "false", at(2))], undoing, first.state);
		const undone = play([undo(first, at(2.9))], undoing, waiting.state);
		expect(undone.messages).toEqual([]);
		expect(undone.incident).toMatchObject({ state: "detected" });
		expect(undone.incident?.ending).toBeUndefined();
		expect(undone.incident?.involved.map((i) => i.personId)).toEqual(first.incident?.involved.map((i) => i.personId));
		const on = play([tick(at(3)), tick(at(5))], undoing, undone.state);
		expect(on.notified).toContain("town");
		expect(clears(on)).toEqual([]);
		expect(play([undo(first, at(4))], undoing, on.state).ledger).toEqual([]);
	});

	it("brings back what the same person had said before", () => {
		const first = started(undoing);
		const going = play(
			[answer(first, "chief", "going", at(1)), answer(first, "chief", "false", at(2)), undo(first, at(2.5))],
			undoing,
			first.state,
		);
		expect(going.incident?.involved.find((i) => i.personId === "chief")).toMatchObject({
			answer: "going",
			feedbackBy: at(16),
		});
	});

	it.each<[string, (f: Played) => JudgeEvent]>([
		["somebody who sees it burn", (f) => answer(f, "ranger", "confirmed", at(2.5))],
		["another source", () => sensorAlarm("n1", 45, 3000, at(2.5))],
	])("is taken back by %s", (_, event) => {
		const first = started(undoing);
		const waiting = play([answer(first, "duty-desk", "false", at(2))], undoing, first.state);
		const seen = play([event(first), tick(at(3.5))], undoing, waiting.state);
		expect(seen.state.incidents).toHaveLength(1);
		expect(seen.incident?.ending).toBeUndefined();
		expect(seen.ledger.map((l) => l.what)).toContain("undone");
	});
});

describe("an end that somebody else, or something, has to do with", () => {
	it("two who end it in one minute stand where they stood when that is undone", () => {
		const first = started(undoing);
		const words = [
			answer(first, "chief", "going", at(0.5)),
			answer(first, "chief", "false", at(1)),
			answer(first, "officer", "permitted", at(1.3)),
		];
		const undone = play([...words, undo(first, at(1.6))], undoing, first.state);
		const said = Object.fromEntries(undone.incident?.involved.map((i) => [i.personId, i.answer]) ?? []);
		expect(said).toMatchObject({ chief: "going", officer: undefined });
		expect(undone.incident?.involved).toHaveLength(first.incident?.involved.length ?? -1);
	});

	it("said again and again it is still over when its minute has passed", () => {
		const first = started(undoing);
		const repeated = Array.from({ length: 5 }, (_, i) => answer(first, "ranger", "out", at(1 + 0.8 * i)));
		const over = play(
			repeated.flatMap((e) => [e, tick(e.at + 1000)]),
			undoing,
			first.state,
		);
		expect(over.incident?.state).toBe("out");
		// and two who differ put it off once
		const words = [1, 1.9, 2.8, 3.7].map((m, i) =>
			answer(first, i % 2 === 0 ? "chief" : "officer", i % 2 === 0 ? "false" : "permitted", at(m)),
		);
		const differ = play(
			words.flatMap((e) => [e, tick(e.at + 1000)]),
			undoing,
			first.state,
		);
		expect(differ.state.incidents).toEqual([]);
	});

	it("is taken back with a fire that is opened again or flares up meanwhile, and is not carried out afterwards", () => {
		const first = started(undoing);
		const out = play(
			[answer(first, "chief", "out", at(20)), tick(at(22)), answer(first, "chief", "false", at(30))],
			undoing,
			first.state,
		);
		expect(out.incident?.ending).toBeDefined();
		for (const again of [reopen(first, at(30.3)), fire(45, "cam1", at(30.3), { trackId: "cam1-9" })]) {
			const on = play([again, tick(at(31)), tick(at(35))], undoing, out.state);
			expect(on.state.incidents[0]).toMatchObject({ rekindled: 1 });
			expect(on.state.incidents[0]?.ending).toBeUndefined();
			expect(clears(on)).toEqual([]);
		}
	});

	it("another caller takes it back whoever takes his call, and something else that the same sensor raises", () => {
		const call = (n: number, m: number): JudgeEvent => ({
			type: "alarm",
			id: `call${n}`,
			at: at(m),
			alarm: {
				id: `call${n}`,
				nodeId: "report:王",
				kind: "report",
				position: { lat: 29.519, lon: 108.722 },
				at: at(m),
				errorM: 500,
				exercise: false,
				note: "大火",
			},
		});
		const called = play(
			[call(1, 0), answer(play([call(1, 0)], undoing), "chief", "false", at(5)), call(2, 5.3), tick(at(7))],
			undoing,
		);
		expect(called.state.incidents[0]?.ending).toBeUndefined();
		expect(called.state.incidents[0]?.ladder.stepsForward).toBeGreaterThan(0);
		const smoke = play([sensorAlarm("n1", 45, 3000)], undoing);
		const waiting = play([answer(smoke, "chief", "false", at(1))], undoing, smoke.state);
		const flame = sensorAlarm("n1", 45, 3000, at(1.5));
		if (flame.type === "alarm") flame.alarm = { ...flame.alarm, kind: "flame" };
		expect(play([flame, tick(at(3))], undoing, waiting.state).state.incidents).toHaveLength(1);
		expect(
			play([sensorAlarm("n1", 45, 3000, at(1.5)), tick(at(3))], undoing, waiting.state).state.incidents,
		).toHaveLength(0);
	});

	it("calls nobody while it waits: neither who comes on duty nor the next of those who decline", () => {
		const first = started(undoing);
		const waiting = play([answer(first, "chief", "false", at(1))], undoing, first.state);
		const others = contextWith(
			{ ...register, version: "w", people: [...people, person("new", "ranger", "village")] },
			undoing.ladder,
		);
		const quiet = play(
			[tick(at(1.2)), answer(first, "ranger", "notMe", at(1.3)), answer(first, "officer", "notMe", at(1.4))],
			others,
			waiting.state,
		);
		expect(quiet.messages).toEqual([]);
		expect(names(play([undo(first, at(1.6))], others, quiet.state).messages)).toContain("new");
	});

	it("whoever says again and again that he is on his way rests nobody for longer than an hour", () => {
		const first = started(undoing);
		const again = Array.from({ length: 12 }, (_, i) =>
			answer(first, "ranger", "going", at(1 + 9 * i), { etaMinutes: 10 }),
		);
		const on = play(
			again.flatMap((e) => [e, tick(e.at + MIN)]),
			undoing,
			first.state,
		);
		expect(names(on.messages.filter((m) => m.at < at(45)))).not.toContain("town");
		expect(names(on.messages)).toContain("town");
	});

	it("whoever has left the register hears it where he was told", () => {
		const first = started();
		const left = contextWith(
			{ ...register, version: "w", people: people.filter((p) => p.id !== "ranger") },
			context.ladder,
		);
		const over = play([answer(first, "chief", "false", at(2))], left, first.state);
		expect(clears(over)).toContainEqual(expect.objectContaining({ who: "ranger", channel: "asTold" }));
	});
});

describe("what was called false, and burns", () => {
	it("is open again by the word of anybody who was told of it, rings, and is confirmed", () => {
		const first = started();
		const over = play([answer(first, "chief", "false", at(1))], context, first.state);
		const ended = over.incident as Incident;
		const said = play([answer(first, "ranger", "confirmed", at(5))], context, { ...over.state, ended: [ended] });
		expect(said.state.incidents[0]).toMatchObject({
			id: ended.id,
			state: "confirmed",
			confirmedBy: "ranger",
			rekindled: 1,
		});
		expect(names(said.messages)).toEqual(expect.arrayContaining(["chief", "officer", "leader"]));
		const stranger = play([answer(first, "county", "confirmed", at(5))], context, { ...over.state, ended: [ended] });
		expect(stranger.state.incidents).toEqual([]);
		const late = play([answer(first, "ranger", "confirmed", at(60 * 25))], context, { ...over.state, ended: [ended] });
		expect(late.state.incidents).toEqual([]);
	});
});

describe("a fire that flares up again", () => {
	const controlled = () => {
		const first = started(context, tick(at(5)));
		return play([answer(first, "chief", "controlled", at(6))], context, first.state);
	};
	const out = () => {
		const c = controlled();
		return play([answer(c, "chief", "out", at(30))], context, c.state);
	};

	it("new smoke under control is told to the desk and whoever is there, and seldom", () => {
		const c = controlled();
		const smoke = play([fire(45, "cam2", at(25)), fire(45, "cam3", at(26))], context, c.state);
		expect(smoke.incident?.state).toBe("controlled");
		expect(names(smoke.messages)).toEqual(["chief", "officer"]);
		expect(smoke.notifiedAt[at(26)]).toEqual([]);
		const later = play([fire(45, "cam4", at(56))], context, smoke.state);
		expect(names(later.messages)).toEqual(["chief", "officer"]);
		// the smoke that was there all along is no news
		expect(play([fire(45, "cam1", at(25))], context, c.state).messages).toEqual([]);
	});

	it.each<[string, (f: Played) => JudgeEvent]>([
		["a person's word", (f) => answer(f, "ranger", "confirmed", at(40))],
		["a call", (f) => called(f, at(40))],
		["growth beyond where it was", () => sensorAlarm("far", 45, 3_900, at(34))],
	])("under control: %s tells everybody", (_, event) => {
		const c = play([sensorAlarm("n1", 45, 2_500, at(7))], context, controlled().state);
		const before = { ...c, incident: c.state.incidents[0] } as Played;
		const again = play([event(before)], context, c.state);
		expect(again.incident).toMatchObject({ state: "confirmed", rekindled: 1 });
		expect(names(again.messages)).toEqual(expect.arrayContaining(["chief", "leader", "officer", "ranger", "town"]));
		expect(again.texts.join()).toContain("复燃");
	});

	it.each<[string, JudgeEvent]>([
		["a new track", fire(45, "cam1", at(50), { trackId: "cam1-2" })],
		["an old track two days later", fire(45, "cam1", at(30) + 2 * DAY)],
		["a sensor", sensorAlarm("n1", 45, 3000, at(45))],
	])("out: %s is open again, to all who were told that it was over", (_, event) => {
		const o = out();
		const again = play([event], context, o.state);
		expect(again.state.incidents).toHaveLength(1);
		expect(again.incident).toMatchObject({ state: "confirmed", rekindled: 1 });
		expect(names(again.messages)).toEqual(expect.arrayContaining(names(clears(o))));
		const task = again.incident?.tasks?.[0];
		expect(task?.doneBy).toContain("burns again");
		// and it is over again with a word of its own
		const over = play([answer(again, "chief", "out", event.at + HOUR)], context, again.state);
		expect(names(clears(over))).toEqual(expect.arrayContaining(["leader", "officer", "ranger", "town"]));
	});

	it("out: smoke that was seen before drifts away without ringing", () => {
		expect(play([fire(45, "cam1", at(33))], context, out().state).messages).toEqual([]);
	});

	it("is opened again after a false alarm by somebody with the right, and rings those who were told so", () => {
		const first = started(context, tick(at(5)));
		const over = play([answer(first, "chief", "false", at(6))], context, first.state);
		const state = { ...over.state, ended: [over.incident as Incident] };
		expect(play([reopen(first, at(9), "ranger")], context, state).refused).toEqual([
			"no post on this ground with the right to open it again",
		]);
		const again = play([reopen(first, at(9))], context, state);
		expect(again.incident).toMatchObject({ id: first.incident?.id, state: "detected", rekindled: 1 });
		expect(again.incident?.closedBy).toBeUndefined();
		expect(names(again.messages)).toEqual(expect.arrayContaining(["leader", "officer", "ranger", "town"]));
		// what is left of the ladder is reckoned from here on, and not from long ago
		expect(again.notified).not.toContain("county");
		expect(play([tick(at(9 + 15))], context, again.state).notified).toContain("county");
		// the same smoke is not settled any more
		expect(play([fire(45, "cam1", at(10))], context, again.state).state.incidents).toHaveLength(1);
	});
});

/** Somebody calls 12119. */
function called(to: Played, when: number): JudgeEvent {
	const position = to.incident?.place.best ?? { lat: 29.5, lon: 108.7 };
	const alarm = {
		id: `call${when}`,
		nodeId: "report:王",
		kind: "report" as const,
		position,
		at: when,
		exercise: false,
	};
	return { type: "alarm", id: alarm.id, at: when, alarm };
}

it("an order to one person only rises until the all-clear, whatever happens and whenever it is looked at", () => {
	const says: Answer["answer"][] = ["going", "notMe", "onScene", "confirmed", "controlled", "out", "seen"];
	const happening = fc.record({
		minutes: fc.integer({ min: 0, max: 40 }),
		who: fc.constantFrom(...people.map((p) => p.id)),
		what: fc.constantFrom(...says),
	});
	fc.assert(
		fc.property(fc.array(happening, { maxLength: 12 }), (happenings) => {
			const first = started();
			const sorted = [...happenings].sort((a, b) => a.minutes - b.minutes);
			const events = sorted.flatMap(({ minutes, who, what }, i) => [
				answer(first, who, what, at(minutes) + i),
				tick(at(minutes) + i + 1),
			]);
			const played = play(events, context, first.state);
			const highest = new Map<string, number>();
			let last = -1;
			for (const m of [...first.messages, ...played.messages]) {
				if (m.at !== last) last = m.at;
				if (m.task === "standDown") highest.delete(m.who);
				if (!["standBy", "assemble", "go"].includes(m.task)) continue;
				const level = rank(m.task as "go");
				if (level < (highest.get(m.who) ?? 0)) return false;
				highest.set(m.who, level);
			}
			return true;
		}),
		{ numRuns: 300 },
	);
});
