import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fleet, type Sent } from "../../../test/harness/fleet.ts";
import { answer, contextWith, fire, grid, person, T0 } from "../../../test/harness/judging.ts";
import { defined } from "../../base/omit.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { judge } from "../judge.ts";
import { EMPTY_STATE } from "../judgement/state.ts";

const SECOND = 1000;
const MIN = 60 * SECOND;
const register = {
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [
		person("ranger", "ranger", "village"),
		person("supervisor", "supervisor", "village"),
		person("town", "chief", "township"),
		person("officer", "officer", "county"),
		person("crew", "leader", "village"),
		person("semi", "leader", "township"),
	],
	teams: (["village", "township"] as const).map((tier, i) => ({
		id: tier,
		name: tier,
		tier,
		base: { lat: 29.5, lon: 108.7 },
		grids: ["A"],
		leader: i === 0 ? "crew" : "semi",
	})),
};
const context = contextWith(register);
/** Everybody who is told in silence within eleven minutes, and the task each hears. */
const EXPECTED = [
	"officer verify",
	"ranger verify",
	"crew standBy",
	"supervisor verify",
	"town verify",
	"semi assemble",
	"officer inform",
	"crew go",
	"semi go",
];

/** One tower and its centre. */
class Pair extends Fleet {
	constructor() {
		super({ t1: context, centre: context });
	}

	get tower(): Incident | undefined {
		return this.incidents("t1")[0];
	}

	get centre(): Incident | undefined {
		return this.incidents("centre")[0];
	}

	atCentre(event: JudgeEvent): void {
		this.at("centre", event);
	}

	override run(until: number, events: JudgeEvent[] | Record<string, JudgeEvent[]> = []): void {
		super.run(until, Array.isArray(events) ? { t1: events } : events);
	}
}

const count = (sent: Sent[], who: string) => sent.filter((s) => s.who === who).length;

