import { expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { incidentView, phoneIncident } from "../views/incident.ts";
import type { Tower } from "../views/schemas.ts";
import { towerForViewers, withoutPersonal } from "./personal.ts";

it("a viewer sees no name and no word of a person, wherever an incident carries one", () => {
	const context = contextWith({
		...EMPTY_REGISTER,
		grids: [grid("A01")],
		people: [person("chief", "chief", "village", { name: "张三" })],
	});
	const first = play([fire(45)], context);
	const said = { note: "在家门口", position: { lat: 29.51234, lon: 108.7 } };
	const seen = play([answer(first, "chief", "onScene", T0 + 1000, said)], context, first.state).incident as Incident;
	const word = {
		id: "a",
		incidentId: seen.id,
		personId: "chief",
		personName: "张三",
		answer: "false" as const,
		at: T0,
		...said,
	};
	const evidence = seen.evidence.map((e) => ({ ...e, note: "在家门口" }));
	const ending = { answer: word, until: T0 };
	const whole = incidentView({ ...seen, finalAnswer: word, ending, evidence });
	expect(JSON.stringify(whole)).toMatch(/张三.*在家门口/);
	expect(JSON.stringify(withoutPersonal(whole))).not.toMatch(/张三|在家门口/);
});

it("a viewer sees not who has entered a call, who declared the danger, nor who works on what and why", () => {
	const context = contextWith({
		...EMPTY_REGISTER,
		grids: [grid("A01")],
		people: [person("chief", "chief", "village")],
	});
	const seen = play([fire(45)], context).incident as Incident;
	const called: Incident = {
		...seen,
		sources: ["report:接警员 王"],
		evidence: seen.evidence.map((e) => ({ ...e, sourceId: "report:接警员 王" })),
		cause: "王家烧荒",
	};
	expect(
		JSON.stringify(withoutPersonal(incidentView({ ...called, maintenance: { by: "王技术员", until: 1 } }))),
	).not.toMatch(/王/);
	const work = { id: "m", devices: ["cam"], by: "王技术员", reason: "王家旁试验", at: 0, until: 1 };
	const tower = {
		danger: { level: 3, by: "王主任", at: 0, until: 1 },
		areaDangers: [],
		maintenance: [work],
	} as unknown as Tower;
	expect(JSON.stringify(towerForViewers(tower))).not.toMatch(/王/);
	expect(towerForViewers(tower).maintenance[0]?.devices).toEqual(["cam"]);
});

it("a link shows of other people what they said and nothing that belongs to them: ids, words, pictures", () => {
	const context = contextWith({
		...EMPTY_REGISTER,
		grids: [grid("A01")],
		people: [person("chief-7", "chief", "village", { name: "张三" }), person("ranger-9", "ranger", "village")],
	});
	const first = play([fire(45)], context);
	const said = { note: "在家门口", position: { lat: 29.51234, lon: 108.7 }, picture: "report-1.jpg" };
	const seen = play([answer(first, "chief-7", "onScene", T0 + 1000, said)], context, first.state);
	const ended = play([answer(first, "chief-7", "false", T0 + 2000, { cause: "雾", ...said })], context, seen.state);
	const whole = ended.incident as Incident;
	expect(JSON.stringify(whole)).toMatch(/chief-7/);
	const shown = phoneIncident(whole, "ranger-9");
	expect(JSON.stringify(shown)).not.toMatch(/chief-7|在家门口|report-1/);
	expect(shown.answered).toEqual([{ name: "张三", answer: "false" }]);
});
