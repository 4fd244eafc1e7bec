import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ManualClock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { say } from "../../gateway/base/say.ts";
import { Tally } from "../../gateway/base/tally.ts";
import { EventProcessor } from "../../gateway/engine/event-processor.ts";
import { auditAll, recordsBetween } from "../../gateway/ledger/records.ts";
import type { Answer } from "../../gateway/model/answer.ts";
import type { Delivery } from "../../gateway/model/delivery.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import { EMPTY_REGISTER } from "../../gateway/model/register.ts";
import { accepted } from "../../gateway/notify/channels/channel.ts";
import { Dispatcher } from "../../gateway/notify/outbox/dispatcher.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { SqliteJudgementStore } from "../../gateway/store/sqlite/judgement.ts";
import { SqliteOutboxStore } from "../../gateway/store/sqlite/outbox.ts";
import { until } from "../harness/harness.ts";
import { contextWith, defaultPlan, grid, person, sensorAlarm, T0 } from "../harness/judging.ts";

/**
 * Thirty fires with answers, second thoughts, flare-ups and reopenings, and a gateway that is killed in between: judge,
 * store and outbox are the real ones, a kill is the store's files as they stand at that moment. Whoever was told to do
 * something was told that it is over, after all he was asked, and once; the auditor finds the same from the records.
 */
const FIRES = 30;
const MIN = 60_000;
const people = [
	person("officer", "officer", "county"),
	person("dutyLeader", "dutyLeader", "county"),
	...["chief", "ranger", "supervisor", "adviser"].map((role) => person(role, role as "chief", "village")),
	person("town", "chief", "township"),
	person("office", "office", "township"),
	person("county", "chief", "county"),
	person("police", "police", "county"),
	person("power", "agency", "county"),
	person("crew", "leader", "village"),
	person("townCrew", "leader", "township"),
].map((p) => ({ ...p, addresses: [{ channel: "sms", address: `+86138${p.id}` }] }));
const teams = [
	{ id: "v", name: "村队", tier: "village" as const, base: { lat: 29.5, lon: 108.7 }, grids: ["A"], leader: "crew" },
	{
		id: "t",
		name: "镇队",
		tier: "township" as const,
		base: { lat: 29.5, lon: 108.7 },
		grids: ["A"],
		leader: "townCrew",
	},
];
const context = contextWith(
	{ ...EMPTY_REGISTER, version: "v", grids: [grid("A01")], people, teams },
	{ steps: defaultPlan(), undoMs: MIN },
);
const KILL_POINTS = [
	"before:alarm",
	"judged:alarm",
	"before:answer",
	"judged:answer",
	"judged:tick",
	"claimed",
	"sent",
	"settled",
];

/**
 * A gateway's judge and outbox on a store, which can be killed at a named point and started again on what the disk held
 * then.
 */
class Life {
	readonly clock = new ManualClock(T0);
	readonly random = new SeededRandom(7);
	readonly sent: { at: number; d: Delivery }[] = [];
	kills = 0;
	readonly #folder = mkdtempSync(join(tmpdir(), "lookout-endings-"));
	#n = 0;
	#generation = 0;
	#killAt: string | undefined;
	#killed = false;
	db!: Database;
	processor!: EventProcessor;
	outbox!: SqliteOutboxStore;
	judgements!: SqliteJudgementStore;
	#dispatcher!: Dispatcher;

	get #file(): string {
		return join(this.#folder, `${this.#n}.db`);
	}

