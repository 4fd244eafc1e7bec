import type { Clock } from "../base/clock.ts";
import { defined } from "../base/omit.ts";
import { readPhone, samePhone } from "../base/phone-number.ts";
import type { Phrase } from "../base/phrase.ts";
import type { Random } from "../base/random.ts";
import { phrase } from "../base/say.ts";
import type { Tally } from "../base/tally.ts";
import type { Said } from "../model/answer.ts";
import { traitsOf } from "../model/channel.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Person } from "../model/register.ts";
import type { AnswerLink, LinkStore } from "../store/answer-links.ts";
import type { OutboxStore } from "../store/outbox.ts";
import { type EventProcessor, refusedOf } from "./event-processor.ts";
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

/** A message that an SMS may answer, and whether it went to the number that the SMS comes from. */
interface SmsFound {
	reply: ReturnType<typeof readSmsReply>[number];
	link: AnswerLink;
	isOwn: boolean;
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
		return refusedOf(await processor.submit({ type: "answer", id, at: now, answer }));
	}

	/**
	 * An SMS that came in: counts only from a number of the register, with the code of that person's own message. What
	 * has the right code and is not understood, or comes from another number (a second card in the phone), goes to the
	 * desk with its words.
	 */
	async sms(from: string, text: string): Promise<boolean> {
		const { tally, context } = this.#parts;
		const people = new Map(context().register.people.map((p) => [p.id, p]));
		const found = await this.#smsMeant(from, text, people);
		const person = found && people.get(found.link.personId);
		if (!found || !person) {
			tally.count("answers.smsNotUnderstood");
			return false;
		}
		const { reply, link, isOwn } = found;
		// whoever signs with his name has said no more than without it
		const unsigned = readSmsReply(text.replaceAll(person.name, " ")).find((r) => r.code === reply.code);
		const { answer, etaMinutes } = reply.answer === undefined && unsigned ? unsigned : reply;
		const say = (said: Said) => this.say(link.incidentId, person.id, person.name, said);
		if (isOwn && answer !== undefined)
			return (await say({ answer, via: "sms", ...defined({ etaMinutes }) })) !== undefined;
		tally.count(isOwn ? "answers.smsUnclear" : "answers.smsFromElsewhere");
		const words = text.slice(0, 200);
		const note = isOwn ? words : `…${from.slice(-4)}: ${words}`;
		await say({ answer: "seen", via: isOwn ? "sms" : "sms:elsewhere", note });
		return false;
	}

	/** Which message an SMS answers: the sender's own before another's, what is understood before what is not. */
	async #smsMeant(from: string, text: string, people: Map<string, Person>): Promise<SmsFound | undefined> {
		const { links, clock } = this.#parts;
		const now = clock.now();
		const read = readSmsReply(text);
		const all: SmsFound[] = [];
		for (const reply of read)
			for (const link of await links.byCode(reply.code, now)) {
				const isOwn = numbersOf(people.get(link.personId)).some((n) => samePhone(n, from));
				all.push({ reply, link, isOwn });
			}
		const own = all.filter((f) => f.isOwn);
		// only a code that is wrong is a guess; "收到" is not, and must not lock anybody out
		const mayGuess = this.#guesses(from, now, read.length > 0 && own.length === 0) < MOST_WRONG;
		// whoever guesses from a number that is not his must not lock its owner out
		return own.find((f) => f.reply.answer !== undefined) ?? own[0] ?? (mayGuess ? all[0] : undefined);
	}

	/** Wrong codes that came of late from a number, without this one; `isWrong`: it is one more. */
	#guesses(from: string, now: number, isWrong: boolean): number {
		const number = readPhone(from);
		const sender = typeof number === "string" ? number : from;
		const wrong = (this.#wrong.get(sender) ?? []).filter((t) => now - t < WRONG_MS);
		if (!isWrong) return wrong.length;
		const oldest = this.#wrong.size >= MOST_NUMBERS ? this.#wrong.keys().next().value : undefined;
		if (oldest !== undefined) this.#wrong.delete(oldest);
		this.#wrong.set(sender, [...wrong, now]);
		return wrong.length;
	}

	/** What a provider posts; says how many entries were new. */
	async provider(kind: "sms" | "voice" | "reply", body: unknown): Promise<number> {
		let taken = 0;
		const replies = kind === "reply" ? readSmsUp(body) : [];
		const receipts = { sms: readSmsReceipts, voice: readVoiceReceipts, reply: () => [] }[kind](body);
		for (const { from, text } of replies) if (await this.sms(from, text)) taken++;
		for (const receipt of receipts) if (await this.#receipt(receipt)) taken++;
		return taken;
	}

	/** A phone shows a message: the service worker says so. */
	async shown(deliveryId: string): Promise<boolean> {
		return this.#receipt({ delivery: deliveryId, what: "delivered", detail: phrase("attempt.shown") });
	}

	async #receipt(r: ReceiptIn): Promise<boolean> {
		const { outbox, clock, onReceipt, context } = this.#parts;
		// the key comes after the report that the call was taken, and is news of its own
		const what = r.key === undefined ? r.what : `key${/^[1-8]/.exec(r.key.trim())?.[0] ?? ""}`;
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
	const own = p.addresses.filter((a) => traitsOf(a.channel).isTelephone).map((a) => a.address);
	return p.phone === undefined ? own : [...own, p.phone];
}
