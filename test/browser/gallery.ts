/**
 * Photographs every page as people meet it, to be looked at: on a desk and on a phone, by day and by night, with
 * nothing going on, with a fire and many calls, with cameras, sensors and register broken, and without the gateway.
 *
 *     npm run gallery [-- FOLDER [PAGE ...]]
 *
 * `FOLDER` is `var/gallery` where none is named; of named pages (`desk`, `map`, ...) alone pictures are made.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

const [folder = "var/gallery", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const PAGES = {
	desk: "/desk",
	map: "/map",
	incidents: "/incidents",
	cameras: "/cameras",
	camera: "/cameras/east",
	sensors: "/sensors",
	sensor: "/sensors/node-1",
	people: "/people",
	try: "/people?tab=try&grid=500114101201-01&confirmed=8",
	findings: "/people?tab=findings",
	tables: "/people?tab=tables&table=grids",
	changes: "/people?tab=changes",
	person: "/people/chief-1",
	duty: "/duty",
	numbers: "/numbers",
	system: "/system",
	users: "/system/users",
	api: "/system/api",
	account: "/account",
};
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const CALLS = 12;
const SWITCHES = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--lang=zh-CN"];
/** Until a page shows what it has asked for, and a map has drawn it, milliseconds. */
const SHOWN_MS = 30_000;
/** Until the made fire is seen, or a fault. */
const SEEN_MS = 180_000;
/** Whether all that a page asks for has come, each map is drawn and no colour is on its way to another. */
const IS_SHOWN = `document.querySelector("[aria-busy=true]") === null &&
	[null, matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"]
		.includes(document.documentElement.getAttribute("data-mantine-color-scheme")) &&
	[...document.querySelectorAll(".small-map, .map-page")].every((box) => box.querySelector(".map[data-drawn]")) &&
	[...document.images].every((image) => image.loading === "lazy" || image.complete) &&
	document.getAnimations().every((a) => !(a instanceof CSSTransition) || a.playState === "finished")`;

const world = await SmallWorld.open({ cameras: true });
let browser: Browser | undefined;
try {
	const gateway = await world.start();
	const url = gateway.consoleUrl;
	browser = await openBrowser(SWITCHES);
	const page = await openDesk(browser, url);
	await photographAll(page, url, "empty");

	await world.simulation.connectNodes(() => world.ports.broker, 1_000);
	world.simulation.ignite(world.simulation.world.fireAt(Date.now() - 60_000));
	await callIn(url);
	await post(url, "danger", { level: 3 });
	await post(url, "danger", { level: 5, area: "500114103" });
	let fire = "";
	const isSeen = async () => {
		const open = (await world.get("/api/incidents?kind=fire")) as { rows: { id: string; sources: string[] }[] };
		fire = open.rows.find((row) => row.sources.includes("east"))?.id ?? "";
		return fire !== "";
	};
	await until(isSeen, SEEN_MS, "the made fire is seen");
	await photographAll(page, url, "busy", {
		file: `/incidents/${fire}`,
		fire: `/desk/${fire}`,
		print: `/api/incidents/${fire}/print`,
	});

	world.simulation.rtsp.freeze(true);
	writeFileSync(join(world.folder, "register/people.csv"), "id,name\nbroken");
	const isBlind = async () => ((await world.get("/api/health")) as { camerasBlind: number }).camerasBlind > 0;
	await until(isBlind, SEEN_MS, "the cameras are blind");
	await photographAll(page, url, "broken");

	await page.goto(`${url}/desk`);
	await page.waitForSelector(".desk");
	gateway.child.kill("SIGKILL");
	await gateway.ended;
	await page.locator("#page > .alert").waitFor({ timeout: SEEN_MS });
	await photograph(page, "offline-desk");
	for (const [name, path] of Object.entries(PAGES)) {
		const link = page.locator(`.rail a[href="${path}"]`);
		if (name !== "desk" && (await link.count()) > 0) await photograph(page, `offline-${name}`, () => link.click());
	}
} finally {
	await browser?.close();
	await world.stop();
}

/** Every page in a state of the tower, and pages of its own. */
async function photographAll(page: Page, url: string, state: string, more: Record<string, string> = {}): Promise<void> {
	for (const [name, path] of Object.entries({ ...PAGES, ...more })) {
		if (only.length > 0 && !only.includes(name)) continue;
		await photograph(page, `${state}-${name}`, async () => {
			await page.goto(`${url}${path}`);
			await page.waitForSelector(path.startsWith("/desk") ? ".desk" : "h1, .map");
		});
	}
}

/** The page at both sizes, by day and by night; `show` leads to it at each size. */
async function photograph(page: Page, name: string, show = async () => {}): Promise<void> {
	for (const [size, viewport] of Object.entries(SIZES)) {
		await page.setViewportSize(viewport);
		await show();
		for (const colorScheme of ["light", "dark"] as const) {
			await page.emulateMedia({ colorScheme });
			await until(async () => (await page.evaluate(IS_SHOWN)) === true, SHOWN_MS, `${name} is shown`);
			await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
		}
	}
}

async function callIn(url: string): Promise<void> {
	const grids = (await world.get("/api/grids")) as { code: string }[];
	for (let n = 0; n < CALLS; n++)
		await post(url, "reports", { grid: grids[n * 5]?.code, note: "看见浓烟", caller: "李大爷", phone: "13800001111" });
}

async function post(url: string, path: string, body: object): Promise<void> {
	const headers = { "content-type": "application/json", cookie: world.cookie };
	const response = await fetch(`${url}/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}
