import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type AliyunAccess, callAliyun, dialledHere, outcomeOf } from "./aliyun.ts";
import type { Channel, Outcome } from "./channel.ts";

export interface VoiceOptions extends AliyunAccess {
	/** Approved text template (variable `text`) and the number that calls. */
	ttsCode: string;
	showNumber: string;
}

/**
 * A call that reads the message and asks for a key (SingleCallByTts): 1 going, 2 not me. That the call was taken is no
 * answer, since a mailbox takes calls too; only the key that comes with the receipt is.
 */
export class VoiceChannel implements Channel {
	readonly mostCopies = 2;
	readonly #options: VoiceOptions;
	readonly #clock: Clock;
	readonly #random: Random;

	constructor(options: VoiceOptions, clock: Clock, random: Random) {
		this.#options = options;
		this.#clock = clock;
		this.#random = random;
	}

	async send(delivery: Delivery, _reply: unknown, signal: AbortSignal): Promise<Outcome> {
		const { ttsCode, showNumber } = this.#options;
		const parameters = {
			Action: "SingleCallByTts",
			CalledNumber: dialledHere(delivery.address),
			CalledShowNumber: showNumber,
			TtsCode: ttsCode,
			TtsParam: JSON.stringify({ text: delivery.message.short }),
			PlayTimes: "2",
			OutId: delivery.id,
		};
		const at = { now: this.#clock.now(), nonce: this.#random.uuid() };
		const answer = await callAliyun(this.#options, parameters, at, signal);
		return "kind" in answer ? answer : outcomeOf(answer, "CallId");
	}
}
