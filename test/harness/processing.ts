import { DutyIndex } from "../../gateway/judge/duty/duty.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import { EMPTY_REGISTER } from "../../gateway/model/register.ts";
import { GridIndex } from "../../gateway/register/grid-index.ts";

/** What judgement rests on where nobody is registered: one step at once, and no fire of two cameras. */
export const bareContext: DecisionContext = {
	towerId: "t",
	towerName: "t",
	language: "en",
	timeZone: "Asia/Shanghai",
	mergeMs: 1_800_000,
	mergeM: 1500,
	minShare: 0.02,
	listeners: [],
	policy: "fast",
	points: { fast: { smoke: 3, flame: 3 }, quiet: { smoke: 4, flame: 4 } },
	masks: [],
	records: { renewMs: 31 * 86_400_000 },
	register: EMPTY_REGISTER,
	grids: new GridIndex([]),
	duty: new DutyIndex(EMPTY_REGISTER),
	ladder: {
		steps: [{ ladder: "verify", level: "village", afterMs: 0, task: "verify", when: "always", needs: 1 }],
		feedbackMs: 900_000,
		sceneMs: 3_600_000,
		repeatMs: 300_000,
		silentMs: 60_000,
		undoMs: 0,
	},
	evidence: { preMs: 0, postMs: 0 },
};
