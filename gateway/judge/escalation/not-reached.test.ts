import { expect, it } from "vitest";
import { answer, contextWith, defaultPlan, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import { EMPTY_REGISTER, type Register } from "../../model/register.ts";

const MIN = 60_000;
const register: Register = {
	...EMPTY_REGISTER,
	version: "v",
	grids: [grid("A01")],
	people: [
		person("ranger", "ranger", "village"),
		person("villageChief", "chief", "village"),
		person("supervisor", "supervisor", "village"),
		person("townChief", "chief", "township"),
	],
};
const context = contextWith(register, { steps: defaultPlan() });
const notReached = (incidentId: string, personId: string, at = T0 + MIN) =>
	({ type: "notReached", id: `n${personId}`, at, incidentId, personId }) as const;

it("when nobody who was told could be reached the next step is told at once", () => {
	const first = play([fire(45)], context);
	expect(first.notified).toEqual(["ranger", "villageChief"]);
	const id = first.incident?.id ?? "";
	const one = play([notReached(id, "ranger")], context, first.state);
	expect(one.notified).toEqual([]); // the chief may still answer
	const both = play([notReached(id, "villageChief")], context, one.state);
	expect(both.notified).toEqual(["supervisor"]);
	expect(both.ledger.map((l) => l.what)).toContain("notReached");
	expect(both.incident?.involved.find((i) => i.personId === "villageChief")?.notReachedAt).toBe(T0 + MIN);
});

it("who has answered was reached, and the same word twice changes nothing", () => {
	const first = play([fire(45)], context);
	const id = first.incident?.id ?? "";
	const going = play(
		[answer(first, "villageChief", "going", T0 + 1000), notReached(id, "villageChief"), notReached(id, "ranger")],
		context,
		first.state,
	);
	expect(going.notified).toEqual([]);
	const again = play([notReached(id, "ranger", T0 + 2 * MIN), notReached("nowhere", "ranger")], context, going.state);
	expect(again.ledger).toEqual([]);
});
