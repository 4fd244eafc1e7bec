import type { Incident } from "../model/incident.ts";
import type { LedgerRow } from "../store/ledger.ts";
import type { Attempt, QueuedDelivery } from "../store/outbox.ts";

/** Everything the store holds of one incident. */
export interface IncidentRecord {
	incident: Incident;
	ledger: LedgerRow[];
	deliveries: (QueuedDelivery & { tries: Attempt[] })[];
}
