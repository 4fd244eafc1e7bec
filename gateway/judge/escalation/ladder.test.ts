import { describe, expect, it } from "vitest";
import { answer, contextWith, defaultPlan, fire, grid, person, play, T0, tick } from "../../../test/harness/judging.ts";
import { EMPTY_REGISTER, type Person, type Register, type Shift } from "../../model/register.ts";
import { DutyIndex } from "../duty/duty.ts";
import { EMPTY_STATE } from "../judgement/state.ts";

const MIN = 60_000;
const at = (minutes: number) => T0 + minutes * MIN;

/** One village, its township and county, with everybody of the default plan. */
const register: Register = {
	...EMPTY_REGISTER,
	version: "v",
	grids: [grid("A01")],
	people: [
		person("ranger", "ranger", "village"),
		person("villageChief", "chief", "village"),
		person("deputy", "chief", "village", { deputyOf: "villageChief" }),
		person("households", "householdHead", "village", { condition: "fireBan" }),
		person("supervisor", "supervisor", "village"),
		person("townChief", "chief", "township"),
		person("officer", "officer", "county"),
		person("leaderOnDuty", "dutyLeader", "county"),
		person("countyChief", "chief", "county"),
		person("police", "police", "county", { condition: "confirmed" }),
		person("neighbour", "neighbour", "county", { condition: "beyond" }),
		...["villageTeam", "townTeam", "farmTeam", "countyTeam"].map((id) => person(id, "leader", "village")),
	],
	teams: (["village", "township", "forestFarm", "county"] as const).map((tier, i) => ({
		id: `t${i}`,
		name: tier,
		tier,
		base: { lat: 29.5, lon: 108.7 },
		grids: ["A"],
		leader: ["villageTeam", "townTeam", "farmTeam", "countyTeam"][i] as string,
	})),
};
const DAY = 86_400_000;
const context = contextWith(register, { steps: defaultPlan() });
const started = () => play([fire(45)], context);
const desk = ["leaderOnDuty", "officer"];

