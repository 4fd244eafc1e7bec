import { rowName, whoName } from "../../../../base/say.ts";
import type { Incident, LedgerLine } from "../api-types.ts";
import { clock, filled, inWords, type Words } from "../i18n.ts";

/** What a row holds beside its words: for whoever audits it, and not for whoever reads. */
const OF_THE_CHAIN = ["why", "personal", "delivery"];

/** A row of the ledger: when, what, by whom and why in words; what else it holds as it is stored, for a closer look. */
export function LedgerRow({ row, incident, w }: { row: LedgerLine; incident: Incident; w: Words }) {
	const { why } = row.detail;
	const rest = Object.entries(row.detail).filter(([key]) => !OF_THE_CHAIN.includes(key));
	const involved = incident.involved.find((i) => i.personId === row.who)?.name;
	const who = row.name ?? whoName(w.language, row.who) ?? involved ?? row.who;
	const nameOf = (id: unknown) => incident.involved.find((i) => i.personId === id)?.name ?? String(id);
	const { people, personId } = row.detail;
	const told = [...(Array.isArray(people) ? people : []), ...(personId === undefined ? [] : [personId])].map(nameOf);
	return (
		<span title={rest.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join("\n")}>
			<time>{clock(w, row.at)}</time> <b>{rowName(w.language, row.what)}</b> {who}{" "}
			{row.takenDownBy && `${filled(w, w.incidentPage.takenDown, { name: row.takenDownBy })} `}
			{told.length > 0 && `→ ${told.join("、")} `}
			{typeof why === "string" && <i>{inWords(w, why)}</i>} {row.note && <q>{row.note}</q>}
		</span>
	);
}
