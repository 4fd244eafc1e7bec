import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/**
 * Telephone numbers, in one form everywhere inside: E.164, as +8613800001004. Numbers without a country are those of
 * China. The plan of each country comes from libphonenumber; Chinese mobiles of a series newer than its data are taken
 * all the same.
 */

const COUNTRY = "CN";
const MOBILE = /^(?:\+86|0086|86)?(1[3-9]\d{9})$/;
/** Numbers that are dialled inside a network only: 12119, 96119, a short number of an office. */
const SHORT = /^\d{3,6}$/;

/** In words that follow a number: the phrase `phone.` and this. */
export type PhoneFault = "empty" | "letters" | "extension" | "several" | "scientific" | "short" | "noArea" | "length";

/**
 * The number in E.164, or what is wrong with it. Full-width digits, blanks, dashes and brackets are as good as none.
 */
export function readPhone(text: string): string | { fault: PhoneFault } {
	const plain = text.normalize("NFKC").replace(/[\p{Cf}\s().·\p{Pd}]/gu, (c) => (c === "." ? c : ""));
	if (plain === "") return { fault: "empty" };
	if (/^\d(?:\.\d+)?E\+?\d+$/i.test(plain)) return { fault: "scientific" };
	// a spreadsheet writes 13800001004.0 where the column is a number
	const bare = plain.replace(/\.0+$/, "");
	if (/[/;,、|]/.test(bare)) return { fault: "several" };
	if (/转|分机|ext|x\d+$|#\d+$/i.test(bare)) return { fault: "extension" };
	if (!/^\+?\d+$/.test(bare)) return { fault: "letters" };
	const [, mobile] = MOBILE.exec(bare) ?? [];
	if (mobile !== undefined) return `+86${mobile}`;
	if (SHORT.test(bare)) return { fault: "short" };
	const parsed = parsePhoneNumberFromString(bare, { defaultCountry: COUNTRY, extract: false });
	if (parsed?.isValid()) return parsed.number;
	return { fault: /^[2-8]\d{6,7}$/.test(bare) ? "noArea" : "length" };
}

/** The number as it is dialled in its own country's plan: a Chinese one without +86, any other as it is. */
export function dialled(number: string): string {
	const [, mobile] = /^\+86(1\d{10})$/.exec(number) ?? [];
	if (mobile !== undefined) return mobile;
	return number.startsWith("+86") ? `0${number.slice(3)}`.replace(/^0(?=[48]00\d{7}$)/, "") : number;
}

/** Whether two texts are the same number, however each is written. */
export function samePhone(a: string, b: string): boolean {
	const [one, other] = [readPhone(a), readPhone(b)];
	return typeof one === "string" && one === other;
}

/** Whether a number in E.164 is a fixed line, which no SMS reaches. */
export function isLandline(number: string): boolean {
	return parsePhoneNumberFromString(number)?.getType() === "FIXED_LINE";
}
