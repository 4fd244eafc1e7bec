import { describe, expect, it } from "vitest";
import { zh } from "../base/words/zh/page.ts";
import { zh as zhPages } from "../base/words/zh/pages.ts";
import { coded, columnNamed } from "./column-words.ts";
import { COLUMNS } from "./import.ts";

describe("a table as an office writes it", () => {
	it("every column of every table is found by the words of the page", () => {
		for (const { needed, optional = [] } of Object.values(COLUMNS) as { needed: string[]; optional?: string[] }[]) {
			const known = [...needed, ...optional];
			const words: Record<string, string> = zhPages.registerPage.columns;
			for (const column of known)
				for (const word of (words[column] ?? column).split("/")) expect(columnNamed(word, known)).toBe(column);
		}
	});

	it("every role, level and kind of team is found by its word, and words beside them stay to be refused", () => {
		for (const [code, word] of Object.entries(zh.roles)) expect(coded("role", word)).toBe(code);
		for (const [code, word] of Object.entries(zh.tiers)) expect(coded("tier", word)).toBe(code);
		expect(coded("level", "村级")).toBe("village");
		expect(coded("role", "主任")).toBe("主任");
		expect(coded("name", "值班员")).toBe("值班员");
	});

	it("channels keep their addresses, a post its area", () => {
		expect(coded("channels", "短信；邮件:a@b.cn、手机推送")).toBe("sms；email:a@b.cn、webpush");
		expect(coded("post", "值班员@500114")).toBe("officer@500114");
		expect(coded("post", "for:p1")).toBe("for:p1");
	});
});
