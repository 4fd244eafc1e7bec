import type { Delivery } from "../../model/delivery.ts";
import { byFault, byStatus, type Channel, type Outcome, postJson, type Reply, truncated } from "./channel.ts";

export interface NtfyOptions {
	url: string;
	token?: string;
}

/** A self-hosted ntfy server: phones hold their own connection to it, without any other push service. */
export class NtfyChannel implements Channel {
	readonly #options: NtfyOptions;

	constructor(options: NtfyOptions) {
		this.#options = options;
	}

	async send(delivery: Delivery, reply: Reply | undefined, signal: AbortSignal): Promise<Outcome> {
		const { title, body, kind } = delivery.message;
		const note = {
			topic: delivery.address,
			title,
			message: truncated(body, 4000),
			priority: kind === "fire" ? 5 : 3,
			tags: kind === "fire" ? ["fire"] : ["warning"],
			...(reply?.link ? { click: reply.link } : {}),
		};
		const auth: Record<string, string> =
			this.#options.token === undefined ? {} : { authorization: `Bearer ${this.#options.token}` };
		const response = await postJson(this.#options.url, JSON.stringify(note), auth, signal);
		if ("fault" in response) return byFault(response);
		return byStatus(response.status, `HTTP ${response.status}`, response.retryAfter);
	}
}
