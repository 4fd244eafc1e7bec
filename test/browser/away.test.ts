import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COARSE, openDesk } from "../harness/desk-page.ts";
import { type Gateway, openBrowser } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

const PAGES = ["地图", "事件", "相机", "传感器", "责任", "值班", "统计", "系统"];
/** Of the parts that the page puts by: whether each has come. */
const PUT_BY = `[...document.querySelectorAll("link[rel=prefetch]")].map(({ href }) =>
	performance.getEntriesByName(href).some(({ responseEnd }) => responseEnd > 0))`;
const GRID = { code: "500114101204-02", name: "青石镇4村2号网格" };

describe("while the gateway is away", () => {
	let world: SmallWorld;
	let gateway: Gateway;
	let browser: Browser;
	let page: Page;
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: false });
		gateway = await world.start();
		browser = await openBrowser();
		page = await openDesk(browser, gateway.consoleUrl, undefined, COARSE);
	});
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});
	const go = (name: string) => page.getByRole("navigation").getByRole("link", { name }).click();

	it("each page opens, also one that nobody has been on, and none loses the frame", async () => {
		const count = await page.locator("link[rel=prefetch]").count();
		expect(count).toBeGreaterThan(10);
		await expect.poll(() => page.evaluate(PUT_BY)).toEqual(Array(count).fill(true));
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		for (const name of PAGES) {
			await go(name);
			await page.locator("#page h1, #page [role=alert]").first().waitFor();
			expect(await page.getByText("此页无法显示").count(), name).toBe(0);
		}
		await go("事件");
		await page.locator("#page").getByText("网关没有应答").waitFor();
		// an empty table would say that there is nothing
		expect(await page.getByText("没有符合条件的事件").count()).toBe(0);
	}, 90_000);

	it("what came before the page hears of it again rings, and pages fill by themselves", async () => {
		await page.route("**/api/events?*", (route) => route.abort());
		gateway = await world.start();
		const response = await fetch(`${gateway.consoleUrl}/api/reports`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify({ grid: GRID.code, note: "看见烟" }),
		});
		expect(response.status).toBe(200);
		expect(await page.title()).not.toMatch(/^\(1\)/);
		await page.unroute("**/api/events?*");
		await expect.poll(() => page.title(), { timeout: 60_000 }).toMatch(/^\(1\)/);
		await page.locator(".new-fires").getByText(GRID.name).waitFor();
		await page.locator("#page table").getByRole("link", { name: GRID.name }).waitFor();
	}, 120_000);
});