describe("the two ladders", () => {
	it("tell those who go and look, and those who put it out, side by side", () => {
		const first = started();
		expect(first.notified).toEqual([...desk, "ranger", "villageChief", "villageTeam"].sort());
		const silence = play([tick(at(3)), tick(at(5)), tick(at(10)), tick(at(15)), tick(at(20))], context, first.state);
		expect(silence.notifiedAt).toEqual({
			[at(3)]: ["supervisor", "deputy"],
			[at(5)]: ["townChief", "townTeam"],
			[at(10)]: [...desk, "villageTeam", "townTeam", "farmTeam"],
			[at(15)]: ["countyChief"],
			[at(20)]: ["countyChief"],
		});
		expect(silence.incident?.involved.find((i) => i.personId === "townTeam")).toMatchObject({
			ladder: "suppress",
			task: "go",
			team: "township",
		});
	});

	it("a chief who goes pauses the verify ladder, and the teams are called on by the clock all the same", () => {
		const first = started();
		const going = play([answer(first, "villageChief", "going", at(1)), tick(at(3)), tick(at(5))], context, first.state);
		expect(going.notifiedAt).toEqual({ [at(1)]: [], [at(3)]: [], [at(5)]: ["townTeam"] });
		expect(going.incident).toMatchObject({ state: "verifying", ladder: { feedbackBy: at(16) } });
	});

	it("who promises to be there in hours is waited for, and pauses nobody else", () => {
		const first = started();
		const far = play([answer(first, "ranger", "going", at(1), { etaMinutes: 600 }), tick(at(3))], context, first.state);
		expect(far.notified).toEqual(expect.arrayContaining(["supervisor", "deputy"]));
		const near = play([answer(first, "ranger", "going", at(1), { etaMinutes: 60 }), tick(at(3))], context, first.state);
		expect(near.notified).toEqual([]);
	});

	it("a confirmed fire calls at once what waits for confirmation, and nobody verifies any more", () => {
		const first = started();
		const sure = play(
			[answer(first, "ranger", "confirmed", at(2)), tick(at(3)), tick(at(5)), tick(at(15)), tick(at(30))],
			context,
			first.state,
		);
		expect(sure.notifiedAt).toEqual({
			[at(2)]: [...desk, "police", "villageTeam", "townTeam", "farmTeam"],
			[at(3)]: [],
			// who was sent out is not told to assemble
			[at(5)]: [],
			[at(15)]: ["countyChief", "farmTeam", "countyTeam"],
			[at(30)]: ["countyTeam"],
		});
		expect(sure.incident).toMatchObject({ state: "confirmed", confirmedBy: "ranger" });
	});

	it("promised arrival counts, not being seen; a promise that is not kept wakes the ladder", () => {
		const first = started();
		const promised = play(
			[
				answer(first, "villageChief", "seen", at(0.5)),
				answer(first, "villageChief", "going", at(1), { etaMinutes: 8 }),
			],
			context,
			first.state,
		);
		expect(promised.incident?.ladder.feedbackBy).toBe(at(9));
		const late = play([tick(at(9))], context, promised.state);
		expect(late.notified).toContain("villageChief");
		expect(late.notified).toContain("townChief");
		const arrived = play(
			[answer(first, "villageChief", "onScene", at(8)), tick(at(9)), tick(at(20))],
			context,
			promised.state,
		);
		expect(arrived.incident).toMatchObject({ state: "onScene" });
		expect(arrived.notified.filter((t) => t === "townChief")).toEqual([]);
	});

	it("a step that needs two is not paused by one", () => {
		const two = contextWith(register, { steps: defaultPlan().map((s) => ({ ...s, needs: 2 })) });
		const first = play([fire(45)], two);
		const one = play([answer(first, "villageChief", "going", at(1)), tick(at(3))], two, first.state);
		expect(one.notified).toContain("supervisor");
		const both = play(
			[answer(first, "villageChief", "going", at(1)), answer(first, "ranger", "going", at(1)), tick(at(3))],
			two,
			first.state,
		);
		expect(both.notified).not.toContain("supervisor");
	});

	it("controlled stops both ladders; it is closed only with verdict, feedback and cause, by a role with the right", () => {
		const first = started();
		const close = (who: string, minutes: number, cause?: string) =>
			answer(first, who, "close", at(minutes), cause === undefined ? {} : { cause });
		const early = play([close("villageChief", 1, "grave offerings")], context, first.state);
		expect(early.refused).toEqual([
			"cannot be closed without the verdict: false, permitted, or out; feedback from the scene",
		]);
		const out = play(
			[answer(first, "villageTeam", "controlled", at(40)), tick(at(60)), answer(first, "villageTeam", "out", at(90))],
			context,
			first.state,
		);
		expect(out.notifiedAt[at(60)]).toEqual([]);
		expect(out.incident).toMatchObject({ state: "out", confirmedBy: "villageTeam" });
		const refused = play([close("ranger", 95, "grave offerings"), close("villageChief", 96)], context, out.state);
		expect(refused.refused).toEqual([
			"no post on this ground with the right to end it",
			"cannot be closed without the cause",
		]);
		const closed = play([close("villageChief", 97, "grave offerings")], context, out.state);
		expect(closed.incident).toMatchObject({ state: "closed", cause: "grave offerings", closedBy: "villageChief" });
		expect(closed.state.incidents).toEqual([]);
	});

	it("a message is sent again to whoever was told, not more often than every two minutes, and five times at the most", () => {
		const first = started();
		const asks = (who: string, ...minutes: number[]) =>
			play(
				minutes.map((m) => answer(first, who, "again", at(m))),
				context,
				first.state,
			);
		expect(asks("ranger", 1, 2, 3).notified).toEqual(["ranger", "ranger"]);
		expect(asks("ranger", 1, 2).refused).toEqual(["it was sent a moment ago"]);
		expect(asks("ranger", ...Array.from({ length: 20 }, (_, n) => n * 3)).notified).toHaveLength(5);
		expect(asks("countyChief", 1).notified).toEqual([]);
	});

	it("nobody is told after the fire is out, by a late 'not me' or a promise that was not kept", () => {
		const first = started();
		const out = play(
			[answer(first, "ranger", "going", at(1)), answer(first, "villageTeam", "out", at(5))],
			context,
			first.state,
		);
		const later = play(
			[tick(at(17)), answer(first, "villageChief", "notMe", at(18)), tick(at(60))],
			context,
			out.state,
		);
		expect(later.notified).toEqual([]);
	});

	it("the plan in force stays with an incident when plans and register change", () => {
		const first = started();
		const changed = contextWith(
			{ ...register, people: register.people.filter((p) => p.id !== "townChief") },
			{ steps: defaultPlan().slice(0, 1) },
		);
		const later = play([tick(at(5))], changed, first.state);
		// nobody holds the township's post any more, and an empty level costs no time
		expect(later.notified).toEqual(["deputy", ...desk, "supervisor", "townTeam"]);
	});
});

