import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { MapView } from "../../gateway/console/views/schemas.ts";
import { TILE } from "../../gateway/geo/terrain-tile.ts";
import { COARSE, openDesk } from "../harness/desk-page.ts";
import { openBrowser } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

const ZOOM = 12;

/** The county on its ground: heights as the terrain has them, and a page that loads nothing from elsewhere. */
describe("the map", () => {
	let world: SmallWorld;
	let url: string;
	let browser: Browser | undefined;
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: true, fps: 1 });
		({ consoleUrl: url } = await world.start());
	});
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});
	const ask = (path: string) => fetch(`${url}${path}`, { headers: { cookie: world.cookie } });

	it("has the heights of the terrain, the grids of the register, and what each camera sees", async () => {
		const map = (await world.get("/api/map")) as MapView;
		expect(map.hasTerrain).toBe(true);
		expect(map.grids.length).toBeGreaterThan(50);
		const { lat, lon } = map.tower;
		const [x, y] = [
			((lon + 180) / 360) * 2 ** ZOOM,
			((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** ZOOM,
		];
		const response = await ask(`/api/map/heights/${ZOOM}/${Math.floor(x)}/${Math.floor(y)}`);
		expect(response.headers.get("content-type")).toBe("image/png");
		const { data } = decode(new Uint8Array(await response.arrayBuffer()));
		const at = (Math.floor((y % 1) * TILE) * TILE + Math.floor((x % 1) * TILE)) * 3;
		const [r = 0, g = 0, b = 0] = data.subarray(at);
		const there = world.simulation.world.terrain.heightOf({ lat, lon });
		// a pixel is some seventy metres of ground
		expect(Math.abs(r * 256 + g + b / 256 - 32_768 - there)).toBeLessThan(25);
		expect((await ask("/api/map/heights/15/0/0")).status).toBe(400);
		const { polygons } = (await world.get(`/api/map/coverage/${map.cameras[0]?.id}`)) as { polygons: unknown[] };
		expect(polygons.length).toBeGreaterThan(20);
		expect((await ask("/api/map/coverage/none")).status).toBe(404);
	});

	it("is drawn from the gateway alone; a click says where it is, and who answers for it", async () => {
		browser = await openBrowser();
		const faults: string[] = [];
		const elsewhere: string[] = [];
		const listen = async (page: Page) => {
			// before the log-in the page asks who it is, and hears that it is nobody
			page.on("console", (m) => m.type() === "error" && !m.text().includes("401") && faults.push(m.text()));
			page.on("pageerror", (e) => faults.push(String(e)));
			page.on("request", (r) => /^https?:/.test(r.url()) && !r.url().startsWith(url) && elsewhere.push(r.url()));
		};
		const desk = await openDesk(browser, url, listen, COARSE);
		await desk.getByRole("link", { name: "地图" }).click();
		await desk.locator(".maplibregl-canvas").waitFor();
		const map = desk.getByRole("application", { name: "地图" });
		const box = await map.boundingBox();
		if (!box) throw new Error("the map is not there");
		// the small world's grids lie around its tower, which stands in the middle
		const clicked = async () => {
			await map.click({ position: { x: box.width * 0.6, y: box.height * 0.4 } });
			return (await desk.locator(".side .found li").count()) > 0;
		};
		await expect.poll(clicked, { timeout: 60_000, interval: 500 }).toBe(true);
		expect(await desk.locator(".side").textContent()).toMatch(/WGS84.*公里.*高德 \(GCJ-02\).*林长/);
		expect([faults, elsewhere]).toEqual([[], []]);
	}, 120_000);

	it("a camera is aimed by landmarks clicked in its picture and on the map, and what they say is kept as a proposal", async () => {
		browser ??= await openBrowser();
		const page = await openDesk(browser, url, undefined, { ...COARSE, viewport: { width: 900, height: 600 } });
		await page.goto(`${url}/cameras/east`);
		await page.getByRole("button", { name: "校准朝向" }).click();
		const picture = page.locator(".calibrate .picture");
		await picture.locator("img").evaluate("(img) => img.decode()");
		const map = page.locator(".calibrate .map[data-drawn]");
		await map.waitFor();
		for (const [x, y] of [
			[0.3, 0.6],
			[0.6, 0.55],
		] as const) {
			const box = await picture.boundingBox();
			await picture.click({ position: { x: (box?.width ?? 0) * x, y: (box?.height ?? 0) * y } });
			const ground = await map.boundingBox();
			await map.click({ position: { x: (ground?.width ?? 0) * (0.5 + x / 4), y: (ground?.height ?? 0) * y } });
		}
		await page.locator("tbody tr").nth(1).getByText("°").waitFor();
		await page.getByText(/^方位角 [\d.]+°（现为 \d+\.00°）/).waitFor();
		await page.getByRole("button", { name: "保存为配置建议" }).click();
		await page.getByText("camera-east.yaml").waitFor();
		const text = readFileSync(join(world.folder, "var/proposals/camera-east.yaml"), "utf8");
		expect(text).toMatch(/^# Proposed by 值班员 周, .* from 2 landmarks/);
		expect(parse(text)).toEqual({
			cameras: [
				{
					id: "east",
					azimuthDeg: expect.any(Number),
					tiltDeg: expect.any(Number),
					fovDeg: 64,
					azimuthErrorDeg: expect.any(Number),
				},
			],
		});
		await page.context().close();
	});

	it("a calibration names a camera that there is", async () => {
		const body = { aspect: 1.7, landmarks: [{ x: 0.5, y: 0.5, lat: 29.5, lon: 108.8 }] };
		const asked = await fetch(`${url}/api/cameras/none/calibration`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
		expect([asked.status, ((await asked.json()) as { reason: string }).reason]).toEqual([404, "api.noCamera"]);
	});
});
