import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../gateway/base/clock.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { Push } from "../../gateway/sim/phones.ts";
import { login, Simulation } from "../../gateway/sim/simulation.ts";
import { certificateFile, freePort, type Gateway, openBrowser, startGateway, until } from "../harness/harness.ts";

/**
 * The main story, with nothing replaced but the world outside: smoke in a camera behind a real RTSP server, a
 * gateway of its own process, a chief's phone on real Web Push, and two real pages.
 */
describe("smoke before a camera", () => {
	let folder: string;
	let simulation: Simulation;
	let gateway: Gateway | undefined;
	let browser: Browser | undefined;
	let ports: { broker: number; console: number };
	const pushes: { person: string; push: Push }[] = [];

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-story-"));
		pushes.length = 0;
		ports = { broker: await freePort(), console: await freePort() };
		simulation = new Simulation({
			seed: 5,
			folder,
			clock: new SystemClock(),
			fps: 4,
			keyframeSeconds: 2,
			pastMinutes: 30,
			periodS: 5,
			cameras: true,
			ports,
			ladder: { village: 0, township: 600, county: 1200 },
			onPush: (phone, push) => push.incidentId !== "" && pushes.push({ person: phone.person, push }),
		});
		await simulation.start();
	});

	afterEach(async () => {
		await browser?.close();
		gateway?.child.kill("SIGKILL");
		await gateway?.ended;
		await simulation.stop();
		rmSync(folder, { recursive: true });
	});

	async function start(failPoint?: string): Promise<Gateway> {
		const fail: Record<string, string> = failPoint ? { LOOKOUT_FAIL_POINT: failPoint } : {};
		gateway = await startGateway(simulation.configFile, { NODE_EXTRA_CA_CERTS: certificateFile(folder, simulation.phones.certificate), ...fail });
		return gateway;
	}

	const chief = () => simulation.world.responsible;
	const chiefsPush = () => pushes.find((p) => p.person === chief())?.push;

	async function incidents(g: Gateway, cookie: string): Promise<Incident[]> {
		const state = (await (await fetch(`${g.consoleUrl}/api/state`, { headers: { cookie } })).json()) as { incidents: Incident[] };
		return state.incidents;
	}

	it("becomes an incident on the page and a push on the chief's phone, who answers on the phone's page", async () => {
		const g = await start();
		const cookie = await login(g.consoleUrl, "duty", g.password ?? "");
		await simulation.enrol(chief(), g.consoleUrl, cookie);
		browser = await openBrowser();
		const desk = await (await browser.newContext({ locale: "zh-CN" })).newPage();
		await desk.goto(g.consoleUrl);
		await desk.fill("input[name=password]", g.password ?? "");
		await desk.click("button[type=submit]");
		await desk.getByText("没有未结事件").waitFor();
		simulation.ignite(new SystemClock().now() - 60_000);
		await desk.locator("article.incident.fire").waitFor({ timeout: 120_000 });
		await until(() => chiefsPush() !== undefined, 10_000, "the chief's push");
		expect(chiefsPush()?.title).toBe("疑似林火");
		expect(await desk.locator("article .picture img").first().getAttribute("src")).toMatch(/\/api\/pictures\/[0-9a-f]+\.jpg/);
		expect(await desk.locator("article .picture .box").count()).toBeGreaterThan(0);

		const phone = await (await browser.newContext({ locale: "zh-CN", viewport: { width: 390, height: 844 } })).newPage();
		await phone.goto(chiefsPush()?.link ?? "");
		await phone.locator("main.phone .picture img").waitFor();
		await phone.getByRole("button", { name: "前往" }).click();
		await phone.getByText("已收到您的答复: 前往").waitFor();
		await desk.locator("article .headline .badge.dispatched").waitFor();
		await desk.locator("article td .said.going").waitFor();

		const [incident] = await incidents(g, cookie);
		expect(incident).toMatchObject({ kind: "fire", state: "dispatched" });
		expect(incident?.sources).toContain("east");
		const truth = simulation.world.terrain;
		const fire = truth.local(simulation.world.fireAt(0).position);
		const trueBearing = (Math.atan2(fire.east, fire.north) * 180) / Math.PI;
		expect(Math.abs((incident?.place.bearingDeg ?? 0) - trueBearing)).toBeLessThan(4);
		await until(() => readdirSync(join(folder, "var/evidence/incidents", incident?.id ?? "")).length > 0, 30_000, "evidence video");
	}, 240_000);

	it("killed between the sighting and its judgement: the restarted tower sees it again, having kept its past", async () => {
		const first = await start();
		const cookie = await login(first.consoleUrl, "duty", first.password ?? "");
		await simulation.enrol(chief(), first.consoleUrl, cookie);
		await first.stop();
		const doomed = await start("before:sighting");
		simulation.ignite(new SystemClock().now() - 60_000);
		expect(await doomed.ended).toBe("SIGKILL");
		const second = await start();
		await until(
			() => chiefsPush() !== undefined,
			120_000,
			() => `the chief's push after the restart; the gateway said:\n${second.output()}`,
		);
		expect(pushes.filter((p) => p.person === chief())).toHaveLength(1);
		expect((await incidents(second, cookie)).filter((i) => i.kind === "fire")).toHaveLength(1);
	}, 300_000);

	it("a camera whose pictures stop is blind: told, red on the page, and over when it sees again", async () => {
		const g = await start();
		const cookie = await login(g.consoleUrl, "duty", g.password ?? "");
		const coverage = async () => (await incidents(g, cookie)).filter((i) => i.kind === "coverageLost");
		const seeing = async () =>
			((await (await fetch(`${g.consoleUrl}/api/state`, { headers: { cookie } })).json()) as { cameras: { lastFrameAt?: number }[] }).cameras.every(
				(c) => c.lastFrameAt,
			);
		await until(seeing, 30_000, "both cameras to be watched");
		simulation.rtsp.freeze(true);
		await until(async () => (await coverage()).length === 2, 120_000, "both cameras to be blind");
		expect((await coverage())[0]?.evidence[0]?.what).toBe("stale");
		browser = await openBrowser();
		const desk = await (await browser.newContext({ locale: "zh-CN" })).newPage();
		await desk.goto(g.consoleUrl);
		await desk.fill("input[name=password]", g.password ?? "");
		await desk.click("button[type=submit]");
		await desk.locator("figure.camera.blind").first().waitFor();
		simulation.rtsp.freeze(false);
		await until(async () => (await coverage()).every((i) => i.state === "closed"), 120_000, "both cameras to see again");
	}, 300_000);
});
