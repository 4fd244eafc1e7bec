import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import mqtt from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { say } from "../../gateway/base/say.ts";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { ownPublicKey } from "../../gateway/link/identity.ts";
import { Cable } from "../harness/cable.ts";
import { forwardUntil, freePort, type Gateway, startGateway, until } from "../harness/harness.ts";
import { login } from "../harness/log-in.ts";
import { type Got, Providers } from "../harness/providers.ts";
import { SmallWorld, setChannels, unexplainedIn } from "../harness/small-world.ts";

/**
 * Two gateways on one machine: a tower and its centre, with a real Mosquitto between them and a line to it that is cut
 * at each step of the hand-over. People hear over webhooks that tell which of the two has spoken.
 */
describe("a tower and its centre", () => {
	let world: SmallWorld;
	let providers: Providers;
	let broker: ChildProcess;
	let cable: Cable;
	let folder: string;
	let centre: Gateway;
	let tower: Gateway;
	let second: { gateway: Gateway; broker: number } | undefined;
	let brokerUrl: string;
	let startSecond: () => Promise<{ gateway: Gateway; broker: number }>;

	const SILENT_S = 6;

	beforeEach(async () => {
		providers = await Providers.open();
		providers.answer = (_got, response) => response.writeHead(204).end();
		// steps far longer than a tower and its centre need to agree on who takes them, however busy the machine is
		world = await SmallWorld.open({ cameras: false, ladder: { village: 0, township: 15, county: 45 } });
		const port = await freePort();
		folder = mkdtempSync(join(tmpdir(), "lookout-centre-"));
		writeFileSync(join(folder, "mosquitto.conf"), `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
		brokerUrl = `mqtt://127.0.0.1:${port}`;
		broker = spawn("mosquitto", ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
		cable = new Cable(port);
		const cut = await cable.open();
		// only the people of the place answer by a webhook of their own name
		const hookOf: Record<string, string> = { "chief-41": "village", "chief-4": "township", "chief-0": "county" };
		setChannels(world.folder, (id) => (hookOf[id] ? `webhook:${hookOf[id]}` : ""));
		const hooks = (side: string) =>
			`{ ${["village", "township", "county"].map((n) => `${n}: { url: "${providers.url}/${side}/${n}", secret: k }`).join(", ")} }`;
		const reach = (side: string, extra: string) => `reach: { webhooks: ${hooks(side)}, timeoutS: 3${extra} }`;
		const own = readFileSync(world.simulation.configFile, "utf8").replace(
			/^ladder:$/m,
			`ladder:\n  silentS: ${SILENT_S}`,
		);
		writeFileSync(
			world.simulation.configFile,
			own.replace(/^reach:.*$/m, reach("tower", `, centre: { url: "mqtt://127.0.0.1:${cut}" }`)),
		);
		mkdirSync(join(folder, "centre"));
		const config = own
			.replace(/^tower:.*$/m, "tower: { id: county, name: 县指挥中心, lat: 29.53, lon: 108.77 }")
			.replace(/^sensors:\n(?: {2}- .*\n)*/m, "sensors: []\n")
			.replaceAll("register/", `${world.folder}/register/`)
			.replace(/^broker:.*$/m, `broker: { port: ${await freePort()} }`)
			.replace(/^console:.*$/m, `console: { port: ${await freePort()} }`)
			.replace(
				/^reach:.*$/m,
				`${reach("centre", "")}\ncentre: { url: "mqtt://127.0.0.1:${port}", towers: [demo, north], keys: KEYS }`,
			);
		mkdirSync(join(folder, "north"));
		const dataOfTower = join(dirname(world.simulation.configFile), "var");
		const [ownKey, northKey, centreKey] = await Promise.all(
			[dataOfTower, join(folder, "north/var"), join(folder, "centre/var")].map(ownPublicKey),
		);
		writeFileSync(
			join(folder, "centre/lookout.yaml"),
			config.replace("KEYS", `{ demo: ${ownKey}, north: ${northKey} }`),
		);
		const signed = readFileSync(world.simulation.configFile, "utf8").replace(
			/(centre: \{ url: "[^"]*")/,
			`$1, key: ${centreKey}`,
		);
		writeFileSync(world.simulation.configFile, signed);
		startSecond = async () => {
			const [own, page] = [await freePort(), await freePort()];
			const north = readFileSync(world.simulation.configFile, "utf8")
				.replace(/^tower:.*$/m, "tower: { id: north, name: 北塔, lat: 29.6, lon: 108.77 }")
				.replaceAll("register/", `${world.folder}/register/`)
				.replace(/^broker:.*$/m, `broker: { port: ${own} }`)
				.replace(/^console:.*$/m, `console: { port: ${page} }`)
				.replaceAll("/tower/", "/north/");
			writeFileSync(join(folder, "north/lookout.yaml"), north);
			second = { gateway: await startGateway(join(folder, "north/lookout.yaml")), broker: own };
			return second;
		};
		centre = await startGateway(join(folder, "centre/lookout.yaml"));
		tower = await world.start();
	});

	afterEach(async () => {
		for (const gateway of [centre, second?.gateway]) {
			gateway?.child.kill("SIGKILL");
			await gateway?.ended;
		}
		await world.stop();
		const unexplained: string[] = [];
		for (const store of second ? ["centre", "north"] : ["centre"]) {
			const file = join(folder, store, "var/lookout.db");
			expect(existsSync(file)).toBe(true);
			unexplained.push(...(await unexplainedIn(file)));
		}
		await cable.close();
		broker.kill("SIGKILL");
		await providers.stop();
		rmSync(folder, { recursive: true, force: true });
		second = undefined;
		expect(unexplained).toEqual([]);
	});

	/** Lets time go by at all gateways until something is true. */
	const goOn = (what: () => boolean | Promise<boolean>, limitMs: number, describe: string) =>
		forwardUntil(() => [tower, centre, ...(second ? [second.gateway] : [])], what, limitMs, describe);

	async function alarm(): Promise<void> {
		const [first] = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		await first?.alarm(400);
	}
	/** Real time, in which towers and centre agree on who escalates: their clocks must not run ahead of their line. */
	async function agreed(fires: number): Promise<void> {
		const key = await login(centre.consoleUrl, "duty", centre.password ?? "");
		const leases = async () => {
			const response = await fetch(`${centre.consoleUrl}/api/state`, { headers: { cookie: key } });
			const { incidents } = (await response.json()) as { incidents: Incident[] };
			return incidents.filter((i) => i.kind === "fire").map((i) => i.takenFrom?.lease);
		};
		await until(
			async () => (await leases()).join() === Array(fires).fill("held").join(),
			30_000,
			"the centre to have the ladders",
		);
	}
	const to = (who: string) => (got: Got) =>
		got.path.endsWith(`/${who}`) && !(JSON.parse(got.body) as { incidentId: string }).incidentId.startsWith("SF");
	const heard = (who: string) => providers.got.filter(to(who));
	const by = (who: string) => heard(who).map((g) => g.path.split("/")[1]);
	async function incidentOf(gateway: Gateway, cookie: string): Promise<Incident | undefined> {
		const state = (await (await fetch(`${gateway.consoleUrl}/api/state`, { headers: { cookie } })).json()) as {
			incidents: Incident[];
		};
		return state.incidents.find((i) => i.kind === "fire");
	}

	it("the tower rings the village at once, the centre escalates from there; an answer at the centre pauses both, and a cut line wakes the tower", async () => {
		const cookie = await login(centre.consoleUrl, "duty", centre.password ?? "");
		await alarm();
		await agreed(1);
		await goOn(() => heard("township").length === 1, 30_000, "the township to be told");
		expect(by("village")).toEqual(["tower"]);
		expect(by("township")).toEqual(["centre"]);
		const theirs = await incidentOf(centre, cookie);
		expect(theirs?.takenFrom).toMatchObject({ tower: "demo", lease: "held" });
		const answer = await fetch(`${centre.consoleUrl}/api/incidents/${theirs?.id}/answer`, {
			method: "POST",
			headers: { cookie, "content-type": "application/json" },
			body: JSON.stringify({ answer: "going" }),
		});
		expect(answer.status).toBe(200);
		await until(
			async () => (await incidentOf(tower, world.cookie))?.involved.some((i) => i.answer === "going") === true,
			10_000,
			"the answer on the tower",
		);
		cable.cut();
		await goOn(
			async () => (await incidentOf(tower, world.cookie))?.handedTo === undefined,
			20_000,
			"the tower to take its ladders back",
		);
		// the county's step is due within a minute of the beginning
		const now = async () => ((await world.get("/api/state")) as { now: number }).now;
		const isDue = async () => (await now()) > (theirs?.openedAt ?? 0) + 60_000;
		await goOn(isDue, 90_000, "the county's step to be due");
		expect(heard("county")).toEqual([]);
	}, 120_000);

	it("a centre that is away while a fire begins, and again while it ends, hears of both when it is back", async () => {
		const cookie = await login(centre.consoleUrl, "duty", centre.password ?? "");
		const kill = async () => {
			centre.child.kill("SIGKILL");
			await centre.ended;
		};
		const back = async () => {
			centre = await startGateway(join(folder, "centre/lookout.yaml"), { aheadMs: tower.aheadMs });
		};
		await kill();
		await alarm();
		await until(async () => (await incidentOf(tower, world.cookie)) !== undefined, 10_000, "the fire at the tower");
		await until(() => heard("village").length === 1, 10_000, "the village to be told");
		await back();
		await goOn(async () => (await incidentOf(centre, cookie)) !== undefined, 100_000, "the fire at the centre");
		await goOn(
			async () => (await incidentOf(centre, cookie))?.takenFrom?.lease === "held",
			600_000,
			"the centre to take it",
		);
		await kill();
		await goOn(
			async () => (await incidentOf(tower, world.cookie))?.handedTo === undefined,
			20_000,
			"the tower to take its ladders back",
		);
		const id = (await incidentOf(tower, world.cookie))?.id;
		const answer = await fetch(`${tower.consoleUrl}/api/incidents/${id}/answer`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify({ answer: "false", cause: "雾" }),
		});
		expect(answer.status).toBe(200);
		await until(async () => (await incidentOf(tower, world.cookie))?.state === "false", 10_000, "the end at the tower");
		await back();
		await goOn(async () => (await incidentOf(centre, cookie))?.state === "false", 60_000, "the end at the centre");
	}, 240_000);

	it("two towers hear of one fire: the centre tells the township once for both, a tower's 'false' ends its own and the centre's all", async () => {
		const { gateway: north, broker: brokerOfNorth } = await startSecond();
		const cookie = await login(north.consoleUrl, "duty", north.password ?? "");
		const desk = await login(centre.consoleUrl, "duty", centre.password ?? "");
		const [theirs] = await world.simulation.connectNodes(() => brokerOfNorth, 3_600_000, "north");
		await alarm();
		await theirs?.alarm(400);
		await agreed(2);
		await goOn(() => heard("county").length === 1, 60_000, "the county to be told");
		// each tower rang the village before either could know of the other
		expect(by("village").sort()).toEqual(["north", "tower"]);
		expect(by("township")).toEqual(["centre"]);
		expect(by("county")).toEqual(["centre"]);
		const state = (await (await fetch(`${centre.consoleUrl}/api/state`, { headers: { cookie: desk } })).json()) as {
			incidents: Incident[];
		};
		const fires = state.incidents.filter((i) => i.kind === "fire");
		const primary = fires.find((i) => i.primaryId === undefined);
		expect(fires.map((i) => i.primaryId).sort()).toEqual([primary?.id, undefined]);
		expect(primary?.ladder.why).toEqual(["why.sourcesAgree?count=2"]);
		const answer = await fetch(`${north.consoleUrl}/api/incidents/${(await incidentOf(north, cookie))?.id}/answer`, {
			method: "POST",
			headers: { cookie, "content-type": "application/json" },
			body: JSON.stringify({ answer: "false", cause: "雾" }),
		});
		expect(answer.status).toBe(200);
		const openAt = async (gateway: Gateway, key: string) => {
			const all = (await (await fetch(`${gateway.consoleUrl}/api/state`, { headers: { cookie: key } })).json()) as {
				incidents: Incident[];
			};
			return all.incidents.filter((i) => i.kind === "fire" && i.state !== "false");
		};
		await until(async () => (await openAt(centre, desk)).length === 1, 15_000, "the end of one");
		const [left] = await openAt(centre, desk);
		expect(say("en", left?.doubts?.[0] ?? "")).toMatch(/^北塔: false alarm/);
		expect(await openAt(tower, world.cookie)).toHaveLength(1);
		const word = await fetch(`${centre.consoleUrl}/api/incidents/${left?.id}/answer`, {
			method: "POST",
			headers: { cookie: desk, "content-type": "application/json" },
			body: JSON.stringify({ answer: "false", cause: "雾" }),
		});
		expect(word.status).toBe(200);
		await until(async () => (await openAt(tower, world.cookie)).length === 0, 15_000, "the end on the other tower");
	}, 120_000);

	it("whoever may publish on the broker ends nothing, takes nothing over, says nothing twice; a fire that nobody has signed is shown, marked", async () => {
		const stranger = mqtt.connect(brokerUrl, { clientId: "stranger" });
		const kept: { topic: string; text: string }[] = [];
		stranger.on("message", (topic, payload) => kept.push({ topic, text: payload.toString() }));
		await new Promise<void>((connected) => stranger.once("connect", () => connected()));
		await stranger.subscribeAsync("fw/1/#");
		const desk = await login(centre.consoleUrl, "duty", centre.password ?? "");
		const refused = async (gateway: Gateway, key: string) => {
			const health = (await (await fetch(`${gateway.consoleUrl}/api/health`, { headers: { cookie: key } })).json()) as {
				counters: Record<string, number>;
			};
			return health.counters["centre.refused"] ?? 0;
		};
		await alarm();
		await agreed(1);
		const sent = kept.findLast(({ topic }) => topic.endsWith("/incident"))?.text ?? "{}";
		const fire = (JSON.parse(sent) as { incident: Incident }).incident;
		const word = {
			id: "w",
			incidentId: fire.id,
			personId: "duty-desk",
			personName: "值班台",
			answer: "false",
			at: Date.now(),
			via: "centre",
			cause: "雾",
		};
		const forged: [string, object][] = [
			["fw/1/demo/down", { id: "1", incidentId: fire.id, what: "answer", answer: word }],
			["fw/1/demo/down", { id: "2", incidentId: fire.id, what: "take" }],
			["fw/1/demo/down", { id: "3", incidentId: fire.id, what: "grant", ladder: "verify", index: 1 }],
			["fw/1/demo/incident", { id: "4", tower: "demo", incident: { ...fire, state: "out" } }],
			[
				"fw/1/demo/incident",
				{ id: "5", tower: "demo", incident: { ...fire, state: "false", cause: "雾", closedBy: "duty-desk" } },
			],
			[
				"fw/1/demo/incident",
				{ id: "6", tower: "demo", incident: { ...fire, evidence: [{ ...fire.evidence[0], note: "moved" }] } },
			],
			["fw/1/demo/up", { id: "7", incidentId: fire.id, of: "grant", ok: true }],
		];
		const before = [await refused(tower, world.cookie), await refused(centre, desk)];
		for (const [topic, body] of forged) await stranger.publishAsync(topic, JSON.stringify(body), { qos: 1 });
		// what was really said, said again by somebody who has kept it
		const heardBefore = [...kept].filter(({ text }) => text.includes('"jws"'));
		expect(heardBefore.map(({ topic }) => topic.split("/").at(-1))).toEqual(
			expect.arrayContaining(["incident", "down", "up"]),
		);
		for (const { topic, text } of heardBefore) await stranger.publishAsync(topic, text, { qos: 1 });
		const repeated = (end: string[]) =>
			heardBefore.filter(({ topic }) => end.includes(topic.split("/").at(-1) ?? "")).length;
		await until(
			async () => (await refused(tower, world.cookie)) >= 3 + repeated(["down"]) + (before[0] ?? 0),
			10_000,
			"the tower to refuse",
		);
		await until(
			async () => (await refused(centre, desk)) >= 4 + repeated(["incident", "up"]) + (before[1] ?? 0),
			10_000,
			"the centre to refuse",
		);
		for (const [gateway, cookie] of [
			[tower, world.cookie],
			[centre, desk],
		] as const) {
			const now = (await incidentOf(gateway, cookie)) as Incident;
			expect([now.state, now.evidence.some((e) => e.note === "moved"), now.missing.includes("signature")]).toEqual([
				"detected",
				false,
				false,
			]);
		}
		// a fire is shown all the same: with its place, marked, and with nothing that people are said to have answered
		const other = { ...fire, id: fire.id.replace(/.{6}$/, "abcdef"), confirmedAt: fire.openedAt, state: "confirmed" };
		await stranger.publishAsync("fw/1/demo/incident", JSON.stringify({ id: "8", tower: "demo", incident: other }), {
			qos: 1,
		});
		const state = async () =>
			(await (await fetch(`${centre.consoleUrl}/api/state`, { headers: { cookie: desk } })).json()) as {
				incidents: Incident[];
			};
		await until(async () => (await state()).incidents.some((i) => i.id === other.id), 10_000, "the unsigned fire");
		const shown = (await state()).incidents.find((i) => i.id === other.id);
		expect(shown).toMatchObject({ state: "detected", involved: [], takenFrom: { lease: "asked" } });
		expect(shown?.missing).toContain("signature");
		expect(shown?.confirmedAt).toBeUndefined();
		await stranger.endAsync(true);
	}, 120_000);

	it.each([
		"incident",
		'"what":"take"',
		'"of":"take"',
		'"what":"grant"',
		'"of":"grant"',
		'"what":"told"',
		'"what":"beat"',
	])(
		"the line cut at %s: township and county are told all the same, each by one of them; the line mended, nobody hears twice",
		async (words) => {
			// the export carries the incident's topic; everything else stands in the messages
			cable.cutAt = words === "incident" ? "fw/1/demo/incident" : words;
			await alarm();
			await goOn(() => heard("county").length >= 1, 60_000, "the county to be told");
			expect(cable.isCut).toBe(true);
			// of a group that the centre had leave to tell, and of which the tower heard no more, nobody can know: it may
			// hear twice
			const most = cable.hasPassed('"of":"grant"') && !cable.hasPassed('"what":"told"') ? 2 : 1;
			expect(heard("village")).toHaveLength(1);
			expect(heard("township").length).toBeGreaterThanOrEqual(1);
			expect(heard("township").length).toBeLessThanOrEqual(most);
			expect(heard("county")).toHaveLength(1);
			const before = providers.got.length;
			cable.mend();
			const cookie = await login(centre.consoleUrl, "duty", centre.password ?? "");
			await goOn(
				async () => (await incidentOf(centre, cookie))?.takenFrom?.lease === "held",
				// the line itself is connected again in real time, while that of the gateways runs
				600_000,
				"the centre to have the ladders",
			);
			expect(
				providers.got
					.slice(before)
					.filter((g) => !(JSON.parse(g.body) as { incidentId: string }).incidentId.startsWith("SF")),
			).toEqual([]);
		},
		180_000,
	);
});
