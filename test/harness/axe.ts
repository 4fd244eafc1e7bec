import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Puts axe into a page, which must have been opened with `bypassCSP`. */
export const withAxe = (page: Page): Promise<unknown> => page.evaluate(AXE);

/** What axe calls serious or critical on a page that it is in; by some of its rules where these are named. */
export async function faultsOf(page: Page, rules?: string[]): Promise<string[]> {
	const options = { resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) };
	const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as {
		violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
	};
	return violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.map(({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`).join(" | ")}`);
}
