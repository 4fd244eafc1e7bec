import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { type DecisionContext, touched } from "../model/context.ts";
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
			if (!last) return phrase("told.notTried", { channel, state });
			return phrase("told.over", { channel, state, outcome: last.outcome, detail: last.detail });
		});
	}
	const person = context.duty.person(personId);
	if (!person) return [phrase("told.unknown")];
	const elsewhere = ledger.find(
		(l) => l.what === "step" && ((l.detail["toldElsewhere"] as string[] | undefined) ?? []).includes(personId),
	);
	if (elsewhere) return [phrase("told.elsewhere")];
	const step = ledger.find(
		(l) =>
			(l.what === "step" || l.what === "newcomers") &&
			((l.detail["people"] as string[] | undefined) ?? []).includes(personId),
	);
	if (step) return [phrase("told.noAddress")];
	return reasons(context, incident, person, ledger);
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
	if (duties.length === 0 && !leads) {
		const substitute = context.register.shifts.find((s) => s.post === `for:${person.id}` && holds(s, at));
		if (substitute) return [phrase("told.substituted", { person: substitute.person })];
		const below = incident.grids.find(
			(g) => !grids.includes(g) && person.grids.some((code) => g.code.startsWith(code)),
		);
		return [below ? phrase("told.smallShare", { percent: (below.share * 100).toFixed(1) }) : phrase("told.noGround")];
	}
	const meant = incident.ladder.plan.filter((s) => !s.roles || s.roles.some((r) => duties.some((d) => d.role === r)));
	if (meant.length === 0 && !leads) return [phrase("told.noStep")];
	const condition = duties.find((d) => d.condition)?.condition;
	if (condition) return [phrase("told.condition", { condition })];
	const end = ledger.find((l) => ["false", "permitted", "closed"].includes(l.what));
	const taken = ledger.find((l) => /^answer:(going|onScene|confirmed)/.test(l.what));
	if (taken) return [phrase("told.taken", { who: taken.who })];
	return [phrase(end ? "told.over.early" : "told.notDue")];
}
