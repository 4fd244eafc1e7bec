import { IntlMessageFormat } from "intl-messageformat";
import { decodePhrase, encodePhrase, type Gap, type Joined, type Phrase } from "./phrase.ts";
import { en } from "./words/en/phrases.ts";
import { zh } from "./words/zh/phrases.ts";

/** The languages in which people are spoken to. */
export type Language = "zh" | "en";
export type PhraseCode = keyof typeof en;

const CATALOGUE: Record<Language, Readonly<Record<PhraseCode, string>>> = { zh, en };
const LOCALE = { zh: "zh-CN", en: "en-GB" } as const;
/** Taking a message apart takes a hundred times as long as filling it in: each is taken apart once. */
const formats = { zh: new Map<string, IntlMessageFormat>(), en: new Map<string, IntlMessageFormat>() };

/** The phrase of a code of the catalogue. */
export function phrase(code: PhraseCode, gaps?: Record<string, Gap | undefined>): Phrase {
	return encodePhrase(code, gaps);
}

/**
 * A phrase in words. What is no phrase is said as it stands: somebody's own words, those of an older program, or what
 * came over a line and only looks like a phrase. Never throws: nobody's text may keep others from being told.
 */
export function say(language: Language, text: Phrase): string {
	const { code, gaps } = decodePhrase(text);
	if (!Object.hasOwn(en, code)) return text;
	try {
		const values = Object.fromEntries(Object.entries(gaps).map(([name, value]) => [name, inGap(language, value)]));
		return fill(language, CATALOGUE[language][code as PhraseCode], values);
	} catch {
		return text;
	}
}

function inGap(language: Language, value: string | readonly Phrase[] | Joined): string {
	if (typeof value === "string") return value;
	const { of, by } = "by" in value ? value : { of: value, by: "list.stop" };
	return of.map((item) => say(language, item)).join(separator(language, by));
}

/** What stands between phrases: a bare code of ours, and no text that somebody has put there. */
function separator(language: Language, by: string): string {
	if (by === "") return "";
	return CATALOGUE[language][Object.hasOwn(en, by) ? (by as PhraseCode) : "list.stop"];
}

/** A phrase of so many characters at the most; what is longer is put into words, since one that is cut is none. */
export function atMost(most: number, text: Phrase): Phrase {
	return text.length <= most ? text : say("en", text).slice(0, most);
}

/** Phrases one after the other, with what a code says between them; those that are empty are left out. */
export function joined(by: PhraseCode | "", parts: readonly (Phrase | undefined)[]): Phrase {
	const of = parts.filter((part): part is Phrase => part !== undefined && part !== "");
	return of.length > 1 ? phrase("joined", { text: { of, by } }) : (of[0] ?? "");
}

/** The words of a code at once: the same as saying its phrase. */
export function words(language: Language, code: PhraseCode, gaps: Record<string, string | number> = {}): string {
	return fill(language, CATALOGUE[language][code], gaps);
}

/** What a row of the ledger is: the name after `ledger.` of a code of the catalogue, some with what is of it. */
type RowName = Exclude<
	Extract<PhraseCode, `ledger.${string}`> extends `ledger.${infer N}` ? N : never,
	"rule" | "centre"
>;
export type RowCode = RowName | `${RowName}:${string}`;

/** What a row of the ledger says, by its code: `answer:going`. One of a newer program stands as it is. */
export function rowName(language: Language, what: string): string {
	const [kind = "", of = ""] = what.split(":");
	const code = `ledger.${kind}`;
	return Object.hasOwn(en, code) ? words(language, code as PhraseCode, { of }) : what;
}

/** As `DUTY_DESK` of the register, which a base cannot know. */
const DESK = "duty-desk";

/** Whose row of the ledger it is, where that is no person of the register: the rules', a channel's, the desk's. */
export function whoName(language: Language, who: string): string | undefined {
	if (who === DESK) return words(language, "message.dutyDesk");
	const channel = /^channel:(.*)$/.exec(who)?.[1];
	if (channel !== undefined) return words(language, "channel.name", { channel });
	return who === "rule" || who === "centre" ? words(language, `ledger.${who}`) : undefined;
}

/** A message of the catalogue (ICU MessageFormat) with its gaps filled. */
export function fill(language: Language, message: string, gaps: Record<string, string | number> = {}): string {
	if (!message.includes("{")) return message;
	let format = formats[language].get(message);
	if (!format) {
		format = new IntlMessageFormat(message, LOCALE[language]);
		formats[language].set(message, format);
	}
	return String(format.format(gaps));
}
