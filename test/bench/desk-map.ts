import type { BrowserContext, CDPSession, Page } from "playwright-core";
import type { MapView } from "../../gateway/console/views/schemas.ts";
import { round } from "./proc.ts";

const CAMERAS = 500;
const MOVES = 120;
/** A camera's ground in the made coverage: corners of a wedge of six kilometres. */
const CORNERS = 40;

/**
 * The map of 2,500 grids with 500 cameras, all of them with the ground they see, dragged about: script per frame, and
 * frames a second of the software renderer.
 */
export async function mapFrames(context: BrowserContext, url: string) {
	const page = await context.newPage();
	await addCameras(page);
	await page.goto(`${url}/map`);
	const canvas = page.locator("canvas.maplibregl-canvas");
	await canvas.waitFor();
	await page.waitForLoadState("networkidle");
	const cdp = await context.newCDPSession(page);
	await cdp.send("Performance.enable");
	const before = await spent(cdp);
	await page.evaluate(COUNT_FRAMES);
	const { x, y } = (await canvas.boundingBox()) ?? { x: 0, y: 0 };
	const began = performance.now();
	await page.mouse.move(x + 400, y + 400);
	await page.mouse.down();
	for (let i = 1; i <= MOVES; i++)
		await page.mouse.move(x + 400 + 200 * Math.sin(i / 8), y + 400 + 150 * Math.cos(i / 11));
	await page.mouse.up();
	const seconds = (performance.now() - began) / 1000;
	const frames = await page.evaluate<number>("window.frames_");
	const script = (await spent(cdp)) - before;
	await context.close();
	return {
		cameras: CAMERAS,
		frames,
		scriptMsPerFrame: round((script * 1000) / Math.max(1, frames), 1),
		framesPerSecond: round(frames / seconds, 0),
	};
}

/** In the page: frames that were drawn. */
const COUNT_FRAMES = `{
	window.frames_ = 0;
	const count = () => { window.frames_++; requestAnimationFrame(count); };
	requestAnimationFrame(count);
}`;

async function spent(cdp: CDPSession): Promise<number> {
	const { metrics } = (await cdp.send("Performance.getMetrics")) as { metrics: { name: string; value: number }[] };
	return metrics.find((m) => m.name === "ScriptDuration")?.value ?? 0;
}

/** Cameras in what the gateway says of the map, and the ground of each. */
async function addCameras(page: Page): Promise<void> {
	await page.route("**/api/map", async (route) => {
		const response = await route.fetch();
		const map = (await response.json()) as MapView;
		const cameras = Array.from({ length: CAMERAS }, (_, i) => ({
			id: `c${i}`,
			name: `c${i}`,
			lat: 29.02 + (i % 25) * 0.04,
			lon: 108.22 + Math.floor(i / 25) * 0.05,
			azimuthDeg: (i * 37) % 360,
			fovDeg: 60,
			rangeM: 6_000,
		}));
		await route.fulfill({ response, json: { ...map, cameras } });
	});
	await page.route("**/api/map/coverage/*", async (route) => {
		const n = Number(/c(\d+)$/.exec(route.request().url())?.[1]);
		const [lat, lon] = [29.02 + (n % 25) * 0.04, 108.22 + Math.floor(n / 25) * 0.05];
		const ring = Array.from({ length: CORNERS }, (_, i) => {
			const angle = ((n * 37 - 30 + (60 * i) / (CORNERS - 1)) * Math.PI) / 180;
			const far = i % 2 === 0 ? 0.055 : 0.045;
			return [lon + Math.sin(angle) * far, lat + Math.cos(angle) * far];
		});
		await route.fulfill({ json: { polygons: [[[lon, lat], ...ring, [lon, lat]]] } });
	});
}
