import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, contextWith, defaultPlan, fire, grid, person, play, T0, tick } from "../../../test/harness/judging.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { PlanStep } from "../../model/escalation.ts";
import type { Effect, JudgeEvent } from "../../model/event.ts";
import { type IncidentState, TRANSITIONS } from "../../model/incident-states.ts";
import { EMPTY_REGISTER, holds, type Person, type Register, ROLES } from "../../model/register.ts";
import { mayEnd } from "../duty/duty.ts";
import { judge } from "../judge.ts";
import { EMPTY_STATE } from "../judgement/state.ts";

const MIN = 60_000;
const LEVELS = ["village", "township", "county"];

const people = fc.array(
	fc.record({
		role: fc.constantFrom(...ROLES),
		level: fc.constantFrom(...LEVELS),
		grids: fc.constantFrom<string[][]>(["A"], ["A01"], ["B"], ["A01", "B"]),
		reachable: fc.boolean(),
		validTo: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
	}),
	{ minLength: 1, maxLength: 14 },
);

const registerOf = fc.tuple(people, fc.boolean()).map(([list, ban]): Register => {
	const all: Person[] = list.map((p, i) => {
		const extra: Partial<Person> = {
			grids: p.grids,
			...(p.reachable ? {} : { addresses: [] }),
			...(p.validTo === undefined ? {} : { to: T0 + p.validTo * MIN }),
		};
		return person(`p${i}`, p.role, p.level, extra);
	});
	const leaders = all.filter((p) => p.role === "leader");
	const tiers = ["village", "township", "forestFarm", "county"] as const;
	return {
		...EMPTY_REGISTER,
		version: "v",
		grids: [grid("A01")],
		people: all,
		teams: leaders.map((l, i) => ({
			id: `t${i}`,
			name: `t${i}`,
			tier: tiers[i % 4] ?? "village",
			base: { lat: 29.5, lon: 108.7 },
			grids: l.grids,
			leader: l.id,
		})),
		orders: ban ? [{ id: "o", kind: "fireBan", grids: ["A"], from: T0 - MIN, to: T0 + 999 * MIN, document: "d" }] : [],
	};
});

/**
 * Something that happens so many minutes after the opening: an answer of the n-th person, a second look, or only the
 * clock.
 */
const happening = fc.record({
	minute: fc.integer({ min: 0, max: 60 }),
	who: fc.nat(13),
	what: fc.constantFrom<(Answer["answer"] | "look" | "tick")[]>(
		"going",
		"notMe",
		"false",
		"permitted",
		"onScene",
		"confirmed",
		"controlled",
		"out",
		"seen",
		"look",
		"tick",
	),
});

function eventsOf(
	happenings: { minute: number; who: number; what: Answer["answer"] | "look" | "tick" }[],
	context: DecisionContext,
): JudgeEvent[] {
	const first = play([fire(45)], context);
	return [...happenings]
		.sort((a, b) => a.minute - b.minute)
		.map(({ minute, who, what }, i) => {
			const at = T0 + minute * MIN + i;
			if (what === "tick") return tick(at);
			return what === "look" ? fire(45, `cam${who % 3}`, at) : answer(first, `p${who}`, what, at);
		});
}

/** People an effect rings. */
const rings = (effects: Effect[]) =>
	effects.flatMap((e) => (e.type === "deliver" && e.delivery.personId ? [e.delivery] : []));