describe("a tower and its centre", () => {
	it("the centre escalates once the tower has said yes; each group is told once, by one of them", () => {
		const pair = new Pair();
		pair.run(T0 + 11 * MIN, [fire(45)]);
		expect(pair.sent.filter((s) => s.by === "t1").map((s) => s.who)).toEqual([
			"officer verify",
			"ranger verify",
			"crew standBy",
		]);
		expect(
			pair.sent
				.filter((s) => s.by === "centre")
				.map((s) => s.who)
				.sort(),
		).toEqual(EXPECTED.slice(3).sort());
		expect(pair.tower?.handedTo).toBeDefined();
		expect(pair.tower?.ladder.verify.done).toEqual(pair.centre?.ladder.verify.done);
	});

	it("in the ledger a message has the name it has on the line", () => {
		const { state } = judge(context, EMPTY_STATE, fire(45), T0);
		const incidentId = state.incidents[0]?.id ?? "";
		const message = { incidentId, what: "permission", ladder: "verify", index: 0 } as const;
		const event = { type: "handover", id: "m1", at: T0 + 1, handover: { side: "tower", message } } as const;
		const refused = judge(context, state, event, T0 + 1).effects.flatMap((e) => (e.type === "ledger" ? [e.entry] : []));
		expect(refused).toMatchObject([{ what: "refused", detail: { of: "grant", why: "refused.ladderTakenBack" } }]);
	});

	it("an answer to either counts on both; 'false' at the centre ends it on the tower", () => {
		const pair = new Pair();
		pair.run(T0 + MIN, [fire(45)]);
		const to = { incident: pair.centre };
		pair.atCentre(answer(to, "ranger", "going", T0 + MIN));
		pair.run(T0 + 2 * MIN);
		expect(pair.tower?.involved.find((i) => i.personId === "ranger")?.answer).toBe("going");
		pair.atCentre(answer(to, "duty-desk", "false", T0 + 2 * MIN));
		pair.run(T0 + 20 * MIN);
		expect(pair.tower).toBeUndefined();
		expect(pair.centre).toBeUndefined();
		expect(pair.sent.map((s) => s.who)).not.toContain("town verify");
	});

	it.each([true, undefined])(
		"words that only look like a phrase keep nobody from being told (unsigned: %s)",
		(unsigned) => {
			const pair = new Pair();
			const elsewhere = new Pair();
			elsewhere.run(T0 + 10 * SECOND, [fire(225)]);
			pair.run(T0 + 10 * SECOND, [fire(45)]);
			const odd = {
				...(elsewhere.tower as Incident),
				id: "odd",
				hints: ["hint.crossing", "message.places?count=many"],
			};
			const handover = {
				side: "centre",
				tower: "t3",
				what: "incident",
				incident: odd,
				...defined({ unsigned }),
			} as const;
			pair.atCentre({ type: "handover", id: "odd", at: T0 + 10 * SECOND, handover });
			// from here on the centre escalates both by itself
			pair.isCut = () => true;
			pair.run(T0 + 11 * MIN);
			expect(pair.incidents("centre").map((i) => i.id)).toContain("odd");
			for (const who of EXPECTED) expect(count(pair.sent, who), who).toBeGreaterThan(0);
		},
	);

	const steps = [
		"incident",
		"claim",
		"ack claim",
		"permission",
		"ack permission",
		"notified",
		"ack notified",
		"heartbeat",
		"ack heartbeat",
	];
	it.each(steps)("the line is cut for good at the first %s: everybody is told in time, and once", (step) => {
		const pair = new Pair();
		let broken = false;
		pair.isCut = (_at, what) => {
			broken ||= what === step;
			return broken;
		};
		pair.run(T0 + 14 * MIN, [fire(45)]);
		for (const who of EXPECTED) {
			// of a group permitted and not heard of again nobody can know on the tower: it is notified there, whether or not
			// the centre has notified it
			const most = step === "notified" && pair.sent.some((s) => s.by === "centre" && s.who === who) ? 2 : 1;
			expect(count(pair.sent, who), who).toBeGreaterThanOrEqual(1);
			expect(count(pair.sent, who), who).toBeLessThanOrEqual(most);
		}
		// at most a minute of silence later than it should have been
		expect(pair.sent.find((s) => s.who === "supervisor verify")?.at).toBeLessThanOrEqual(
			T0 + 3 * MIN + MIN + 2 * SECOND,
		);
		expect(pair.tower?.handedTo).toBeUndefined();
		expect(pair.centre?.takenFrom?.lease ?? "asked").toBe("asked");
	});

	it("a line that carries the centre's words and loses the tower's keeps nobody from being told", () => {
		const pair = new Pair();
		pair.isCut = (_at, what) => what.startsWith("ack");
		pair.run(T0 + 14 * MIN, [fire(45)]);
		for (const who of EXPECTED) expect(count(pair.sent, who), who).toBe(1);
	});

	it("a promise given at the centre that is not kept tells the next, and neither judge ever spins", () => {
		const pair = new Pair();
		pair.run(T0 + MIN, [fire(45)]);
		pair.atCentre(answer({ incident: pair.centre }, "ranger", "going", T0 + MIN, { etaMinutes: 2 }));
		pair.run(T0 + 5 * MIN);
		expect(pair.sent.some((s) => s.who === "supervisor verify" && s.at >= T0 + 3 * MIN && s.at <= T0 + 4 * MIN)).toBe(
			true,
		);
		expect(pair.centre?.involved.find((i) => i.personId === "ranger")?.lapsedAt).toBeDefined();
		expect(pair.looks).toBeLessThan(200);
	});

	it("a 'false' that the tower has not heard is said again when it speaks of the incident; another tower cannot speak of it", () => {
		const pair = new Pair();
		pair.run(T0 + MIN, [fire(45)]);
		pair.isCut = () => true;
		const known = pair.centre as Incident;
		pair.atCentre(answer({ incident: known }, "duty-desk", "false", T0 + MIN));
		pair.run(T0 + 4 * MIN);
		expect(pair.tower).toBeDefined();
		pair.isCut = () => false;
		pair.run(T0 + 6 * MIN);
		expect(pair.tower).toBeUndefined();
		expect(pair.centre).toBeUndefined();
		const other = new Pair();
		other.run(T0 + MIN, [fire(45)]);
		const ended = { ...(other.centre as Incident), state: "false" as const };
		other.atCentre({
			type: "handover",
			id: "x",
			at: T0 + MIN,
			handover: { side: "centre", tower: "t2", what: "incident", incident: ended },
		});
		expect(other.centre?.state).toBe("detected");
	});

	it("whenever and however often the line breaks: nobody is missed, both never escalate at once, and only a lost 'notified' tells twice", () => {
		const cut = fc.record({ from: fc.integer({ min: 0, max: 800 }), length: fc.integer({ min: 1, max: 200 }) });
		fc.assert(
			fc.property(fc.array(cut, { minLength: 1, maxLength: 5 }), (cuts) => {
				const pair = new Pair();
				let lostTold = 0;
				pair.isCut = (at, what) => {
					const seconds = (at - T0) / SECOND;
					const is = cuts.some((c) => seconds >= c.from && seconds < c.from + c.length);
					if (is && (what === "notified" || what === "ack notified")) lostTold++;
					return is;
				};
				pair.run(T0 + 16 * MIN, [fire(45)]);
				const twice = EXPECTED.filter((who) => count(pair.sent, who) > 1);
				for (const who of EXPECTED) expect(count(pair.sent, who), who).toBeGreaterThanOrEqual(1);
				if (lostTold === 0) expect(twice).toEqual([]);
				for (const who of twice) expect(count(pair.sent, who)).toBe(2);
			}),
			{ numRuns: 200 },
		);
	}, 60_000);
});
