import type { JudgementStore } from "../store/judgement.ts";
import type { OutboxStore } from "../store/outbox.ts";
import { audit, type Difference } from "./audit.ts";
import type { IncidentRecord } from "./record.ts";

/** Every incident of a time with its ledger and messages, oldest first. */
export async function recordsBetween(
	judgements: JudgementStore,
	outbox: OutboxStore,
	from: number,
	to: number,
): Promise<IncidentRecord[]> {
	const incidents = await judgements.openedBetween(from, to);
	const record: IncidentRecord[] = [];
	for (const incident of incidents) {
		record.push({
			incident,
			ledger: await judgements.ledger.ofIncident(incident.id),
			deliveries: await outbox.ofIncident(incident.id),
		});
	}
	return record;
}

export function auditAll(record: IncidentRecord[], now: number): Difference[] {
	return record.flatMap((p) => audit(withWhole(p, record), now));
}

/** Steps that tell people. */
const TELLS = ["opened", "step", "newcomers"];

/**
 * Records with what was told of the wave that an incident was a part of, and what was told of a wave before parts of
 * it went their own ways.
 */
function withWhole(record: IncidentRecord, all: IncidentRecord[]): IncidentRecord {
	const { incident, ledger } = record;
	const { id, involved, split, splitFrom = [] } = incident;
	if (!split && splitFrom.length === 0) return record;
	const madeFor = (of: string) => all.flatMap((p) => p.deliveries.filter((d) => d.key.startsWith(`${of}|`)));
	const at = ledger.find((l) => l.what === "split" && l.detail["from"] !== undefined);
	const told = splitFrom.flatMap(madeFor).filter((d) => {
		return d.state === "accepted" && at && d.createdAt <= at.at && involved.some((i) => i.personId === d.personId);
	});
	const deliveries = [...new Map([...record.deliveries, ...madeFor(id), ...told].map((d) => [d.id, d])).values()];
	const before = all.filter((p) => splitFrom.includes(p.incident.id)).flatMap((p) => p.ledger);
	const steps = before.filter((l) => at && l.n < at.n && TELLS.includes(l.what));
	return { incident, ledger: [...steps, ...ledger].sort((a, b) => a.n - b.n), deliveries };
}
