import { omit } from "../../base/omit.ts";
import type { Answer } from "../../model/answer.ts";
import type { Incident } from "../../model/incident.ts";
import type { CameraView, Change, IncidentView, TowerView } from "../backend.ts";

/** What a viewer is shown: who was told is a role and a level; where people were, and what they sent, is theirs. */
export function withoutPersonal(incident: Incident): Incident {
	// the word that ended it is a person's, with name, place and words
	const { ending, tasks, maintenance, ...rest } = omit(incident, "lastWord", "cause");
	return {
		...rest,
		...(ending ? { ending: { until: ending.until, answer: { ...bareAnswer(ending.answer) } } } : {}),
		...(maintenance ? { maintenance: { ...maintenance, by: "" } } : {}),
		...(tasks ? { tasks: tasks.map((t) => ({ ...t, name: "" })) } : {}),
		evidence: incident.evidence.map((e) => ({ ...omit(e, "note"), sourceId: unnamed(e.sourceId) })),
		sources: incident.sources.map(unnamed),
		involved: incident.involved.map((i) => ({ ...i, name: "" })),
		...(incident.reports
			? { reports: incident.reports.map(({ personId, at, what }) => ({ personId, at, what })) }
			: {}),
	};
}

/** Who has entered a call, or practises, is a name. */
export function unnamed(source: string): string {
	return source.replace(/^(report|drill):.*$/s, "$1");
}

/** What was said, and not by whom, where, or in which words. */
export function bareAnswer({ id, incidentId, answer, at }: Answer): Answer {
	return { id, incidentId, personId: "", personName: "", answer, at };
}

export function viewWithoutPersonal(view: IncidentView): IncidentView {
	return {
		...view,
		incident: withoutPersonal(view.incident),
		deliveries: view.deliveries.map((d) => ({
			...d,
			address: "",
			key: "",
			tries: d.tries.map((t) => ({ ...t, detail: "" })),
			receipts: d.receipts.map((r) => ({ ...r, detail: "" })),
		})),
		ledger: view.ledger.map((row) => ({ ...omit(row, "personal"), detail: omit(row.detail, "cause") })),
	};
}

/** Without what programs say of a camera, which may repeat its address. */
export function camerasForViewers(cameras: CameraView[]): CameraView[] {
	return cameras.map((c) => ({ ...c, lastLines: [], masks: c.masks.map((m) => ({ ...m, author: "", reason: "" })) }));
}

/** Without what is wrong with parts of the gateway in the words of programs. */
export function towerForViewers(tower: TowerView): TowerView {
	return {
		...omit(tower, "configFault", "registerFault", "partFaults", "modelFault"),
		...(tower.danger ? { danger: { ...tower.danger, by: "" } } : {}),
		maintenance: tower.maintenance.map((m) => ({ ...m, by: "", reason: "" })),
	};
}

export function changeWithoutPersonal(change: Change): Change {
	switch (change.type) {
		case "incident":
			return { ...change, incident: withoutPersonal(change.incident) };
		case "cameras":
			return { ...change, cameras: camerasForViewers(change.cameras) };
		case "tower":
			return { ...change, tower: towerForViewers(change.tower) };
		default:
			return change;
	}
}
