import { progressOf } from "../../gateway/judge/handover/progress.ts";
import { judge, nextTick } from "../../gateway/judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../../gateway/judge/judgement/state.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { Effect, JudgeEvent } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { type CentreMessage, VIA_CENTRE } from "../../gateway/model/lease.ts";
import { worded } from "../../gateway/notify/outbox/wording.ts";
import { T0 } from "./judging.ts";

export interface Sent {
	at: number;
	by: string;
	who: string;
	body: string;
}

/**
 * Towers and a centre, a judge each, and lines that can be cut: messages take half a second and are lost while the line
 * is cut when they leave or arrive. What a tower exports waits in its outbox until the line is there.
 */
export class Fleet {
	readonly sent: Sent[] = [];
	readonly said: { at: number; what: string; tower: string }[] = [];
	/** How often any judge looked at its clock. */
	looks = 0;
	isCut: (at: number, what: string, tower: string) => boolean = () => false;
	readonly #contexts: Record<string, DecisionContext>;
	readonly #states: Record<string, JudgeState>;
	readonly #judged = new Set<string>();
	readonly #exports = new Map<string, Set<string>>();
	/** Of each the incidents that ended, which a tower exports too. */
	readonly #over = new Map<string, Map<string, Incident>>();
	#now = T0;
	#flying: { at: number; deliver: () => void }[] = [];
	#n = 0;

	/** A context for each tower by its name, and one for the centre. */
	constructor(contexts: Record<string, DecisionContext> & { centre: DecisionContext }) {
		const listeners = [{ channel: "centre", address: "" }];
		const entries = Object.entries(contexts).map(([name, context]) => [
			name,
			name === "centre" ? context : { ...context, listeners },
		]);
		this.#contexts = Object.fromEntries(entries);
		this.#states = Object.fromEntries(Object.keys(contexts).map((name) => [name, EMPTY_STATE]));
	}

	/** Runs until a time, half a second at a step; `events` happen at the towers. */
	run(until: number, events: Record<string, JudgeEvent[]> = {}): void {
		for (; this.#now <= until; this.#now += 500) {
			for (const [name, list] of Object.entries(events))
				for (const e of list.filter(({ at }) => at > this.#now - 500 && at <= this.#now)) this.at(name, e);
			this.#land();
			this.#exportAll();
			for (const name of Object.keys(this.#contexts)) this.#lookAt(name);
		}
	}

	/** Messages whose time it is arrive. */
	#land(): void {
		for (const m of this.#flying.filter((f) => f.at <= this.#now)) {
			this.#flying = this.#flying.filter((f) => f !== m);
			m.deliver();
		}
	}

	/** Incidents go to the centre from the towers whose line stands. */
	#exportAll(): void {
		const ready = [...this.#exports].filter(([tower]) => !this.isCut(this.#now, "incident", tower));
		for (const [tower, ids] of ready) {
			this.#exports.delete(tower);
			for (const id of ids) this.#export(tower, id);
		}
	}

	#lookAt(name: string): void {
		const due = nextTick(this.#states[name] ?? EMPTY_STATE);
		if (due === undefined || due > this.#now) return;
		this.looks++;
		this.at(name, { type: "tick", id: `k${this.#n++}`, at: this.#now });
	}

	incidents(name: string): Incident[] {
		return this.#states[name]?.incidents ?? [];
	}

	/** Incidents that are over. */
	over(name: string): Incident[] {
		return [...(this.#over.get(name)?.values() ?? [])];
	}

	at(name: string, event: JudgeEvent): void {
		if (this.#wasJudged(name, event)) return;
		const before = {
			...(this.#states[name] ?? EMPTY_STATE),
			ended: [...(this.#over.get(name)?.values() ?? [])].filter((i) => i.closedAt === undefined),
		};
		const { state, changed, effects } = judge(this.#contexts[name] as DecisionContext, before, event, this.#now);
		this.#states[name] = state;
		const over = this.#over.get(name) ?? new Map<string, Incident>();
		for (const i of changed) if (!state.incidents.some((o) => o.id === i.id)) over.set(i.id, i);
		this.#over.set(name, over);
		for (const e of effects) this.#effect(name, e);
		if (name === "centre") return;
		if (event.type === "handover" && event.handover.side === "tower")
			this.#acknowledge(name, event.handover.message, effects);
	}

	/** A word that is said again and again counts once. */
	#wasJudged(name: string, event: JudgeEvent): boolean {
		const key = `${name} ${event.id}`;
		if (event.type !== "answer" || !event.id.startsWith("said:")) return false;
		if (this.#judged.has(key)) return true;
		this.#judged.add(key);
		return false;
	}

	/** The incident as it is when the line is there. */
	#export(tower: string, id: string): void {
		const incident = this.incidents(tower).find((i) => i.id === id) ?? this.#over.get(tower)?.get(id);
		if (!incident) return;
		const handover = { side: "centre", tower, what: "incident", incident } as const;
		this.at("centre", { type: "handover", id: `i${this.#n++}`, at: this.#now, handover });
	}

	#acknowledge(tower: string, { incidentId, what }: CentreMessage, effects: Effect[]): void {
		const own = this.incidents(tower).find((i) => i.id === incidentId);
		const progress = own ? { progress: progressOf(own) } : {};
		const ok = !effects.some((e) => e.type === "ledger" && e.entry.what === "refused");
		const handover = { side: "centre", tower, what: "ack", incidentId, of: what, ok, ...progress } as const;
		this.#fly(tower, `ack ${what}`, () =>
			this.at("centre", { type: "handover", id: `a${this.#n++}`, at: this.#now, handover }),
		);
	}

	#effect(by: string, e: Effect): void {
		if (e.type === "deliver" && e.delivery.channel === "centre") {
			const { incidentId } = e.delivery;
			const waiting = this.#exports.get(by) ?? new Set();
			this.#exports.set(by, waiting.add(incidentId));
		}
		if (e.type === "deliver" && e.delivery.personId) {
			const { task, body } = worded(e.delivery.message, "zh");
			this.sent.push({ at: this.#now, by, who: `${e.delivery.personId} ${task}`, body });
		}
		if (e.type === "send") this.#fly(e.tower, e.message.what, () => this.#receive(e.tower, e.message));
	}

	#receive(tower: string, message: CentreMessage): void {
		if (message.what !== "answer")
			return this.at(tower, {
				type: "handover",
				id: `m${this.#n++}`,
				at: this.#now,
				handover: { side: "tower", message },
			});
		const { answer, incidentId } = message;
		this.at(tower, {
			type: "answer",
			id: `said:${answer.id}:${incidentId}`,
			at: this.#now,
			answer: { ...answer, via: VIA_CENTRE },
		});
		const handover = {
			side: "centre",
			tower,
			what: "ack",
			incidentId,
			of: "answer",
			ok: true,
			answerId: answer.id,
		} as const;
		this.#fly(tower, "ack answer", () =>
			this.at("centre", { type: "handover", id: `a${this.#n++}`, at: this.#now, handover }),
		);
	}

	#fly(tower: string, what: string, deliver: () => void): void {
		if (this.isCut(this.#now, what, tower)) return;
		this.said.push({ at: this.#now, what, tower });
		this.#flying.push({ at: this.#now + 500, deliver: () => this.isCut(this.#now, what, tower) || deliver() });
	}
}
