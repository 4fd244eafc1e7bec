import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IncidentPage, Numbers } from "../../gateway/console/views/schemas.ts";
import { readWorkbook } from "../../gateway/register/workbook.ts";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** All incidents that ever were, over the interface and on the page. */
describe("the list of incidents", () => {
	let world: SmallWorld;
	let url: string;
	let browser: Browser | undefined;
	const made: string[] = [];
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: false, undoS: 1 });
		({ consoleUrl: url } = await world.start());
		const grids = ((await world.get("/api/grids")) as { code: string }[]).map((g) => g.code);
		const far = [grids[0], grids.at(-1)];
		for (const grid of far) {
			const { incident } = (await (await post("/api/reports", { grid, note: "看见烟" })).json()) as {
				incident: string;
			};
			made.push(incident);
		}
	});
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});
	const post = (path: string, body: unknown) =>
		fetch(`${url}${path}`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	const list = async (query: string) => (await world.get(`/api/incidents?${query}`)) as IncidentPage;
	const taken = async (format: string) =>
		(await fetch(`${url}/api/incidents/export?format=${format}`, { headers: { cookie: world.cookie } })).arrayBuffer();

	it("is filtered and leafed through, and is taken along as a table, a workbook and a map", async () => {
		expect(made).toHaveLength(2);
		expect((await list("kind=fire")).rows.map((r) => r.id)).toEqual([...made].reverse());
		const [newest] = (await list("limit=1")).rows;
		const page = await list(`limit=1&before=${newest?.openedAt}~${newest?.id}`);
		expect([page.rows.map((r) => r.id), page.total, page.isMore]).toEqual([[made[0]], 2, false]);
		expect((await list("states=false,permitted")).rows).toEqual([]);
		await post(`/api/incidents/${made[0]}/answer`, { answer: "false", cause: "雾", note: "看过" });
		await world.goOn(async () => (await list("states=false")).rows.length === 1, 20_000, "the end");
		expect((await list(`text=${encodeURIComponent("雾")}`)).rows).toMatchObject([{ id: made[0], cause: "雾" }]);
		const csv = Buffer.from(await taken("csv")).toString();
		expect(csv).toMatch(/^\ufeff编号,发现时间,/);
		expect(csv.split("\n").filter((line) => line.includes("误报") && line.includes("雾"))).toHaveLength(1);
		expect(
			Buffer.from(await taken("xlsx"))
				.subarray(0, 2)
				.toString(),
		).toBe("PK");
		const map = JSON.parse(Buffer.from(await taken("geojson")).toString()) as { features: unknown[] };
		expect(map.features).toHaveLength(2);
	}, 60_000);

	it("stands on a page whose filters are in its address, and leads to the whole file of each", async () => {
		browser = await openBrowser();
		const desk = await openDesk(browser, url);
		await desk.getByRole("link", { name: "事件" }).click();
		await desk.getByRole("row").nth(2).waitFor();
		await desk.getByLabel("编号、地点或原因").fill("雾");
		await desk.keyboard.press("Enter");
		await until(() => new URL(desk.url()).searchParams.get("text") === "雾", 5_000, "the filter in the address");
		await desk.getByText("1 起").waitFor();
		await desk.getByRole("row").nth(1).getByRole("link").click();
		await desk.getByRole("heading", { name: "经过" }).waitFor();
		expect(await desk.locator(".timeline li").count()).toBeGreaterThan(3);
		expect(await desk.locator(".timeline").textContent()).toContain("值班员 周");
		await desk.goBack();
		await desk.getByText("1 起").waitFor();
	}, 60_000);

	it("is summed up in numbers, each of which leads back to its incidents", async () => {
		const { openedAt = 0 } = (await list("limit=1")).rows[0] ?? {};
		const numbers = (await world.get(
			`/api/numbers?from=${openedAt - 86_400_000}&to=${openedAt + 86_400_000}`,
		)) as Numbers;
		expect(numbers.fires).toMatchObject({ all: 2, false: 1 });
		expect(numbers.byCause.map((c) => c.name)).toContain("雾");
		const paper = await fetch(`${url}/api/numbers/print?from=0&to=${Date.now() + 86_400_000}`, {
			headers: { cookie: world.cookie },
		});
		expect(await paper.text()).toMatch(/<h1>青云县森林防火调度报表<\/h1>.*按月.*制表人/s);
		const roster = await fetch(`${url}/api/duty/print?month=${new Date().toISOString().slice(0, 7)}`, {
			headers: { cookie: world.cookie },
		});
		expect(await roster.text()).toMatch(/<h1>青云县森林防火值班表.*带班领导.*值班员.*138/s);
		const report = await fetch(`${url}/api/numbers/report?from=0&to=${Date.now() + 86_400_000}`, {
			headers: { cookie: world.cookie },
		});
		const cells = (await readWorkbook("report.xlsx", Buffer.from(await report.arrayBuffer()))).rows.flat();
		expect(cells).toContain("误报");
		if (!browser) throw new Error("the browser of the test before this one");
		const desk = await openDesk(browser, url);
		await desk.getByRole("link", { name: "统计" }).click();
		const figure = desk.getByRole("link", { name: /^误报/ });
		await expect.poll(() => figure.textContent(), { timeout: 10_000 }).toMatch(/^误报1/);
		await figure.click();
		await desk.waitForURL(/\/incidents\?/);
		await desk.getByText("1 起", { exact: true }).waitFor();
	}, 60_000);
});
