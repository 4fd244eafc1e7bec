import type { Clock } from "../base/clock.ts";
import { readPhone, samePhone } from "../base/phone-number.ts";
import type { Phrase } from "../base/phrase.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import type { Said } from "../model/answer.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Person } from "../model/register.ts";
import type { AnswerLink, LinkStore } from "../store/links.ts";
import type { OutboxStore } from "../store/outbox.ts";
import type { EventProcessor } from "./event-processor.ts";
import { type ReceiptIn, readKey, readSmsReceipts, readSmsReply, readSmsUp, readVoiceReceipts } from "./replies.ts";

export interface AnswerIntakeDeps {
	processor: EventProcessor;
	links: LinkStore;
	outbox: OutboxStore;
	context: () => DecisionContext;
	clock: Clock;
	random: Random;
	tally: Tally;
	/** Something was heard of an incident's deliveries. */
	onReceipt: (incidentId: string) => void;
}

/** Wrong codes from one number within ten minutes after which it is not listened to: six digits can be guessed. */
const MOST_WRONG = 5;
const WRONG_MS = 600_000;
const MOST_NUMBERS = 1000;
/** What waited longer in a phone without signal is of another day. */
const MOST_AGE_MS = 48 * 3_600_000;

/**
 * Brings in what people say by page, phone, SMS and telephone key, and what providers report. One way in, through the
 * judge.
 */
export class AnswerIntake {
	readonly #parts: AnswerIntakeDeps;
	readonly #wrong = new Map<string, number[]>();

	constructor(parts: AnswerIntakeDeps) {
		this.#parts = parts;
	}

	/**
	 * Judged when it resolves; `refused` says why it does not count. Undefined when there is no such incident, or it is
	 * over.
	 */
	async say(
		incidentId: string,
		personId: string,
		personName: string,
		said: Said,
	): Promise<{ refused?: Phrase } | undefined> {
		const { processor, clock, random } = this.#parts;
		if (!(await processor.takes(incidentId, said.answer))) return undefined;
		const { tap, ageMs = 0, ...words } = said;
		const now = clock.now();
		const id = tap === undefined ? random.uuid() : `tap:${personId}:${tap}`;
		// what waited in a phone was said when it was tapped
		const answer = { id, incidentId, personId, personName, at: now - Math.min(ageMs, MOST_AGE_MS), ...words };
		const result = await processor.submit({ type: "answer", id, at: now, answer });
		return result.kind === "refused" ? { refused: result.reason } : {};
	}

	/**
	 * An SMS that came in: counts only from a number of the register, with the code of that person's own message. What
	 * has the right code and is not understood, or comes from another number (a second card in the phone), goes to the
	 * desk with its words.
	 */
	async sms(from: string, text: string): Promise<boolean> {
		const { tally, context, links, clock } = this.#parts;
		const now = clock.now();
		const number = readPhone(from);
		const sender = typeof number === "string" ? number : from;
		const wrong = (this.#wrong.get(sender) ?? []).filter((t) => now - t < WRONG_MS);
		const read = readSmsReply(text);
		const all = (
			await Promise.all(
				read.map(async (reply) => (await links.byCode(reply.code, now)).map((link) => ({ reply, link }))),
			)
		).flat();
		const people = new Map(context().register.people.map((p) => [p.id, p]));
		const isOwn = ({ link }: { link: AnswerLink }) =>
			numbersOf(people.get(link.personId)).some((n) => samePhone(n, from));
		// whoever guesses from a number that is not his must not lock its owner out
		const found = wrong.length < MOST_WRONG ? all : all.filter(isOwn);
		const own = found.filter(isOwn);
		const best = own.find((f) => f.reply.answer !== undefined) ?? own[0] ?? found[0];
		const person = best && people.get(best.link.personId);
		// only a code that is wrong is a guess; "收到" is not, and must not lock anybody out
		if (read.length > 0 && own.length === 0) {
			const oldest = this.#wrong.size >= MOST_NUMBERS ? this.#wrong.keys().next().value : undefined;
			if (oldest !== undefined) this.#wrong.delete(oldest);
			this.#wrong.set(sender, [...wrong, now]);
		}
		if (!best || !person) {
			tally.count("answers.smsNotUnderstood");
			return false;
		}
		// whoever signs with his name has said no more than without it
		const unsigned = readSmsReply(text.replaceAll(person.name, " ")).find((r) => r.code === best.reply.code);
		const { answer, etaMinutes } = best.reply.answer === undefined && unsigned ? unsigned : best.reply;
		if (own.length === 0 || answer === undefined) {
			tally.count(own.length === 0 ? "answers.smsFromElsewhere" : "answers.smsUnclear");
			const note = `${own.length === 0 ? `…${from.slice(-4)}: ` : ""}${text.slice(0, 200)}`;
			await this.say(best.link.incidentId, person.id, person.name, {
				answer: "seen",
				via: own.length === 0 ? "sms:elsewhere" : "sms",
				note,
			});
			return false;
		}
		const eta = etaMinutes === undefined ? {} : { etaMinutes };
		return (await this.say(best.link.incidentId, person.id, person.name, { answer, via: "sms", ...eta })) !== undefined;
	}

	/** What a provider posts; says how many entries were new. */
	async provider(kind: "sms" | "voice" | "reply", body: unknown): Promise<number> {
		let taken = 0;
		if (kind === "reply") {
			for (const { from, text } of readSmsUp(body)) if (await this.sms(from, text)) taken++;
			return taken;
		}
		for (const r of kind === "sms" ? readSmsReceipts(body) : readVoiceReceipts(body))
			if (await this.#receipt(r)) taken++;
		return taken;
	}

	/** A phone shows a message: the service worker says so. */
	async shown(deliveryId: string): Promise<boolean> {
		return this.#receipt({ delivery: deliveryId, what: "delivered", detail: "shown by the phone" });
	}

	async #receipt(r: ReceiptIn): Promise<boolean> {
		const { outbox, clock, onReceipt, context } = this.#parts;
		// the key comes after the report that the call was taken, and is news of its own
		const what = r.key === undefined ? r.what : `key ${r.key.slice(0, 4)}`;
		const fresh = await outbox.receipt(r.delivery, { what, at: clock.now(), detail: r.detail });
		if (!fresh) return false;
		const delivery = await outbox.delivery(r.delivery);
		if (!delivery) return false;
		onReceipt(delivery.incidentId);
		const answer = r.key === undefined ? undefined : readKey(r.key);
		const person = context().duty.person(delivery.personId ?? "");
		if (answer && person) await this.say(delivery.incidentId, person.id, person.name, { answer, via: "voice" });
		return true;
	}
}

function numbersOf(p: Person | undefined): string[] {
	if (!p) return [];
	const own = p.addresses
		.filter((a) => a.channel === "sms" || a.channel === "voice" || a.channel === "modem")
		.map((a) => a.address);
	return p.phone === undefined ? own : [...own, p.phone];
}
