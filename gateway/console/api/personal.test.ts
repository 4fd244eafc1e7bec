import { expect, it } from "vitest";
import { answer, fire, grid, person, play, T0, worldWith } from "../../../test/harness/judging.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { withoutPersonal } from "./personal.ts";

it("a viewer sees no name and no word of a person, wherever an incident carries one", () => {
	const world = worldWith({ ...EMPTY_REGISTER, grids: [grid("A01")], people: [person("chief", "chief", "village", { name: "张三" })] });
	const first = play([fire(45)], world);
	const said = { note: "在家门口", position: { lat: 29.51234, lon: 108.7 } };
	const seen = play([answer(first, "chief", "onScene", T0 + 1000, said)], world, first.state).incident as Incident;
	const word = { ...{ id: "a", incidentId: seen.id, personId: "chief", personName: "张三" }, ...{ answer: "false" as const, at: T0, ...said } };
	const whole: Incident = { ...seen, lastWord: word, evidence: seen.evidence.map((e) => ({ ...e, note: "在家门口" })) };
	expect(JSON.stringify(whole)).toMatch(/张三.*在家门口/);
	expect(JSON.stringify(withoutPersonal(whole))).not.toMatch(/张三|在家门口/);
});
