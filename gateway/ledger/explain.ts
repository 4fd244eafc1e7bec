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
): string[] {
	const own = deliveries.filter((d) => d.personId === personId);
	if (own.length > 0) {
		return own.map((d) => {
			const last = d.tries.at(-1);
			return `told over ${d.channel}: ${d.state}${last ? `, ${last.outcome} ${last.detail}` : ", not tried yet"}`;
		});
	}
	const person = context.duty.person(personId);
	if (!person) return ["nobody of that id is in the register in force"];
	const elsewhere = ledger.find(
		(l) => l.what === "step" && ((l.detail["toldElsewhere"] as string[] | undefined) ?? []).includes(personId),
	);
	if (elsewhere) return ["another tower had told him of the same fire"];
	const step = ledger.find(
		(l) =>
			(l.what === "step" || l.what === "newcomers") &&
			((l.detail["people"] as string[] | undefined) ?? []).includes(personId),
	);
	if (step) return ["a step meant him, and the register had no address for him then"];
	return reasons(context, incident, person, ledger);
}

function reasons(
	context: DecisionContext,
	incident: IncidentRecord["incident"],
	person: Person,
	ledger: IncidentRecord["ledger"],
): string[] {
	const at = incident.openedAt;
	if (!holds(person, at)) return ["his entry did not hold on that day"];
	const grids = touched(context, incident.grids);
	const duties = context.duty.responsible(grids, at).filter((d) => d.person.id === person.id);
	const leads = context.register.teams.some((t) => t.leader === person.id);
	if (duties.length === 0 && !leads) {
		const substitute = context.register.shifts.find((s) => s.post === `for:${person.id}` && holds(s, at));
		if (substitute) return [`${substitute.person} stood in for him`];
		const below = incident.grids.find(
			(g) => !grids.includes(g) && person.grids.some((code) => g.code.startsWith(code)),
		);
		return [
			below
				? `only ${(below.share * 100).toFixed(1)} % of the region lies in his grids, less than the least share`
				: "he answers for none of the grids that the region touches",
		];
	}
	const meant = incident.ladder.plan.filter((s) => !s.roles || s.roles.some((r) => duties.some((d) => d.role === r)));
	if (meant.length === 0 && !leads) return ["no step of the plan names his role"];
	const condition = duties.find((d) => d.condition)?.condition;
	if (condition) return [`he is told on condition "${condition}", which was not met`];
	const end = ledger.find((l) => ["false", "permitted", "closed"].includes(l.what));
	const taken = ledger.find((l) => /^answer:(going|onScene|confirmed)/.test(l.what));
	if (taken) return [`${taken.who} saw to it before his step was due`];
	return [end ? "it was over before his step was due" : "his step is not due yet"];
}
