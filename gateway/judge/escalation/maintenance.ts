import type { PlanStep } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import { LONGEST_MAINTENANCE_MS } from "../../model/maintenance.ts";
import type { JudgeContext } from "../judgement/state.ts";

/**
 * What a device raises while somebody works on it rings the desk, and nobody else: a fire before it is seen there all
 * the same.
 */
const AT_THE_DESK = ["officer", "dutyLeader"] as const;

/** Who works on all of these devices now, and until when all of that is over. */
export function worksOn(context: JudgeContext, devices: string[]): { by: string; until: number } | undefined {
	const found = devices.map((d) =>
		(context.maintenance ?? []).find((m) => m.until > context.now && m.devices.includes(d)),
	);
	const [first, ...others] = found;
	if (!first || others.some((m) => m === undefined)) return undefined;
	return { by: first.by, until: Math.min(...found.map((m) => m?.until ?? 0)) };
}

/** The plan of an incident: while its devices are worked on, of those at the desk alone. */
export function planOf(incident: Incident, steps: PlanStep[]): PlanStep[] {
	if (!incident.maintenance) return steps;
	const desk: PlanStep = {
		ladder: "verify",
		afterMs: 0,
		roles: [...AT_THE_DESK],
		task: "verify",
		when: "always",
		needs: 1,
	};
	// told at once where nobody sits at the desk, and otherwise never: the work is over before
	const first = Math.min(...steps.filter((s) => s.ladder === "verify").map((s) => s.afterMs));
	const place = steps.filter((s) => s.ladder === "verify" && s.afterMs === first);
	return [desk, ...place.map((s) => ({ ...s, afterMs: LONGEST_MAINTENANCE_MS + HOUR_MS }))];
}
const HOUR_MS = 3_600_000;
