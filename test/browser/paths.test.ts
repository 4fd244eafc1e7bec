import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COARSE, openDesk } from "../harness/desk-page.ts";
import { openBrowser } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

const SIZES = [
	{ name: "a phone", viewport: { width: 360, height: 740 }, grid: "云台镇5村1号网格", title: "县长助理" },
	{ name: "a desk", viewport: { width: 1440, height: 900 }, grid: "青石镇4村2号网格", title: "副县长" },
	{ name: "a wall", viewport: { width: 3840, height: 2160 }, grid: "白岩镇4村1号网格", title: "常务副县长" },
];

/** What people come for, from the page alone, whatever they hold in their hands. */
describe("main paths", () => {
	let world: SmallWorld;
	let browser: Browser;
	let url: string;
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: true, fps: 1, undoS: 60 });
		({ consoleUrl: url } = await world.start());
		browser = await openBrowser();
	});
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});

	describe.each(SIZES)("on $name", ({ viewport, grid, title }) => {
		let page: Page;
		beforeAll(async () => {
			page = await openDesk(browser, url, undefined, { ...COARSE, viewport });
		});
		afterAll(() => page.context().close());
		const sheet = () => page.getByRole("dialog");
		const go = (name: string) => page.getByRole("navigation").getByRole("link", { name }).click();

		it("an officer signs on, takes a call, confirms another way, ends it, takes that back, and hands over", async () => {
			await page.getByRole("button", { name: /^无人签到上岗/ }).click();
			await page.getByRole("menuitem", { name: "上岗" }).click();
			await sheet().getByRole("button", { name: "听到了" }).click();
			await page.getByRole("button", { name: "接警 / 演练" }).click();
			await sheet().getByLabel("网格，或经纬度").fill(grid);
			await page.getByRole("option", { name: grid }).click();
			await sheet().getByRole("button", { name: "登记" }).click();
			await page.getByRole("heading", { name: grid }).waitFor();
			await page.getByRole("button", { name: /^我在核实/ }).click();
			await page.getByRole("button", { name: /^误报/ }).click();
			await sheet().getByLabel("实际是什么").fill("雾");
			await sheet().getByLabel("如何查明").fill("看过");
			await sheet().getByRole("button", { name: /^确认/ }).click();
			await page.locator(".ending button").click();
			await page.locator(".ending button").waitFor({ state: "detached" });
			await page.locator(".right .map[data-drawn]").waitFor();
			await page.getByRole("button", { name: "为什么（没）通知某人…" }).click();
			await sheet().getByRole("combobox").fill("王志强");
			await page
				.getByRole("option", { name: /^王志强/ })
				.first()
				.click();
			await sheet().locator("[aria-live] p").first().waitFor();
			await page.keyboard.press("Escape");
			await page.getByRole("button", { name: /^当班/ }).click();
			await page.getByRole("menuitem", { name: "交班" }).click();
			await sheet().getByRole("textbox").fill("一处在核实");
			await sheet().getByRole("button", { name: "交班" }).click();
			await page.getByRole("button", { name: /^无人签到上岗/ }).waitFor();
		}, 60_000);

		it("a clerk finds a person, and gives him another title", async () => {
			await page.getByRole("button", { name: "搜索" }).click();
			await sheet().getByRole("textbox").fill("王志强");
			await sheet().getByText("王志强").first().click();
			await page.waitForURL(/\/people\//);
			await page.getByRole("button", { name: "修改" }).first().click();
			await sheet().getByLabel("职务").fill(title);
			await sheet().getByRole("button", { name: "保存" }).click();
			await page.getByText(title).first().waitFor();
		}, 60_000);

		it("a leader goes from a number to its incidents, and to the file of one", async () => {
			await go("统计");
			await page.getByRole("link", { name: /^火情/ }).first().click();
			await page.waitForURL(/\/incidents\?/);
			await page.locator("#page table").getByRole("link", { name: grid }).first().click();
			await page.getByRole("heading", { name: "经过" }).waitFor();
		}, 60_000);

		it("a technician looks at a camera, and masks what is drawn on its picture", async () => {
			await go("相机");
			await page.getByRole("link", { name: "东塔相机" }).first().click();
			await page.getByRole("heading", { name: "东塔相机" }).waitFor();
			await page.getByRole("button", { name: "屏蔽区" }).first().click();
			const picture = sheet().locator(".drawing");
			await picture.locator("img").evaluate("(img) => img.decode()");
			await picture.hover(); // once the sheet stands still
			const box = await picture.boundingBox();
			if (!box) throw new Error("a picture without a place");
			await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
			await page.mouse.down();
			await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
			await page.mouse.up();
			await sheet().getByLabel("事由，如：固定烟囱").fill(`${grid}的烟囱`);
			await sheet().getByRole("button", { name: "屏蔽", exact: true }).click();
			await sheet().getByText(`${grid}的烟囱 · `).waitFor();
			await page.keyboard.press("Escape");
			await page.getByRole("button", { name: "近几分钟录像" }).click();
			// the first piece of ten seconds may still be written
			await page.locator("video").waitFor({ timeout: 40_000 });
			await expect.poll(() => page.evaluate("document.querySelector('video')?.videoWidth > 0")).toBe(true);
		}, 90_000);

		it("the map says whose ground it is that somebody points at", async () => {
			await go("地图");
			const map = page.locator(".map-page .map[data-drawn]");
			await map.waitFor({ timeout: 120_000 }); // a wall, drawn by two cores
			const box = await map.boundingBox();
			if (!box) throw new Error("a map without a place");
			await map.click({ position: { x: box.width * 0.6, y: box.height * 0.5 } });
			await page
				.getByText(/\(WGS84\)/)
				.first()
				.waitFor();
			await page.locator(".found li").first().waitFor();
			expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		}, 180_000);
	});
});
