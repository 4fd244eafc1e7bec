import { describe, expect, it } from "vitest";
import { DUTY_DESK } from "../../model/register.ts";
import { encodePhrase } from "../phrase.ts";
import { atMost, phrase, rowName, say, whoName } from "../say.ts";

describe("the catalogue", () => {
	it("says what a row of the ledger is; one of a newer program stands as it is", () => {
		expect(rowName("zh", "answer:onScene")).toBe("答复：已到场");
		expect(rowName("en", "guard:missed")).toBe("guard: no word came");
		expect(rowName("en", "rekindled")).toBe("burns again");
		expect(rowName("en", "receipt:heard")).toBe("receipt: heard to its end");
		const names = ["rule", "centre", "channel:sms", DUTY_DESK, "chief-41"].map((who) => whoName("zh", who));
		expect(names).toEqual(["规则", "中心", "短信", "值班台", undefined]);
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
		// a text is a text, whatever it begins with
		const texts = [
			"\u2026塔",
			'\u2026["message.allClear"]',
			'\u2026{"of":["a","b"],"by":"message.comma"}',
			"%E2%80%A6",
			"a=b&c",
		];
		for (const documents of texts) expect(say("en", phrase("why.order", { documents }))).toBe(`order ${documents}`);
		// and what is joined is joined by words of ours
		const evil = encodePhrase("why.order", { documents: { of: ["a", "b", "c"], by: "fault.LK0001?why=x" } });
		expect(say("en", evil)).toBe("order a; b; c");
		expect(atMost(20, phrase("why.order", { documents: ["1".repeat(30)] }))).toBe(`order ${"1".repeat(14)}`);
	});
});
