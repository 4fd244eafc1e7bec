import { createHash } from "node:crypto";
import type { Agent } from "node:https";
import webpush from "web-push";
import type { Delivery } from "../../model/incident.ts";
import type { AccountStore, Subscription } from "../../store/accounts.ts";
import { accepted, byError, byStatus, type Channel, failed, type Outcome, type Reply } from "./channel.ts";

export interface WebPushOptions {
	subject: string;
	publicKey: string;
	privateKey: string;
	timeoutMs: number;
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

	async send(delivery: Delivery, reply: Reply | undefined): Promise<Outcome> {
		const phones = await this.#accounts.subscriptions(delivery.personId ?? "");
		if (phones.length === 0) return failed("no phone is enrolled");
		const { title, body, incidentId, kind } = delivery.message;
		const payload = JSON.stringify({ title, body, incidentId, kind, link: reply?.link, delivery: delivery.id });
		const outcomes = await Promise.all(phones.map((phone) => this.#sendTo(phone, payload, kind === "fire" ? "high" : "normal", topicOf(incidentId))));
		// one phone of a person is enough; otherwise the most hopeful outcome decides
		return (
			outcomes.find((o) => o.kind === "accepted") ??
			outcomes.find((o) => o.kind === "retry") ??
			outcomes.find((o) => o.kind === "unsure") ??
			(outcomes[0] as Outcome)
		);
	}

	async #sendTo(phone: Subscription, payload: string, urgency: "high" | "normal", topic: string): Promise<Outcome> {
		const { subject, publicKey, privateKey, timeoutMs, agent } = this.#options;
		try {
			const result = await webpush.sendNotification({ endpoint: phone.endpoint, keys: { p256dh: phone.p256dh, auth: phone.auth } }, payload, {
				vapidDetails: { subject, publicKey, privateKey },
				TTL: TTL_S,
				urgency,
				topic,
				timeout: timeoutMs,
				contentEncoding: "aes128gcm",
				...(agent ? { agent } : {}),
			});
			return accepted(`HTTP ${result.statusCode}`);
		} catch (error) {
			const e = error as { statusCode?: number; headers?: Record<string, string>; message: string };
			if (e.statusCode === undefined) return byError(error, false);
			// gone for good; a 403 may be our own clock and must not cost anybody the subscription
			if (e.statusCode === 404 || e.statusCode === 410) {
				await this.#accounts.removeSubscription(phone.endpoint);
				return failed(`HTTP ${e.statusCode}: the phone has left`);
			}
			return byStatus(e.statusCode, `HTTP ${e.statusCode}`, e.headers?.["retry-after"]);
		}
	}
}

/** A newer push of the same incident replaces one that a phone has not fetched yet; at most 32 characters of base64url. */
function topicOf(incidentId: string): string {
	return createHash("sha256").update(incidentId).digest("base64url").slice(0, 32);
}

export function makeVapidKeys(): { publicKey: string; privateKey: string } {
	return webpush.generateVAPIDKeys();
}
