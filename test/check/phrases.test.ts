import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { QUANTITIES } from "../../firmware-contracts/gen/ts/quantities.ts";
import { phrase, say } from "../../gateway/base/say.ts";
import { en as pageInEnglish } from "../../gateway/base/words/en/page.ts";
import { en as pagesInEnglish } from "../../gateway/base/words/en/pages.ts";
import { en } from "../../gateway/base/words/en/phrases.ts";
import { zh as pageInChinese } from "../../gateway/base/words/zh/page.ts";
import { zh as pagesInChinese } from "../../gateway/base/words/zh/pages.ts";
import { zh } from "../../gateway/base/words/zh/phrases.ts";
import { gapFaults, gapsOf } from "./phrases.ts";

const root = join(import.meta.dirname, "../..");

describe("the catalogue", () => {
	it("has the same codes and gaps in both languages, and nothing empty", () => {
		expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
		for (const code of Object.keys(en) as (keyof typeof en)[]) {
			// a language may leave out what it need not say, such as a zone; it never asks for more
			expect(gapsOf(en[code]), code).toEqual(expect.arrayContaining(gapsOf(zh[code])));
			expect(zh[code].length * en[code].length, code).toBeGreaterThan(0);
		}
	});

	it("every message can be filled in, in both languages", () => {
		for (const code of Object.keys(en) as (keyof typeof en)[]) {
			const gaps = Object.fromEntries(gapsOf(en[code]).map((name) => [name ?? "", 3]));
			for (const language of ["zh", "en"] as const) expect(say(language, phrase(code, gaps)), code).not.toMatch(/[{}]/);
		}
	});

	it("what an SMS says by itself has 60 characters at the most", () => {
		for (const words of [en, zh])
			for (const code of ["message.unclear", "message.test.short"] as const)
				expect(words[code].length, code).toBeLessThanOrEqual(60);
	});

	it("every message is given its gaps where it is said: what is forgotten would be read as its code", () => {
		const { calls, faults } = gapFaults(root);
		expect(faults).toEqual([]);
		expect(calls).toBeGreaterThan(200);
	});
});

/** The text of all sources of a folder that are no tests and no words themselves. */
function sourcesOf(folder: string): string {
	return globSync("**/*.{ts,tsx}", { cwd: folder, exclude: (name) => name === "dist" || name === "words" })
		.filter((name) => !name.endsWith(".test.ts"))
		.map((name) => readFileSync(join(folder, name), "utf8"))
		.join("\n");
}

describe("no word is left over", () => {
	const gateway = join(root, "gateway");

	it("every code is said somewhere: as it stands, or as the beginning and the end of one that is put together", () => {
		const text = sourcesOf(gateway);
		const isQuoted = (word: string) =>
			new RegExp(word.startsWith("LK") ? `["'\`]${word}\\b` : `["'\`]${word}["':\`]|\\b${word}:`).test(text);
		const isUsed = (code: string) => {
			if (text.includes(`"${code}"`)) return true;
			const dot = code.lastIndexOf(".") + 1;
			return text.includes(`\`${code.slice(0, dot)}\${`) && isQuoted(code.slice(dot));
		};
		expect(Object.keys(en).filter((code) => !isUsed(code))).toEqual([]);
	});

	it("every word of the pages is shown somewhere", () => {
		const text = sourcesOf(join(gateway, "console"));
		const isUsed = (key: string) => new RegExp(`\\.${key}\\b|"${key}"|\\{ ${key} \\}`).test(text);
		// a table whose entries are chosen by what comes from the gateway is used as a whole
		const isTable = (key: string) => new RegExp(`w\\.(\\w+\\.)?${key}(\\[|,|\\)| \\})`).test(text);
		const unused = (words: object, path: string): string[] =>
			Object.entries(words).flatMap(([key, value]) => {
				if (!isUsed(key)) return [`${path}${key}`];
				return typeof value === "object" && !Array.isArray(value) && !isTable(key)
					? unused(value, `${path}${key}.`)
					: [];
			});
		expect([...unused(pageInEnglish, ""), ...unused(pagesInEnglish, "")]).toEqual([]);
	});

	it("every quantity of the contract has its name on the pages, the Chinese one that of the registry", () => {
		expect(pageInChinese.quantities).toEqual(Object.fromEntries(QUANTITIES.map(({ name, zh }) => [name, zh])));
		expect(Object.keys(pageInEnglish.quantities)).toEqual(QUANTITIES.map(({ name }) => name));
	});

	it("both languages of the pages have the same words and gaps", () => {
		const flat = (words: object, path = ""): [string, string[]][] =>
			Object.entries(words).flatMap(([key, value]): [string, string[]][] =>
				typeof value === "object" && !Array.isArray(value)
					? flat(value, `${path}${key}.`)
					: [[`${path}${key}`, gapsOf(String(value)) as string[]]],
			);
		expect(Object.fromEntries(flat(pageInChinese))).toEqual(Object.fromEntries(flat(pageInEnglish)));
		expect(Object.fromEntries(flat(pagesInChinese))).toEqual(Object.fromEntries(flat(pagesInEnglish)));
	});
});
