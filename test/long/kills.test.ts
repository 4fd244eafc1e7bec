import { join } from "node:path";
import { expect, it } from "vitest";
import { SeededRandom } from "../../gateway/base/random.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { SqliteJudgementStore } from "../../gateway/store/sqlite/judgement.ts";
import * as sqlite from "../../gateway/store/sqlite/sqlite.ts";
import { until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/**
 * How often the gateway is killed under load: nothing that was acknowledged is lost, and no message goes out more than
 * three times.
 */
const KILLS = Number(process.env["LOOKOUT_KILLS"] ?? 1000);

it(`${KILLS} kills under load`, { timeout: KILLS * 20_000 }, async () => {
	const random = new SeededRandom(Number(process.env["LOOKOUT_SEED"] ?? 11));
	const world = await SmallWorld.open({ cameras: false, ladder: { village: 0, township: 3, county: 6 } });
	let gateway = await world.start();
	const people = (await world.get("/api/people")) as { id: string; grids: string[] }[];
	// everybody of the responsible chief's township and above it
	const grid = people.find((p) => p.id === world.simulation.world.responsible)?.grids[0] ?? "";
	const near = (code: string) => code.startsWith(grid.slice(0, 9)) || grid.startsWith(code);
	for (const { id } of people.filter((p) => p.grids.some(near)).slice(0, 60)) await world.enrol(id);
	const endFires = async () => {
		const { incidents } = (await world.get("/api/state")) as {
			incidents: { id: string; kind: string; state: string }[];
		};
		for (const { id } of incidents.filter(
			(i) => i.kind === "fire" && !["false", "permitted", "closed"].includes(i.state),
		)) {
			const body = JSON.stringify({ answer: "false", cause: "test" });
			const headers = { cookie: world.cookie, "content-type": "application/json" };
			await fetch(`${gateway.consoleUrl}/api/incidents/${id}/answer`, { method: "POST", headers, body });
		}
	};
	const nodes = await world.simulation.connectNodes(() => world.ports.broker, 200);
	let acknowledged = 0;
	let goesOn = true;
	// each node raises its next alarm as soon as the last one is acknowledged, over however many kills that takes
	const alarms = nodes.map(async (node) => {
		while (goesOn) {
			await node.alarm(400);
			if (goesOn) acknowledged++;
			await new Promise((resolve) => setTimeout(resolve, 50 + random.next() * 300));
		}
	});
	for (let kill = 0; kill < KILLS; kill++) {
		await new Promise((resolve) => setTimeout(resolve, random.next() * 1500));
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		gateway = await world.start();
		// the next alarm is a fire of its own, and people are told anew
		if (kill % 3 === 2) await endFires().catch(() => {});
	}
	await until(() => acknowledged > 0, 30_000, "an alarm to be acknowledged");
	goesOn = false;
	const sure = acknowledged;
	await Promise.all(alarms);
	const reader = await sqlite.connectReadOnly(join(world.data, "lookout.db"), false);
	const waiting = "SELECT id FROM pending UNION ALL SELECT id FROM outbox WHERE state IN ('queued', 'trying')";
	const isIdle = async () => (await sqlite.rowsOf(reader, waiting)).length === 0;
	// whoever has had a handful of messages gets the rest five minutes later, and first again what a kill interrupted
	await until(isIdle, 600_000, "all that was acknowledged to be judged, and all messages to be sent");
	await sqlite.close(reader);
	await gateway.stop();

	const db = await Database.open(join(world.data, "lookout.db"));
	const judged = Number((await db.get("SELECT COUNT(*) AS n FROM judged WHERE id LIKE 'alarm:%'"))?.["n"]);
	expect(judged).toBeGreaterThanOrEqual(sure);
	expect(Number((await db.get("SELECT COUNT(*) AS n FROM pending"))?.["n"])).toBe(0);
	expect(await new SqliteJudgementStore(db).ledger.firstBroken()).toBeUndefined();
	await db.close();
	const copies = [...Map.groupBy(world.pushes, (p) => p.push.delivery).values()].map((all) => all.length);
	expect(copies.length).toBeGreaterThan(0);
	const most = Math.max(...copies);
	console.log(
		JSON.stringify({
			kills: KILLS,
			acknowledged: sure,
			judged,
			messages: copies.length,
			twice: copies.filter((n) => n === 2).length,
			most,
		}),
	);
	expect(most).toBeLessThanOrEqual(3);
	await world.stop();
});
