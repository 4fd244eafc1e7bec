import { describe, expect, it } from "vitest";
import { at, context, type Played, started, undoing } from "../../../test/harness/ending.ts";
import { answer, fire, play, sensorAlarm, T0, tick } from "../../../test/harness/judging.ts";
import { say } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { JudgeEvent } from "../../model/event.ts";

describe("a word that waited in a phone without signal", () => {
	const first = started();
	const waited = (who: string, what: Answer["answer"], tapped: number, heard: number): JudgeEvent => {
		const said = answer(first, who, what, at(tapped), { via: "phone" });
		return { ...said, at: at(heard) };
	};
	const sees = (p: Played, what: Answer["answer"], when: number) =>
		answer(p, "ranger", what, at(when), { note: "大火" });

	it.each<[Answer["answer"], string, JudgeEvent, boolean]>([
		["false", "somebody sees it burn", sees(first, "confirmed", 3), true],
		["false", "somebody is there", sees(first, "onScene", 3), true],
		["false", "a sensor", sensorAlarm("n1", 45, 3000, at(3)), true],
		["false", "somebody who goes", sees(first, "going", 3), false],
		["controlled", "somebody sees it burn", sees(first, "confirmed", 3), true],
		["controlled", "another look of the camera", fire(45, "cam1", at(3)), false],
		["out", "a sensor", sensorAlarm("n1", 45, 3000, at(3)), true],
		["out", "another look of the camera", fire(45, "cam1", at(3)), false],
	])("%s, and meanwhile %s: it ends nothing: %s", (what, _, meanwhile, isOvertaken) => {
		const { state } = play([meanwhile], context, first.state);
		const heard = play([waited("chief", what, 2, 5)], context, state);
		const said = heard.incident?.reports?.at(-1);
		expect(say("zh", said?.note ?? "").includes("未生效")).toBe(isOvertaken);
		expect(heard.incident?.state === what).toBe(!isOvertaken);
	});

	it("keeps what the person said with it, as much as the line to a centre takes", () => {
		const { state } = play([sees(first, "confirmed", 3)], context, first.state);
		const noteOf = (cause: string, note: string) => {
			const late = { ...waited("chief", "false", 2, 5) } as Extract<JudgeEvent, { type: "answer" }>;
			const event = { ...late, answer: { ...late.answer, cause, note } };
			return play([event], context, state).incident?.reports?.at(-1)?.note ?? "";
		};
		expect(say("zh", noteOf("雾", "看".repeat(300)))).toMatch(/未生效 · 雾 · 看{300}$/);
		for (const [cause, note] of [
			["雾".repeat(200), "看".repeat(500)],
			["%&=".repeat(66), "%&=".repeat(166)],
			['"\\'.repeat(100), '"\\'.repeat(250)],
		] as const) {
			const kept = noteOf(cause, note);
			expect(kept.length).toBeLessThanOrEqual(500);
			expect(say("zh", kept)).toMatch(/未生效/);
			expect(say("zh", kept)).not.toContain("message.");
		}
	});

	it.each(["confirmed", "onScene"] as const)(
		"%s of before it was out opens nothing again, and is nobody's check-in",
		(what) => {
			const out = play([answer(first, "chief", "out", at(20)), tick(at(22))], context, first.state);
			const late = play([waited("ranger", what, 5, 60)], context, out.state);
			expect(late.incident).toMatchObject({ state: "out" });
			expect(late.incident?.tasks).toEqual(out.incident?.tasks);
			expect(say("zh", late.incident?.reports?.at(-1)?.note ?? "")).toContain("未生效");
			expect(late.messages).toEqual([]);
		},
	);

	it("an older word that somebody is there takes back no newer end", () => {
		const own = started(undoing);
		const waiting = play([answer(own, "chief", "out", at(20))], undoing, own.state);
		const said = answer(own, "ranger", "onScene", at(10), { via: "phone" });
		const over = play([{ ...said, at: at(20.4) }, tick(at(22))], undoing, waiting.state);
		expect(over.incident?.state).toBe("out");
	});

	it("is never older than the fire", () => {
		const heard = play([waited("chief", "out", -2880, 5)], context, first.state);
		expect(heard.ledger.find((l) => l.what === "answer:out")?.at).toBe(T0);
	});

	it("one person's words push nobody else's off the card", () => {
		const scene = answer(first, "ranger", "onScene", at(1), { position: { lat: 29.51, lon: 108.71 }, note: "三棵树" });
		const words = Array.from({ length: 80 }, (_, n) =>
			answer(first, "leader", "seen", at(2 + n / 100), { note: `又一句 ${n}` }),
		);
		const { incident } = play([scene, ...words], context, first.state);
		expect(incident?.reports?.length).toBeLessThanOrEqual(50);
		expect(incident?.reports?.[0]).toMatchObject({ personId: "ranger", note: "三棵树" });
		expect(incident?.reports?.at(-1)?.note).toBe("又一句 79");
	});
});

it("a node that repeats itself pushes neither a call nor what others have seen off the card", () => {
	const call: JudgeEvent = {
		type: "alarm",
		id: "call",
		at: at(1),
		alarm: {
			id: "call",
			nodeId: "report:王",
			kind: "report",
			position: { lat: 29.519, lon: 108.722 },
			at: at(1),
			exercise: false,
			note: "两间房着火",
		},
	};
	const many = (from: number, n: number) =>
		Array.from({ length: n }, (_, i) => sensorAlarm("n1", 45, 3000, at(from) + i * 100));
	const { incident } = play([...many(0.1, 22), call, fire(45, "cam1", at(1.5)), ...many(2, 100)], context);
	expect(incident?.evidence.length).toBeLessThanOrEqual(60);
	expect(incident?.evidence.some((e) => e.note === "两间房着火")).toBe(true);
	expect(incident?.evidence.some((e) => e.source === "camera")).toBe(true);
	expect(incident?.evidence.at(-1)?.at).toBe(at(2) + 9_900);
	expect(incident?.evidence[0]?.at).toBe(at(0.1));
});

describe("a place that somebody on the scene sends", () => {
	const first = started();
	const there = (lat: number, lon: number) =>
		play([answer(first, "ranger", "onScene", at(1), { position: { lat, lon } })], context, first.state);

	it("leads where it may be true", () => {
		expect(there(29.53, 108.74).incident?.place.method).toBe("report");
	});

	it.each([
		["of yesterday, 50 km away", 29.8, 109.2],
		["of nowhere", 0, 0],
	])("%s stands on the card and takes the fire off nobody's ground", (_, lat, lon) => {
		const { incident } = there(lat, lon);
		expect(incident?.place.method).not.toBe("report");
		expect(incident?.grids.map((g) => g.code)).toEqual(first.incident?.grids.map((g) => g.code));
		expect(incident?.reports?.at(-1)?.position).toEqual({ lat, lon });
	});
});
