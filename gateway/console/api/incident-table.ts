import { defined, omit } from "../../base/omit.ts";
import { PAGE_WORDS } from "../../base/page-words.ts";
import type { Language } from "../../base/say.ts";
import { localTimeWithOffset } from "../../base/time-zone.ts";
import type { IncidentFilter, IncidentRow } from "../../model/incident-row.ts";
import { INCIDENT_STATES } from "../../model/incident-states.ts";
import type { IncidentList } from "../../store/incident-list.ts";
import { unnamed } from "../views/incident.ts";
import type { IncidentListRow } from "../views/schemas.ts";
import type { Who } from "./auth.ts";
import type { Table } from "./workbook.ts";

const MOST_EXPORTED = 200_000;
/** Rows of an export that are read at once. */
const AT_ONCE = 2_000;

/** All rows of a filter, read a piece at a time. */
export async function allOf(list: IncidentList, filter: IncidentFilter): Promise<IncidentRow[]> {
	const rows: IncidentRow[] = [];
	for (let last: IncidentRow | undefined; rows.length < MOST_EXPORTED; ) {
		const page: IncidentRow[] = await list.find(filter, AT_ONCE, last);
		rows.push(...page);
		last = page.at(-1);
		if (page.length < AT_ONCE) break;
	}
	return rows;
}

/** What was asked for, as it stands in an address. */
type Asked = Omit<IncidentFilter, "states" | "within"> & { states?: string };

export function filterOf({ states, ...asked }: Asked, { areas }: Who): IncidentFilter {
	const known = states?.split(",").flatMap((name) => INCIDENT_STATES.find((s) => s === name) ?? []);
	return { ...asked, ...defined({ states: known }), within: areas };
}

export function viewOf(row: IncidentRow, seesPeople: boolean): IncidentListRow {
	const bare = omit(row, "people");
	return seesPeople ? bare : { ...omit(bare, "cause"), sources: row.sources.map(unnamed) };
}

/** A line for each, times as the tower's clock shows them, in the office's language. */
export function tableOf(rows: IncidentListRow[], language: Language, timeZone: string): Table {
	const { columns } = PAGE_WORDS[language].list;
	const { kinds, states } = PAGE_WORDS[language];
	const time = (at: number | undefined) => (at === undefined ? "" : localTimeWithOffset(at, timeZone));
	const lines = rows.map((r) => ({
		[columns.id]: r.id,
		[columns.opened]: time(r.openedAt),
		[columns.kind]: kinds[r.kind],
		[columns.status]: PAGE_WORDS[language].list.status[r.status],
		[columns.state]: states[r.state],
		[columns.place]: r.place,
		[columns.grids]: r.grids.join(" "),
		[columns.sources]: r.sources.join("; "),
		[columns.cause]: r.cause,
		[columns.size]: r.sizeHa,
		[columns.answer]: secondsBetween(r.openedAt, r.answeredAt),
		[columns.scene]: secondsBetween(r.openedAt, r.onSceneAt),
		[columns.closed]: time(r.closedAt),
		[columns.lat]: r.lat,
		[columns.lon]: r.lon,
	}));
	return { columns: Object.values(columns), rows: lines };
}

function secondsBetween(from: number, at: number | undefined): number | undefined {
	return at === undefined ? undefined : Math.round((at - from) / 1000);
}

/** Those whose place is known, as points in WGS84. */
export function mapOf(rows: IncidentListRow[]): string {
	const features = rows.flatMap(({ lat, lon, ...properties }) =>
		lat === undefined || lon === undefined
			? []
			: [{ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties }],
	);
	return JSON.stringify({ type: "FeatureCollection", features });
}
