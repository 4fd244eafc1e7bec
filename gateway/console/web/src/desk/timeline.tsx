import { rowName, whoName } from "../../../../base/say.ts";
import type { Incident, IncidentDetail, LedgerLine } from "../api-types.ts";
import { useReader } from "../context.ts";
import { clock, filled, inWords } from "../i18n.ts";
import { grouped } from "./grouped.ts";
import { pictureOf } from "./picture-of.ts";
import { useSourceName } from "./source-name.ts";

/** What a row holds beside its words: for whoever audits it, and not for whoever reads. */
const OF_THE_CHAIN = ["why", "personal", "delivery"];

interface TimelineProps {
	detail: IncidentDetail;
	/** With what was seen, and sent from the scene, where it was. */
	hasPictures?: boolean;
}

/** The ledger of an incident as what happened, one after the other; what was done alike to many as one. */
export function Timeline({ detail: { ledger, incident }, hasPictures = false }: TimelineProps) {
	return (
		<ol className="timeline">
			{grouped(ledger).map((rows) => (
				<li key={rows[0]?.n}>
					<Rows rows={rows} incident={incident} />
					{hasPictures && <Picture name={pictureOf(rows[0], incident)} />}
				</li>
			))}
		</ol>
	);
}

function Picture({ name }: { name: string | undefined }) {
	const { w } = useReader();
	if (name === undefined) return null;
	return (
		<a href={`/api/pictures/${name}`} target="_blank" rel="noreferrer">
			<img src={`/api/pictures/${name}`} alt={w.evidence} loading="lazy" />
		</a>
	);
}

/** When, what, by whom and why in words; what else the rows hold as it is stored, for a closer look. */
function Rows({ rows, incident }: { rows: LedgerLine[]; incident: Incident }) {
	const { w } = useReader();
	const sourceName = useSourceName();
	const [row] = rows;
	if (!row) return null;
	const { why, people, source } = row.detail;
	const involved = incident.involved.find((i) => i.personId === row.who)?.name;
	const who = row.name ?? whoName(w.language, row.who) ?? involved ?? row.who;
	const nameOf = (id: unknown) => incident.involved.find((i) => i.personId === id)?.name ?? String(id);
	const each = rows.flatMap(({ detail: { personId } }) => (personId === undefined ? [] : [personId]));
	const told = [...(Array.isArray(people) ? people : []), ...each].map(nameOf);
	return (
		<span title={rows.map(asStored).join("\n\n")}>
			<time>{clock(w, row.at)}</time> <b>{rowName(w.language, row.what)}</b> {who}{" "}
			{row.takenDownBy && `${filled(w, w.incidentPage.takenDown, { name: row.takenDownBy })} `}
			{row.what === "joined" && typeof source === "string" && `· ${sourceName(source)} `}
			{told.length > 0 && `→ ${told.join("、")} `}
			{typeof why === "string" && <i>{inWords(w, why)}</i>} {row.note && <q>{row.note}</q>}
		</span>
	);
}

function asStored({ detail }: LedgerLine): string {
	const rest = Object.entries(detail).filter(([key]) => !OF_THE_CHAIN.includes(key));
	return rest.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join("\n");
}