describe("what shifts a ladder", () => {
	const ordered = (kind: "fireBan" | "permit") =>
		contextWith(
			{ ...register, orders: [{ id: "o", kind, grids: ["A"], from: T0 - MIN, to: T0 + 60 * MIN, document: "2号令" }] },
			{ steps: defaultPlan() },
		);

	it("a fire ban brings the next steps forward, tells the household heads, and stands in the text", () => {
		const { notified, incident, texts } = play([fire(45)], ordered("fireBan"));
		expect(notified).toEqual(
			[...desk, "deputy", "households", "ranger", "supervisor", "townTeam", "villageChief", "villageTeam"].sort(),
		);
		expect(incident?.ladder).toMatchObject({ stepsForward: 1, why: ["why.order?documents=2号令"] });
		expect(texts.every((t) => t.includes("禁火令 2号令"))).toBe(true);
	});

	it("a permit puts later steps back and silences nobody", () => {
		const permitted = ordered("permit");
		const first = play([fire(45)], permitted);
		expect(first.notified).toEqual([...desk, "ranger", "villageChief", "villageTeam"].sort());
		expect(play([tick(at(3))], permitted, first.state).notified).toEqual([]);
		expect(play([tick(at(5))], permitted, first.state).notified).toEqual(["deputy", "supervisor"]);
	});

	it("a second source that agrees tells the next step at once", () => {
		const first = started();
		const agreed = play([fire(45, "cam2", at(1))], context, first.state);
		expect(agreed.incident?.ladder.why).toEqual(["why.sourcesAgree?count=2"]);
		expect(agreed.notified).toEqual(["deputy", "supervisor", "townTeam"]);
	});

	it.each<[string, Partial<Person>, boolean]>([
		[
			"have changed hands for more than a month, and nobody has looked since,",
			{ changedAt: T0 - 40 * DAY, verifiedAt: T0 - 50 * DAY },
			true,
		],
		[
			"have changed hands for more than a month and were looked at then",
			{ changedAt: T0 - 40 * DAY, verifiedAt: T0 - 39 * DAY },
			false,
		],
		["have changed hands for less than a month", { changedAt: T0 - 20 * DAY, verifiedAt: T0 - 50 * DAY }, false],
		["were last looked at two months ago, and have not changed hands since,", { verifiedAt: T0 - 60 * DAY }, false],
		["nobody has looked at for more than a year", { verifiedAt: T0 - 400 * DAY }, true],
	])("posts that %s: whether the next step is told at once", (_, dates, atOnce) => {
		const people = register.people.map((p) => ({ ...p, ...dates }));
		const { notified } = play([fire(45)], contextWith({ ...register, people }, { steps: defaultPlan() }));
		expect(notified.includes("supervisor")).toBe(atOnce);
	});
});

