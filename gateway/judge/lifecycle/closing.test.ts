import { expect, it } from "vitest";
import { contextWith, fire, play, T0 } from "../../../test/harness/judging.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { EMPTY_STATE } from "../judgement/state.ts";
import { fileClosed } from "./closing.ts";

it("a file that its tower has closed keeps the cause that is known here where the tower names none", () => {
	const context = { ...contextWith(EMPTY_REGISTER), now: T0 + 60_000 };
	const seen = play([fire(0)], context).incident as Incident;
	const known = {
		...seen,
		state: "false",
		cause: "雾",
		takenFrom: { tower: "t1", lease: "held", heardAt: T0 },
	} as unknown as Incident;
	const state = { ...EMPTY_STATE, ended: [known] };
	const [silent] = fileClosed(context, state, { ...seen, closedAt: T0 + 50_000 }, "t1").changed;
	expect(silent).toMatchObject({ closedAt: context.now, cause: "雾" });
	const [named] = fileClosed(context, state, { ...seen, closedAt: T0 + 50_000, cause: "水汽" }, "t1").changed;
	expect(named?.cause).toBe("水汽");
});
