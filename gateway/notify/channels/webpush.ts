import { createHash } from "node:crypto";
import type { Agent } from "node:https";
import webpush from "web-push";
import { errorMessage } from "../../base/errors.ts";
import { defined } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { AccountStore, Subscription } from "../../store/accounts.ts";
import { byFault, byStatus, type Channel, failed, type Outcome, type Reply } from "./channel.ts";
import { post } from "./post.ts";

export interface WebPushOptions {
	subject: string;
	publicKey: string;
	privateKey: string;
	/** For a push service with a certificate of its own (tests, private services). */
	agent?: Agent;
}

/** A push that waits longer than this at the service is worth nothing: the ladder has gone on. */
const TTL_S = 900;

/** Web Push (RFC 8030, 8291, 8292) to every phone a person has enrolled. */
export class WebPushChannel implements Channel {
	readonly #options: WebPushOptions;
	readonly #accounts: AccountStore;

	constructor(options: WebPushOptions, accounts: AccountStore) {
		this.#options = options;
		this.#accounts = accounts;
	}

	async send(delivery: Delivery, reply: Reply | undefined, signal: AbortSignal): Promise<Outcome> {
		const phones = await this.#accounts.subscriptions(delivery.personId ?? "");
		if (phones.length === 0) return failed(phrase("attempt.noPhone"));
		const { title, body, incidentId, kind, task, silent, at } = delivery.message;
		// what stands for several replaces what stood for several before, and the card of no single fire
		const tag = delivery.message.together ? (task === "standDown" ? "all-clears" : "fires") : undefined;
		const payload = JSON.stringify({
			title,
			body,
			incidentId,
			kind,
			link: reply?.link || undefined,
			delivery: delivery.id,
			task,
			silent,
			at,
			tag,
		});
		const how = {
			urgency: kind === "fire" && !silent ? ("high" as const) : ("normal" as const),
			topic: topicOf(tag ?? incidentId),
			signal,
		};
		const outcomes = await Promise.all(phones.map((phone) => this.#sendTo(phone, payload, how)));
		// one phone of a person is enough; otherwise the most hopeful outcome decides
		return (
			outcomes.find((o) => o.kind === "accepted") ??
			outcomes.find((o) => o.kind === "retry") ??
			outcomes.find((o) => o.kind === "unsure") ??
			(outcomes[0] as Outcome)
		);
	}

	async #sendTo(
		phone: Subscription,
		payload: string,
		{ urgency, topic, signal }: { urgency: "high" | "normal"; topic: string; signal: AbortSignal },
	): Promise<Outcome> {
		const { subject, publicKey, privateKey, agent } = this.#options;
		let request: webpush.RequestDetails;
		try {
			request = webpush.generateRequestDetails(
				{ endpoint: phone.endpoint, keys: { p256dh: phone.p256dh, auth: phone.auth } },
				payload,
				{
					vapidDetails: { subject, publicKey, privateKey },
					TTL: TTL_S,
					urgency,
					topic,
					contentEncoding: "aes128gcm",
				},
			);
		} catch (error) {
			return failed(phrase("attempt.badSubscription", { why: errorMessage(error).slice(0, 200) }));
		}
		const { endpoint, body, headers } = request;
		const response = await post(endpoint, body as Buffer, headers as Record<string, string>, {
			signal,
			...defined({ agent }),
		});
		if ("fault" in response) return byFault(response);
		const { status, retryAfter } = response;
		// gone for good; a 403 may be our own clock and must not cost anybody the subscription
		if (status === 404 || status === 410) {
			await this.#accounts.removeSubscription(phone.endpoint);
			return failed(phrase("attempt.phoneLeft", { status }));
		}
		return byStatus(status, `HTTP ${status}`, retryAfter);
	}
}

/**
 * A newer push of the same incident replaces one that a phone has not fetched yet; at most 32 characters of base64url.
 */
function topicOf(incidentId: string): string {
	return createHash("sha256").update(incidentId).digest("base64url").slice(0, 32);
}

export function makeVapidKeys(): { publicKey: string; privateKey: string } {
	return webpush.generateVAPIDKeys();
}