describe("who is on duty", () => {
	const shift = (post: string, person: string, from: number, to: number, kind: Shift["kind"] = "shift"): Shift => ({
		post,
		person,
		from: at(from),
		to: at(to),
		kind,
	});
	const people = [
		person("day", "officer", "county"),
		person("night", "officer", "county"),
		person("guest", "officer", "county"),
	];
	const duty = (shifts: Shift[], minutes: number) =>
		new DutyIndex({ ...register, people, shifts })
			.responsible([{ code: "A01", name: "", share: 1 }], at(minutes))
			.map((d) => d.person.id);

	it("only those on duty hold a post with a roster; a handover changes who", () => {
		const roster = [shift("officer@A", "day", 0, 60), shift("officer@A", "night", 60, 120)];
		expect(duty(roster, 59)).toEqual(["day"]);
		expect(duty(roster, 60)).toEqual(["night"]);
	});

	it("交接班: the shift that takes over hears of an open fire once, also while somebody is going, and not of one under control", () => {
		const shifts = [
			shift("officer@A", "day", 0, 60),
			shift("officer@A", "night", 60, 120),
			shift("officer@A", "guest", 120, 180),
		];
		const w = contextWith({ ...register, people: [...register.people, ...people], shifts }, { steps: defaultPlan() });
		const first = play([fire(45)], w);
		expect(first.notified).toContain("day");
		expect(first.notified).not.toContain("night");
		const going = answer(first, "ranger", "going", at(10), { etaMinutes: 55 });
		const over = play([going, ...[59, 60, 61].map((m) => tick(at(m)))], w, first.state);
		expect(over.notifiedAt).toMatchObject({ [at(59)]: [], [at(60)]: ["night"], [at(61)]: [] });
		const controlled = play(
			[answer(first, "ranger", "controlled", at(90)), ...[119, 120].map((m) => tick(at(m)))],
			w,
			over.state,
		);
		expect(controlled.notified).toEqual([]);
	});

	it("whoever comes in after a fire was confirmed is written down once, though others verified what he is informed of", () => {
		const shifts = [shift("officer@A", "day", 0, 60), shift("officer@A", "night", 60, 120)];
		const of = (version: string) =>
			contextWith({ ...register, version, people: [...register.people, ...people], shifts }, { steps: defaultPlan() });
		const first = play([fire(45)], of("r1"));
		const confirmed = play([answer(first, "duty-desk", "confirmed", at(5))], of("r1"), first.state);
		const taken = play([tick(at(60))], of("r1"), confirmed.state);
		expect(taken.messages.filter((m) => m.who === "night").map((m) => m.task)).toEqual(["inform"]);
		const later = play([tick(at(61))], of("r2"), taken.state);
		expect(later.ledger.filter((e) => e.what === "newcomers")).toEqual([]);
		expect(later.messages.filter((m) => m.who === "night")).toEqual([]);
	});

	it("a gateway that was off over a change of shifts, or has another register, tells whoever is on duty now", () => {
		const shifts = [shift("officer@A", "day", 0, 60), shift("officer@A", "night", 60, 120)];
		const w = contextWith({ ...register, people: [...register.people, ...people], shifts }, { steps: defaultPlan() });
		const first = play([fire(45), answer({ incident: play([fire(45)], w).incident }, "ranger", "onScene", at(1))], w);
		const kept = first.state.incidents;
		expect(play([tick(at(70))], w, { ...EMPTY_STATE, incidents: kept }).notified).toContain("night");
		const successor = person("successor", "ranger", "village", { grids: ["A01"] });
		const renewed = contextWith(
			{ ...w.register, version: "next", people: [...w.register.people, successor] },
			{ steps: defaultPlan() },
		);
		const later = play([tick(at(2))], w, first.state);
		expect(play([tick(at(3))], renewed, later.state).notified).toEqual(["successor"]);
	});

	it("an override displaces a shift, a substitute stands in, and a gap falls back to everybody", () => {
		const roster = [
			shift("officer@A", "day", 0, 60),
			shift("officer@A", "guest", 10, 20, "override"),
			shift("for:guest", "night", 15, 20),
		];
		expect(duty(roster, 9)).toEqual(["day"]);
		expect(duty(roster, 10)).toEqual(["guest"]);
		expect(duty(roster, 15)).toEqual(["night"]);
		expect(duty(roster, 60)).toEqual(["day", "guest", "night"]);
	});

	it("a deputy comes at once where nothing reaches the principal, and entries hold from and to their days", () => {
		const unreachable = register.people.map((p) => (p.id === "villageChief" ? { ...p, addresses: [] } : p));
		expect(
			play([fire(45)], contextWith({ ...register, people: unreachable }, { steps: defaultPlan() })).notified,
		).toContain("deputy");
		const left = register.people.map((p) => (p.id === "villageChief" ? { ...p, to: T0 } : p));
		expect(
			play([fire(45)], contextWith({ ...register, people: left }, { steps: defaultPlan() })).notified,
		).not.toContain("villageChief");
	});

	it("a deputy of somebody who comes into office tomorrow waits today, and comes at once where nobody holds the post", () => {
		const tomorrow = T0 + 86_400_000;
		const successor = person("successor", "chief", "village", { from: tomorrow });
		const handedOver = (old: Partial<Person>) => [
			...register.people.map((p) => {
				if (p.id === "villageChief") return { ...p, to: tomorrow, ...old };
				return p.id === "deputy" ? { ...p, deputyOf: "successor" } : p;
			}),
			successor,
		];
		const told = (old: Partial<Person> = {}) =>
			play([fire(45)], contextWith({ ...register, people: handedOver(old) }, { steps: defaultPlan() })).notified;
		expect(told()).toContain("villageChief");
		expect(told()).not.toContain("deputy");
		expect(told({ to: T0 })).toContain("deputy");
		expect(told({ addresses: [] })).toContain("deputy");
	});
});
