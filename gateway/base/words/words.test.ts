import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { phrase, rowName, say, whoName } from "../say.ts";
import { en as pageInEnglish } from "./en/page.ts";
import { en } from "./en/phrases.ts";
import { zh as pageInChinese } from "./zh/page.ts";
import { zh } from "./zh/phrases.ts";

const gapsOf = (message: string) => [...new Set([...message.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();

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

	it("says what a row of the ledger is; one of a newer program stands as it is", () => {
		expect(rowName("zh", "answer:onScene")).toBe("答复：已到场");
		expect(rowName("en", "guard:missed")).toBe("guard: no word came");
		expect(rowName("en", "rekindled")).toBe("burns again");
		expect(rowName("en", "receipt:heard")).toBe("receipt: heard to its end");
		expect([whoName("zh", "rule"), whoName("en", "centre"), whoName("en", "chief-41")]).toEqual([
			"规则",
			"centre",
			undefined,
		]);
		expect(rowName("zh", "levitates:up")).toBe("levitates:up");
		expect([rowName("zh", "clock"), rowName("zh", "store:memory")]).toEqual(["时钟已调整", "存储：仅在内存中"]);
	});

	it("says a list of phrases in the language of whoever reads it, and other texts as they stand", () => {
		const lacks = ["lack.verdict", "lack.cause"];
		expect(say("zh", phrase("refused.cannotClose", { lacks }))).toBe(
			"尚不能结案，缺：结论（误报、许可用火或已扑灭）；原因",
		);
		expect(say("en", phrase("why.order", { documents: "浙防〔2026〕1号 & co? = x" }))).toBe(
			"order 浙防〔2026〕1号 & co? = x",
		);
		expect(say("zh", "2 sources agree")).toBe("2 sources agree");
		for (const odd of ["why.order", "hint.crossing", "message.places?count=many", "why.order?documents=\u2026["])
			expect(say("zh", odd)).toEqual(expect.any(String));
		expect(say("zh", "why.order")).toBe("why.order");
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
	const gateway = join(import.meta.dirname, "../..");

	it("every code is said somewhere, by its name or by what is put behind its beginning", () => {
		const text = sourcesOf(gateway);
		const isUsed = (code: string) => {
			const dots = [...code.matchAll(/\./g)].map((m) => code.slice(0, (m.index ?? 0) + 1));
			return text.includes(`"${code}"`) || dots.some((beginning) => text.includes(`\`${beginning}\${`));
		};
		expect(Object.keys(en).filter((code) => !isUsed(code))).toEqual([]);
	});

	it("every word of the pages is shown somewhere", () => {
		const text = sourcesOf(join(gateway, "console/web/src"));
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
		expect(unused(pageInEnglish, "")).toEqual([]);
	});

	it("both languages of the pages have the same words and gaps", () => {
		const flat = (words: object, path = ""): [string, string[]][] =>
			Object.entries(words).flatMap(([key, value]): [string, string[]][] =>
				typeof value === "object" && !Array.isArray(value)
					? flat(value, `${path}${key}.`)
					: [[`${path}${key}`, gapsOf(String(value)) as string[]]],
			);
		expect(Object.fromEntries(flat(pageInChinese))).toEqual(Object.fromEntries(flat(pageInEnglish)));
	});
});
