import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser, until } from "../harness/harness.ts";
import { FIRST } from "../harness/log-in.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** Fires that no machine has found: somebody calls the desk (12119), and the desk enters it. */
describe("a call to the desk", () => {
	let world: SmallWorld;

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false });
	});
	afterEach(() => world.stop());

	const GRID = "500114104201-02";
	const fires = async () =>
		((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");

	it("rings like any fire, joins one that is open there, and needs a log-in and a place that is somebody's", async () => {
		const gateway = await world.start();
		await world.enrol("chief-41");
		const post = async (body: object, cookie = world.cookie) => {
			const headers = { cookie, "content-type": "application/json" };
			const r = await fetch(`${gateway.consoleUrl}/api/reports`, {
				method: "POST",
				headers,
				body: JSON.stringify(body),
			});
			return { status: r.status, body: (await r.json()) as { incident: string } };
		};
		const grids = (await world.get("/api/grids")) as { code: string; name: string }[];
		expect(grids.find((g) => g.code === GRID)?.name).toBe("双河镇1村2号网格");
		const told = { grid: GRID, note: "水库边有浓烟" };
		expect((await post(told, "")).status).toBe(401);
		expect((await post({})).status).toBe(400);
		expect((await post({ grid: "999999999999-01" })).status).toBe(404);
		const first = await post(told);
		expect(first.status).toBe(200);
		await until(() => world.pushes.length === 1, 10_000, "the chief to be told");
		expect(world.pushes[0]?.push.body).toMatch(/双河镇1村2号网格.*群众报警/);
		expect((await post(told)).body.incident).toBe(first.body.incident);
		const [incident] = await fires();
		expect(incident).toMatchObject({
			status: "actual",
			sources: [`report:${FIRST.name}`, expect.stringMatching(`^report:${FIRST.name}#`)],
		});
		expect(incident?.evidence[0]).toMatchObject({ source: "person", note: "水库边有浓烟" });
	});

	it("is entered on the page, as a drill if it is one", async () => {
		const gateway = await world.start();
		const browser = await openBrowser();
		try {
			const page = await openDesk(browser, gateway.consoleUrl);
			await page.getByRole("button", { name: "接警 / 演练" }).click();
			const dialog = page.getByRole("dialog");
			await dialog.getByText("演练", { exact: true }).click();
			await dialog.getByLabel(/^网格/).fill("没有这样的网格");
			await dialog.getByRole("button", { name: "登记" }).click();
			await dialog.getByText("没有这个网格").waitFor();
			await dialog.getByLabel(/^网格/).fill(GRID);
			await dialog.getByRole("button", { name: "登记" }).click();
			await page.locator("article.incident .headline >> text=演练").waitFor();
			expect((await fires()).map((i) => [i.status, i.sources[0]])).toEqual([["exercise", `drill:${FIRST.name}`]]);
			await dialog.waitFor({ state: "detached" });
		} finally {
			await browser.close();
		}
	});
});
