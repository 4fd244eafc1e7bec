import type { Incident, LedgerLine } from "../api-types.ts";

/**
 * The picture that stands for a row of the ledger, by name: what was sent from the scene with an answer, what the
 * incident was opened with, or what another source saw as it joined. None for any other row.
 */
export function pictureOf(row: LedgerLine | undefined, incident: Pick<Incident, "evidence" | "reports">) {
	if (!row) return undefined;
	const sent = incident.reports?.find(({ personId, at }) => personId === row.who && at === row.at)?.picture;
	if (sent !== undefined) return sent;
	const seen = incident.evidence.filter(({ picture }) => picture !== undefined);
	if (row.what === "opened") return seen.find(({ at }) => at <= row.at)?.picture;
	if (row.what !== "joined") return undefined;
	const away = (e: { at: number }) => Math.abs(e.at - row.at);
	const own = seen.filter(({ sourceId }) => sourceId === row.detail.source);
	return own.sort((a, b) => away(a) - away(b))[0]?.picture;
}
