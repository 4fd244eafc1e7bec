import { expect, it } from "vitest";
import { contextWith, person, T0 } from "../../../test/harness/judging.ts";
import { say } from "../../base/say.ts";
import { EMPTY_REGISTER, type Register, type Shift } from "../../model/register.ts";
import { checkCoverage } from "../../register/coverage.ts";

const DAY = 86_400_000;
const shift = (post: string, who: string, kind: Shift["kind"] = "shift"): Shift => ({
	post,
	person: who,
	from: T0 - DAY,
	to: T0 + DAY,
	kind,
});
const called = (register: Register, at = T0) =>
	[
		...new Set(
			contextWith(register)
				.duty.responsible([{ code: "A01", name: "", share: 1 }], at)
				.map((d) => d.person.id),
		),
	].sort();

it("whoever's own row has ended is not called: not by a roster, not as a substitute, not for a further post, not as a team's leader", () => {
	const people = [
		person("stays", "chief", "village"),
		person("left", "chief", "village", { to: T0 - DAY }),
		person("officer", "officer", "county", { grids: ["A"] }),
		person("away", "ranger", "village"),
	];
	const assignments = [{ person: "left", role: "supervisor" as const, level: "village", grids: ["A"] }];
	const shifts = [shift("officer@A", "left"), shift("for:away", "left")];
	const teams = [
		{ id: "t", name: "t", tier: "village" as const, base: { lat: 29, lon: 108 }, grids: ["A"], leader: "left" },
	];
	const register = { ...EMPTY_REGISTER, people, assignments, shifts, teams };
	expect(called(register)).toEqual(["away", "officer", "stays"]);
	expect(
		contextWith(register).duty.teams([{ code: "A01", name: "", share: 1 }], ["village"], T0)[0]?.head,
	).toBeUndefined();
	// while the row held, so did they all
	expect(called(register, T0 - DAY - 1)).toEqual(["away", "left", "officer", "stays"]);
	const named = checkCoverage(register, T0, 30).filter((f) => f.kind === "roster");
	expect(named.map((f) => f.what)).toEqual(expect.arrayContaining(["officer@A", "for:away"]));
	expect(named.map((f) => say("en", f.detail)).join()).toContain("left by then");
});

it("a roster for an area in which nobody has that role counts for nothing, and is named", () => {
	const people = [
		person("one", "officer", "county", { grids: ["A"] }),
		person("two", "officer", "county", { grids: ["B"] }),
	];
	const register = { ...EMPTY_REGISTER, people, shifts: [shift("officer@A01", "two"), shift("officer@B", "two")] };
	expect(called(register)).toEqual(["one"]);
	const named = checkCoverage(register, T0, 30).filter((f) => f.detail === "check.rosterNeverCounts");
	expect(named.map((f) => f.what)).toEqual(["officer@A01"]);
});
