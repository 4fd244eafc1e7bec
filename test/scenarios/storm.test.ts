import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../gateway/base/clock.ts";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { SimNode } from "../../gateway/sim/node.ts";
import { answerPush } from "../../gateway/sim/simulation.ts";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** Lightning over a county of 16 x 16 km: two hundred nodes raise smoke within ten seconds. */
describe("a storm of 200 alarms", () => {
	let world: SmallWorld;
	let nodes: SimNode[] = [];

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false, ladder: { village: 0, township: 3, county: 6 } });
	});
	afterEach(async () => {
		await Promise.all(nodes.map((n) => n.stop()));
		await world.stop();
	});

	const STORM_MS = 10_000;

	/** Nodes on a lattice, named in the configuration; `eastM`, `northM`: how far one is from the next. */
	async function plant(count = 200, columns = 20, eastM = 800, northM = 1600): Promise<void> {
		const { terrain, tower, seed } = world.simulation.world;
		const [west, south] = [-7600, -7200];
		const places = Array.from({ length: count }, (_, n) =>
			terrain.position(west + eastM * (n % columns), south + northM * Math.floor(n / columns)),
		);
		const password = (id: string) => `password of ${id}`;
		const lines = places.map(({ lat, lon }, n) => {
			const id = `storm-${n}`;
			const credential = `sha256:${createHash("sha256").update(password(id)).digest("hex")}`;
			return `  - ${JSON.stringify({ id, name: id, lat, lon, credential, silentAfterS: 3600 })}`;
		});
		const config = readFileSync(world.simulation.configFile, "utf8");
		writeFileSync(world.simulation.configFile, config.replace(/^sensors:$/m, `sensors:\n${lines.join("\n")}`));
		const url = () => `mqtt://127.0.0.1:${world.ports.broker}`;
		const options = { tower: tower.id, url, periodMs: 3_600_000, terrain, fires: () => [], seed };
		nodes = places.map(
			(position, n) =>
				new SimNode({ id: `storm-${n}`, position, password: password(`storm-${n}`), ...options }, new SystemClock()),
		);
	}

	/** How many nodes have been heard. */
	const born = async () =>
		((await world.get("/api/state")) as { sensors: { lastAt?: number }[] }).sensors.filter((s) => s.lastAt).length;

	it("drowns nobody, loses no fire, and is a few lines on the desk", async () => {
		await plant();
		const gateway = await world.start();
		const all = (await world.get("/api/people")) as { id: string; role: string; addresses: unknown[] }[];
		for (const person of all.filter((p) => ["chief", "officer", "ranger", "dutyLeader"].includes(p.role)))
			await world.enrol(person.id);
		await Promise.all(nodes.map((n) => n.start()));
		await until(async () => (await born()) >= 200, 30_000, "the nodes");
		// each at its own time within the ten seconds
		await Promise.all(
			nodes.map(async (node, n) => {
				await new Promise((resolve) => setTimeout(resolve, (STORM_MS * ((n * 37) % nodes.length)) / nodes.length));
				await node.alarm(400);
			}),
		);
		const fires = async () =>
			((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");
		const heard = async () => (await fires()).reduce((sum, i) => sum + i.sources.length, 0);
		await until(async () => (await heard()) === 200, 30_000, "each alarm to be part of a fire");
		const open = await fires();
		expect(open.length).toBeLessThanOrEqual(40);
		// every ladder has come to its end: whoever is told at all was told
		await world.goOn(
			async () => (await fires()).every((i) => i.ladder.verify.done.length >= 3),
			120_000,
			"the ladders",
		);
		await world.goOn(() => world.now() - Math.max(...world.pushes.map((p) => p.at)) > 8_000, 120_000, "the last push");
		// how soon is held in the outbox's own tests, on a clock of theirs
		const isNamed = ({ id, openedAt }: Incident) =>
			world.pushes.some(({ push, at }) => push.incidentId === id || (push.body.includes("另有") && at >= openedAt));
		expect((await fires()).filter((fire) => !isNamed(fire))).toEqual([]);
		for (const { id } of all) {
			const own = world.pushes.filter((p) => p.person === id);
			const firsts = own.filter((p, i) => own.findIndex((q) => q.push.incidentId === p.push.incidentId) === i);
			expect(own.length - firsts.length, id).toBeLessThanOrEqual(6);
			expect(firsts.length, id).toBeLessThanOrEqual(12);
		}
		const browser = await openBrowser();
		try {
			const page = await openDesk(browser, gateway.consoleUrl);
			await page.locator("article.incident").waitFor();
			// fires that stand alone, and townships of which many are folded
			const rows = await page.locator(".queue .card, .queue .area").count();
			expect(rows).toBeGreaterThan(0);
			expect(rows).toBeLessThanOrEqual(16);
		} finally {
			await browser.close();
		}
	}, 240_000);

	it("farther apart it is a wave, and a village's chief speaks for his village, over the link that he has of the whole", async () => {
		await plant(48, 8, 2100, 2400);
		await world.start();
		const all = (await world.get("/api/people")) as { id: string; role: string; level: string }[];
		for (const person of all.filter((p) => p.role === "chief" && p.level === "village")) await world.enrol(person.id);
		await Promise.all(nodes.map((n) => n.start()));
		await until(async () => (await born()) >= 48, 30_000, "the nodes");
		await Promise.all(nodes.map((node) => node.alarm(400)));
		const fires = async () =>
			((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");
		const found = async () => (await fires()).find((i) => (i.places?.length ?? 0) > 20);
		await until(
			async () => (await found()) !== undefined && (await fires()).reduce((n, i) => n + i.sources.length, 0) === 48,
			20_000,
			"the wave",
		);
		const wave = (await found()) as Incident;
		const isOwn = (person: string) =>
			wave.involved.some((i) => i.personId === person && i.role === "chief" && i.level === "village");
		const push = () => world.pushes.find((p) => p.push.incidentId === wave.id && isOwn(p.person));
		await until(() => push() !== undefined, 20_000, "a village's chief to have a link to the wave");
		const own = push() as NonNullable<ReturnType<typeof push>>;
		await answerPush(own.push, "going");
		const part = (await fires()).find((i) => i.splitFrom?.includes(wave.id)) as Incident;
		expect(part.involved.find((i) => i.personId === own.person)).toMatchObject({ answer: "going" });
		const left = (await fires()).find((i) => i.id === wave.id) as Incident;
		expect(part.sources.length + left.sources.length).toBe(wave.sources.length);
		expect(left.involved.some((i) => i.personId === own.person)).toBe(false);
		// the same link, again: it is that village's fire now
		await answerPush(own.push, "onScene");
		expect((await fires()).find((i) => i.id === part.id)?.state).toBe("onScene");
		expect((await fires()).find((i) => i.id === wave.id)?.state).toBe(left.state);
	}, 120_000);
});
