import { joined, phrase } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { overAt } from "../judgement/judged.ts";

/**
 * Words that waited in a phone without signal: what they mean when they come depends on what was seen and said
 * meanwhile.
 */

/** Words of somebody who sees it burn. */
export const SEES_FIRE: readonly Answer["answer"][] = ["confirmed", "onScene", "controlled"];

/** Said at once and heard at once differ by less, ms. */
const AT_ONCE_MS = 30_000;

/**
 * A word that ends something and waited in a phone without signal, while something else was seen or said: whoever
 * tapped it did not know of that. What is under control smokes on, and what is out for a while: cameras say nothing
 * against either.
 */
export function isOvertaken(incident: Incident, a: Answer, now: number): boolean {
	const { kind, state, ending } = incident;
	if (kind !== "fire" || a.via !== "phone") return false;
	// what burnt before it was brought under control does not burn again for that, nor takes it an end back
	if (SEES_FIRE.includes(a.answer) && ending && a.at < ending.answer.at) return true;
	if (now - a.at <= AT_ONCE_MS) return false;
	if (STILL_BURNS.includes(a.answer)) return isUnderControl(state) && overAt(incident) > a.at;
	return WAITS.includes(a.answer) && contraryTimes(incident, a).some((at) => at > a.at);
}

/** When something was seen or said that speaks against a word, ms since 1970. */
function contraryTimes(incident: Incident, { answer, personId }: Answer): number[] {
	const { evidence, reports = [], involved, confirmedAt = 0, escalatesFrom = 0 } = incident;
	const isVerdict = VERDICTS.includes(answer);
	const contrary: readonly (string | undefined)[] = isVerdict ? SEES_FIRE : BURNS;
	const others = involved.filter((i) => i.personId !== personId && contrary.includes(i.answer));
	const brought = reports.filter((r) => r.personId !== personId && contrary.includes(r.what));
	const words = [...brought.map((r) => r.at), ...others.flatMap((i) => i.answeredAt ?? []), escalatesFrom];
	if (isVerdict) return [...evidence.map((e) => e.at), ...words, confirmedAt];
	// cameras see smoke for a while after a fire is out
	const seen = answer === "out" ? evidence.filter((e) => e.source !== "camera") : [];
	return [...seen.map((e) => e.at), ...words];
}
const BURNS: readonly Answer["answer"][] = ["confirmed"];
const STILL_BURNS: readonly Answer["answer"][] = [...BURNS, "onScene"];
const VERDICTS: readonly Answer["answer"][] = ["false", "permitted"];
const WAITS: readonly Answer["answer"][] = ["false", "permitted", "controlled", "out"];

/** Characters of a note, as the line to a centre takes it. */
const MOST_NOTE = 500;
/** How much of a person's words is tried, most first. */
const LENGTHS = [500, 400, 350, 300, 250, 200, 150, 100, 50, 20, 0];

/** It goes to the desk with its time, and ends nothing. */
export function overtaken(context: DecisionContext, a: Answer): Answer {
	const time = localTime(a.at, context.timeZone).slice(11);
	const answer = TAPPED.includes(a.answer) ? phrase(`answer.${a.answer as Tapped}`) : a.answer;
	const what = phrase("message.overtaken", { time, answer: [answer] });
	const noted = (cause: number, note: number) =>
		joined("message.dot", [what, a.cause?.slice(0, cause), a.note?.slice(0, note)]);
	// a phrase that is cut is none any more: the person's own words give way, the note first
	const notes = LENGTHS.map((most) => noted(MOST_NOTE, most));
	const causes = LENGTHS.map((most) => noted(most, 0));
	const note = [...notes, ...causes].find((text) => text.length <= MOST_NOTE) ?? what;
	return { ...a, answer: "seen", note };
}
type Tapped = "false" | "permitted" | "controlled" | "out" | "confirmed" | "onScene";
const TAPPED: readonly string[] = [
	"false",
	"permitted",
	"controlled",
	"out",
	"confirmed",
	"onScene",
] satisfies Tapped[];
