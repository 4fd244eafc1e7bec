import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { type Language, phrase, words } from "../base/say.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Channel, Outcome } from "./channels/channel.ts";

/** What a test message to a phone needs beside the person. */
export interface TestMessageDeps {
	/** Web Push, where it is set up. */
	channel: Channel | undefined;
	language: Language;
	timeoutMs: number;
	clock: Clock;
	random: Random;
}

/** Shows a person who enrols a phone how a message arrives. It is in no outbox: whoever waits for it stands there. */
export async function sendTestMessage(deps: TestMessageDeps, personId: string): Promise<Outcome> {
	const { channel, language, timeoutMs, clock, random } = deps;
	if (!channel) return { kind: "failed", detail: phrase("api.noWebPush") };
	const at = clock.now();
	const delivery: Delivery = {
		id: random.uuid(),
		key: "",
		incidentId: "",
		personId,
		channel: "webpush",
		address: "",
		lane: "state",
		createdAt: at,
		message: {
			title: words(language, "message.test.title"),
			body: words(language, "message.test.body"),
			short: words(language, "message.test.short"),
			confirmed: false,
			incidentId: "",
			kind: "fire",
			status: "exercise",
			state: "detected",
			at,
		},
	};
	return channel.send(delivery, undefined, AbortSignal.timeout(timeoutMs));
}
