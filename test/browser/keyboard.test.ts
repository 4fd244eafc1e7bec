import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { State } from "../../gateway/console/views/schemas.ts";
import { faultsOf, withAxe } from "../harness/axe.ts";
import { COARSE } from "../harness/desk-page.ts";
import { openBrowser } from "../harness/harness.ts";
import { FIRST } from "../harness/log-in.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** Presses of a key within which whatever is meant must be reached. */
const MOST_PRESSES = 150;

/** Everything that a pointer does, done without one: no test here clicks. */
describe("the keyboard alone", () => {
	let world: SmallWorld;
	let url: string;
	let browser: Browser;
	let page: Page;
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: true, fps: 1, undoS: 60 });
		({ consoleUrl: url } = await world.start());
		browser = await openBrowser();
		const options = { ...COARSE, locale: "zh-CN", viewport: { width: 1440, height: 900 }, bypassCSP: true };
		page = await (await browser.newContext(options)).newPage();
	});
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});

	/** Goes on with the Tab key until something has the focus. */
	async function tabTo(what: Locator): Promise<void> {
		await what.waitFor();
		for (let n = 0; n < MOST_PRESSES; n++) {
			if ((await what.and(page.locator(":focus")).count()) > 0) return;
			await page.keyboard.press("Tab");
		}
		throw new Error(`Tab never came to ${what}`);
	}
	async function press(what: Locator, key = "Enter"): Promise<void> {
		await tabTo(what);
		await page.keyboard.press(key);
	}
	async function type(what: Locator, text: string): Promise<void> {
		await press(what, "ControlOrMeta+a");
		await page.keyboard.type(text);
	}
	const button = (name: string | RegExp) => page.getByRole("button", { name });
	const faults = async () => {
		await withAxe(page);
		return faultsOf(page);
	};

	it("logs in, on a page that axe finds nothing serious on", async () => {
		await page.goto(url);
		await page.waitForSelector("input[name=user]");
		expect(await faults()).toEqual([]);
		await type(page.locator("input[name=user]"), FIRST.login);
		await type(page.locator("input[name=password]"), FIRST.password);
		await page.keyboard.press("Enter");
		await page.waitForSelector("header.head");
	});

	it("takes a call, says what is done, ends the fire on a sheet and takes that back", async () => {
		await press(button("接警 / 演练"));
		const sheet = page.getByRole("dialog");
		await type(sheet.getByLabel("网格，或经纬度"), "29.53, 108.77");
		expect(await faults()).toEqual([]);
		await press(sheet.getByRole("button", { name: "登记" }));
		await sheet.waitFor({ state: "detached" });
		await page.locator(".headline", { hasText: "疑似林火" }).waitFor();
		await page.keyboard.press("1");
		await page.locator(".headline").getByText("核实中").waitFor();
		// on the way, and no part of a word that keys are held back for
		await page.keyboard.press("Tab");
		await page.keyboard.press("f");
		await type(sheet.getByLabel("实际是什么"), "雾");
		await type(sheet.getByLabel("如何查明"), "看过");
		expect(await faults()).toEqual([]);
		await press(sheet.getByRole("button", { name: /^确认/ }));
		await page.locator(".ending button").waitFor();
		await press(page.locator(".ending button"));
		await page.locator(".ending button").waitFor({ state: "detached" });
	}, 60_000);

	it("finds a person on a slash, and goes to his page", async () => {
		await page.keyboard.press("/");
		await page.getByRole("dialog").locator("input:focus").waitFor();
		await page.keyboard.type("王志强");
		await page.getByRole("dialog").getByText("王志强").first().waitFor();
		await page.keyboard.press("Enter");
		await page.waitForURL(/\/people\//);
	});

	it("asks the map what is in its middle", async () => {
		await page.goto(`${url}/map`);
		await page.locator(".map[data-drawn]").waitFor();
		await page.keyboard.press("Tab");
		await press(page.locator(".map canvas"), "ArrowUp");
		await page.keyboard.press("Enter");
		await page.getByText(/^29\.\d+, 108\.\d+ \(WGS84\)/).waitFor();
	}, 60_000);

	it("masks a part of a view", async () => {
		await page.goto(`${url}/cameras/east`);
		await press(button("屏蔽区"));
		const sheet = page.getByRole("dialog");
		for (const [label, percent] of [
			["距左边（%）", "10"],
			["距上边（%）", "20"],
			["宽（%）", "30"],
			["高（%）", "15"],
		] as const)
			await type(sheet.getByLabel(label), percent);
		await type(sheet.getByLabel("事由，如：固定烟囱"), "厂房烟囱");
		expect(await faults()).toEqual([]);
		await press(sheet.getByRole("button", { name: "屏蔽", exact: true }));
		const masks = async () =>
			((await world.get("/api/state")) as State).cameras.find((c) => c.id === "east")?.masks ?? [];
		await expect.poll(async () => (await masks()).map((m) => m.box)).toEqual([{ x: 0.1, y: 0.2, w: 0.3, h: 0.15 }]);
		await page.keyboard.press("Escape");
	}, 60_000);

	it("calibrates a camera by landmarks that are typed", async () => {
		await press(button("校准朝向"));
		await press(page.locator("summary", { hasText: "键入标志点" }));
		for (const [x, y, place] of [
			["30", "60", "29.53500, 108.83000"],
			["60", "55", "29.52000, 108.83000"],
		] as const) {
			await type(page.getByLabel("距左边（%）"), x);
			await type(page.getByLabel("距上边（%）"), y);
			await type(page.getByLabel("纬度, 经度（WGS84）"), place);
			await press(button("添加"));
		}
		await page.getByText(/^方位角 [\d.]+°（现为/).waitFor();
		expect(await faults()).toEqual([]);
	}, 60_000);

	it("gives a grid other corners, and takes that back where it is said to be saved", async () => {
		await page.goto(`${url}/people?tab=tables&table=grids`);
		await press(page.getByRole("button", { name: /修改/ }).first());
		const sheet = page.getByRole("dialog");
		await press(sheet.locator("summary", { hasText: "键入角点" }));
		const corners = sheet.getByRole("textbox", { name: "角点" });
		await type(corners, "29.40, 108.60\n29.40, 108.61\n29.41, 108.61\n29.41, 108.60");
		await press(sheet.getByRole("button", { name: "采用这些角点" }));
		await press(sheet.getByRole("button", { name: "保存" }));
		await sheet.waitFor({ state: "detached" });
		const drawn = async () => {
			const map = (await world.get("/api/map")) as { grids: { polygons: number[][][][] }[] };
			return map.grids.flatMap((g) => g.polygons.flatMap((p) => p[0] ?? []));
		};
		await expect.poll(drawn).toContainEqual([108.6, 29.4]);
		await press(page.getByRole("status").getByRole("button", { name: "撤回" }));
		await expect.poll(drawn).not.toContainEqual([108.6, 29.4]);
	}, 60_000);
});
