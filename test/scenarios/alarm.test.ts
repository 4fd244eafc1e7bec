import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../gateway/base/clock.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { SimNode } from "../../gateway/sim/node.ts";
import type { Push } from "../../gateway/sim/phones.ts";
import { answerPush, login, Simulation } from "../../gateway/sim/simulation.ts";
import { certificateFile, freePort, type Gateway, startGateway, until } from "../harness/harness.ts";

/**
 * A sensor's alarm on its way to people, with the gateway as a process of its own: real MQTT, real SQLite, real
 * Web Push. The process is killed at named points between any two steps; nothing may be lost, and nobody may be
 * rung more than twice for one state.
 */
describe("from a sensor's alarm to a person's answer", () => {
	let folder: string;
	let simulation: Simulation;
	let gateway: Gateway | undefined;
	let cookie = "";
	let ports: { broker: number; console: number };
	const pushes: { person: string; push: Push }[] = [];

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-alarm-"));
		pushes.length = 0;
		ports = { broker: await freePort(), console: await freePort() };
		simulation = new Simulation({
			seed: 5,
			folder,
			clock: new SystemClock(),
			fps: 4,
			keyframeSeconds: 2,
			pastMinutes: 0,
			periodS: 5,
			cameras: false,
			ports,
			ladder: { village: 0, township: 4, county: 8 },
			onPush: (phone, push) => push.incidentId !== "" && pushes.push({ person: phone.person, push }),
		});
		await simulation.start();
	});

	afterEach(async () => {
		gateway?.child.kill("SIGKILL");
		await gateway?.ended;
		await simulation.stop();
		rmSync(folder, { recursive: true });
	});

	const env = (failPoint?: string) => ({
		NODE_EXTRA_CA_CERTS: certificateFile(folder, simulation.phones.certificate),
		...(failPoint ? { LOOKOUT_FAIL_POINT: failPoint } : {}),
	});

	/** The people of the grid the first node stands in, its township and the county. */
	const people = { chief: "", ranger: "", township: "", county: "p40" };

	async function start(failPoint?: string): Promise<Gateway> {
		gateway = await startGateway(simulation.configFile, env(failPoint));
		return gateway;
	}

	/** Logs in and enrols the phones of everybody who could be told. */
	async function enrolAll(g: Gateway): Promise<void> {
		cookie = await login(g.consoleUrl, "duty", g.password ?? "");
		const all = (await get(g, "/api/people")) as { id: string; role: string; level: string; grids: string[] }[];
		const grid = all.find((p) => p.id === simulation.world.responsible)?.grids[0] ?? "";
		for (const person of all.filter((p) => p.grids.some((code) => grid.startsWith(code)))) await simulation.enrol(person.id, g.consoleUrl, cookie);
		people.chief = simulation.world.responsible;
		people.ranger = all.find((p) => p.role === "ranger" && p.grids.includes(grid))?.id ?? "";
		people.township = all.find((p) => p.level === "township" && grid.startsWith(p.grids[0] ?? "-"))?.id ?? "";
	}

	async function get(g: Gateway, path: string): Promise<unknown> {
		const response = await fetch(`${g.consoleUrl}${path}`, { headers: { cookie } });
		expect(response.status).toBe(200);
		return response.json();
	}

	async function fires(g: Gateway): Promise<Incident[]> {
		const state = (await get(g, "/api/state")) as { incidents: Incident[] };
		return state.incidents.filter((i) => i.kind === "fire");
	}

	/** One node that speaks only when told to. */
	async function node(): Promise<SimNode> {
		const nodes = await simulation.connectNodes(() => ports.broker, 3_600_000);
		const first = nodes[0];
		if (!first) throw new Error("the world has no node");
		return first;
	}

	const toldOf = (person: string) => pushes.filter((p) => p.person === person).length;

	it("reaches the chief and the ranger, climbs while nobody answers, and rests when the chief goes", async () => {
		const g = await start();
		await enrolAll(g);
		await (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1 && toldOf(people.ranger) === 1, 10_000, "the village to be told");
		expect(toldOf(people.township)).toBe(0);
		await until(() => toldOf(people.township) === 1, 10_000, "the township to be told");
		const push = pushes.find((p) => p.person === people.township)?.push;
		expect(push?.body).toMatch(/双河镇1村1号网格.*1个传感器/);
		await answerPush(push as Push, "going");
		const [incident] = await fires(g);
		expect(incident).toMatchObject({ state: "dispatched", sources: ["node-1"], place: { method: "sensor" } });
		expect(incident?.ladder.nextAt).toBeUndefined();
		expect(incident?.involved.find((i) => i.personId === people.township)).toMatchObject({ answer: "going" });
		expect(toldOf(people.county)).toBe(0);
	});

	it("a link answers once opened with a POST; a GET of it changes nothing", async () => {
		const g = await start();
		await enrolAll(g);
		await (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1, 10_000, "the chief to be told");
		const link = pushes.find((p) => p.person === people.chief)?.push.link ?? "";
		expect(new URL(link).search).toBe("");
		expect((await fetch(link)).status).toBe(200);
		expect((await fires(g))[0]?.involved.find((i) => i.personId === people.chief)?.answer).toBeUndefined();
		const forged = `${link.slice(0, -3)}abc`;
		await expect(answerPush({ link: forged } as Push, "false")).rejects.toThrow(/404/);
	});

	it.each([
		["stored:alarm", "after it is on the disk, before the judge sees it"],
		["before:alarm", "while it is judged"],
		["judged:alarm", "after the judgement is committed, before anything is sent"],
		["claimed", "after a message is claimed, before it is sent"],
		["sent", "after a message is sent, before that is recorded"],
		["settled", "after the first outcome is recorded"],
	])("killed at %s (%s): after the restart nothing is lost and nobody is rung more than twice", async (failPoint) => {
		const first = await start();
		await enrolAll(first);
		await first.stop();
		const doomed = await start(failPoint);
		const sensor = await node();
		void sensor.alarm(400);
		expect(await doomed.ended).toBe("SIGKILL");
		const second = await start();
		await until(() => toldOf(people.chief) >= 1 && toldOf(people.ranger) >= 1, 20_000, "both to be told after the restart");
		await until(async () => (await fires(second)).length > 0, 5_000, "the incident");
		const chief = pushes.find((p) => p.person === people.chief)?.push as Push;
		await answerPush(chief, "onScene");
		const incidents = await fires(second);
		expect(incidents).toHaveLength(1);
		expect(incidents[0]?.state).toBe("onScene");
		expect(new Set(pushes.map((p) => p.push.incidentId)).size).toBe(1);
		expect(toldOf(people.chief)).toBeLessThanOrEqual(2);
		expect(toldOf(people.ranger)).toBeLessThanOrEqual(2);
	});

	it("killed while an answer is recorded: it counts after the restart, or can be given again", async () => {
		const first = await start();
		await enrolAll(first);
		await first.stop();
		const doomed = await start("judged:answer");
		void (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1, 10_000, "the chief to be told");
		await answerPush(pushes.find((p) => p.person === people.chief)?.push as Push, "going").catch(() => {});
		expect(await doomed.ended).toBe("SIGKILL");
		const second = await start();
		const [incident] = await fires(second);
		// the phone opens the incident first: that is the "seen" which was committed before the kill
		expect(incident?.involved.find((i) => i.personId === people.chief)?.answer).toBe("seen");
		await answerPush(pushes.find((p) => p.person === people.chief)?.push as Push, "going");
		expect((await fires(second))[0]?.state).toBe("dispatched");
	});
});
