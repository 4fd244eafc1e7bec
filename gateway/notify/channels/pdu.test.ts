import fc from "fast-check";
import { parse, type Submit } from "node-pdu";
import { expect, it } from "vitest";
import { destinationOf, submitPdus } from "./pdu.ts";

const textOf = (pdus: string[]) => pdus.map((pdu) => (parse(pdu) as Submit).data.getText());

it("goes to the number that is meant, wherever its zeros stand", () => {
	const number = fc
		.integer({ min: 0, max: 9_999_999_99 })
		.map((n) => `+861${3 + (n % 7)}${String(n).padStart(9, "0")}`);
	fc.assert(
		fc.property(
			fc.oneof(number, fc.constant("+8613800001004")),
			fc.constantFrom("fire", "火", "火".repeat(200)),
			(to, text) => {
				const pdus = submitPdus(to, text, 7);
				return pdus.every((pdu) => destinationOf(pdu) === to && (parse(pdu) as Submit).address.phone === to.slice(1));
			},
		),
		{ numRuns: 2_000 },
	);
});

it("is not sent to a number that is not written in full: it would go to somebody else", () => {
	expect(() => submitPdus("13800001004", "fire", 7)).toThrow("attempt.otherNumber?number=13800001004&to=+800001004");
});

it.each([
	["what the default alphabet lacks", "3.9±0.3 km, 45°"],
	["a euro sign and brackets", "€ [a] {b}"],
	["Chinese", "双河镇1村2号网格"],
	["a long text of characters beyond the first plane", "𠮷野家".repeat(60)],
	["a family of one character", `${"火".repeat(65)}👨‍👩‍👧‍👦火`],
	["plain text of several parts", "Possible forest fire. ".repeat(20)],
])("%s arrives as it was written, no character cut in two", (_, text) => {
	const parts = textOf(submitPdus("+8613800001004", text, 7));
	expect(parts.join("")).toBe(text);
	for (const part of parts) expect(part).toBe(part.toWellFormed());
	for (const pdu of submitPdus("+8613800001004", text, 7)) {
		// all octets after the service centre's; 140 at most are the message's own
		const userData = Number.parseInt(pdu.slice(2 * (1 + 2 + 2 + 7 + 2), 2 * (1 + 2 + 2 + 7 + 3)), 16);
		expect(userData).toBeLessThanOrEqual(160);
	}
});

it("a long text is bounded", () => {
	expect(submitPdus("+8613800001004", "火".repeat(5_000), 7)).toHaveLength(8);
});
