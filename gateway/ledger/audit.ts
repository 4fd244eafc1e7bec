import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import type { LadderName } from "../model/escalation.ts";
import type { Incident } from "../model/incident.ts";
import type { LedgerRow } from "../store/ledger.ts";
import type { IncidentRecord } from "./record.ts";

export interface Difference {
	incidentId: string;
	/** ms since 1970 */
	at: number;
	what: Phrase;
}

/** A step may be late by this much: the judge looks at its clock every half minute at the latest. */
const LATE_MS = 90_000;
/** An attempt that was under way when an answer came may still be recorded. */
const UNDER_WAY_MS = 150_000;
/** What may wait for the next message to the same person: see crowd.ts. */
const NEVER_TRIED_MS = UNDER_WAY_MS + 300_000;
const SEES_TO_IT = ["answer:going", "answer:onScene", "answer:confirmed", "answer:controlled", "answer:out"];
const NO_FIRE = ["false", "permitted"];
const ENDS = [...NO_FIRE, "closed"];

/**
 * Works out from the ledger what should have been told, by rules written a second time and apart from the judge's,
 * and reports every difference: steps that are missing, people of a step without a message, messages that no step
 * explains, attempts after the end, messages that nobody ever tried. `now`: ms since 1970.
 */
export function audit(record: IncidentRecord, now: number): Difference[] {
	const { incident, ledger, deliveries } = onOneClock(record);
	const ended = ledger.find((l) => ENDS.includes(l.what));
	const every = deliveries.filter((d) => d.personId !== undefined);
	const people = every.filter((d) => d.message.task !== "standDown");
	// what was made for it and is another's now is that one's
	const own = people.filter((d) => d.incidentId === incident.id);
	const found = [
		...missingSteps(incident, ledger, ended?.at ?? now),
		...allClears(incident, ledger, every),
		...unsent(ledger, people),
		...unexplained(ledger, people),
		...neverTried(people, now),
		...(ended ? afterEnd(ledger, own, ended) : []),
		...lastWords(ledger, every),
		...unknownAttempts(ledger, deliveries),
	];
	return found.map((difference) => ({ incidentId: incident.id, ...difference }));
}

type Found = Omit<Difference, "incidentId">;
type Deliveries = IncidentRecord["deliveries"];

/** Messages that no step explains. */
function unexplained(ledger: LedgerRow[], people: Deliveries): Found[] {
	const explained = new Set(ledger.flatMap(toldBy));
	const strange = people.filter((d) => !explained.has(d.personId ?? ""));
	return strange.map((d) => ({ at: d.createdAt, what: phrase("audit.unexplained", { person: d.personId }) }));
}

/** Messages that nobody has ever tried to send. */
function neverTried(people: Deliveries, now: number): Found[] {
	const forgotten = people.filter(
		(d) => d.state === "queued" && d.tries.length === 0 && now - d.createdAt > NEVER_TRIED_MS,
	);
	return forgotten.map(({ createdAt: at, personId: person, channel }) => ({
		at,
		what: phrase("audit.neverTried", { person, channel }),
	}));
}

/** Attempts after it had ended for good. */
function afterEnd(ledger: LedgerRow[], own: Deliveries, ended: LedgerRow): Found[] {
	if (isReopened(ledger, ended)) return [];
	return own.flatMap(({ personId: person, tries }) => {
		const late = tries.filter((t) => t.at > ended.at + UNDER_WAY_MS);
		return late.map(({ at }) => ({ at, what: phrase("audit.afterEnd", { person }) }));
	});
}

/**
 * People whom a step names and for whom there is no message. Who has no address is named by the register's check; here
 * it is whether a message is missing.
 */
function unsent(ledger: LedgerRow[], people: Deliveries): Found[] {
	const steps = ledger.filter((l) => l.what === "step" || l.what === "newcomers");
	return steps.flatMap((step) =>
		peopleIn(step).flatMap((person) => {
			const own = people.filter((d) => d.personId === person);
			const isSent = own.some((d) => Math.abs(d.createdAt - step.at) < 1000);
			return own.length === 0 || isSent ? [] : { at: step.at, what: phrase("audit.noMessage", { person }) };
		}),
	);
}

function peopleIn({ detail }: LedgerRow): string[] {
	return (detail["people"] as string[] | undefined) ?? [];
}

const TELLS = ["step", "newcomers", "towerSilent", "rekindled", "smokes", "guard:due", "guard:missed"];
const TELLS_WHO_SAID_IT = ["answer:again", "answer:seen", "guard:begins"];

/** Whom a row of the ledger explains a message to. */
function toldBy(row: LedgerRow): string[] {
	if (TELLS.includes(row.what)) return peopleIn(row);
	if (row.what === "lapsed") return [String(row.detail["personId"])];
	return TELLS_WHO_SAID_IT.includes(row.what) ? [row.who] : [];
}