describe("whatever the register, and whatever people say", () => {
	it("nobody is told after a named person with the right has said false or permitted", () => {
		fc.assert(
			fc.property(registerOf, fc.array(happening, { maxLength: 30 }), (register, happenings) => {
				const context = contextWith(register);
				let state = play([fire(45)], context).state;
				let ended = false;
				for (const event of eventsOf(happenings, context)) {
					const grids = state.incidents[0]?.grids ?? [];
					if (event.type === "sighting") continue; // another look may be a new fire; this property is about the old one
					const judged = judge(context, state, event, event.at);
					state = judged.state;
					if (ended) expect(rings(judged.effects)).toEqual([]);
					if (event.type !== "answer") continue;
					const { answer: said, personId } = event.answer;
					ended ||= (said === "false" || said === "permitted") && mayEnd(context.duty, personId, grids, event.at);
					if (ended) expect(state.incidents).toEqual([]);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it("an incident goes only where the table of states leads", () => {
		const wasPrimary = (from: IncidentState) => new Set<IncidentState>([from, ...Object.values(TRANSITIONS[from])]);
		const seen = new Set<string>();
		fc.assert(
			fc.property(registerOf, fc.array(happening, { maxLength: 30 }), (register, happenings) => {
				const context = contextWith(register);
				let state = play([fire(45)], context).state;
				for (const event of eventsOf(happenings, context)) {
					const before = new Map(state.incidents.map((i) => [i.id, i.state]));
					const judged = judge(context, state, event, event.at);
					state = judged.state;
					for (const { id, state: after } of judged.changed) {
						const from = before.get(id) ?? "detected";
						expect(wasPrimary(from), `${from} to ${after}`).toContain(after);
						seen.add(`${from} ${after}`);
					}
				}
			}),
			{ numRuns: 300, seed: 7 },
		);
		// enough of the table was walked for this to mean something
		expect(seen.size).toBeGreaterThan(20);
	});

	it("in silence everybody who should be told is told, by the time of their step and not before", () => {
		fc.assert(
			fc.property(registerOf, (register) => {
				const context = contextWith(register);
				const minutes = Array.from({ length: 41 }, (_, m) => tick(T0 + m * MIN));
				const { notifiedAt } = play([fire(45), ...minutes], context);
				const earliest = new Map<string, number>();
				for (const [at, ids] of Object.entries(notifiedAt))
					for (const id of ids) earliest.set(id, Math.min(earliest.get(id) ?? Infinity, Number(at)));
				for (const p of register.people) {
					const due = dueOf(p, register, defaultPlan());
					if (due === undefined || p.addresses.length === 0 || !p.grids.some((code) => "A01".startsWith(code)))
						continue;
					// an empty step below, or an order, may bring a step forward; nothing may hold it up
					if (holds(p, T0 + due))
						expect(earliest.get(p.id) ?? Infinity, `${p.id} ${p.role} ${p.level}`).toBeLessThanOrEqual(T0 + due);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it("a judgement made again after a crash asks for the same messages under the same keys, and no key comes twice", () => {
		fc.assert(
			fc.property(registerOf, fc.array(happening, { maxLength: 25 }), (register, happenings) => {
				const context = contextWith(register);
				const keys = new Set<string>();
				let state = EMPTY_STATE;
				for (const event of [fire(45), ...eventsOf(happenings, context)]) {
					const judged = judge(context, state, event, event.at);
					const again = judge(context, state, event, event.at);
					expect(again).toEqual(judged);
					for (const d of rings(judged.effects)) {
						expect(keys.has(d.key), d.key).toBe(false);
						keys.add(d.key);
					}
					state = judged.state;
				}
			}),
			{ numRuns: 300 },
		);
	});
});

/** When a person's first step falls due in silence, worked out from the plan alone, milliseconds after the opening. */
function dueOf(p: Person, register: Register, plan: PlanStep[]): number | undefined {
	const team = register.teams.find((t) => t.leader === p.id);
	const times = plan
		.filter((s) => s.when !== "confirmed")
		.filter((s) =>
			s.tiers
				? team !== undefined && s.tiers.includes(team.tier)
				: (!s.roles || s.roles.includes(p.role)) &&
					(!s.level || s.level === p.level) &&
					!s.deputies &&
					p.role !== "leader",
		)
		.map((s) => s.afterMs);
	return times.length === 0 ? undefined : Math.min(...times);
}
