import type { Incident, PlanStep } from "../../model/incident.ts";
import { LONGEST_MAINTENANCE_MS } from "../../model/maintenance.ts";
import type { World } from "../world.ts";
import { type Climbed, climb, ledger, tellGroup, tellListeners } from "./ladder.ts";
import { aheadOf } from "./plan.ts";

/** What a device raises while somebody works on it rings the desk, and nobody else: a fire before it is seen there all the same. */
const AT_THE_DESK = ["officer", "dutyLeader"] as const;

/** Who works on all of these devices now, and until when all of that is over. */
export function worksOn(world: World, devices: string[], now: number): { by: string; until: number } | undefined {
	const found = devices.map((d) => (world.maintenance ?? []).find((m) => m.until > now && m.devices.includes(d)));
	const [first, ...others] = found;
	if (!first || others.some((m) => m === undefined)) return undefined;
	return { by: first.by, until: Math.min(...found.map((m) => m?.until ?? 0)) };
}

/** The plan of an incident: while its devices are worked on, of those at the desk alone. */
export function planOf(incident: Incident, steps: PlanStep[]): PlanStep[] {
	if (!incident.maintenance) return steps;
	const desk: PlanStep = { ladder: "verify", afterMs: 0, roles: [...AT_THE_DESK], task: "verify", when: "always", needs: 1 };
	// told at once where nobody sits at the desk, and otherwise never: the work is over before
	const first = Math.min(...steps.filter((s) => s.ladder === "verify").map((s) => s.afterMs));
	const place = steps.filter((s) => s.ladder === "verify" && s.afterMs === first);
	return [desk, ...place.map((s) => ({ ...s, afterMs: LONGEST_MAINTENANCE_MS + HOUR_MS }))];
}
const HOUR_MS = 3_600_000;

function informed(step: PlanStep): PlanStep {
	const isFirst = step.ladder === "verify" && step.when === "always" && step.afterMs === 0;
	return isFirst ? { ...step, task: "inform", when: "orConfirmed" } : step;
}

/** Another source, a person's word, or the end of the work makes it an incident like any other: its ladders begin then. */
export function endsMaintenance(world: World, incident: Incident, now: number, why: string): Climbed | undefined {
	if (!incident.maintenance) return undefined;
	const isOn = incident.maintenance.until > now && worksOn(world, incident.sources, now) !== undefined;
	if (isOn && incident.confirmedAt === undefined) return undefined;
	const { maintenance: _, ...bare } = incident;
	const { steps } = world.ladder;
	const wanted = incident.kind === "fire" ? steps : steps.filter((s) => s.ladder === "verify");
	// of a fire that is confirmed already nobody is asked to verify it, and those of the place would never hear of it
	const plan = incident.confirmedAt === undefined ? wanted : wanted.map(informed);
	const first = { done: [], rounds: 0 };
	const next: Incident = { ...bare, climbsFrom: now, ladder: { plan, ...aheadOf(world, bare, now), verify: first, suppress: first } };
	// whoever sees to it went to look at a device: those of the place are told all the same
	const begun = incident.confirmedAt === undefined ? tellGroup(world, next, "verify", 0, 0, now, why) : { incident: next, effects: [] };
	const climbed = climb(world, begun.incident, now, why);
	const said = ledger(next, now, "maintenanceOver", "rule", { why });
	return { incident: climbed.incident, effects: [said, ...begun.effects, ...climbed.effects, ...tellListeners(world, climbed.incident, now)] };
}
