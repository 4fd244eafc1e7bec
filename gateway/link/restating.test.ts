import { expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { answer, contextWith, fire, grid, person, play, sensorAlarm, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import type { Incident } from "../model/incident.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { AGAIN_MS, Restating } from "./restating.ts";

it("says again what is open and not taken, and what is over where the centre asks for it, and neither too often", async () => {
	const context = contextWith({
		...EMPTY_REGISTER,
		grids: [grid("A01")],
		people: [person("officer", "officer", "county")],
	});
	const first = play([fire(45), sensorAlarm("n1", 200, 9_000)], context);
	let open = first.state.incidents;
	const over = play([answer(first, "officer", "false", T0 + 1000)], context, first.state).incident as Incident;
	const clock = new ManualClock(T0);
	const said: string[] = [];
	const restating = new Restating({
		open: () => open,
		incident: async (id: string) => (id === over.id ? over : undefined),
		tell: async ({ id }) => said.push(id),
		clock,
		log: createLog("silent"),
	});
	restating.all();
	expect(said).toEqual([]); // the first word is on its way
	clock.advance(AGAIN_MS);
	restating.all();
	expect(said.sort()).toEqual(open.map((i) => i.id).sort());
	open = open.map((i, n) => (n === 0 ? { ...i, handedTo: { heardAt: T0 } } : i));
	clock.advance(AGAIN_MS);
	restating.all();
	expect(said).toHaveLength(3);
	clock.advance(10_000);
	for (let i = 0; i < 5; i++) restating.asked(over.id);
	restating.asked("unknown");
	await until(() => said.length > 3, 5_000, "the incident that is over");
	expect(said.slice(3)).toEqual([over.id]);
});
