import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import type { SimNode } from "../../gateway/sim/node.ts";
import type { Push } from "../../gateway/sim/phones.ts";
import { answerPush } from "../../gateway/sim/simulation.ts";
import { until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/**
 * A sensor's alarm on its way to people, with the gateway as a process of its own: real MQTT, real SQLite, real
 * Web Push. The process is killed at named points between any two steps; nothing may be lost, and nobody may be
 * rung more than twice for one state.
 */
describe("from a sensor's alarm to a person's answer", () => {
	let world: SmallWorld;

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false, ladder: { village: 0, township: 30, county: 60 } });
	});

	afterEach(() => world.stop());

	/** The people of the grid the first node stands in, its township and the county. */
	const people = { chief: "", ranger: "", township: "", county: "chief-0" };

	/** Enrols the phones of everybody who could be told. */
	async function enrolAll(): Promise<void> {
		const all = (await world.get("/api/people")) as { id: string; role: string; level: string; grids: string[] }[];
		// the second grid of the responsible chief's village: the first node stands there
		const grid = `${all.find((p) => p.id === world.simulation.world.responsible)?.grids[0]}-02`;
		for (const person of all.filter((p) => p.grids.some((code) => grid.startsWith(code)))) await world.enrol(person.id);
		people.chief = world.simulation.world.responsible;
		people.ranger = all.find((p) => p.role === "ranger" && p.grids.includes(grid))?.id ?? "";
		people.township =
			all.find((p) => p.role === "chief" && p.level === "township" && grid.startsWith(p.grids[0] ?? "-"))?.id ?? "";
	}

	async function fires(): Promise<Incident[]> {
		const state = (await world.get("/api/state")) as { incidents: Incident[] };
		return state.incidents.filter((i) => i.kind === "fire");
	}

	/** One node that speaks only when told to. */
	async function node(): Promise<SimNode> {
		const nodes = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		const first = nodes[0];
		if (!first) throw new Error("the world has no node");
		return first;
	}

	const pushTo = (person: string) => world.pushes.find((p) => p.person === person)?.push as Push;
	const toldOf = (person: string) => world.pushes.filter((p) => p.person === person).length;

	it("reaches the chief and the ranger, escalates while nobody answers, and is paused when the chief goes", async () => {
		await world.start();
		await enrolAll();
		await (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1 && toldOf(people.ranger) === 1, 10_000, "the village to be told");
		expect(toldOf(people.township)).toBe(0);
		await world.goOn(() => toldOf(people.township) === 1, 60_000, "the township to be told");
		const push = pushTo(people.township);
		expect(push.body).toMatch(/双河镇1村2号网格.*1个传感器/);
		await answerPush(push, "going");
		const [incident] = await fires();
		expect(incident).toMatchObject({ state: "verifying", sources: ["node-1"], place: { method: "sensor" } });
		expect(incident?.ladder.nextAt).toBeUndefined();
		expect(incident?.involved.find((i) => i.personId === people.township)).toMatchObject({ answer: "going" });
		// its step is due a minute after the beginning
		const opened = incident?.openedAt ?? 0;
		await world.goOn(() => world.now() - opened > 70_000, 90_000, "the county's step to be due");
		expect(toldOf(people.county)).toBe(0);
		// nobody else has heard anything: a message that no step explains fails here
		const all = (await world.get("/api/people")) as { id: string; level: string }[];
		const ofFire = world.pushes.filter(({ push }) => !push.incidentId.startsWith("SF-")); // nodes that fall silent
		const levels = new Set(world.pushes.map((p) => all.find((a) => a.id === p.person)?.level));
		expect([...levels].sort()).toEqual(["township", "village"]);
		expect(new Set(ofFire.map((p) => p.push.incidentId)).size).toBe(1);
	});

	it("a roster saved while a fire runs counts for the next step", async () => {
		await world.stop();
		world = await SmallWorld.open({ cameras: false, ladder: { village: 0, township: 20, county: 600 } });
		await world.start();
		await enrolAll();
		await world.enrol("chief-3");
		await (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1, 10_000, "the village to be told");
		const [running] = await fires();
		const [from, to] = [-1, 1].map((days) =>
			new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10),
		);
		appendFileSync(
			join(world.folder, "register/roster.csv"),
			`for:${people.township},chief-3,${from},${to},override\n`,
		);
		await world.goOn(() => toldOf("chief-3") === 1, 30_000, "the substitute to be told");
		expect(toldOf(people.township)).toBe(0);
		const after = (await fires())[0];
		expect(after?.involved.find((i) => i.personId === "chief-3")).toMatchObject({
			inPlaceOf: people.township,
			level: "township",
		});
		expect(after?.ladder.plan).toEqual(running?.ladder.plan);
		expect(after?.registerVersion).toBe(running?.registerVersion);
	}, 60_000);

	it("a link answers once opened with a POST; a GET of it changes nothing", async () => {
		await world.start();
		await enrolAll();
		await (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1, 10_000, "the chief to be told");
		const link = pushTo(people.chief).link ?? "";
		expect(new URL(link).search).toBe("");
		expect((await fetch(link)).status).toBe(200);
		expect((await fires())[0]?.involved.find((i) => i.personId === people.chief)?.answer).toBeUndefined();
		const forged = `${link.slice(0, -3)}abc`;
		await expect(answerPush({ link: forged } as Push, "false")).rejects.toThrow(/404/);
	});

	it("a link works once: with the first answer it is that browser's, others ask for a new one, which goes to the person's own phone", async () => {
		await world.start();
		await enrolAll();
		await (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1, 10_000, "the chief to be told");
		const ask = async (push: Push, path: string, key: string, extra: object = {}) => {
			const url = new URL(push.link ?? "");
			const body = JSON.stringify({ token: url.hash.slice(1), key, ...extra });
			return (
				await fetch(`${url.origin}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body })
			).status;
		};
		const [own, other] = ["the browser of the chief", "another browser of it"];
		const first = pushTo(people.chief);
		// looking at it takes nothing
		expect(await ask(first, "/api/phone/incident", other)).toBe(200);
		expect(await ask(first, "/api/phone/answer", own, { answer: "going" })).toBe(200);
		expect(await ask(first, "/api/phone/incident", other)).toBe(410);
		expect(await ask(first, "/api/phone/answer", other, { answer: "false" })).toBe(410);
		expect(await ask(first, "/api/phone/answer", own, { answer: "onScene" })).toBe(200);
		expect((await fires())[0]?.state).toBe("onScene");
		expect(await ask(first, "/api/phone/again", other)).toBe(200);
		expect(await ask(first, "/api/phone/again", other)).toBe(429);
		await until(() => toldOf(people.chief) === 2, 10_000, "the new link");
		const second = world.pushes.filter((p) => p.person === people.chief)[1]?.push as Push;
		expect(second.link).not.toBe(first.link);
		expect(await ask(second, "/api/phone/answer", other, { answer: "controlled" })).toBe(200);
		expect((await fires())[0]?.state).toBe("controlled");
	});

	it.each([
		["stored:alarm", "after it is on the disk, before the judge sees it"],
		["before:alarm", "while it is judged"],
		["judged:alarm", "after the judgement is committed, before anything is sent"],
		["claimed", "after a message is claimed, before it is sent"],
		["sent", "after a message is sent, before that is recorded"],
		["settled", "after the first outcome is recorded"],
	])("killed at %s (%s): after the restart nothing is lost and nobody is rung more than twice", async (failPoint) => {
		const doomed = await world.start(failPoint);
		await enrolAll();
		const sensor = await node();
		void sensor.alarm(400);
		expect(await doomed.ended).toBe("SIGKILL");
		await world.start();
		await until(
			() => toldOf(people.chief) >= 1 && toldOf(people.ranger) >= 1,
			20_000,
			"both to be told after the restart",
		);
		await until(async () => (await fires()).length > 0, 5_000, "the incident");
		const chief = pushTo(people.chief);
		await answerPush(chief, "onScene");
		const incidents = await fires();
		expect(incidents).toHaveLength(1);
		expect(incidents[0]?.state).toBe("onScene");
		expect(new Set(world.pushes.map((p) => p.push.incidentId)).size).toBe(1);
		expect(toldOf(people.chief)).toBeLessThanOrEqual(2);
		expect(toldOf(people.ranger)).toBeLessThanOrEqual(2);
	});

	it("killed while an answer is recorded: it counts after the restart, or can be given again", async () => {
		const doomed = await world.start("judged:answer");
		await enrolAll();
		void (await node()).alarm(400);
		await until(() => toldOf(people.chief) === 1, 10_000, "the chief to be told");
		await answerPush(pushTo(people.chief), "going").catch(() => {});
		expect(await doomed.ended).toBe("SIGKILL");
		await world.start();
		const [incident] = await fires();
		// the phone opens the incident first: that is the "seen" which was committed before the kill
		expect(incident?.involved.find((i) => i.personId === people.chief)?.answer).toBe("seen");
		await answerPush(pushTo(people.chief), "going");
		expect((await fires())[0]?.state).toBe("verifying");
	});
});
