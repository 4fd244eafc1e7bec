import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SensorHistory } from "../../gateway/console/views/schemas.ts";
import { faultsOf, withAxe } from "../harness/axe.ts";
import { COARSE, openDesk } from "../harness/desk-page.ts";
import { openBrowser } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

const PAGES = [
	"desk",
	"map",
	"incidents",
	"cameras",
	"sensors",
	"sensors/node-1",
	"people",
	"people?tab=try&grid=500114101201-01",
	"people?tab=findings",
	"people?tab=tables&table=roster",
	"people/chief-1",
	"duty",
	"numbers",
	"system",
	"system/users",
	"system/api",
	"account",
];
const SIZES = {
	phone: { width: 360, height: 740 },
	desk: { width: 1440, height: 900 },
	/** What stays of a desk for whoever reads at 200 %. */
	desk200: { width: 720, height: 450 },
	wall: { width: 3840, height: 2160 },
};
/** Whether a page moves sideways, once it has been laid out anew. */
const IS_WIDE = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
	const page = document.querySelector("#page");
	done(document.documentElement.scrollWidth > innerWidth || page.scrollWidth > page.clientWidth);
})))`;
/** Once no colour is on its way to another. */
const SETTLED =
	"Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished)).then(() => {})";
/** What the desk may load before it shows anything, without the map, bytes as they come over the line. */
const MOST_SCRIPT = 300_000;

/**
 * Each page in a real browser: for everybody's eyes and ears, at every size, and no larger than a thin line carries.
 */
describe("the pages", () => {
	let world: SmallWorld;
	let url: string;
	let browser: Browser;
	let incident = "";
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: false });
		({ consoleUrl: url } = await world.start());
		const grids = (await world.get("/api/grids")) as { code: string }[];
		for (const { code } of [grids[0], grids.at(-1)].flatMap((g) => g ?? [])) {
			const response = await fetch(`${url}/api/reports`, {
				method: "POST",
				headers: { cookie: world.cookie, "content-type": "application/json" },
				body: JSON.stringify({ grid: code, note: "看见烟" }),
			});
			({ incident } = (await response.json()) as { incident: string });
		}
		browser = await openBrowser();
	});
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});

	/** A page once all that it asks for has come; maps go on loading tiles. */
	async function show(page: Page, path: string): Promise<void> {
		await page.goto(`${url}/${path}`);
		await page.waitForSelector(path.startsWith("desk") ? ".desk .people" : "#page h1, #page .map");
		await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
	}

	it("draw what a sensor measured, and give it as a table", async () => {
		await world.simulation.connectNodes(() => world.ports.broker, 500);
		const measured = async () => (await world.get("/api/sensors/node-1/history?hours=6")) as SensorHistory;
		await expect.poll(async () => (await measured()).quantities.length, { timeout: 20_000 }).toBeGreaterThan(2);
		const page = await openDesk(browser, url);
		await show(page, "sensors/node-1");
		const chart = page.getByRole("img", { name: "气温" });
		await chart.locator("canvas").waitFor();
		const label = /^气温：最低 [\d.]+，最高 [\d.]+，最近 [\d.]+ °C$/;
		await expect.poll(() => chart.getAttribute("aria-label")).toMatch(label);
		const file = await page.getByRole("link", { name: "导出 CSV" }).getAttribute("href");
		const table = await fetch(`${url}${file}`, { headers: { cookie: world.cookie } });
		expect((await table.text()).replace("\ufeff", "").split("\n").slice(0, 2)).toEqual([
			"时间,测量项,单位,最低,平均,最高",
			expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00,气温,°C,/),
		]);
		const none = await fetch(`${url}/api/sensors/no-such/history?hours=6`, { headers: { cookie: world.cookie } });
		expect([none.status, ((await none.json()) as { reason: string }).reason]).toEqual([404, "api.noSensor"]);
		await page.context().close();
	});

	it("have nothing that axe calls serious, light and dark, and fit on a phone, a desk and a wall", async () => {
		const page = await openDesk(browser, url, undefined, { ...COARSE, bypassCSP: true });
		const found: Record<string, string[]> = {};
		const wide: string[] = [];
		for (const path of [...PAGES, `incidents/${incident}`]) {
			await page.emulateMedia({ colorScheme: "light" });
			await show(page, path);
			await withAxe(page);
			for (const colorScheme of ["light", "dark"] as const) {
				await page.emulateMedia({ colorScheme });
				await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
				await page.evaluate(SETTLED);
				// what a theme changes is contrast: all else is the same in both
				const faults = await faultsOf(page, colorScheme === "dark" ? ["color-contrast"] : undefined);
				if (faults.length > 0) found[`${path} ${colorScheme}`] = faults;
			}
			for (const [name, viewport] of Object.entries(SIZES)) {
				await page.setViewportSize(viewport);
				if (await page.evaluate(IS_WIDE)) wide.push(`${path} on a ${name}`);
			}
			await page.setViewportSize(SIZES.desk);
		}
		expect(found).toEqual({});
		expect(wide).toEqual([]);
		await page.context().close();
	}, 180_000);

	it("the desk loads little before it shows anything, compressed, and never again", async () => {
		const scripts: { url: string; bytes: number; encoding: string | undefined; cache: string | undefined }[] = [];
		const page = await openDesk(browser, url);
		await page.close();
		const own = await (await browser.newContext()).newPage();
		own.on("response", async (response) => {
			if (!response.url().endsWith(".js")) return;
			// what is put by for later, once there is nothing else to do
			if ((await response.request().allHeaders())["sec-purpose"] === "prefetch") return;
			const headers = await response.allHeaders();
			const { responseBodySize: bytes } = await response.request().sizes();
			scripts.push({
				url: response.url(),
				bytes,
				encoding: headers["content-encoding"],
				cache: headers["cache-control"],
			});
		});
		await own.goto(url);
		await own.waitForSelector("input[name=user]");
		await own.waitForLoadState("networkidle");
		expect(scripts.length).toBeGreaterThan(0);
		// what is smaller than its compressed self goes as it is
		expect(scripts.filter((s) => s.bytes > 1_000 && s.encoding !== "br" && s.encoding !== "gzip")).toEqual([]);
		expect(scripts.filter((s) => !s.cache?.includes("immutable"))).toEqual([]);
		const sum = scripts.reduce((all, s) => all + s.bytes, 0);
		expect(sum).toBeGreaterThan(50_000);
		expect(sum).toBeLessThan(MOST_SCRIPT);
	}, 60_000);
});
