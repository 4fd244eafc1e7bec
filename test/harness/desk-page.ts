import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { FIRST } from "./log-in.ts";

/** A quarter of the pixels, laid out alike: here the processor draws the maps. */
export const COARSE = { deviceScaleFactor: 0.5 } satisfies BrowserContextOptions;

/** The desk's page in a browser, logged in as the first user; `prepare` is done before it is opened. */
export async function openDesk(
	browser: Browser,
	url: string,
	prepare: (page: Page) => Promise<void> = async () => {},
	options: BrowserContextOptions = {},
): Promise<Page> {
	const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 }, ...options });
	const page = await context.newPage();
	await prepare(page);
	await page.goto(url);
	await page.fill("input[name=user]", FIRST.login);
	await page.fill("input[name=password]", FIRST.password);
	await page.click("button[type=submit]");
	await page.waitForSelector("header.head");
	return page;
}
