import { defined } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { VIA_CENTRE } from "../../model/lease.ts";
import { mayEnd } from "../duty/duty.ts";
import { deliveries, ledger, refusalOf } from "../escalation/effects.ts";
import { noChange, reportsOf } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { lacks } from "./ending.ts";

/**
 * The file of a fire, apart from its alarm: "false" and "permitted" stop every message at once, but the file is closed
 * only when it says what it was and how that is known, like that of a fire which went out.
 */

/**
 * Closes the file of an incident that ended as false or permitted, where nothing is lacking any more; where several
 * towers saw the same, the files of all.
 */
export function closeFile(context: JudgeContext, state: JudgeState, ended: Incident, a: Answer): Judged {
	if (a.answer !== "close" || ended.closedAt !== undefined) return noChange(state);
	const { personId: who, at, note, via } = a;
	const report = note === undefined ? [] : [{ personId: who, at, what: a.answer, note }];
	const cause = defined({ cause: a.cause });
	const fire = notClosed(state);
	const reports = [...reportsOf(fire), ...report];
	const personal = { name: a.personName, note };
	const said = ledger(ended, { at, what: "answer:close", who, detail: { via, ...cause }, personal });
	// the centre has looked at it, with what all its towers know
	const trusted = a.via === VIA_CENTRE;
	const missing = trusted ? [] : lacks({ ...ended, ...cause, reports });
	const right = trusted || mayEnd(context.duty, a.personId, ended.grids, a.at);
	if (!right || missing.length > 0) {
		const why = right ? phrase("refused.cannotClose", { lacks: missing }) : phrase("refused.noRight");
		return { ...noChange(state), effects: [said, refusalOf(ended, a.at, a, why)], refused: why };
	}
	const closed = fire.map((i): Incident => ({ ...i, ...cause, reports, closedAt: context.now }));
	return { state, changed: closed, effects: [said, ...closed.flatMap((i) => closing(context, i, a.personId))] };
}

/**
 * On a centre: a tower has closed the file of an incident of its own; it is closed for all towers that saw the fire.
 */
export function fileClosed(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	const ended = state.ended?.find((i) => i.id === theirs.id);
	if (ended?.takenFrom?.tower !== tower || theirs.closedAt === undefined) return noChange(state);
	if (ended.closedAt !== undefined) return noChange(state);
	const { cause, reports } = theirs;
	const known = { closedAt: context.now, ...defined({ cause, reports }) };
	const closed = notClosed(state).map((i): Incident => ({ ...i, ...known }));
	return { state, changed: closed, effects: closed.flatMap((i) => closing(context, i, tower)) };
}

/** Of what is over, the incidents whose file is open. */
function notClosed({ ended = [] }: JudgeState): Incident[] {
	return ended.filter((i) => i.closedAt === undefined);
}

function closing(context: JudgeContext, closed: Incident, who: string): Effect[] {
	// the state is the same as before, and so would the key of a message be
	return [
		ledger(closed, { at: context.now, what: "fileClosed", who, detail: { cause: closed.cause } }),
		...deliveries(context, closed, context.listeners, { key: `fileClosed.${context.now}` }),
	];
}
