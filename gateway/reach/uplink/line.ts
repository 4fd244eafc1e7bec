import mqtt, { type MqttClient } from "mqtt";
import { SystemClock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Service } from "../../base/lifecycle.ts";
import { Tally } from "../../base/tally.ts";
import type { Log } from "../../ops/log/log.ts";
import { endFloods } from "../channels/flood.ts";

export interface LineOptions {
	url: string;
	username?: string;
	password?: string;
	clientId: string;
	/** Topics that are listened to. */
	topics: string[];
	timeoutMs: number;
	/** A message that is JSON and an object; what it holds is still anybody's word. */
	onMessage: (topic: string, body: Record<string, unknown>) => void;
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Talk between a tower and its centre that is not kept: whoever gets no answer asks again, or takes it as silence.
 * What must not be lost goes through the outbox instead.
 */
export class Line implements Service {
	readonly #options: LineOptions;
	readonly #log: Log;
	/** What comes in and is of no use: said once a second, however much it is. */
	readonly #refused: Tally;
	#client: MqttClient | undefined;

	constructor(options: LineOptions, log: Log) {
		this.#options = options;
		this.#log = log;
		this.#refused = new Tally(new SystemClock(), (what, count, last) => log.warn({ count, last }, `centre line: ${what}`));
	}

	async start(): Promise<void> {
		const { url, username, password, clientId, topics, timeoutMs } = this.#options;
		const client = mqtt.connect(url, {
			...{ clientId, clean: true, queueQoSZero: false, reconnectPeriod: 1000, connectTimeout: timeoutMs, keepalive: 15 },
			...(username === undefined ? {} : { username }),
			...(password === undefined ? {} : { password }),
		});
		client.on("error", (error) => this.#log.warn({ why: error.message }, "centre line"));
		client.on("connect", () => {
			client.subscribe(topics, { qos: 1 }, (error) => error && this.#log.warn({ why: error.message }, "centre line: not subscribed"));
		});
		endFloods(client, (packets, bytes) => this.#log.warn({ packets, bytes }, "centre line: it floods; the connection is ended for a while"));
		client.on("message", (topic, payload) => this.#take(topic, payload));
		this.#client = client;
	}

	async stop(): Promise<void> {
		await this.#client?.endAsync(true);
		this.#client = undefined;
		this.#refused.flush();
	}

	/** Says something now or not at all: a message that waited would answer a question of long ago. */
	say(topic: string, body: object): void {
		const client = this.#client;
		if (!client?.connected) return;
		client.publish(topic, JSON.stringify(body), { qos: 1 }, (error) => error && this.#log.warn({ why: messageOf(error) }, "centre line"));
	}

	#take(topic: string, payload: Buffer): void {
		if (payload.length > MOST_BYTES) return this.#refused.count("too long, not read", topic.slice(0, 200));
		try {
			const body: unknown = JSON.parse(payload.toString());
			if (typeof body === "object" && body !== null && !Array.isArray(body)) this.#options.onMessage(topic, body as Record<string, unknown>);
		} catch (error) {
			this.#refused.count("not understood", `${topic.slice(0, 200)}: ${messageOf(error)}`);
		}
	}
}
