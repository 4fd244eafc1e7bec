import { defined } from "../../base/omit.ts";
import type { Answer } from "../../model/answer.ts";
import type { Incident } from "../../model/incident.ts";
import type { Report } from "../../model/report.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { locate } from "../location/locate.ts";

const MOST_REPORTS = 50;

const MOST_REPORTS_EACH = 15;

/** What is a report of the scene by itself, without a word, a picture or a position. */
const FROM_THE_SCENE: readonly Answer["answer"][] = ["onScene", "controlled", "out"];

/** The incident with what an answer has brought back from the scene. */
export function withReport(context: JudgeContext, incident: Incident, a: Answer): Incident {
	const { position, picture } = a;
	const note = a.note || undefined;
	const brought = defined({ position, picture, note });
	if (Object.keys(brought).length === 0 && !FROM_THE_SCENE.includes(a.answer)) return incident;
	const report: Report = { personId: a.personId, at: a.at, what: a.answer, ...brought };
	const before = incident.reports ?? [];
	const next = { ...incident, reports: bounded([...before, report]) };
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
		const byPerson = [...Map.groupBy(kept, (r) => r.personId).values()];
		const most = byPerson.reduce((a, b) => (b.length > a.length ? b : a), []);
		if (kept.length <= MOST_REPORTS && most.length <= MOST_REPORTS_EACH) return kept;
		const least = leastOf(most);
		kept = kept.filter((r) => r !== least);
	}
}

function leastOf(reports: Report[]): Report | undefined {
	const seen = reports.filter((r) => r.what === "seen");
	return seen.find((r) => !r.picture && !r.position) ?? seen[0] ?? reports[0];
}