	async start(): Promise<void> {
		const own = ++this.#generation;
		const failPoint = (name: string) => own === this.#generation && this.#reached(name);
		const log = createLog("silent");
		this.db = await Database.open(this.#file);
		this.judgements = new SqliteJudgementStore(this.db);
		this.outbox = new SqliteOutboxStore(this.db);
		const send = async (d: Delivery) => {
			// of what a dead process still says nobody hears anything
			if (own === this.#generation && !this.#killed) this.sent.push({ at: this.clock.now(), d });
			return accepted("ok");
		};
		const options = {
			channels: { sms: { send } },
			timeoutMs: 60_000,
			replyOf: async () => undefined,
			language: "zh" as const,
			failPoint,
		};
		const dispatcher = new Dispatcher(options, { store: this.outbox, clock: this.clock, random: this.random, log });
		const tally = new Tally(this.clock, () => {});
		this.processor = new EventProcessor(
			{ context: () => context, failPoint, tally },
			{ store: this.judgements, clock: this.clock, random: this.random, log },
		);
		this.processor.onJudged(() => dispatcher.wake());
		this.#dispatcher = dispatcher;
		await this.processor.start();
		await this.#dispatcher.start();
	}

	/** The next time that point is reached, the process is dead. */
	killAt(name: string): void {
		this.#killAt = name;
	}

	#reached(name: string): void {
		if (name !== this.#killAt || this.#killed) return;
		this.#killed = true;
		this.kills++;
		for (const end of ["", "-wal"]) {
			const from = `${this.#file}${end}`;
			if (existsSync(from)) copyFileSync(from, join(this.#folder, `${this.#n + 1}.db${end}`));
		}
	}

	/** Buries a dead process, and starts the next on what it left. */
	async #rise(): Promise<void> {
		await this.#bury();
		this.#n++;
		this.#killed = false;
		this.#killAt = undefined;
		await this.start();
	}

	async #bury(): Promise<void> {
		this.#generation++;
		await this.processor.stop();
		await this.#dispatcher.stop();
		await this.db.close();
	}

	/** An event, said again after a kill as devices and phones do; what was taken counts once. */
	async say(event: JudgeEvent): Promise<void> {
		await this.processor.submit(event);
		if (!this.#killed) return;
		await this.#rise();
		await this.processor.submit(event);
	}

	async pass(minutes: number): Promise<void> {
		for (let s = 0; s < minutes * 60; s += 15) {
			this.clock.advance(15_000);
			// judged before more time passes, however slow the disk is
			const at = this.clock.now();
			await this.processor.submit({ type: "tick", id: `pass${at}`, at });
			await this.rest();
			if (this.#killed) await this.#rise();
		}
	}

	/** Until nothing is due any more, nor under way. */
	async rest(): Promise<void> {
		await until(
			async () => {
				if (this.#killed) return true;
				this.#dispatcher.wake();
				const busy = await this.db.get(
					"SELECT COUNT(*) AS n FROM outbox WHERE state='trying' OR (state='queued' AND next_at<=?)",
					[this.clock.now()],
				);
				return Number(busy?.["n"]) === 0;
			},
			30_000,
			"the outbox to come to rest",
		);
	}

	async end(): Promise<void> {
		await this.#bury();
		rmSync(this.#folder, { recursive: true });
	}
}

it(`${FIRES} fires with second thoughts and kills: whoever was told to do something was told that it is over, once, in the right order`, async () => {
	const life = new Life();
	const { random } = life;
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
	await life.start();
	let n = 0;
	const said: string[] = [];
	try {
		for (let f = 0; f < FIRES; f++) {
			const [azimuth, distance] = [(f % 15) * 24, f < 15 ? 6_000 : 12_000];
			const alarm = (): JudgeEvent => {
				const event = sensorAlarm(`n${f}`, azimuth, distance, life.clock.now());
				return event;
			};
			const before = new Set(life.processor.incidents.map((i) => i.id));
			if (random.next() < 0.8) life.killAt(pick(KILL_POINTS));
			await life.say(alarm());
			const id = life.processor.incidents.find((i) => !before.has(i.id))?.id ?? "";
			expect(id).not.toBe("");
			const own = () => life.processor.incidents.find((i) => i.id === id);
			const answer = (personId: string, what: Answer["answer"], extra: Partial<Answer> = {}): JudgeEvent => {
				const [at, key] = [life.clock.now(), `a${n++}`];
				said.push(what);
				return {
					type: "answer",
					id: key,
					at,
					answer: { id: key, incidentId: id, personId, personName: personId, answer: what, at, ...extra },
				};
			};
			const byDesk = (type: "undo" | "reopen"): JudgeEvent => {
				const who = { incidentId: id, personId: "duty-desk", personName: "值班台" };
				said.push(type);
				return type === "undo"
					? { type, id: `e${n++}`, at: life.clock.now(), ...who }
					: { type, id: `e${n++}`, at: life.clock.now(), ...who, reason: "又起烟" };
			};
			for (let step = 0; step < 4 + Math.floor(random.next() * 5); step++) {
				await life.pass(pick([0.25, 0.5, 1.25, 3, 6]));
				if (random.next() < 0.35) life.killAt(pick(KILL_POINTS));
				const kind = random.next();
				if (!own()) await life.say(kind < 0.5 ? byDesk("reopen") : alarm());
				else if (own()?.ending && kind < 0.5) await life.say(byDesk("undo"));
				else if (kind < 0.15) await life.say(alarm());
				else if (kind < 0.3) await life.say(answer("officer", pick(["false", "permitted"] as const), { cause: "雾" }));
				else if (kind < 0.45)
					await life.say(
						answer(pick(["chief", "ranger", "crew"]), pick(["confirmed", "controlled"] as const), {
							sizeHa: pick([0.1, 2, 150]),
						}),
					);
				else if (kind < 0.55) await life.say(answer(pick(["chief", "crew"]), "out"));
				else
					await life.say(
						answer(
							pick(["chief", "ranger", "supervisor", "town", "crew"]),
							pick(["going", "onScene", "notMe", "seen"] as const),
						),
					);
			}
			await life.pass(1.5);
			// the end of it, whatever came before
			for (const i of life.processor.incidents.filter(
				(x) => x.place.best && (x.id === id || x.sources.includes(`n${f}`)),
			)) {
				const [at, key] = [life.clock.now(), `end${n++}`];
				await life.say({
					type: "answer",
					id: key,
					at,
					answer: {
						id: key,
						incidentId: i.id,
						personId: "officer",
						personName: "officer",
						answer: i.state === "out" ? "close" : "false",
						cause: "雾",
						note: "看过",
						at,
					},
				});
			}
			await life.pass(6);
		}
		// what waits for others to go with it goes
		await life.pass(6);
		expect(said).toEqual(
			expect.arrayContaining(["undo", "reopen", "confirmed", "controlled", "out", "false", "permitted", "going"]),
		);
		expect(life.kills).toBeGreaterThanOrEqual(15);
		const records = await recordsBetween(life.judgements, life.outbox, 0, Number.MAX_SAFE_INTEGER);
		expect(records.length).toBeGreaterThanOrEqual(FIRES);
		expect(auditAll(records, life.clock.now()).map((d) => `${d.incidentId}: ${d.what}`)).toEqual([]);
		// the same by what people have read: of each fire that is over, and each person
		const rekindled = records.flatMap((p) => p.ledger).filter((l) => l.what === "rekindled").length;
		expect(rekindled).toBeGreaterThan(5);
		let checked = 0;
		for (const { incident, ledger, deliveries } of records) {
			const endedBy = ledger.findLast((l) => l.what === "allClear")?.who;
			for (const who of people.map((p) => p.id).filter((p) => p !== endedBy)) {
				const heard = deliveries.filter((d) => d.personId === who && d.state === "accepted");
				const orders = heard.filter((d) => d.lane === "alarm" && !["inform", undefined].includes(d.message.task));
				const clears = heard.filter((d) => d.message.task === "standDown");
				if (orders.length === 0) continue;
				checked++;
				const at = (d: { tries: { at: number }[] }) => d.tries.at(-1)?.at ?? 0;
				expect(clears.length, `${incident.id} ${who}`).toBeGreaterThan(0);
				expect(Math.max(...clears.map(at)), `${incident.id} ${who}`).toBeGreaterThanOrEqual(
					Math.max(...orders.map(at)),
				);
				const ends = ledger.filter((l) => l.what === "allClear").length;
				// that the guard of it is over is another matter
				const ofFire = clears.filter((d) => !say("zh", d.message.body).startsWith("看守结束"));
				expect(ofFire.length, `${incident.id} ${who}`).toBeLessThanOrEqual(ends);
			}
		}
		expect(checked).toBeGreaterThan(100);
		const copies = new Map<string, number>();
		for (const { d } of life.sent) copies.set(d.id, (copies.get(d.id) ?? 0) + 1);
		// what was on its way at a kill may come twice; see MOST_COPIES
		expect(Math.max(...copies.values())).toBeLessThanOrEqual(3);
	} finally {
		await life.end();
	}
}, 300_000);
