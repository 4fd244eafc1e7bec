import { omit } from "../../base/omit.ts";
import { unnamed } from "../views/incident.ts";
import type { Camera, Change, Duty, Incident, IncidentDetail, IncidentSummary, Tower } from "../views/schemas.ts";

/** What a viewer is shown: who was told is a role and a level; where people were, and what they sent, is theirs. */
export function withoutPersonal(incident: Incident): Incident {
	const { tasks, maintenance, reports, ...rest } = omit(incident, "cause");
	return {
		...rest,
		...(maintenance ? { maintenance: { ...maintenance, by: "" } } : {}),
		...(tasks ? { tasks: tasks.map((t) => ({ ...t, name: "" })) } : {}),
		evidence: incident.evidence.map((e) => ({ ...omit(e, "note"), sourceId: unnamed(e.sourceId) })),
		sources: incident.sources.map(unnamed),
		involved: incident.involved.map((i) => ({ ...i, name: "" })),
		...(reports ? { reports: reports.map(({ personId, at, what }) => ({ personId, at, what })) } : {}),
	};
}

export function summaryWithoutPersonal(summary: IncidentSummary): IncidentSummary {
	const { source, ...rest } = omit(summary, "cause");
	return { ...rest, source: { ...omit(source, "note"), id: unnamed(source.id) } };
}

export function detailWithoutPersonal(detail: IncidentDetail): IncidentDetail {
	return {
		...detail,
		incident: withoutPersonal(detail.incident),
		rangers: [],
		deliveries: detail.deliveries.map((d) => ({
			...d,
			address: "",
			tries: d.tries.map((t) => ({ ...t, detail: "" })),
			receipts: d.receipts.map((r) => ({ ...r, detail: "" })),
		})),
		ledger: detail.ledger.map((row) => ({
			...omit(row, "name", "note", "takenDownBy"),
			detail: omit(row.detail, "cause"),
		})),
	};
}

/** Without what programs say of a camera, which may repeat its address. */
export function camerasForViewers(cameras: Camera[]): Camera[] {
	return cameras.map((c) => ({ ...c, lastLines: [], masks: c.masks.map((m) => ({ ...m, author: "", reason: "" })) }));
}

/** Without what is wrong with parts of the gateway in the words of programs. */
export function towerForViewers(tower: Tower): Tower {
	return {
		...omit(tower, "configFault", "registerFaults", "partFaults", "modelFault"),
		...(tower.danger ? { danger: { ...tower.danger, by: "" } } : {}),
		areaDangers: tower.areaDangers.map((d) => ({ ...d, by: "" })),
		maintenance: tower.maintenance.map((m) => ({ ...m, by: "", reason: "" })),
	};
}

/** That somebody is on duty, and since when. */
export function dutyWithoutNames({ shifts, roster }: Duty): Duty {
	return {
		shifts: shifts.map((s) => ({ ...omit(s, "note"), userId: "", name: "" })),
		roster: roster.map((r) => ({ ...r, name: "" })),
	};
}

export function changeWithoutPersonal(change: Change): Change {
	switch (change.type) {
		case "incident":
			return { ...change, incident: withoutPersonal(change.incident) };
		case "summary":
			return { ...change, incident: summaryWithoutPersonal(change.incident) };
		case "cameras":
			return { ...change, cameras: camerasForViewers(change.cameras) };
		case "tower":
			return { ...change, tower: towerForViewers(change.tower) };
		case "duty":
			return { ...change, duty: dutyWithoutNames(change.duty) };
		default:
			return change;
	}
}
