import type { BrowserContext, CDPSession } from "playwright-core";
import { round } from "./proc.ts";

/** What a tower tells a desk in an hour: fires with their changes, and devices every ten seconds. */
const HOUR = { fires: 5, changesOfAFire: 20, devices: 360 };
const HOURS = 24;
/** In which the page comes to list as many fires that are over as it lists at most (50). */
const WARM_HOURS = 10;

/**
 * Heap of the desk's page, after a collection, after the first hour, the twelfth and the twenty-fourth of a day's
 * events, once it lists as much as it ever will. They are replayed fast, as events of the very connection that the page
 * has opened.
 */
export async function dayOfFeed(context: BrowserContext, url: string) {
	const page = await context.newPage();
	await page.addInitScript(KEEP_SOURCE);
	await page.goto(`${url}/desk`);
	await page.waitForSelector("nav .card");
	const cdp = await context.newCDPSession(page);
	const heaps: number[] = [];
	// what is compiled and laid out once is no growth, nor are the fires that are over and still listed: a page that is
	// opened at a tower in use begins with them
	for (let hour = -WARM_HOURS; hour < 0; hour++)
		await page.evaluate(`(${replayHour})(${hour}, ${JSON.stringify(HOUR)})`);
	for (let hour = 0; hour < HOURS; hour++) {
		await page.evaluate(`(${replayHour})(${hour}, ${JSON.stringify(HOUR)})`);
		heaps.push(await heapMiB(cdp));
	}
	await context.close();
	const [first = 0, half = 0, last = 0] = [heaps[0], heaps[HOURS / 2 - 1], heaps.at(-1)];
	return {
		events: HOURS * (HOUR.fires * (HOUR.changesOfAFire + 1) + 2 * HOUR.devices),
		afterFirstHourMiB: round(first, 1),
		afterHalfADayMiB: round(half, 1),
		afterDayMiB: round(last, 1),
		ratio: round(last / first, 2),
	};
}

async function heapMiB(cdp: CDPSession): Promise<number> {
	await cdp.send("HeapProfiler.collectGarbage");
	const { usedSize } = (await cdp.send("Runtime.getHeapUsage")) as { usedSize: number };
	return usedSize / 2 ** 20;
}

/** In the page: the connection of its feed, and what it said first. */
const KEEP_SOURCE = `{
	const Own = window.EventSource;
	window.EventSource = class extends Own {
		constructor(...asked) {
			super(...asked);
			window.feed = this;
			this.addEventListener("state", (e) => { window.told ??= JSON.parse(e.data); });
		}
	};
}`;

/** In the page: an hour of events, of which each minute is drawn. Fires of the hour end with it. */
const replayHour = `async (hour, { fires, changesOfAFire, devices }) => {
	const tell = (type, rest) =>
		window.feed.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ type, ...rest }) }));
	const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
	const { incidents: [one], cameras, sensors } = window.told;
	const changes = fires * changesOfAFire;
	for (let step = 0; step < devices; step++) {
		const now = Date.now();
		tell("cameras", { cameras: cameras.map((c) => ({ ...c, lastFrameAt: now })) });
		tell("sensors", { sensors: sensors.map((s) => ({ ...s, lastAt: now })) });
		for (let n = Math.floor((step * changes) / devices); n < Math.floor(((step + 1) * changes) / devices); n++) {
			const [fire, change] = [n % fires, Math.floor(n / fires)];
			const incident = { ...one, id: \`day-\${hour}-\${fire}\`, openedAt: now - change * 60000, changedAt: now };
			tell("summary", { incident });
			if (change === changesOfAFire - 1) tell("summary", { incident: { ...incident, state: "closed", closedAt: now } });
		}
		if (step % 6 === 0) await drawn();
	}
	await drawn();
}`;
