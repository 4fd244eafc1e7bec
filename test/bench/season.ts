import { SystemClock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { destination } from "../../gateway/geo/position.ts";
import { judge, nextTick } from "../../gateway/judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../../gateway/judge/judgement/state.ts";
import type { Answer } from "../../gateway/model/answer.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { Effect, JudgeEvent } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { LedgerEntry } from "../../gateway/model/ledger.ts";
import { EMPTY_REGISTER, type Register, type Shift } from "../../gateway/model/register.ts";
import { importRegister, PARTS, type RegisterFiles } from "../../gateway/register/import.ts";
import { countyFiles } from "../../gateway/sim/county.ts";
import { smallWorld } from "../../gateway/sim/world.ts";
import { camera, contextWith } from "../harness/judging.ts";
import { round } from "./proc.ts";

const TOWERS = 50;
const INCIDENTS = 20_000;
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
/** What is said, and up to which number between 0 and 1 it is drawn. */
const ANSWERS: { what: Answer["answer"]; below: number }[] = [
	{ what: "false", below: 0.35 },
	{ what: "going", below: 0.65 },
	{ what: "notMe", below: 0.75 },
	{ what: "permitted", below: 0.8 },
];

/**
 * A year of fifty towers: twenty thousand incidents, a roster that changes every day, people who answer, decline,
 * or say nothing. One core, the very judge that towers run. Counts what was told, and checks as it goes that
 * nobody is told anything but its end after a named "false" and that nobody's key comes twice.
 */
export async function season() {
	const clock = new SystemClock();
	const random = new SeededRandom(42);
	const { terrain, tower } = smallWorld(5);
	const files = countyFiles(terrain, 5, START);
	const csv = (part: string) => ({
		name: part,
		text: files[["grids", "forest", "ground"].includes(part) ? `${part}.geojson` : `${part}.csv`] ?? "",
	});
	const register = importRegister(Object.fromEntries(PARTS.map((part) => [part, csv(part)])) as RegisterFiles);
	const perTower = INCIDENTS / TOWERS;
	let notified = 0;
	let judged = 0;
	let ended = 0;
	const began = clock.monotonic();
	for (let t = 0; t < TOWERS; t++) {
		const year = new TowerYear(register, random);
		const starts = Array.from({ length: perTower }, () => START + random.next() * 365 * DAY_MS).sort((a, b) => a - b);
		for (const at of starts) {
			year.goOn(at);
			year.sees(sightingAt(at, t, random, tower.position));
		}
		year.goOn(START + 400 * DAY_MS);
		notified += year.notified;
		judged += year.judged;
		ended += perTower - year.open;
	}
	const seconds = (clock.monotonic() - began) / 1000;
	return {
		towers: TOWERS,
		incidents: INCIDENTS,
		ended,
		judgements: judged,
		messages: notified,
		seconds: round(seconds, 1),
	};
}

/** One tower's year: a roster of its own for each day, and people who answer. */
class TowerYear {
	notified = 0;
	judged = 0;
	readonly #register: Register;
	readonly #random: SeededRandom;
	readonly #keys = new Set<string>();
	readonly #queue: JudgeEvent[] = [];
	#state: JudgeState = EMPTY_STATE;
	#day = -1;
	#context: DecisionContext = contextWith(EMPTY_REGISTER);

	constructor(register: Register, random: SeededRandom) {
		this.#register = register;
		this.#random = random;
	}

	/** Incidents that are open. */
	get open(): number {
		return this.#state.incidents.length;
	}

	sees(event: JudgeEvent): void {
		answer(this.#judge(event), this.#queue, this.#random, event.at);
	}

	/** What was said and what is due until a time, ms since 1970. */
	goOn(until: number): void {
		for (;;) {
			const due = nextTick(this.#state) ?? Number.POSITIVE_INFINITY;
			const next = this.#queue[0]?.at ?? Number.POSITIVE_INFINITY;
			const at = Math.min(due, next);
			if (at > until) return;
			this.sees(next <= due ? (this.#queue.shift() as JudgeEvent) : { type: "tick", id: `t${at}`, at });
		}
	}

	#judge(event: JudgeEvent): Effect[] {
		const day = Math.floor((event.at - START) / DAY_MS);
		if (day !== this.#day) this.#context = contextWith(rosterOf(this.#register, day, START + day * DAY_MS));
		this.#day = day;
		const result = judge(this.#context, this.#state, event, event.at);
		this.judged++;
		this.#state = result.state;
		this.notified += check(result.effects, result.changed, this.#keys);
		return result.effects;
	}
}

/** The roster of one day: another officer, and a substitute for another chief. */
function rosterOf(register: Register, day: number, from: number): Register {
	const shift = (post: string, person: string): Shift => ({ post, person, from, to: from + DAY_MS, kind: "shift" });
	const shifts = [
		shift("officer@500114", `officer-${1 + (day % 3)}`),
		shift(`for:chief-${1 + (day % 4)}`, `deputy-${1 + (day % 4)}`),
	];
	return { ...register, version: `day ${day}`, shifts };
}

function sightingAt(
	at: number,
	towerIndex: number,
	random: SeededRandom,
	position: { lat: number; lon: number },
): JudgeEvent {
	const bearingDeg = random.next() * 360;
	const id = `s${towerIndex}-${at}`;
	const mast = destination(position, 90, (towerIndex % 5) * 300);
	return {
		type: "sighting",
		id,
		at,
		sighting: {
			id,
			what: "smoke",
			cameraId: `cam${Math.floor(bearingDeg / 90)}`,
			trackId: id,
			capturedAt: at,
			firstSeenAt: at - 30_000,
			pose: { ...camera("c", bearingDeg), position: mast },
			boxes: [{ x: random.next() * 0.9, y: 0.5, w: 0.05, h: 0.05 }],
			score: 9,
			probability: 0.9,
			bearingDeg,
			bearingErrorDeg: 1.5,
			elevationDeg: -1,
			frameHash: id,
			model: "m",
			exercise: true,
		},
	};
}

/** Whoever was rung may answer some minutes later; in one case of five nobody does, and the ladder advances. */
function answer(effects: Effect[], queue: JudgeEvent[], random: SeededRandom, now: number): void {
	for (const e of effects) {
		if (e.type !== "deliver" || !e.delivery.personId || e.delivery.message.task === "standDown" || random.next() > 0.2)
			continue;
		const pick = random.next();
		const what = ANSWERS.find((a) => pick < a.below)?.what;
		if (!what) continue;
		say(queue, e.delivery.incidentId, e.delivery.personId, what, now + 30_000 + random.next() * 300_000);
		if (what !== "going") continue;
		// some who go arrive, and most of those see it through
		if (random.next() < 0.8) {
			say(queue, e.delivery.incidentId, e.delivery.personId, "onScene", now + 600_000);
			say(queue, e.delivery.incidentId, e.delivery.personId, "out", now + 3_000_000);
			say(queue, e.delivery.incidentId, "duty-desk", "close", now + 3_600_000);
		}
	}
	queue.sort((a, b) => a.at - b.at);
}

function say(queue: JudgeEvent[], incidentId: string, personId: string, what: Answer["answer"], at: number): void {
	const id = `${incidentId} ${personId} ${what} ${at}`;
	queue.push({
		type: "answer",
		id,
		at,
		answer: {
			id,
			incidentId,
			personId,
			personName: personId,
			answer: what,
			at,
			...(what === "close" ? { cause: "made" } : {}),
		},
	});
}

function check(effects: Effect[], changed: Incident[], keys: Set<string>): number {
	const over = new Set(changed.filter((i) => ["false", "permitted", "closed"].includes(i.state)).map((i) => i.id));
	const entries: LedgerEntry[] = effects.flatMap((e) => (e.type === "ledger" ? [e.entry] : []));
	let notified = 0;
	for (const e of effects) {
		if (e.type !== "deliver" || !e.delivery.personId) continue;
		// that it is over is the one thing said of what is over
		if (over.has(e.delivery.incidentId) && e.delivery.message.task !== "standDown")
			throw new Error(
				`${e.delivery.personId} is told of ${e.delivery.incidentId}, which is over: ${JSON.stringify(entries)}`,
			);
		if (keys.has(e.delivery.key)) throw new Error(`the key ${e.delivery.key} comes twice`);
		keys.add(e.delivery.key);
		notified++;
	}
	return notified;
}
