import { openBrowser, REAL_TIME } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";
import { median, round, sleep } from "./proc.ts";

const LOOKS = 7;
const STREAMS = 2;
/** How long frames are counted without and with somebody who looks, ms. */
const COUNTED_MS = 40_000;

/**
 * The live view: from the click to the first picture in a browser beside the gateway, and frames that the detector has
 * scored meanwhile, with two streams looked at and with none.
 */
export async function liveView() {
	const world = await SmallWorld.open({ cameras: true });
	const { consoleUrl: url } = await world.start(undefined, REAL_TIME.env);
	const browser = await openBrowser();
	try {
		const context = await browser.newContext({ locale: "zh-CN" });
		const [name = "", value = ""] = world.cookie.split("=");
		await context.addCookies([{ name, value, url }]);
		const scored = async () => ((await world.get("/api/health")) as { framesScored: number }).framesScored;
		// the last seconds of each stream are there, as on a gateway that has run for a while
		while ((await scored()) < 8) await sleep(500);
		const page = await context.newPage();
		const firstMs: number[] = [];
		for (let i = 0; i < LOOKS; i++) {
			await page.goto(`${url}/cameras/${i % 2 ? "east" : "west"}`);
			const began = performance.now();
			await page.getByRole("button", { name: "实时画面" }).click();
			await page.locator(".picture canvas").waitFor();
			await page.locator(".picture .loading").waitFor({ state: "detached" });
			firstMs.push(performance.now() - began);
		}
		await page.goto("about:blank");
		const counted = async () => {
			const before = await scored();
			await sleep(COUNTED_MS);
			return (await scored()) - before;
		};
		const without = await counted();
		await page.goto(`${url}/cameras`);
		// each that was pressed is called otherwise
		for (let i = 0; i < STREAMS; i++) await page.getByRole("button", { name: "实时画面" }).first().click();
		return {
			looks: LOOKS,
			firstPictureMsMedian: round(median(firstMs), 0),
			firstPictureMsWorst: round(Math.max(...firstMs), 0),
			framesScored: { lookedAtByNobody: without, twoStreamsLookedAt: await counted() },
		};
	} finally {
		await browser.close();
		await world.stop();
	}
}
