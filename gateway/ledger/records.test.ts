import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, T0, tick, tower } from "../../test/harness/judging.ts";
import { say } from "../base/say.ts";
import { judge } from "../judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../judge/judgement/state.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Delivery } from "../model/delivery.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import { EMPTY_REGISTER, type Grid } from "../model/register.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
import { SqliteOutboxStore } from "../store/sqlite/outbox.ts";
import { SqlitePrivacyStore } from "../store/sqlite/privacy.ts";
import { ledgerCsv, quarterOf } from "./export.ts";
import { auditAll, recordsBetween } from "./records.ts";

const MIN = 60_000;
const register = {
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [
		person("ranger", "ranger", "village", { name: "李护林" }),
		person("chief", "chief", "village", { name: "张林长" }),
		person("town", "chief", "township"),
	],
};
const context = contextWith(register);

let folder: string;
let db: Database;
let judgements: SqliteJudgementStore;
let outbox: SqliteOutboxStore;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-records-"));
	db = await Database.open(join(folder, "store.db"));
	judgements = new SqliteJudgementStore(db);
	outbox = new SqliteOutboxStore(db);
});
afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

/**
 * Judges events as the gateway does, and settles every message at once: at the time that is said, or not yet where it
 * is none.
 */
async function live(
	events: JudgeEvent[],
	own: DecisionContext = context,
	settledAt: (d: Delivery, now: number) => number | undefined = (_, now) => now + 5,
): Promise<JudgeState> {
	let state: JudgeState = EMPTY_STATE;
	let n = 0;
	for (const event of events) {
		const judged = judge(own, state, event, event.at);
		state = judged.state;
		await judgements.commit({
			eventId: event.id,
			at: event.at,
			incidents: judged.changed,
			ledger: judged.effects.flatMap((e) => (e.type === "ledger" ? [e.entry] : [])),
			deliveries: judged.effects.flatMap((e) =>
				e.type === "deliver" ? [{ ...e.delivery, id: `d${event.at}-${n++}` }] : [],
			),
			rehomes: judged.effects.flatMap((e) => (e.type === "rehome" ? [e] : [])),
			stops: judged.effects.flatMap((e) => (e.type === "stop" ? [e] : [])),
			...(event.type === "clock" ? { shiftMs: event.byMs } : {}),
		});
		for (const d of await outbox.due(event.at, 100)) {
			const at = settledAt(d, event.at);
			if (at !== undefined)
				await outbox.settle(d, "accepted", at, { at, outcome: "accepted", detail: "ok", tookMs: 5 });
		}
	}
	return state;
}
const first = play([fire(45)], context);
const scene = { position: { lat: 29.51, lon: 108.72 }, picture: "report-abc.jpg", note: "坟地旁" };
const story: JudgeEvent[] = [
	fire(45),
	tick(T0 + 3 * MIN),
	tick(T0 + 5 * MIN),
	answer(first, "ranger", "going", T0 + 6 * MIN),
	answer(first, "ranger", "onScene", T0 + 20 * MIN, scene),
	answer(first, "ranger", "out", T0 + 40 * MIN),
	answer(first, "chief", "close", T0 + 50 * MIN, { cause: "上坟烧纸" }),
];
const half = (from: number, to: number): [number, number][] => [
	[tower.lon + from, tower.lat - 0.2],
	[tower.lon + to, tower.lat - 0.2],
	[tower.lon + to, tower.lat + 0.2],
	[tower.lon + from, tower.lat + 0.2],
	[tower.lon + from, tower.lat - 0.2],
];
const [west, east] = [half(-0.2, 0), half(0, 0.2)];
const record = () => recordsBetween(judgements, outbox, T0 - 1, T0 + 1);

