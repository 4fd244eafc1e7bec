/**
 * What is said to people travels as a code of the catalogue with what stands in its gaps, and is put into words where
 * it is read, in the language of whoever reads it. It is one string, so that it can stand in the ledger, in stored JSON
 * and on a wire where text stood before: `code?name=value&name=value`.
 */
export type Phrase = string;

/** What stands in a gap: a text, a number, or phrases of which each is put into words. */
export type Gap = string | number | readonly Phrase[];

/** How a list of phrases begins in a gap. */
const LIST = "\u2026";

/** The phrase of a code; gaps without a value are left out. */
export function encodePhrase(code: string, gaps: Record<string, Gap | undefined> = {}): Phrase {
	const filled = Object.entries(gaps).flatMap(([name, value]) => {
		if (value === undefined) return [];
		return `${escaped(name)}=${escaped(typeof value === "object" ? `${LIST}${JSON.stringify(value)}` : String(value))}`;
	});
	return filled.length === 0 ? code : `${code}?${filled.join("&")}`;
}

/** Code and gaps of a phrase. Numbers come back as texts. */
export function decodePhrase(phrase: Phrase): { code: string; gaps: Record<string, string | string[]> } {
	const at = phrase.indexOf("?");
	if (at < 0) return { code: phrase, gaps: {} };
	const gaps: Record<string, string | string[]> = {};
	for (const part of phrase.slice(at + 1).split("&")) {
		const [name = "", value = ""] = part.split("=").map(unescaped);
		gaps[name] = value.startsWith(LIST) ? listIn(value.slice(LIST.length)) : value;
	}
	return { code: phrase.slice(0, at), gaps };
}

/**
 * Only what has a meaning of its own is escaped: Chinese would become nine times as long, and nobody could read it in a
 * ledger.
 */
function escaped(text: string): string {
	return text.replace(/[%&=]/g, encodeURIComponent);
}

function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function listIn(text: string): string[] {
	try {
		const list: unknown = JSON.parse(text);
		return Array.isArray(list) ? list.map(String) : [text];
	} catch {
		return [text];
	}
}
