import { writeCsv } from "../base/csv.ts";
import { localTimeWithOffset, timeAt } from "../base/time-zone.ts";
import type { Involved } from "../model/escalation.ts";
import type { IncidentRecord } from "./record.ts";

const LEDGER_COLUMNS = [
	"incident",
	"status",
	"kind",
	"opened",
	"grid",
	"person",
	"name",
	"role",
	"level",
	"task",
	"told",
	"channels",
	"answer",
	"secondsToAnswer",
	"secondsToScene",
	"state",
	"verdictBy",
	"cause",
	"closed",
] as const;

/** The ledger of a quarter as a table: a line for each person who was told of each incident. */
export function ledgerCsv(records: IncidentRecord[], timeZone: string, personId?: string): string {
	const time = (ms: number) => localTimeWithOffset(ms, timeZone);
	const rows = records.flatMap((record) => {
		const { involved } = record.incident;
		const meant = personId === undefined ? involved : involved.filter((p) => p.personId === personId);
		return meant.map((person) => rowOf(record, person, time));
	});
	return writeCsv(LEDGER_COLUMNS, rows);
}

function rowOf({ incident: i, ledger, deliveries }: IncidentRecord, person: Involved, time: (ms: number) => string) {
	const { personId, name, role, level, task, notifiedAt } = person;
	const said = ledger.filter((l) => l.who === personId && l.what.startsWith("answer:"));
	const first = said.find((l) => l.what !== "answer:seen");
	const scene = said.find((l) => l.what === "answer:onScene");
	const own = deliveries.filter((d) => d.personId === personId);
	return {
		incident: i.id,
		status: i.status,
		kind: i.kind,
		opened: time(i.openedAt),
		grid: i.grids[0]?.name,
		person: personId,
		name,
		role,
		level,
		task,
		told: time(notifiedAt),
		channels: own.map((d) => `${d.channel} ${d.state}`).join("; "),
		answer: first?.what.replace("answer:", ""),
		secondsToAnswer: since(notifiedAt, first?.at),
		secondsToScene: since(notifiedAt, scene?.at),
		state: i.state,
		verdictBy: i.closedBy,
		cause: i.cause,
		closed: i.closedAt === undefined ? "" : time(i.closedAt),
	};
}

const since = (from: number, to: number | undefined) => (to === undefined ? undefined : Math.round((to - from) / 1000));

/** From and to of a quarter such as 2026Q4 in a time zone, ms since 1970; undefined when it is none. */
export function quarterOf(text: string, timeZone: string): { from: number; to: number } | undefined {
	const match = /^(\d{4})Q([1-4])$/.exec(text);
	if (!match) return undefined;
	const [year, first] = [Number(match[1]), (Number(match[2]) - 1) * 3 + 1];
	const start = (y: number, month: number) => timeAt(`${y}-${String(month).padStart(2, "0")}-01T00:00`, timeZone);
	return { from: start(year, first), to: first === 10 ? start(year + 1, 1) : start(year, first + 3) };
}
