import { describe, expect, it } from "vitest";
import { zh } from "../base/words/zh/page.ts";
import { zh as zhPages } from "../base/words/zh/pages.ts";
import { TABLES } from "../model/register-edit.ts";
import { coded, columnNamed, headingOf, worded } from "./column-words.ts";
import { COLUMNS } from "./import.ts";
import { columnsOf } from "./row-tables.ts";

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

	it("what a table is told in is read back: headings, and the words of a column", () => {
		for (const language of ["zh", "en"] as const) {
			for (const table of TABLES.filter((t) => t !== "grids")) {
				const columns = columnsOf(table);
				for (const column of columns) expect(columnNamed(headingOf(table, column, language), columns)).toBe(column);
			}
			const cells = [
				...Object.keys(zh.roles).map((code) => ["role", code]),
				...Object.keys(zh.levels).map((code) => ["level", code]),
				...Object.keys(zh.tiers).map((code) => ["tier", code]),
				...Object.keys(zh.channels).map((code) => ["channels", code]),
				...Object.keys(zhPages.registerPage.conditions).map((code) => ["condition", code]),
				...Object.keys(zhPages.registerPage.placeKinds).map((code) => ["kind", code]),
				...Object.keys(zhPages.registerPage.orderKinds).map((code) => ["kind", code]),
				...Object.keys(zhPages.rosterPage.kinds).map((code) => ["kind", code]),
				["channels", "sms;email:a@b.cn;webpush"],
				["post", "officer@500114"],
				["post", "for:p1"],
				["name", "water"],
			] as [string, string][];
			for (const [column, cell] of cells) expect(coded(column, worded(column, cell, language))).toBe(cell);
		}
		expect(worded("channels", "sms;email:a@b.cn", "zh")).toBe("短信;邮件:a@b.cn");
		expect(headingOf("people", "name", "zh")).toBe("姓名");
		expect(headingOf("teams", "name", "zh")).toBe("名称");
	});

	it("channels keep their addresses, a post its area", () => {
		expect(coded("channels", "短信；邮件:a@b.cn、手机推送")).toBe("sms；email:a@b.cn、webpush");
		expect(coded("post", "值班员@500114")).toBe("officer@500114");
		expect(coded("post", "for:p1")).toBe("for:p1");
	});
});