describe("audit of the ledger", () => {
	it("finds nothing in what the judge has told", async () => {
		await live(story);
		expect(auditAll(await record(), T0 + 60 * MIN)).toEqual([]);
	});

	it("follows the parts of a wave, and whoever was told of the whole of it", async () => {
		const halves = [west, east].map((polygon, i): Grid => ({ code: `B0${i}`, name: `${i}村`, polygons: [[polygon]] }));
		const people = [
			person("officer", "officer", "county", { grids: ["B"] }),
			person("town", "chief", "township", { grids: ["B"] }),
			...[0, 1].flatMap((i) => [
				person(`chief${i}`, "chief", "village", { grids: [`B0${i}`] }),
				person(`ranger${i}`, "ranger", "village", { grids: [`B0${i}`] }),
			]),
		];
		const own = contextWith({ ...EMPTY_REGISTER, version: "w", grids: halves, people });
		const raised = Array.from({ length: 12 }, (_, n): JudgeEvent => {
			const position = {
				lat: tower.lat - 0.1 + 0.02 * Math.floor(n / 2),
				lon: tower.lon + (n % 2 === 0 ? -0.03 : 0.03),
			};
			const [id, at] = [`n${n}`, T0 + n * 100];
			return { type: "alarm", id, at, alarm: { id, nodeId: id, kind: "smoke", position, at, exercise: false } };
		});
		const begun = play(raised, own);
		const wave = { incident: begun.state.incidents.find((i) => i.places) };
		expect(wave.incident?.places?.length).toBeGreaterThan(4);
		const singles = begun.state.incidents
			.filter((i) => !i.places)
			.map((incident, i) => answer({ incident }, "officer", "false", T0 + (30 + i) * 1000, { cause: "雾" }));
		const words = [answer(wave, "chief0", "going", T0 + MIN), answer(wave, "ranger0", "out", T0 + 2 * MIN)];
		const ends = [
			tick(T0 + 3.1 * MIN),
			tick(T0 + 5.1 * MIN),
			answer(wave, "officer", "false", T0 + 6 * MIN, { cause: "雾" }),
		];
		const state = await live([...raised, ...singles, ...words, ...ends], own);
		expect(state.incidents.map((i) => i.state)).toEqual(["out"]);
		const all = await recordsBetween(judgements, outbox, T0 - 1, T0 + 10_000);
		expect(auditAll(all, T0 + 10 * MIN)).toEqual([]);
		// and it would have found it
		await db.write([
			{ sql: "DELETE FROM outbox WHERE person='chief0' AND json_extract(message,'$.task')='standDown'" },
		]);
		const found = auditAll(await recordsBetween(judgements, outbox, T0 - 1, T0 + 10_000), T0 + 10 * MIN).map((d) =>
			say("en", d.what),
		);
		expect(found).toContain("chief0 was told to do something and not that it is over");
	});

	it("finds that somebody's last word is wrong: an all-clear that came after it was open again", async () => {
		const end = answer(first, "chief", "false", T0 + MIN, { cause: "雾" });
		const again: JudgeEvent = {
			type: "reopen",
			id: "again",
			at: T0 + 2 * MIN,
			incidentId: first.incident?.id ?? "",
			personId: "duty-desk",
			personName: "台",
			reason: "又冒烟",
		};
		let state = await live([fire(45), end]);
		const ended = await judgements.incident(first.incident?.id ?? "");
		state = { ...state, ended: ended ? [ended] : [] };
		const judged = judge(context, state, again, again.at);
		await judgements.commit({
			eventId: again.id,
			at: again.at,
			incidents: judged.changed,
			stops: [],
			ledger: judged.effects.flatMap((e) => (e.type === "ledger" ? [e.entry] : [])),
			deliveries: [],
		});
		const wrong = () =>
			record().then((p) => auditAll(p, T0 + 10 * MIN).filter((d) => d.what.startsWith("audit.wrongLastWord")));
		expect(await wrong()).toEqual([]);
		await db.write([{ sql: "UPDATE attempt SET at=?", params: [T0 + 6 * MIN] }]);
		expect((await wrong()).map((d) => say("en", d.what))).toContain(
			"ranger was told that it is over after it was open again, and nothing since",
		);
	});

	it.each([
		["back", -60 * MIN],
		["forth", 60 * MIN],
	])("finds nothing where the clock goes an hour %s while all-clears wait in a crowd", async (_, byMs) => {
		const end = answer(first, "chief", "false", T0 + MIN, { cause: "雾" });
		const at = T0 + 2 * MIN + byMs;
		const isAllClear = (d: Delivery) => d.message.task === "standDown";
		const events: JudgeEvent[] = [fire(45), end, { type: "clock", id: "c", at, byMs, why: "jump" }, tick(at + 1)];
		await live(events, context, (d, now) => (isAllClear(d) && now !== at + 1 ? undefined : now));
		const [own] = await record();
		expect(own?.deliveries.filter(isAllClear).map((d) => d.state)).toEqual(["accepted"]);
		expect(auditAll(await record(), at + 10 * MIN)).toEqual([]);
		// and it would have found it
		await db.write([{ sql: "DELETE FROM outbox WHERE json_extract(message,'$.task')='standDown'" }]);
		const found = auditAll(await record(), at + 10 * MIN).map((d) => say("en", d.what));
		expect(found).toContain("ranger was told to do something and not that it is over");
	});

	it("finds nothing in attempts that were under way when the clock went an hour back, and recorded after it", async () => {
		const [sentAt, byMs] = [T0 + MIN, -60 * MIN];
		const set: JudgeEvent = { type: "clock", id: "c", at: sentAt + byMs, byMs, why: "jump" };
		const end = answer(first, "chief", "false", set.at + MIN, { cause: "雾" });
		await live([fire(45), set, end], context, (_, now) => (now === T0 ? undefined : now === set.at ? sentAt : now));
		const moved = () => recordsBetween(judgements, outbox, T0 + byMs - 1, T0 + byMs + 1);
		const [own] = await moved();
		expect(own?.deliveries.flatMap((d) => d.tries.map((t) => t.at))).toContain(sentAt);
		expect(auditAll(await moved(), set.at + 10 * MIN)).toEqual([]);
		// and it would have found it
		await db.write([
			{ sql: "UPDATE attempt SET at=?1", params: [sentAt + 9 * MIN] },
			{ sql: "UPDATE ledger SET at=?1 WHERE what LIKE 'attempt:%'", params: [sentAt + 9 * MIN] },
		]);
		const found = auditAll(await moved(), set.at + 10 * MIN).map((d) => d.what);
		expect(found.filter((what) => what.startsWith("audit.afterEnd"))).not.toEqual([]);
	});

	it("finds a step that is missing", async () => {
		await live([fire(45)]);
		const found = auditAll(await record(), T0 + 20 * MIN).map((d) => say("en", d.what));
		expect(found).toContain("step 2 of the verify ladder is missing");
	});

	it.each([
		[
			"a message that was taken out",
			"DELETE FROM outbox WHERE id=(SELECT id FROM outbox WHERE person='town' LIMIT 1)",
			/the ledger has an attempt of .* that the outbox has not/,
		],
		[
			"a message that no step explains",
			"INSERT INTO outbox SELECT 'x', 'x', incident, 'stranger', channel, address, lane, message, created_at, state, 0, next_at, settled_at FROM outbox LIMIT 1",
			/a message to stranger that no step explains/,
		],
	])("finds %s", async (_name, sql, expected) => {
		await live(story);
		await db.write([{ sql }]);
		expect(
			auditAll(await record(), T0 + 60 * MIN)
				.map((d) => say("en", d.what))
				.join("\n"),
		).toMatch(expected);
	});
});

