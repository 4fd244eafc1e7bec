/**
 * What is said to people travels as a code of the catalogue with what stands in its gaps, and is put into words where
 * it is read, in the language of whoever reads it. It is one string, so that it can stand in the ledger, in stored JSON
 * and on a wire where text stood before: `code?name=value&name=value`.
 */
export type Phrase = string;

/** Phrases of which each is put into words, with the code of what stands between them (nothing where it is empty). */
export interface Joined {
	of: readonly Phrase[];
	by: string;
}

/** What stands in a gap: a text, a number, or phrases that are put into words: as a list, or joined. */
export type Gap = string | number | readonly Phrase[] | Joined;

/** How phrases begin in a gap. */
const LIST = "\u2026";

/** The phrase of a code; gaps without a value are left out. Plain loops: a call-out encodes thousands of them. */
export function encodePhrase(code: string, gaps: Record<string, Gap | undefined> = {}): Phrase {
	let phrase = code;
	let mark = "?";
	for (const name of Object.keys(gaps)) {
		const value = gaps[name];
		if (value === undefined) continue;
		phrase += `${mark}${name}=${typeof value === "object" ? LIST + escaped(JSON.stringify(value)) : asText(value)}`;
		mark = "&";
	}
	return phrase;
}

/** Code and gaps of a phrase. Numbers come back as texts. */
export function decodePhrase(phrase: Phrase): { code: string; gaps: Record<string, string | string[] | Joined> } {
	const at = phrase.indexOf("?");
	if (at < 0) return { code: phrase, gaps: {} };
	const gaps: Record<string, string | string[] | Joined> = {};
	for (const part of phrase.slice(at + 1).split("&")) {
		const [name = "", value = ""] = part.split("=");
		const text = unescaped(value);
		gaps[name] = value.startsWith(LIST) ? phrasesIn(text.slice(LIST.length)) : text;
	}
	return { code: phrase.slice(0, at), gaps };
}

/** A text in a gap, which is never taken for phrases. */
function asText(value: string | number): string {
	if (typeof value === "number") return String(value);
	const text = escaped(value);
	return text.startsWith(LIST) ? encodeURIComponent(LIST) + text.slice(LIST.length) : text;
}

const SPECIAL = /[%&=]/;
const ESCAPES: Record<string, string> = { "%": "%25", "&": "%26", "=": "%3D" };

/**
 * Only what has a meaning of its own is escaped: Chinese would become nine times as long, and nobody could read it in a
 * ledger.
 */
function escaped(text: string): string {
	return SPECIAL.test(text) ? text.replace(/[%&=]/g, (sign) => ESCAPES[sign] ?? sign) : text;
}

function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function phrasesIn(text: string): string[] | Joined {
	try {
		const found: unknown = JSON.parse(text);
		if (Array.isArray(found)) return found.map(String);
		const { of, by } = found as { of?: unknown; by?: unknown };
		return Array.isArray(of) ? { of: of.map(String), by: String(by) } : [text];
	} catch {
		return [text];
	}
}
