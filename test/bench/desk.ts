import type { Browser, BrowserContext, Page } from "playwright-core";
import { SystemClock } from "../../gateway/base/clock.ts";
import { openBrowser } from "../harness/harness.ts";
import { type County, openCounty } from "./county.ts";
import { dayOfFeed } from "./desk-day.ts";
import { mapFrames } from "./desk-map.ts";
import { median, quantile, round, sleep } from "./proc.ts";

const OPEN = 500;
const PAINTS = 7;
const FEEDS = 49;
const NEW_FIRES = 100;
const NEW_FIRE_PAUSE_MS = 200;

/**
 * The desk in a real browser (software renderer) from loopback, with 500 incidents open in a county of 2,500 grids:
 * first paint with nothing cached, a new incident beside 49 other open feeds, a page that lives through a day, and the
 * map with 500 cameras.
 */
export async function desk() {
	const county = await openCounty();
	const browser = await openBrowser();
	try {
		for (const place of county.places.slice(0, OPEN)) await county.call(place);
		return {
			incidentsOpen: OPEN,
			firstPaint: await firstPaint(browser, county),
			newIncident: await newIncident(browser, county),
			day: await dayOfFeed(await opened(browser, county), county.url),
			map: await mapFrames(await opened(browser, county), county.url),
		};
	} finally {
		await browser.close();
		await county.stop();
	}
}

async function opened(browser: Browser, { url, cookie }: County): Promise<BrowserContext> {
	const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } });
	const [name = "", value = ""] = cookie.split("=");
	await context.addCookies([{ name, value, url }]);
	return context;
}

/** From the address to the first paint, and to the first card of the queue with an open incident beside it, ms. */
async function firstPaint(browser: Browser, county: County) {
	const paints: number[] = [];
	const usable: number[] = [];
	for (let i = 0; i < PAINTS; i++) {
		const context = await opened(browser, county);
		const page = await context.newPage();
		await page.addInitScript(NOTE_FIRST_CARD);
		await page.goto(`${county.url}/desk`);
		await page.waitForSelector("nav .card");
		paints.push(await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
		usable.push(await page.evaluate<number>("window.firstCard"));
		await context.close();
	}
	return {
		of: PAINTS,
		paintMsMedian: round(median(paints), 0),
		paintMsWorst: round(Math.max(...paints), 0),
		queueMsMedian: round(median(usable), 0),
		queueMsWorst: round(Math.max(...usable), 0),
	};
}

/** In the page: when a card of the queue stands in it first, ms from the navigation. */
const NOTE_FIRST_CARD = `new MutationObserver((_, own) => {
	if (!document.querySelector("nav .card")) return;
	window.firstCard = performance.now();
	own.disconnect();
}).observe(document, { childList: true, subtree: true });`;

/**
 * From the request that opens an incident (its commit comes later) to its link in the line of new fires of one browser,
 * ms, while 49 other feeds are told the same.
 */
async function newIncident(browser: Browser, county: County) {
	const context = await opened(browser, county);
	const page = await context.newPage();
	await page.addInitScript(NOTE_CARDS);
	await page.goto(`${county.url}/desk`);
	await page.waitForSelector("nav .card");
	const abort = new AbortController();
	const feeds = Array.from({ length: FEEDS }, () => listen(county, abort.signal));
	await Promise.all(feeds.map((f) => f.begun));
	const clock = new SystemClock();
	const ms: number[] = [];
	for (const place of county.places.slice(OPEN, OPEN + NEW_FIRES)) {
		const asked = clock.now();
		const id = await county.call(place);
		const seen = await seenAt(page, id);
		ms.push(seen - asked);
		// somebody has seen it: the next one stands first in the line of new fires
		await page.locator(".new-fires button").last().click();
		await sleep(NEW_FIRE_PAUSE_MS);
	}
	abort.abort();
	const told = await Promise.all(feeds.map((f) => f.told));
	await context.close();
	return {
		n: ms.length,
		p50Ms: round(quantile(ms, 0.5), 0),
		p99Ms: round(quantile(ms, 0.99), 0),
		otherFeedsToldAll: told.filter((n) => n >= NEW_FIRES).length,
	};
}

/** In the page: when each incident's link stands in it first, ms since 1970. */
const NOTE_CARDS = `window.cards = {};
new MutationObserver(() => {
	for (const link of document.querySelectorAll('a[href^="/desk/"]'))
		window.cards[link.getAttribute("href").slice(6)] ??= Date.now();
}).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["href"] });`;

async function seenAt(page: Page, id: string): Promise<number> {
	await page.waitForSelector(`a[href="/desk/${id}"]`);
	return page.evaluate<number>(`window.cards[${JSON.stringify(id)}]`);
}

/** A feed that is read to its end; how many incidents were new to it. */
function listen({ url, cookie }: County, signal: AbortSignal): { begun: Promise<void>; told: Promise<number> } {
	const begun = Promise.withResolvers<void>();
	const told = fetch(`${url}/api/events?of=desk`, { headers: { cookie }, signal }).then((response) =>
		newIncidents(response, begun.resolve, signal),
	);
	told.catch(begun.reject);
	return { begun: begun.promise, told };
}

async function newIncidents(response: Response, onBegun: () => void, signal: AbortSignal): Promise<number> {
	const ids = new Set<string>();
	const decoder = new TextDecoder();
	let text = "";
	try {
		for await (const chunk of response.body ?? []) {
			text += decoder.decode(chunk, { stream: true });
			const events = text.split("\n\n");
			text = events.pop() ?? "";
			if (events.length > 0) onBegun();
			for (const event of events) ids.add(/^event: summary\ndata: .*?"id":"([^"]+)"/.exec(event)?.[1] ?? "");
		}
	} catch (error) {
		if (!signal.aborted) throw error;
	}
	return ids.size - 1; // what is no news of an incident counts once
}
