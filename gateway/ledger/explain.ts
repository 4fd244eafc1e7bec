import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { type DecisionContext, touched } from "../model/context.ts";
import type { GridShare } from "../model/incident.ts";
import { type IncidentState, isEnd } from "../model/incident-states.ts";
import { holds, type Person } from "../model/register.ts";
import type { IncidentRecord } from "./record.ts";

/**
 * Why a person was not told of an incident, or what became of it when he was: from the ledger and the register in
 * force. One line per reason.
 */
export function whyNotTold(
	context: DecisionContext,
	{ incident, ledger, deliveries }: IncidentRecord,
	personId: string,
): Phrase[] {
	const own = deliveries.filter((d) => d.personId === personId);
	if (own.length > 0) {
		return own.map(({ channel, state, tries }) => {
			const last = tries.at(-1);
			const over = { channel: [phrase("channel.name", { channel })], state: [phrase("delivery.state", { state })] };
			if (!last) return phrase("told.notTried", over);
			const outcome = [phrase("attempt.outcome", { outcome: last.outcome })];
			return phrase("told.over", { ...over, outcome, detail: [last.detail] });
		});
	}
	const person = context.duty.person(personId);
	if (!person) return [phrase("told.unknown")];
	const steps = ledger.filter((l) => l.what === "step" || l.what === "newcomers");
	const names = (key: string) => steps.some((l) => peopleIn(l.detail, key).includes(personId));
	if (names("toldElsewhere")) return [phrase("told.elsewhere")];
	if (names("people")) return [phrase("told.noAddress")];
	return reasons(context, incident, person, ledger);
}

function peopleIn(detail: Record<string, unknown>, key: string): string[] {
	const people = detail[key];
	return Array.isArray(people) ? people : [];
}

function reasons(
	context: DecisionContext,
	incident: IncidentRecord["incident"],
	person: Person,
	ledger: IncidentRecord["ledger"],
): Phrase[] {
	const at = incident.openedAt;
	if (!holds(person, at)) return [phrase("told.entryNotValid")];
	const grids = touched(context, incident.grids);
	const duties = context.duty.responsible(grids, at).filter((d) => d.person.id === person.id);
	const leads = context.register.teams.some((t) => t.leader === person.id);
	if (duties.length === 0 && !leads) return [whyNoDuty(context, incident, person, grids)];
	const meant = incident.ladder.plan.filter((s) => !s.roles || s.roles.some((r) => duties.some((d) => d.role === r)));
	if (meant.length === 0 && !leads) return [phrase("told.noStep")];
	const condition = duties.find((d) => d.condition)?.condition;
	if (condition) return [phrase("told.condition", { condition })];
	const taken = ledger.find((l) => /^answer:(going|onScene|confirmed)/.test(l.what));
	if (taken) return [phrase("told.taken", { who: taken.who })];
	const isEnded = ledger.some((l) => isEnd(l.what as IncidentState));
	return [phrase(isEnded ? "told.over.early" : "told.notDue")];
}

/** Why somebody who leads no team answers for none of the ground that was touched. */
function whyNoDuty(
	{ register }: DecisionContext,
	{ openedAt, grids }: IncidentRecord["incident"],
	person: Person,
	touchedGrids: GridShare[],
): Phrase {
	const substitute = register.shifts.find((s) => s.post === `for:${person.id}` && holds(s, openedAt));
	if (substitute) return phrase("told.substituted", { person: substitute.person });
	const slight = grids.filter((g) => !touchedGrids.includes(g));
	const own = slight.find((g) => person.grids.some((code) => g.code.startsWith(code)));
	if (!own) return phrase("told.noGround");
	return phrase("told.smallShare", { percent: (own.share * 100).toFixed(1) });
}
