import { expect, it } from "vitest";
import { contextWith, grid, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import type { EventProcessor, SubmitResult } from "./event-processor.ts";
import { submitReport } from "./report-intake.ts";

const context = contextWith({ ...EMPTY_REGISTER, grids: [grid("A01")] });

it.each<[string, SubmitResult, unknown]>([
	["judged: its incident", { kind: "accepted", incidentId: "FF-1" }, { incidentId: "FF-1" }],
	["refused: the judge's reason", { kind: "refused", reason: "refused.notOpen" }, { refused: "refused.notOpen" }],
	["given way to others: to be said again", { kind: "dropped" }, { refused: "api.tooMuchWaits" }],
])("a call that is %s", async (_name, result, expected) => {
	const processor = { submit: async () => result } as unknown as EventProcessor;
	const parts = {
		context: () => context,
		processor,
		clock: new ManualClock(T0),
		random: new SeededRandom(1),
		exercise: false,
	};
	const call = { kind: "report", by: "desk", where: { lat: 29.5, lon: 108.7 } } as const;
	expect(await submitReport(parts, call)).toEqual(expected);
	expect(await submitReport(parts, { ...call, where: { grid: "nowhere" } })).toBeUndefined();
});
