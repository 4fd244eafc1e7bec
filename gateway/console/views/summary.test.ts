import { expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import { DUTY_DESK, EMPTY_REGISTER } from "../../model/register.ts";
import { summaryOf } from "./summary.ts";

it("a list says of an incident where it is, what is seen best, and how far people have come with it", () => {
	const context = contextWith({
		...EMPTY_REGISTER,
		grids: [grid("A01")],
		people: [person("chief", "chief", "village"), person("ranger", "ranger", "village")],
	});
	const first = play([fire(45)], context);
	const seen = play([answer(first, "chief", "going", T0 + 1000)], context, first.state).incident;
	if (!seen) throw new Error("no incident");
	const [evidence] = seen.evidence;
	if (!evidence) throw new Error("no evidence");
	const box = { x: 0.4, y: 0.5, w: 0.1, h: 0.1 };
	const pictured = [
		{ ...evidence, probability: 0.9, picture: "sure.jpg", boxes: [box] },
		{ ...evidence, probability: 0.6, picture: "echo.jpg", boxes: [{ ...box, x: 0 }] },
	];
	const summary = summaryOf({ ...seen, evidence: pictured });
	expect(summary).toMatchObject({
		id: seen.id,
		state: "verifying",
		grids: [{ code: "A01" }],
		picture: { name: "sure.jpg", box },
		people: { answered: 1, going: 1, late: 0 },
		source: { kind: "camera" },
	});
	expect(summary.people.told).toBe(seen.involved.length);
	// the desk that says it sees to it has brought nobody there
	const said = play([answer(first, DUTY_DESK, "going", T0 + 1000)], context, first.state).incident;
	expect(said && summaryOf(said).people).toMatchObject({ told: seen.involved.length, answered: 0, going: 0 });
	const called = { source: "person" as const, sourceId: "report:1", what: "report", at: T0, note: "烟很大" };
	expect(summaryOf({ ...seen, evidence: [...pictured, called] })).toMatchObject({
		sources: 2,
		source: { note: "烟很大" },
	});
	// a wedge of points is kilobytes, and no list shows it
	expect(JSON.stringify(summary).length).toBeLessThan(1_500);
});
