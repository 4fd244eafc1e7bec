import { describe, expect, it } from "vitest";
import { at, clears, context, DAY, HOUR, names, started } from "../../../test/harness/ending.ts";
import { answer, play, T0, tick } from "../../../test/harness/judging.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { JudgeEvent } from "../../model/event.ts";
import { nextTick } from "../judge.ts";

describe("the guard of burnt ground", () => {
	it("begins with out, is reminded, escalates when no word comes, and is released by name", () => {
		const first = started();
		const out = play(
			[answer(first, "ranger", "onScene", at(5)), answer(first, "ranger", "out", at(10), { sizeHa: 2 })],
			context,
			first.state,
		);
		const task = out.incident?.tasks?.[0];
		expect(task).toMatchObject({
			kind: "guard",
			personId: "ranger",
			dueAt: at(10) + 2 * HOUR,
			until: at(10) + 48 * HOUR,
		});
		expect(out.messages.filter((m) => m.task === "guard").map((m) => m.who)).toEqual(["ranger"]);
		expect(nextTick(out.state)).toBe(task?.dueAt);
		const due = play([tick(at(130))], context, out.state);
		expect(due.notified).toEqual(["ranger"]);
		const missed = play([tick(at(145))], context, due.state);
		expect(names(missed.messages)).toEqual(["chief", "officer", "ranger"]);
		const here = play([answer(first, "ranger", "onScene", at(150))], context, missed.state);
		expect(here.incident?.tasks?.[0]).toMatchObject({ dueAt: at(150) + 2 * HOUR, groupsNotified: 0 });
		expect(here.incident?.state).toBe("out");
		const release = (who: string): JudgeEvent => ({
			type: "release",
			id: `r${who}`,
			at: at(200),
			incidentId: first.incident?.id ?? "",
			taskId: task?.id ?? "",
			personId: who,
			personName: who,
		});
		expect(play([release("ranger")], context, here.state).refused).toHaveLength(1);
		const released = play([release("chief"), tick(at(600))], context, here.state);
		expect(released.incident?.tasks?.[0]).toMatchObject({ doneBy: "chief" });
		// whoever guards it hears that he need not any more, and so does who was told that no word came
		expect(released.messages.map((m) => `${m.who} ${m.task}`)).toEqual(["ranger standDown", "officer standDown"]);
		expect(released.texts[0]).toMatch(/^看守结束，解除/);
		const closed = play([answer(first, "chief", "close", at(200), { cause: "雾" })], context, here.state);
		expect(names(clears(closed))).toEqual(["officer", "ranger"]);
	});

	it("lasts as long as size and danger ask for, and a word that never comes does not ring without end", () => {
		const dangerous: DecisionContext = { ...context, danger: { level: 4, by: "x", at: T0, until: T0 + 9 * DAY } };
		const first = started(dangerous);
		const out = play([answer(first, "ranger", "out", at(10), { sizeHa: 150 })], dangerous, first.state);
		expect(out.incident?.tasks?.[0]).toMatchObject({ everyMs: HOUR, until: at(10) + 96 * HOUR });
		let [state, rung] = [out.state, 0];
		for (let when = at(10); when < at(10) + DAY; when = nextTick(state) ?? Number.POSITIVE_INFINITY) {
			const looked = play([tick(when)], dangerous, state);
			state = looked.state;
			if (looked.notified.length > 0) rung++;
		}
		expect(rung).toBeLessThan(35);
	});
});
