import { expect, it } from "vitest";
import { contextWith, grid, person, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import type { JudgeEvent } from "../model/event.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { AnswerIntake, type AnswerIntakeDeps } from "./answer-intake.ts";

it("wrong codes lock out the number they come from however it is written, and never the answer of its owner", async () => {
	const clock = new ManualClock(T0);
	const people = ["ranger", "chief"].map((id, n) =>
		person(id, "ranger", "village", { phone: `+861380000000${n}`, name: "张三" }),
	);
	const heard: JudgeEvent[] = [];
	const links = {
		byCode: async (code: string) =>
			({ "111111": [{ incidentId: "FF", personId: "ranger" }], "222222": [{ incidentId: "FF", personId: "chief" }] })[
				code
			] ?? [],
	};
	const processor = {
		incidents: [],
		takes: async () => true,
		submit: async (event: JudgeEvent) => {
			heard.push(event);
			return { kind: "accepted" as const };
		},
	};
	const parts = {
		processor,
		links,
		outbox: {},
		clock,
		random: new SeededRandom(1),
		tally: new Tally(clock, () => {}),
		onReceipt: () => {},
		context: () => contextWith({ ...EMPTY_REGISTER, grids: [grid("A01")], people }),
	} as unknown as AnswerIntakeDeps;
	const answers = new AnswerIntake(parts);
	const own = "13800000000";
	for (let n = 0; n < 8; n++) await answers.sms(n % 2 === 0 ? own : `+86${own}`, `1 90000${n}`);
	// a code of somebody else from this number goes nowhere any more, however it is written
	await answers.sms(`0086${own}`, "1 222222");
	expect(heard).toEqual([]);
	expect(await answers.sms(own, "1 111111")).toBe(true);
	expect(heard).toMatchObject([{ answer: { personId: "ranger", answer: "going", via: "sms" } }]);
	// others are counted by themselves
	await answers.sms(own, "1 111111 张三");
	expect(heard.at(-1)).toMatchObject({ answer: { personId: "ranger", answer: "going", via: "sms" } });
	await answers.sms("13900000009", "1 222222");
	expect(heard.at(-1)).toMatchObject({ answer: { personId: "chief", answer: "seen", via: "sms:elsewhere" } });
});
