import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/**
 * What people at the desk must be able to rely on: the page in a real browser, before a gateway that can be stopped and
 * killed.
 */
describe("the desk", () => {
	let world: SmallWorld;
	let browser: Browser | undefined;
	const UNDO_S = 6;

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false, undoS: UNDO_S });
	});
	afterEach(async () => {
		await browser?.close();
		browser = undefined;
		await world.stop();
	});
	const fires = async () =>
		((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");
	const post = (path: string, body: unknown) =>
		fetch(`http://127.0.0.1:${world.ports.console}${path}`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	const call = (grid: string) => post("/api/reports", { note: "看见烟", grid });
	const people = async (grid: string) =>
		((await world.get("/api/people")) as { id: string; role: string; level: string; grids: string[] }[]).filter(
			(p) =>
				p.level === "village" &&
				p.grids.some((g) => grid.startsWith(g)) &&
				(p.id.startsWith("chief-") || p.role === "ranger"),
		);
	/** The desk's page; its clock is ours when it `hasOwnClock`. */
	async function page(hasOwnClock = false): Promise<Page> {
		browser = await openBrowser();
		const ownClock = async (desk: Page) => {
			if (hasOwnClock) await desk.clock.install();
		};
		return openDesk(browser, `http://127.0.0.1:${world.ports.console}/`, ownClock);
	}
	const GRID = "500114104201-02";
	const OTHER = "500114104205-01";

	it("a fire that comes in under the pointer swaps nothing; an end asks first, says whom it tells, and can be undone", async () => {
		const _gateway = await world.start();
		for (const { id } of await people(GRID)) await world.enrol(id);
		const desk = await page();
		expect((await call(GRID)).status).toBe(200);
		const [first] = await fires();
		await desk.waitForSelector(`article.incident >> text=${first?.grids[0]?.name}`);
		await until(() => world.pushes.length > 0, 10_000, "a push");
		const falseAlarm = desk.getByRole("button", { name: /^误报/ });
		await falseAlarm.hover();
		// it came up by itself: it rings until somebody touches it
		await expect.poll(() => desk.title()).toMatch(/^\(1\)/);
		expect(await desk.textContent(".unseen[aria-live]")).toContain(first?.grids[0]?.name);
		expect((await call(OTHER)).status).toBe(200);
		await desk.waitForSelector(".new-fires a");
		expect(await desk.title()).toMatch(/^\(2\)/);
		expect(await desk.textContent("article.incident h1")).toContain(first?.grids[0]?.name);
		await falseAlarm.click();
		expect(await desk.title()).toMatch(/^\(1\)/);
		const sheet = desk.getByRole("dialog");
		expect(await sheet.textContent()).toMatch(/将通知 \d+ 人解除/);
		await desk.keyboard.press("Escape");
		expect((await fires()).map((i) => i.ending)).toEqual([undefined, undefined]);
		await desk.keyboard.press("f");
		await sheet.getByLabel("实际是什么").fill("雾");
		await sheet.getByLabel("如何查明").fill("现场看过");
		await sheet.getByRole("button", { name: /^确认/ }).click();
		await desk.waitForSelector(".ending button");
		const before = world.pushes.length;
		expect((await fires()).find((i) => i.id === first?.id)).toMatchObject({
			state: "detected",
			ending: { answer: { answer: "false" } },
		});
		await desk.click(".ending button");
		await until(async () => (await fires()).every((i) => i.ending === undefined), 5_000, "the end to be undone");
		expect((await fires()).map((i) => i.state)).toEqual(["detected", "detected"]);
		// the all-clear would go out when the time to take it back is over
		const undone = world.now();
		await world.goOn(() => world.now() - undone > (UNDO_S + 4) * 1000, 30_000, "the time of the undo to be over");
		const allClears = world.pushes.slice(before).filter((p) => p.push.title.includes("解除"));
		expect(allClears.filter((p) => p.push.incidentId === first?.id)).toEqual([]);
	}, 60_000);

	it("an end is carried out after its minute, also when the gateway was killed meanwhile; everybody who was told hears it once; it can be opened again", async () => {
		const gateway = await world.start();
		const told = await people(GRID);
		for (const { id } of told) await world.enrol(id);
		await call(GRID);
		const [fire] = await fires();
		await until(
			() => new Set(world.pushes.map((p) => p.person)).size === told.length,
			15_000,
			() => `everybody to be told: ${JSON.stringify([told, world.pushes.map((p) => p.person)])}`,
		);
		expect(
			(await post(`/api/incidents/${fire?.id}/answer`, { answer: "false", cause: "雾", note: "看过" })).status,
		).toBe(200);
		expect(world.pushes.filter((p) => /解除/.test(p.push.title))).toEqual([]);
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		await world.start();
		await world.goOn(
			() => world.pushes.filter((p) => /解除/.test(p.push.title)).length >= told.length,
			30_000,
			"the all-clear",
		);
		const clears = world.pushes.filter((p) => /解除/.test(p.push.title));
		expect(clears.map((p) => p.person).sort()).toEqual(told.map((p) => p.id).sort());
		expect(clears[0]?.push.body).toMatch(/误报.*值班台值班员 周/);
		expect((await fires())[0]).toMatchObject({ state: "false", closedBy: "duty-desk" });
		expect((await post(`/api/incidents/${fire?.id}/undo`, {})).status).toBe(409);
		const before = world.pushes.length;
		expect((await post(`/api/incidents/${fire?.id}/reopen`, { reason: "烟又起" })).status).toBe(200);
		await until(
			() => new Set(world.pushes.slice(before).map((p) => p.person)).size === told.length,
			15_000,
			"everybody to be told again",
		);
		expect((await fires())[0]).toMatchObject({ state: "detected", rekindled: 1 });
		expect((await post(`/api/incidents/${fire?.id}/reopen`, { reason: "烟又起" })).status).toBe(409);
	}, 90_000);

	it("says that the gateway does not speak any more, and goes on by itself when it does", async () => {
		const gateway = await world.start();
		const desk = await page(true);
		await desk.waitForSelector(".head [role=status]:has-text('实时')");
		gateway.child.kill("SIGSTOP");
		try {
			expect(await desk.$(".line.alert")).toBeNull();
			await desk.clock.fastForward(30_000);
			await desk.waitForSelector(".line.alert");
			expect(await desk.textContent(".head [role=status]")).not.toBe("实时");
		} finally {
			gateway.child.kill("SIGCONT");
		}
		await desk.clock.fastForward(30_000); // it connects anew by itself
		await desk.waitForSelector(".head [role=status]:has-text('实时')", { timeout: 45_000 });
		expect(await desk.$(".line.alert")).toBeNull();
	}, 120_000);
});