/** Attempts in the ledger that no message has made. */
function unknownAttempts(ledger: LedgerRow[], deliveries: Deliveries): Found[] {
	return ledger.filter(isAttempt).flatMap((l) => {
		const id = String(l.detail["delivery"]);
		const isKnown = deliveries.find((d) => d.id === id)?.tries.some((t) => t.at === l.at);
		return isKnown ? [] : { at: l.at, what: phrase("audit.unknownAttempt", { delivery: id }) };
	});
}

function isReopened(ledger: LedgerRow[], ended: LedgerRow): boolean {
	return ledger.some((l) => l.what === "reopened" && l.n > ended.n);
}

/**
 * Who was told to do something and has heard it hears that it is over: once for each time it ended, after all that he
 * was asked to do. Whoever ended it knows. `accepted` messages alone count as heard.
 */
function allClears(incident: Incident, ledger: LedgerRow[], deliveries: Deliveries): Found[] {
	if (incident.kind !== "fire") return [];
	const ends = ledger.filter((l) => l.what === "allClear");
	const people = [...new Set(deliveries.map((d) => d.personId as string))];
	const clears = ends.flatMap((end, i) => {
		const from = ends[i - 1]?.at ?? Number.NEGATIVE_INFINITY;
		return people.flatMap((person) => {
			// who has gone with a part of a wave hears of that
			const left = (incident.split ?? []).filter((s) => s.people.includes(person)).map((s) => s.at);
			const since = Math.max(0, ...left);
			const own = deliveries.filter((d) => d.personId === person);
			return allClearOf(own, end, { from: Math.max(from, since), person });
		});
	});
	return [...clears, ...endsUntold(ledger, ends, deliveries)];
}

/** Whether one person has heard of one end, `own` being his messages: of what he was told since `from`. */
function allClearOf(own: Deliveries, end: LedgerRow, { from, person }: { from: number; person: string }): Found[] {
	const asked = own.filter((d) => d.lane === "alarm" && d.state === "accepted" && d.message.task !== "inform");
	const wasTold = asked.some((d) => d.createdAt > from && d.createdAt <= end.at);
	const said = own.filter((d) => d.message.task === "standDown" && Math.abs(d.createdAt - end.at) < 1000);
	const addresses = new Set(said.map((d) => `${d.channel} ${d.address}`));
	const found: Found[] = [];
	if (wasTold && said.length === 0 && end.who !== person)
		found.push({ at: end.at, what: phrase("audit.noAllClear", { person }) });
	if (addresses.size < said.length) found.push({ at: end.at, what: phrase("audit.allClearTwice", { person }) });
	return found;
}

/** What was called no fire, and those who had heard of it were not told. */
function endsUntold(ledger: LedgerRow[], clears: LedgerRow[], deliveries: Deliveries): Found[] {
	const heard = deliveries.filter((d) => d.lane === "alarm" && d.state === "accepted");
	const flared = ledger.filter((l) => l.what === "rekindled");
	return ledger
		.filter((l) => NO_FIRE.includes(l.what))
		.flatMap(({ at, who }) => {
			const anybody = heard.some((d) => d.createdAt <= at && d.personId !== who);
			// of a fire that was out, and has not burnt since, people have heard
			const isSince = (clear: LedgerRow) => flared.some((l) => l.at > clear.at && l.at <= at);
			const isKnown = clears.some((clear) => clear.at <= at + 1000 && !isSince(clear));
			return anybody && !isKnown ? [{ at, what: phrase("audit.endUntold") }] : [];
		});
}

/** Who was told that it is over after it was open again, and nothing since: the last word that he has is wrong. */
function lastWords(ledger: LedgerRow[], deliveries: Deliveries): Found[] {
	const tries = deliveries.flatMap((d) => d.tries.map((t) => ({ d, at: t.at, outcome: t.outcome })));
	const accepted = tries.filter((t) => t.outcome === "accepted");
	const flared = ledger.filter((l) => l.what === "rekindled");
	return flared.flatMap((again) => {
		const heard = accepted.filter((t) => t.at > again.at + UNDER_WAY_MS);
		const over = heard.filter(({ d }) => d.message.task === "standDown" && d.createdAt < again.at);
		const wrong = over.filter(({ d, at }) => !heard.some((h) => h.d.personId === d.personId && h.at > at));
		return wrong.map(({ d, at }) => ({ at, what: phrase("audit.wrongLastWord", { person: d.personId }) }));
	});
}

