import type { Answer } from "../../model/answer.ts";
import type { Incident } from "../../model/incident.ts";
import type { Report } from "../../model/report.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { locate } from "../location/locate.ts";

const MOST_REPORTS = 50;

const MOST_REPORTS_EACH = 15;

export function withReport(context: JudgeContext, incident: Incident, a: Answer): Incident {
	const brings =
		a.position || a.picture || a.note || a.answer === "onScene" || a.answer === "controlled" || a.answer === "out";
	if (!brings) return incident;
	const report: Report = {
		personId: a.personId,
		at: a.at,
		what: a.answer,
		...(a.position ? { position: a.position } : {}),
		...(a.picture ? { picture: a.picture } : {}),
		...(a.note ? { note: a.note } : {}),
	};
	const next = { ...incident, reports: bounded([...(incident.reports ?? []), report]) };
	// somebody stands there: the best place there is
	return a.position && incident.kind === "fire" && a.answer === "onScene" ? locate(context, next) : next;
}

/**
 * Of many reports those of whoever says most go first, and of those the ones that bring least: one person flushes
 * nobody else's words off the card.
 */
function bounded(reports: Report[]): Report[] {
	let kept = reports;
	for (;;) {
		const counts = new Map<string, number>();
		for (const r of kept) counts.set(r.personId, (counts.get(r.personId) ?? 0) + 1);
		const [most, n] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
		if (kept.length <= MOST_REPORTS && n <= MOST_REPORTS_EACH) return kept;
		const own = kept.filter((r) => r.personId === most);
		const least =
			own.find((r) => r.what === "seen" && !r.picture && !r.position) ?? own.find((r) => r.what === "seen") ?? own[0];
		kept = kept.filter((r) => r !== least);
	}
}
