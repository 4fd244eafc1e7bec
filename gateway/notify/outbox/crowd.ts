import { type Language, words } from "../../base/say.ts";
import { traitsOf } from "../../model/channel.ts";
import type { Delivery, Message } from "../../model/delivery.ts";
import type { Instruction } from "../../model/escalation.ts";
import { worded } from "./wording.ts";

/**
 * What a storm does to one person: past a handful of messages on one address what follows goes together, as one message
 * that is renewed. The first word of a fire passes, up to as many fires as anybody can tell apart. Ladders know nothing
 * of this.
 */

/** The stretch over which messages to one address are counted, ms. */
const WINDOW_MS = 300_000;
/** First words of separate fires that go alone; those after them go together, this far apart, ms. */
const FIRST = { alone: 8, pauseMs: 5_000 };
/**
 * The same for a group's robot, whoever's address it is: past 20 messages a minute its service shuts the sender out for
 * ten.
 */
const FIRST_OF_GROUP = { alone: 4, pauseMs: 10_000 };
/** Other messages that go alone, and how long after the one before it each of the next goes with all that waits, ms. */
const ALONE = 4;
const PAUSES_MS = [30_000, 90_000];

/** `withOthers`: it had others in it when the gateway ended, and nobody knows whether it arrived. */
type Sent = { id: string; at: number; is: Class; isUnsure?: boolean; withOthers?: boolean };
type Decision = { is: "alone" } | { is: "together" } | { is: "later"; afterMs: number };

export class Crowd {
	/** By receiver, in order, times in monotonic ms. */
	readonly #sent = new Map<string, Sent[]>();

	/**
	 * A message that was sent before the start, in order of time; `at` in monotonic ms. Of a message for many that was
	 * cut off each counted as sent by itself: they are one message here, and go as one again.
	 */
	restore(d: Delivery, at: number, isUnsure: boolean): void {
		if (!isPerson(d)) return;
		const all = this.#of(d);
		const is = classOf(d);
		const before = all.find((s) => s.id === d.id);
		const cutOff = isUnsure ? all.find((s) => s.isUnsure && s.at === at && s.is === is) : undefined;
		if (cutOff) cutOff.withOthers = true;
		else if (before) before.at = at;
		else all.push({ id: d.id, at, is, isUnsure });
	}

	/** Whether a message goes now, and how; it counts as sent then. `now` in monotonic ms. */
	decide(d: Delivery, now: number): Decision {
		return isPerson(d) ? this.#ofPerson(d, now) : { is: "alone" };
	}

	#ofPerson(d: Delivery, now: number): Decision {
		const all = this.#of(d).filter((s) => now - s.at < WINDOW_MS);
		this.#sent.set(receiver(d), all);
		const is = classOf(d);
		const { alike, alone, pauseMs } = pace(d, all);
		const isMany = alike.length >= alone;
		// tried again: it is the same message
		const known = all.find((s) => s.id === d.id);
		if (known) return { is: known.withOthers && isMany ? "together" : "alone" };
		const last = alike.at(-1);
		if (last && isMany) {
			const afterMs = pauseMs === undefined ? (alike[0]?.at ?? now) + WINDOW_MS - now : last.at + pauseMs - now;
			if (afterMs > 0) return { is: "later", afterMs };
		}
		all.push({ id: d.id, at: now, is });
		return { is: isMany ? "together" : "alone" };
	}

	/** It went as the message of another, which is the one that may be tried again. */
	wentAs(d: Delivery, id: string): void {
		const sent = this.#of(d).find((s) => s.id === d.id);
		if (sent) sent.id = id;
	}

	/** Forgets whom nothing was sent to of late. */
	sweep(now: number): void {
		for (const [key, all] of this.#sent) if (all.every((s) => now - s.at >= WINDOW_MS)) this.#sent.delete(key);
	}

	#of(d: Delivery): Sent[] {
		const known = this.#sent.get(receiver(d)) ?? [];
		this.#sent.set(receiver(d), known);
		return known;
	}
}

/** What was sent of a message's kind, how many of it go alone, and how long those behind them wait. */
function pace(d: Delivery, all: Sent[]): { alike: Sent[]; alone: number; pauseMs: number | undefined } {
	const is = classOf(d);
	// an all-clear waits behind what asks for something, and never before it
	const alike = all.filter((s) => s.is === is || (is === "over" && s.is === "further"));
	if (is === "first") return { alike, ...(isGroup(d) ? FIRST_OF_GROUP : FIRST) };
	return { alike, alone: ALONE, pauseMs: PAUSES_MS[alike.length - ALONE] };
}

/** The first word of a fire, what follows of it, and that it is over: each is counted by itself. */
type Class = "first" | "further" | "over";

function classOf({ message }: Delivery): Class {
	return message.first === true ? "first" : message.task === "standDown" ? "over" : "further";
}

/** Since when what was sent still counts, ms before now. */
export const CROWD_WINDOW_MS = WINDOW_MS;

function isPerson({ personId, channel }: Delivery): boolean {
	return personId !== undefined && traitsOf(channel).reaches !== "machine";
}

/** Whether a whole group reads it, several of whom may have it for an address. */
export function isGroup({ channel }: Pick<Delivery, "channel">): boolean {
	return traitsOf(channel).reaches === "group";
}

function receiver(d: Delivery): string {
	return `${isGroup(d) ? "" : d.personId}\n${d.channel}\n${d.address}`;
}

/**
 * Messages that may go together: alarms with alarms, all-clears with all-clears, and no exercise among what is real.
 */
export function alike(a: Delivery, b: Delivery): boolean {
	return (a.message.task === "standDown") === (b.message.task === "standDown") && a.message.status === b.message.status;
}

const TASKS: (Instruction | "standDown" | "guard" | undefined)[] = [
	undefined,
	"standDown",
	"inform",
	"guard",
	"verify",
	"standBy",
	"assemble",
	"go",
];

/** Of several messages the one that matters most: a confirmed fire, then the most that is asked, then the newest. */
export function worstOf<T extends Delivery>(all: readonly T[]): T {
	const weight = ({ message: m }: T) =>
		(m.kind === "fire" ? 1e6 : 0) + (m.confirmed ? 1e4 : 0) + TASKS.indexOf(m.task) * 100;
	return all.reduce((a, b) =>
		weight(b) > weight(a) || (weight(b) === weight(a) && b.createdAt >= a.createdAt) ? b : a,
	);
}

/**
 * One message for several, in the words of the worst, whose link and code it carries. Messages of one incident alone
 * are that incident's newest. The body has at most 300 characters, the short text 60.
 */
export function together(theWorst: Message, all: readonly Message[], language: Language): Message {
	const worst = worded(theWorst, language);
	const newest = new Map<string, Message>();
	for (const m of [...all].sort((a, b) => a.at - b.at))
		if (m.incidentId !== worst.incidentId) newest.set(m.incidentId, m);
	const first = all.some((m) => m.first) ? { first: true } : {};
	if (newest.size === 0) return { ...worst, ...first, together: true };
	const count = newest.size + 1;
	const isOver = worst.task === "standDown";
	const others = [...newest.values()].map((m) => worded(m, language).short).join(words(language, "together.stop"));
	const gaps = { count, over: String(isOver), worst: worst.body.slice(0, 140), others };
	return {
		...worst,
		title: `${worst.title} ×${count}`,
		body: words(language, "together.body", gaps).slice(0, 300),
		short: words(language, "together.short", { ...gaps, worst: worst.short }).slice(0, 60),
		...first,
		together: true,
	};
}
