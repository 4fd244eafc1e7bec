import type { Language } from "./say.ts";
import { en } from "./words/en/page.ts";
import { en as enPages } from "./words/en/pages.ts";
import { zh } from "./words/zh/page.ts";
import { zh as zhPages } from "./words/zh/pages.ts";

/** The words of the pages, for what is made outside of a browser: papers, tables, workbooks. */
export const PAGE_WORDS: Record<Language, typeof en & typeof enPages> = {
	en: { ...en, ...enPages },
	zh: { ...zh, ...zhPages },
};
