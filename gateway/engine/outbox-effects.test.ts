import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bareContext as context } from "../../test/harness/processing.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import type { Answer } from "../model/answer.ts";
import type { DecisionContext } from "../model/context.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import { EMPTY_REGISTER, type Person } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { GridIndex } from "../register/grid-index.ts";
import { SqliteLinkStore } from "../store/sqlite/answer-links.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
import { EventProcessor } from "./event-processor.ts";

let folder: string;
let db: Database;
let store: SqliteJudgementStore;
let clock: ManualClock;
let tally: Tally;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-processor-"));
	db = await Database.open(join(folder, "lookout.db"));
	store = new SqliteJudgementStore(db);
	clock = new ManualClock();
	tally = new Tally(clock, () => {});
});

afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

describe("what the outbox has", () => {
	const village = { code: "V1", name: "村", polygons: [[square(108.7)]] };
	const others = { code: "V2", name: "邻村", polygons: [[square(108.8)]] };
	const someone = (id: string, role: Person["role"], grids: string[]): Person => ({
		id,
		name: id,
		role,
		level: "village",
		grids,
		addresses: [{ channel: "sms", address: id }],
	});
	const people = [
		someone("chief", "chief", ["V1"]),
		someone("ranger", "ranger", ["V1"]),
		someone("other", "chief", ["V2"]),
	];
	const register = { ...EMPTY_REGISTER, version: "v", grids: [village, others], people };
	const peopled: DecisionContext = {
		...context,
		language: "zh",
		register,
		grids: new GridIndex(register.grids),
		duty: new DutyIndex(register),
	};
	const own = (w = peopled) =>
		new EventProcessor(
			{ context: () => w, failPoint: () => {}, tally },
			{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
		);
	const alarm = (n: number, lon: number, kind: "smoke" | "gas" = "smoke"): JudgeEvent => ({
		type: "alarm",
		id: `a${n}`,
		at: clock.now(),
		alarm: { id: `a${n}`, nodeId: `n${n}`, kind, position: { lat: 29.5, lon }, at: clock.now(), exercise: false },
	});
	const say = (incidentId: string, personId: string, answer: Answer["answer"]): JudgeEvent => {
		const id = `${personId}${answer}${clock.now()}`;
		return {
			type: "answer",
			id,
			at: clock.now(),
			answer: { id, incidentId, personId, personName: personId, answer, at: clock.now() },
		};
	};
	const rows = async (person: string) => {
		const all = await db.all(
			"SELECT incident, state, channel, json_extract(message,'$.task') AS task FROM outbox WHERE person=? ORDER BY created_at, task",
			[person],
		);
		return all.map((r) => `${r["incident"]} ${r["task"]} ${r["state"]}`);
	};
	const reached = () =>
		db.write([{ sql: "UPDATE outbox SET state='accepted', attempts=1 WHERE state='queued'", params: [] }]);

	it("of a wave goes with the part that somebody makes of it: his neighbours' too, with the links, and the all-clear", async () => {
		const p = own();
		await p.start();
		for (let n = 0; n < 5; n++) await p.submit(alarm(n, 108.62 + n * 0.02));
		for (const [n, lon] of [
			[10, 108.72],
			[11, 108.76],
		] as const)
			await p.submit(alarm(n, lon));
		const wave = p.incidents.find((i) => i.places) as Incident;
		expect(wave.places).toHaveLength(2);
		await reached();
		const links = new SqliteLinkStore(db, "secret", new SeededRandom(2));
		const link = await links.ensure(wave.id, "ranger", clock.now());
		clock.advance(1000);
		await p.submit(say(wave.id, "chief", "going"));
		const part = p.incidents.find((i) => i.splitFrom) as Incident;
		expect(await rows("ranger")).toContain(`${part.id} verify accepted`);
		expect((await rows("ranger")).filter((r) => r.startsWith(wave.id))).toEqual([]);
		expect((await rows("other")).filter((r) => r.startsWith(part.id))).toEqual([]);
		expect(await links.byCode(link.code, clock.now())).toMatchObject([{ incidentId: part.id, personId: "ranger" }]);
		clock.advance(1000);
		await p.submit(say(part.id, "chief", "false"));
		expect(await rows("ranger")).toContain(`${part.id} standDown queued`);
		expect((await rows("other")).filter((r) => r.includes("standDown"))).toEqual([]);
		expect(await store.ledger.firstBroken()).toBeUndefined();
		await p.stop();
	});

	it("of an end is not sent any more when it burns again; and what was called false is open again by a word", async () => {
		const p = own();
		await p.start();
		await p.submit(alarm(1, 108.7));
		const [fire] = p.incidents as [Incident];
		await reached();
		clock.advance(1000);
		await p.submit(say(fire.id, "chief", "false"));
		expect(await rows("ranger")).toContain(`${fire.id} standDown queued`);
		expect(await p.takes(fire.id, "confirmed")).toBe(true);
		expect(await p.takes(fire.id, "going")).toBe(false);
		clock.advance(1000);
		await p.submit(say(fire.id, "ranger", "confirmed"));
		expect(p.incidents).toMatchObject([{ id: fire.id, state: "confirmed", rekindled: 1 }]);
		expect(await rows("ranger")).toContain(`${fire.id} standDown stopped`);
		expect((await rows("chief")).some((r) => r.endsWith("queued"))).toBe(true);
		clock.advance(25 * 3_600_000);
		await p.submit(say(fire.id, "chief", "permitted"));
		clock.advance(25 * 3_600_000);
		expect(await p.takes(fire.id, "confirmed")).toBe(false);
		await p.stop();
	});

	it("of whoever has left the register says where he was told, and hears that it is over", async () => {
		const left = { ...register, people: people.filter((x) => x.id !== "ranger") };
		let w = peopled;
		const p = new EventProcessor(
			{ context: () => w, failPoint: () => {}, tally },
			{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
		);
		await p.start();
		await p.submit(alarm(1, 108.7));
		const [fire] = p.incidents as [Incident];
		await reached();
		w = { ...peopled, register: left, duty: new DutyIndex(left) };
		clock.advance(1000);
		await p.submit(say(fire.id, "chief", "false"));
		const all = await db.all("SELECT channel, address FROM outbox WHERE person='ranger' AND lane='state'");
		expect(all.map((r) => `${r["channel"]} ${r["address"]}`)).toEqual(["sms ranger"]);
		await p.stop();
	});
});

function square(lon: number): [number, number][] {
	return [
		[lon - 0.05, 29.4],
		[lon + 0.05, 29.4],
		[lon + 0.05, 29.6],
		[lon - 0.05, 29.6],
		[lon - 0.05, 29.4],
	];
}
