import { defined, omit } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import { withTimes } from "../escalation/times.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";

/** Names of the fields of an incident that hold a time, ms since 1970. */
const TIMES = new Set([
	"openedAt",
	"changedAt",
	"decisiveAt",
	"firstSeenAt",
	"confirmedAt",
	"closedAt",
	"seenAt",
	"at",
	"nextAt",
	"feedbackBy",
	"notifiedAt",
	"goingSince",
	"answeredAt",
	"lapsedAt",
	"notReachedAt",
	"heardAt",
	"askedAt",
	"heartbeatAt",
	"escalatesFrom",
	"outAt",
	"smokeToldAt",
	"until",
	"since",
	"dueAt",
	"doneAt",
]);

/**
 * The clock was set: every time of what is open moves with it, so that no pause grows or shrinks. What was written to
 * the ledger keeps its time; the entry says by how much it differs from then on.
 */
export function onClockSet(
	context: JudgeContext,
	state: JudgeState,
	event: Extract<JudgeEvent, { type: "clock" }>,
): Judged {
	const { byMs } = event;
	const why = phrase("because.clock", { how: event.why });
	const incidents = state.incidents.map((i) => withTimes(context, shifted(i, byMs)));
	const settledTracks = Object.fromEntries(
		Object.entries(state.settledTracks).map(([track, until]) => [track, until + byMs]),
	);
	const pendingAcks = state.pendingAcks?.map((u) => ({ ...u, nextAt: u.nextAt + byMs, until: u.until + byMs }));
	const rest = omit(state, "checkedAt");
	const entry: LedgerEntry = {
		at: context.now,
		incidentId: "",
		what: "clock",
		who: "rule",
		detail: { byMs, why, open: incidents.length },
	};
	return {
		state: { ...rest, incidents, settledTracks, ...defined({ pendingAcks }) },
		changed: incidents,
		// with each incident, too: who reads its ledger must know that what stands before is of another clock
		effects: [entry, ...incidents.map((i) => ({ ...entry, incidentId: i.id, detail: { byMs, why } }))].map((e) => ({
			type: "ledger",
			entry: e,
		})),
	};
}

function shifted(incident: Incident, byMs: number): Incident {
	const move = (value: unknown, key: string): unknown => {
		if (typeof value === "number") return TIMES.has(key) ? value + byMs : value;
		if (Array.isArray(value)) return value.map((v) => move(v, ""));
		if (value === null || typeof value !== "object") return value;
		return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, move(v, k)]));
	};
	return move(incident, "") as Incident;
}
