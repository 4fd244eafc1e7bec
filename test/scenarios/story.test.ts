import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../gateway/base/clock.ts";
import { sizeOfJpeg } from "../../gateway/base/jpeg.ts";
import type { Footage, Incident, PastMinutes } from "../../gateway/console/views/schemas.ts";
import type { IncidentKind } from "../../gateway/model/incident.ts";
import { openDesk as openDeskPage } from "../harness/desk-page.ts";
import { type Gateway, openBrowser, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/**
 * The main story, with nothing replaced but the world outside: smoke in a camera behind a real RTSP server, a
 * gateway of its own process, a chief's phone on real Web Push, and two real pages.
 */
describe("smoke before a camera", () => {
	let world: SmallWorld;
	let browser: Browser | undefined;

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: true, stillSky: true, fps: 2 });
	});

	afterEach(async () => {
		await browser?.close();
		await world.stop();
	});

	const chief = () => world.simulation.world.responsible;
	/** What the chief was told of fires. No sensor speaks in this story, and after a minute people hear of that too. */
	const chiefsPushes = () =>
		world.pushes.filter((p) => p.person === chief() && p.push.incidentId.startsWith("FF-")).map((p) => p.push);
	const chiefsPush = () => chiefsPushes()[0];
	const ignite = () => world.simulation.ignite(world.simulation.world.fireAt(new SystemClock().now() - 60_000));
	const state = async () =>
		(await world.get("/api/state")) as { incidents: Incident[]; cameras: { lastFrameAt?: number }[] };
	const incidents = async (kind: IncidentKind) => (await state()).incidents.filter((i) => i.kind === kind);

	/** Where the fire is, from the tower, degrees. */
	function trueBearing(): number {
		const { terrain, fireAt } = world.simulation.world;
		const fire = terrain.local(fireAt(0).position);
		return (Math.atan2(fire.east, fire.north) * 180) / Math.PI;
	}

	/** The console's page, logged in as the duty officer. */
	async function openDesk(g: Gateway): Promise<Page> {
		browser = await openBrowser();
		return openDeskPage(browser, g.consoleUrl);
	}

	it("becomes an incident on the page and a push on the chief's phone, who answers on the phone's page", async () => {
		const g = await world.start();
		await world.enrol(chief());
		const desk = await openDesk(g);
		await desk.getByText("没有火情").first().waitFor();
		ignite();
		await world.goOn(async () => (await incidents("fire")).length > 0, 300_000, "the fire to be seen");
		await desk.locator("article.incident.fire").waitFor();
		await until(() => chiefsPush() !== undefined, 10_000, "the chief's push");
		expect(chiefsPush()?.title).toBe("疑似林火");
		expect(await desk.locator("article .evidence img").first().getAttribute("src")).toMatch(
			/\/api\/pictures\/[0-9a-f]+\.jpg/,
		);
		expect(await desk.locator("article .evidence .box").count()).toBeGreaterThan(0);

		const phone = await (
			await (browser as Browser).newContext({ locale: "zh-CN", viewport: { width: 390, height: 844 } })
		).newPage();
		await phone.goto(chiefsPush()?.link ?? "");
		await phone.locator("main.phone .picture img").waitFor();
		await phone.getByRole("button", { name: "前往" }).click();
		await phone.getByText("已收到您的答复: 前往").waitFor();
		await desk.locator("article .headline .state.verifying").waitFor();
		await desk.locator(".people .said.going").waitFor();

		const fires = await incidents("fire");
		// one fire is one incident, the one that the chief was told of; what another rests on is said
		const seen = JSON.stringify(fires.map((i) => ({ id: i.id, evidence: i.evidence })));
		expect(
			fires.map((i) => i.id),
			seen,
		).toEqual([chiefsPush()?.incidentId]);
		const [incident] = fires;
		expect(incident?.state).toBe("verifying");
		expect(incident?.sources).toContain("east");
		// the place claims 2.5 sigma on each side of its bearing: a plume leans, and the fire stands near the edge of its
		// box
		const { bearingErrorDeg = 90 } = (incident as Incident).evidence[0] ?? {};
		expect(bearingErrorDeg).toBeLessThan(4);
		expect(Math.abs((incident?.place.bearingDeg ?? 0) - trueBearing())).toBeLessThan(2.5 * bearingErrorDeg);
		const kept = () =>
			readdirSync(join(world.folder, "var/evidence/incidents", incident?.id ?? ""), { recursive: true }).map(String);
		await world.goOn(() => kept().some((name) => name.endsWith(".mp4")), 300_000, "evidence video");
		expect(kept().filter((name) => /past-east.\d+\.jpg$/.test(name)).length).toBeGreaterThan(20);
		const ofPast = async (path: string) => fetch(`${g.consoleUrl}${path}`, { headers: { cookie: world.cookie } });
		const { minutes } = (await (await ofPast(`/api/incidents/${incident?.id}/past/east`)).json()) as PastMinutes;
		expect(minutes.length).toBeGreaterThan(20);
		expect(minutes[0]).toBeLessThan((incident?.openedAt ?? 0) - 20 * 60_000);
		const before = await ofPast(`/api/incidents/${incident?.id}/past/east/${minutes[0]}`);
		expect(sizeOfJpeg(Buffer.from(await before.arrayBuffer())).width).toBeGreaterThan(100);
		expect((await ofPast("/api/incidents/none/past/east")).status).toBe(404);
		const { pieces } = (await (await ofPast("/api/cameras/east/footage")).json()) as Footage;
		const piece = await ofPast(`/api/cameras/east/footage/${pieces[0]}`);
		expect(Buffer.from(await piece.arrayBuffer()).toString("latin1", 4, 8)).toBe("ftyp");
		expect((await ofPast("/api/cameras/east/footage/1")).status).toBe(404);
		expect((await (await ofPast("/api/cameras/none/footage")).json()) as Footage).toEqual({ pieces: [] });
	}, 240_000);

	it("killed between the sighting and its judgement: the restarted tower sees it again, having kept its past", async () => {
		const doomed = await world.start("before:sighting");
		await world.enrol(chief());
		ignite();
		await world.goOn(() => !doomed.child.connected, 300_000, "the sighting at which it is killed");
		expect(await doomed.ended).toBe("SIGKILL");
		const second = await world.start();
		await world.goOn(
			() => chiefsPush() !== undefined,
			300_000,
			() => `the chief's push after the restart; the gateway said:\n${second.output()}`,
		);
		expect(chiefsPushes()).toHaveLength(1);
		// the fire is one incident; the far end of a long plume, another box of the same frame, may be one of its own
		const bearings = (await incidents("fire")).map((i) => i.place.bearingDeg ?? 0);
		const ofFire = bearings.filter((bearing) => Math.abs(bearing - trueBearing()) < 10);
		expect(ofFire, `bearings ${bearings.join(", ")}`).toHaveLength(1);
	}, 300_000);

	it("a camera whose pictures stop is blind: told, red on the page, and over when it sees again", async () => {
		const g = await world.start();
		const coverage = () => incidents("coverageLost");
		const seeing = async () => (await state()).cameras.every((c) => c.lastFrameAt);
		await until(seeing, 30_000, "both cameras to be watched");
		world.simulation.rtsp.freeze(true);
		await world.goOn(async () => (await coverage()).length === 2, 300_000, "both cameras to be blind");
		expect((await coverage())[0]?.evidence[0]?.what).toBe("stale");
		const desk = await openDesk(g);
		await desk.getByRole("link", { name: "相机" }).first().click();
		await desk.locator("figure.camera.blind").first().waitFor();
		world.simulation.rtsp.freeze(false);
		await world.goOn(
			async () => (await coverage()).every((i) => i.state === "closed"),
			300_000,
			"both cameras to see again",
		);
	}, 300_000);
});
