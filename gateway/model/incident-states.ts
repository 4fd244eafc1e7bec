/**
 * How far people have come with an incident, and what moves it on. `false`, `permitted` and `closed` are ends: nobody
 * hears of it any more. `out` waits for cause and report, without which a fire cannot be closed; so does the file of
 * what was false or permitted.
 */
export const INCIDENT_STATES = [
	"detected",
	"verifying",
	"confirmed",
	"dispatched",
	"onScene",
	"controlled",
	"out",
	"false",
	"permitted",
	"closed",
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];
export type EndState = Extract<IncidentState, "false" | "permitted" | "closed">;

/**
 * What moves an incident on: what a person says, `goingOut` where he was ordered out or it is confirmed; `burnsAgain`
 * and `seenAgain`, by a person or new evidence, where somebody has confirmed it before or nobody has.
 */
export type Move =
	| "going"
	| "goingOut"
	| "confirmed"
	| "onScene"
	| "controlled"
	| "out"
	| "false"
	| "permitted"
	| "close"
	| "burnsAgain"
	| "seenAgain";

const ENDS = { false: "false", permitted: "permitted", close: "closed" } as const;
const AGAIN = { burnsAgain: "confirmed", seenAgain: "detected" } as const;

/** The state after a move; a move that is not named changes nothing. */
export const TRANSITIONS: Readonly<Record<IncidentState, Readonly<Partial<Record<Move, IncidentState>>>>> = {
	detected: {
		going: "verifying",
		goingOut: "dispatched",
		confirmed: "confirmed",
		onScene: "onScene",
		controlled: "controlled",
		out: "out",
		...ENDS,
	},
	verifying: {
		goingOut: "dispatched",
		confirmed: "confirmed",
		onScene: "onScene",
		controlled: "controlled",
		out: "out",
		...ENDS,
	},
	confirmed: { goingOut: "dispatched", onScene: "onScene", controlled: "controlled", out: "out", ...ENDS },
	dispatched: { onScene: "onScene", controlled: "controlled", out: "out", ...ENDS },
	onScene: { controlled: "controlled", out: "out", ...ENDS },
	controlled: { out: "out", ...AGAIN, ...ENDS },
	out: { ...AGAIN, ...ENDS },
	false: AGAIN,
	permitted: AGAIN,
	closed: AGAIN,
};

export function nextState(state: IncidentState, move: Move): IncidentState {
	return TRANSITIONS[state][move] ?? state;
}

/** Whether it is over: nobody hears of it any more. */
export function isEnd(state: IncidentState): state is EndState {
	return state === "false" || state === "permitted" || state === "closed";
}

/** Whether it was no fire. */
export function isNoFire(state: IncidentState): state is "false" | "permitted" {
	return state === "false" || state === "permitted";
}

/** Whether it burns no longer, or within bounds: nobody is called any more, and it is watched. */
export function isUnderControl(state: IncidentState): state is "controlled" | "out" {
	return state === "controlled" || state === "out";
}

/** Whether nobody is called for it any more: it is under control, or over. */
export function callsNobody(state: IncidentState): boolean {
	return isUnderControl(state) || isEnd(state);
}

/** Whether one state is farther on than another; ends are farther than all others. */
export function isFarther(state: IncidentState, than: IncidentState): boolean {
	return rankOf(state) > rankOf(than);
}

function rankOf(state: IncidentState): number {
	return isEnd(state) ? INCIDENT_STATES.length : INCIDENT_STATES.indexOf(state);
}
