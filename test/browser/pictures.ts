/**
 * Makes the pictures of the documents from the pages as they are: runs the made world of `npm start`, waits until its
 * chief has answered and the fire has a place, and photographs desk, map, dry run and roster into `deploy/pictures`.
 *
 *     npm run pictures
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PORT = "8471";
/** Until the chief has answered, on a slow machine, milliseconds. */
const ANSWERED_MS = 300_000;
const SOFTWARE_GL = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic"];

const folder = mkdtempSync(join(tmpdir(), "lookout-pictures-"));
const args = ["gateway/cli/lookout.js", "simulate", "--dir", join(folder, "world"), "--port", PORT];
const world = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
let browser: Browser | undefined;
try {
	const link = await firstLink(world);
	browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: SOFTWARE_GL });
	const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	await nameYourself(page, link);
	await page.locator(".people").getByText("前往").waitFor({ timeout: ANSWERED_MS });
	await page.locator(".facts").getByText("WGS84").waitFor({ timeout: ANSWERED_MS });
	await photograph(page, "desk");
	await page.goto(new URL("/map", link).href);
	await photograph(page, "map");
	await page.goto(new URL("/people?tab=try&grid=500114101201-01&confirmed=8", link).href);
	await page.locator("tbody tr").nth(8).waitFor();
	await keep(page, "dry-run");
	await page.goto(new URL("/duty", link).href);
	await removeShift(page);
	await keep(page, "roster");
} finally {
	await browser?.close();
	const ended = once(world, "exit");
	world.kill("SIGTERM");
	await ended;
	rmSync(folder, { recursive: true, force: true });
}

function firstLink(child: ChildProcess): Promise<string> {
	return new Promise((resolve, reject) => {
		child.once("exit", () => reject(new Error("the world ended before it printed a link")));
		if (!child.stdout) throw new Error("the world has no output");
		createInterface(child.stdout).on("line", (line) => {
			const link = /http\S+#welcome=\S+/.exec(line)?.[0];
			if (link) resolve(link);
		});
	});
}

async function nameYourself(page: Page, link: string): Promise<void> {
	await page.goto(link);
	await page.fill("input[name=name]", "周丽");
	await page.fill("input[name=user]", "zhou");
	for (const field of ["fresh", "again"]) await page.fill(`input[name=${field}]`, "only for these pictures");
	await page.click("button[type=submit]");
	await page.waitForSelector("header.head");
}

/** Takes a shift out of the roster, so that it has a gap. */
async function removeShift(page: Page): Promise<void> {
	await page.locator(".roster .bar").nth(18).click();
	await page.getByRole("button", { name: "删除" }).click();
	await page.getByText("此行将从名册中删除").waitFor();
	await page.getByRole("button", { name: "删除" }).click();
	await page.locator(".roster .gap").first().waitFor();
	await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Waits until the map has drawn what it has to draw, and keeps the page as a picture. */
async function photograph(page: Page, name: string): Promise<void> {
	await page.locator(".map[data-drawn]").waitFor();
	await keep(page, name);
}

async function keep(page: Page, name: string): Promise<void> {
	await page.screenshot({ path: join(ROOT, "deploy/pictures", `${name}.jpg`), type: "jpeg", quality: 82 });
}
