import { expect, it } from "vitest";
import { clock, day, postOf, words } from "./web/src/i18n.ts";

it("a level and a role are one word in Chinese and two in English", () => {
	const post = { level: "village", role: "chief" };
	expect(postOf(words("zh"), post)).toBe("村林长");
	expect(postOf(words("en"), post)).toBe("village chief");
});

it("times are those of the tower, wherever the page is looked at", () => {
	const at = Date.UTC(2026, 3, 5, 18, 30, 9);
	for (const language of ["zh", "en"] as const) {
		expect(clock(words(language, "Asia/Shanghai"), at)).toBe("02:30:09");
		expect(clock(words(language, "Asia/Urumqi"), at)).toBe("00:30:09");
	}
	expect(day(words("zh", "Asia/Shanghai"), at)).toBe("2026/4/6");
	expect(day(words("en", "Asia/Shanghai"), at)).toBe("06/04/2026");
});