/**
 * The record as if the clock had never been set: what was written before a jump moves by it, as the incident did. A
 * message is as old as the rows that were written with it: one that waits moves with the clock though its incident is
 * over, and its ledger does not.
 */
function onOneClock({ incident, ledger, deliveries }: IncidentRecord): IncidentRecord {
	const clocks = ledger.flatMap(({ what }, i) => (what === "clock" ? i : []));
	const moved = ledger.map((row, i) => ({ ...row, at: row.at + setLater(ledger, i, clocks) }));
	const rowAt = new Map<number, number>();
	const tryAt = new Map<string, number>();
	for (const [i, { at }] of moved.entries()) {
		const row = ledger[i] as LedgerRow;
		if (isAttempt(row)) tryAt.set(`${row.detail["delivery"]} ${row.at}`, at);
		else rowAt.set(row.at, at);
	}
	const onOne = (d: IncidentRecord["deliveries"][number]) => ({
		...d,
		createdAt: rowAt.get(d.message.at) ?? d.createdAt,
		tries: d.tries.map((t) => ({ ...t, at: tryAt.get(`${d.id} ${t.at}`) ?? t.at })),
	});
	return { incident, ledger: moved, deliveries: deliveries.map(onOne) };
}

/** By how much the clock was set after the time that a row bears, ms; `clocks`: the rows that say that it was. */
function setLater(ledger: LedgerRow[], i: number, clocks: number[]): number {
	const later = clocks.filter((clock) => clock > i || isFromBefore(ledger, i, clock));
	return later.reduce((sum, clock) => sum + setBy(ledger[clock] as LedgerRow), 0);
}

function setBy({ detail }: LedgerRow): number {
	return Number(detail["byMs"]);
}

/** An attempt that was under way when the clock was set may be recorded right after that, with the time of before. */
function isFromBefore(ledger: LedgerRow[], i: number, clock: number): boolean {
	if (i <= clock || !ledger.slice(clock + 1, i + 1).every(isAttempt)) return false;
	const [attempt, set] = [ledger[i] as LedgerRow, ledger[clock] as LedgerRow];
	const offBy = Math.abs(attempt.at - (set.at - setBy(set)));
	return offBy < Math.min(UNDER_WAY_MS, Math.abs(attempt.at - set.at));
}

function isAttempt({ what }: LedgerRow): boolean {
	return what.startsWith("attempt:");
}

/** Whom a step means, and what he is asked. */
function whom(step: { level?: unknown; roles?: unknown; tiers?: unknown; deputies?: unknown; task?: unknown }): string {
	const { level = null, roles = null, tiers = null, deputies = false, task = null } = step;
	return JSON.stringify([level, roles, tiers, deputies, task]);
}

/** Groups of the plan in force whose time came while nobody saw to the fire, and of which the ledger knows nothing. */
function missingSteps(incident: Incident, ledger: LedgerRow[], until: number): Found[] {
	// with the ladders in two hands, each ledger holds a part of the steps
	if (ledger.some((l) => l.what === "taken" || l.what === "adopted")) return [];
	const begun = { at: incident.openedAt };
	const opened = ledger.find((l) => l.what === "opened") ?? begun;
	// what somebody worked on began to escalate when the work was over
	const { at: from } = ledger.findLast((l) => l.what === "maintenanceOver") ?? opened;
	const taken = ledger.find((l) => SEES_TO_IT.includes(l.what))?.at ?? Number.POSITIVE_INFINITY;
	const span = { from, to: Math.min(until, taken) };
	return LADDERS.flatMap((ladder) => missingIn(incident, ledger, ladder, span));
}

const LADDERS: readonly LadderName[] = ["verify", "suppress"];

function missingIn(
	{ ladder: { plan: whole, stepsForward } }: Incident,
	ledger: LedgerRow[],
	ladder: LadderName,
	{ from, to }: { from: number; to: number },
): Found[] {
	const plan = whole.filter((s) => s.ladder === ladder && s.when !== "confirmed");
	const steps = ledger.filter((l) => l.what === "step" && l.detail["ladder"] === ladder);
	const wasTaken = (s: object, by: number) => steps.some((l) => l.at <= by && whom(l.detail) === whom(s));
	const times = [...new Set(plan.map((s) => s.afterMs))].sort((a, b) => a - b);
	return times.flatMap((afterMs, i) => {
		// a permit puts steps back by one; nothing puts them back further
		const later = times[i + 1] ?? afterMs * 2;
		const due = from + (stepsForward < 0 && i > 0 ? later : afterMs);
		const late = due + LATE_MS;
		const isMissing = plan.some((s) => s.afterMs === afterMs && !wasTaken(s, late));
		return late <= to && isMissing ? [{ at: due, what: phrase("audit.stepMissing", { step: i, ladder }) }] : [];
	});
}
