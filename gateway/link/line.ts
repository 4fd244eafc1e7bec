import mqtt, { type MqttClient } from "mqtt";
import { SystemClock } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import { endFloods } from "../base/mqtt-flood.ts";
import type { Service } from "../base/service.ts";
import { Tally } from "../base/tally.ts";
import type { Log } from "../ops/log/log.ts";

export interface LineOptions {
	url: string;
	username?: string;
	password?: string;
	clientId: string;
	/** Topics that are listened to. */
	topics: string[];
	timeoutMs: number;
	/** Makes of a body what goes over the line: its JSON, signed. */
	seal: (topic: string, body: object) => Promise<string>;
	/**
	 * A message that is JSON and an object, and the text that it came as; what it holds is untrusted still. The next
	 * one is taken when the promise resolves.
	 */
	onMessage: (topic: string, body: Record<string, unknown>, text: string) => Promise<void>;
}

const MOST_BYTES = 4 * 1024 * 1024;
/** Messages that wait to be signed, or to be looked at; who asks again is heard again. */
const MOST_WAITING = 1_000;

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
	#saying: Promise<void> = Promise.resolve();
	#taking: Promise<void> = Promise.resolve();
	#waiting = 0;

	constructor(options: LineOptions, log: Log) {
		this.#options = options;
		this.#log = log;
		this.#refused = new Tally(new SystemClock(), (what, count, last) =>
			log.warn({ count, last }, `centre line: ${what}`),
		);
	}

	async start(): Promise<void> {
		const { url, username, password, clientId, topics, timeoutMs } = this.#options;
		const client = mqtt.connect(url, {
			clientId,
			clean: true,
			queueQoSZero: false,
			reconnectPeriod: 1000,
			connectTimeout: timeoutMs,
			keepalive: 15,
			username,
			password,
		});
		client.on("error", (error) => this.#log.warn({ why: error.message }, "centre line"));
		client.on("connect", () => {
			client.subscribe(
				topics,
				{ qos: 1 },
				(error) => error && this.#log.warn({ why: error.message }, "centre line: not subscribed"),
			);
		});
		endFloods(client, (packets, bytes) =>
			this.#log.warn({ packets, bytes }, "centre line: too many messages came in; disconnected for a while"),
		);
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
		if (!this.#client?.connected || this.#waiting >= MOST_WAITING) return;
		this.#saying = this.#inTurn(this.#saying, async () => {
			const text = await this.#options.seal(topic, body);
			const client = this.#client;
			if (client?.connected)
				client.publish(
					topic,
					text,
					{ qos: 1 },
					(error) => error && this.#log.warn({ why: errorMessage(error) }, "centre line"),
				);
		});
	}

	/** What is said and what is taken keeps its order while it is signed and looked at. */
	#inTurn(before: Promise<void>, work: () => Promise<void>): Promise<void> {
		this.#waiting++;
		return before
			.then(work)
			.catch((err) => this.#log.error({ err }, "centre line"))
			.finally(() => {
				this.#waiting--;
			});
	}

	#take(topic: string, payload: Buffer): void {
		if (payload.length > MOST_BYTES) return this.#refused.count("too long, not read", topic.slice(0, 200));
		if (this.#waiting >= MOST_WAITING) return this.#refused.count("too many at once, not read", topic.slice(0, 200));
		try {
			const text = payload.toString();
			const body: unknown = JSON.parse(text);
			if (typeof body !== "object" || body === null || Array.isArray(body)) return;
			this.#taking = this.#inTurn(this.#taking, () =>
				this.#options.onMessage(topic, body as Record<string, unknown>, text),
			);
		} catch (error) {
			this.#refused.count("not understood", `${topic.slice(0, 200)}: ${errorMessage(error)}`);
		}
	}
}
