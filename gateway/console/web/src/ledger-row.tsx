import { rowName, whoName } from "../../../base/say.ts";
import type { Incident, LedgerLine } from "./api-types.ts";
import { clock, inWords, type Words } from "./i18n.ts";

/** A row of the ledger: when, what, by whom and why in words; what else it holds as it is stored. */
export function LedgerRow({ row, incident, w }: { row: LedgerLine; incident: Incident; w: Words }) {
	const { why, ...rest } = row.detail;
	const who = whoName(w.language, row.who) ?? incident.involved.find((i) => i.personId === row.who)?.name ?? row.who;
	return (
		<>
			<time>{clock(w, row.at)}</time> <b>{rowName(w.language, row.what)}</b> {who}{" "}
			{typeof why === "string" && <i>{inWords(w, why)}</i>} <small>{JSON.stringify(rest)}</small>
		</>
	);
}