describe("ledger and privacy", () => {
	it("one changed byte breaks the chain where it stands; a row taken out does as well", async () => {
		await live(story);
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
		await db.write([{ sql: `UPDATE ledger SET detail=replace(detail, '"task"', '"tusk"') WHERE n=2` }]);
		expect(await judgements.ledger.firstBroken()).toBe(2);
		await db.write([
			{ sql: `UPDATE ledger SET detail=replace(detail, '"tusk"', '"task"') WHERE n=2` },
			{ sql: "DELETE FROM ledger WHERE n=3" },
		]);
		expect(await judgements.ledger.firstBroken()).toBe(4);
	});

	it("a person is forgotten, and the chain stays whole", async () => {
		await live(story);
		const id = first.incident?.id ?? "";
		const scene = async () => (await judgements.ledger.ofIncident(id)).find((l) => l.what === "answer:onScene");
		expect((await scene())?.personal).toMatchObject({ name: "ranger", note: "坟地旁", position: { lat: 29.51 } });
		expect(await new SqlitePrivacyStore(db).forget("ranger", "林长办 王", T0 + 99 * MIN)).toEqual(["report-abc.jpg"]);
		expect((await scene())?.personal).toBeUndefined();
		expect((await scene())?.detail["personal"]).toMatch(/^[0-9a-f]{64}$/);
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
		const incident = await judgements.incident(id);
		// where the fire was stays: it is the fire's place, and no longer a person's
		expect(JSON.stringify(incident)).not.toMatch(/李护林|坟地旁|report-abc/);
		expect(incident?.reports?.every((r) => r.position === undefined || r.personId !== "ranger")).toBe(true);
		expect(incident?.involved.find((i) => i.personId === "chief")?.name).toBe("张林长");
		expect((await outbox.ofIncident(id)).filter((d) => d.personId === "ranger").map((d) => d.address)).not.toContain(
			"ranger",
		);
		expect((await judgements.ledger.between(T0 + 99 * MIN, T0 + 100 * MIN)).map((l) => [l.what, l.who])).toEqual([
			["forgotten", "林长办 王"],
		]);
	});

	it("the word that ended an incident, and what a caller has said, go with their person and their time", async () => {
		const opened = play([fire(45)], context).incident as Incident;
		const word = {
			id: "w",
			incidentId: opened.id,
			personId: "chief",
			personName: "张林长",
			answer: "false" as const,
			at: T0,
			note: "坟地旁",
		};
		const ended: Incident = {
			...opened,
			state: "false",
			finalAnswer: word,
			evidence: opened.evidence.map((e) => ({ ...e, note: "山脚有烟" })),
		};
		const keep = () =>
			judgements.commit({ eventId: "e", at: T0, incidents: [ended], ledger: [], deliveries: [], stops: [] });
		const left = async () => JSON.stringify((await judgements.incident(opened.id))?.finalAnswer);
		await keep();
		await new SqlitePrivacyStore(db).forget("chief", "林长办 王", T0);
		expect(await left()).not.toMatch(/张林长|坟地旁/);
		await keep();
		expect(await left()).toMatch(/张林长.*坟地旁/);
		await new SqlitePrivacyStore(db).retain(T0 + 60 * MIN);
		expect(JSON.stringify(await judgements.incident(opened.id))).not.toMatch(/坟地旁|山脚有烟/);
		expect(await left()).not.toMatch(/张林长/);
	});

	it.each(["../../lookout.db", "/etc/passwd", "..", ".hidden", "a/b.jpg"])(
		"a report's picture named %j is no file to be deleted",
		async (picture) => {
			const opened = play([fire(45)], context).incident as Incident;
			const reported: Incident = {
				...opened,
				state: "closed",
				reports: [{ personId: "ranger", at: T0, what: "onScene", picture }],
			};
			await judgements.commit({ eventId: "e", at: T0, incidents: [reported], ledger: [], deliveries: [], stops: [] });
			expect((await new SqlitePrivacyStore(db).retain(T0 + 60 * MIN)).pictures).toEqual([]);
			expect(JSON.stringify(await judgements.incident(opened.id))).not.toMatch(/"picture"/);
		},
	);

	it("positions, photos and words go after their time, young ones stay", async () => {
		await live(story);
		const privacy = new SqlitePrivacyStore(db);
		expect((await privacy.retain(T0)).pictures).toEqual([]);
		expect((await privacy.retain(T0 + 60 * MIN)).pictures).toEqual(["report-abc.jpg"]);
		expect((await privacy.retain(T0 + 60 * MIN)).pictures).toEqual([]);
		expect(await judgements.ledger.firstBroken()).toBeUndefined();
	});

	it("exports a line per person told, with seconds to answer and to the scene, verdict and cause", async () => {
		await live(story);
		const lines = ledgerCsv(await record(), "Asia/Shanghai", "ranger").split("\n");
		expect(lines[0]).toMatch(/^\ufeffincident,status,kind,opened,grid,person,name/);
		expect(lines[1]).toMatch(
			/,ranger,李护林,ranger,village,verify,2026-04-05T14:00:00\+08:00,.*,going,360,1200,closed,chief,上坟烧纸,2026-04-05T14:50:00\+08:00$/,
		);
		expect(lines).toHaveLength(3);
	});

	it("a quarter is one of the tower's time zone", () => {
		expect(quarterOf("2026Q2", "Asia/Shanghai")).toEqual({
			from: Date.UTC(2026, 2, 31, 16),
			to: Date.UTC(2026, 5, 30, 16),
		});
		expect(quarterOf("2026Q4", "Asia/Urumqi")?.to).toBe(Date.UTC(2026, 11, 31, 18));
		expect(quarterOf("2026Q5", "Asia/Shanghai")).toBeUndefined();
	});
});
