import { expect, it } from "vitest";
import { postOf, words } from "./web/src/i18n.ts";

it("a level and a role are one word in Chinese and two in English", () => {
	const post = { level: "village", role: "chief" };
	expect(postOf(words("zh"), post)).toBe("村林长");
	expect(postOf(words("en"), post)).toBe("village chief");
});
