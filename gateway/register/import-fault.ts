import { LookoutError } from "../base/errors.ts";
import type { Gap, Phrase } from "../base/phrase.ts";
import { type Language, type PhraseCode, phrase, say } from "../base/say.ts";

/** Faults that are listed; of a file that is another than it should be each row has one. */
const MOST_LISTED = 100;

/** A register that cannot be imported, and why: LK0501. Each fault says where, as `file:line column: what is wrong`. */
export class RegisterError extends LookoutError {
	readonly faults: readonly Phrase[];

	constructor(faults: readonly Phrase[], cause?: unknown) {
		super("LK0501", inWords("en", linesOf(faults)), { cause, hint: say("en", HINT) });
		this.faults = faults;
	}

	/** All of it for people, with what to do. */
	inWords(language: Language): string {
		return inWords(language, [...linesOf(this.faults), HINT]);
	}
}

/** For people: how many there are, and the first of them. */
export function linesOf(faults: readonly Phrase[]): Phrase[] {
	return [phrase("import.faults", { count: faults.length }), ...faults.slice(0, MOST_LISTED)];
}

const HINT = phrase("import.hint");

function inWords(language: Language, lines: readonly Phrase[]): string {
	return lines.map((line) => say(language, line)).join("\n");
}

/** What is wrong with files that are read: one list, which everything that reads them writes into. */
export class ImportFaults {
	readonly list: Phrase[] = [];

	/** `at`: file, row and column, as `people.csv:3 phone`. */
	add(at: string, code: PhraseCode, gaps: Record<string, Gap | undefined> = {}): void {
		this.list.push(phrase(code, { at, ...gaps }));
	}
}

/** What was probably meant, for the gap `guess`: none where nothing is near. */
export function guessed(guess: string | undefined): string {
	return guess ?? "none";
}
