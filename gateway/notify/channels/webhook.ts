import { createHmac } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import { byFault, byStatus, type Channel, failed, type Outcome, postJson, type Reply } from "./channel.ts";

export interface WebhookOptions {
	url: string;
	secret: string;
}

/**
 * A signed POST. The receiver checks `x-lookout-signature`: hex HMAC-SHA256 over `<x-lookout-timestamp>.<body>`,
 * refuses old timestamps, and takes `x-lookout-delivery` as the key that makes a repetition harmless.
 */
export class WebhookChannel implements Channel {
	readonly #hooks: Record<string, WebhookOptions>;
	readonly #clock: Clock;

	constructor(hooks: Record<string, WebhookOptions>, clock: Clock) {
		this.#hooks = hooks;
		this.#clock = clock;
	}

	async send(delivery: Delivery, reply: Reply | undefined, signal: AbortSignal): Promise<Outcome> {
		const hook = this.#hooks[delivery.address];
		if (!hook) return failed(phrase("attempt.notConfigured", { what: "webhook", name: delivery.address }));
		const { id, personId, message } = delivery;
		const body = JSON.stringify({ id, personId, ...message, link: reply?.link });
		const timestamp = String(Math.floor(this.#clock.now() / 1000));
		const headers = {
			"x-lookout-timestamp": timestamp,
			"x-lookout-signature": webhookSignature(hook.secret, timestamp, body),
			"x-lookout-delivery": delivery.id,
		};
		const response = await postJson(hook.url, body, headers, signal);
		if ("fault" in response) return byFault(response);
		return byStatus(response.status, `HTTP ${response.status}`, response.retryAfter);
	}
}

export function webhookSignature(secret: string, timestamp: string, body: string): string {
	return createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
}
