import mqtt, { type MqttClient } from "mqtt";
import { endFloods } from "../../base/mqtt-flood.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import { withFirstNames } from "../../model/first-names.ts";
import type { Incident } from "../../model/incident.ts";
import type { Log } from "../../ops/log/log.ts";
import { accepted, type Channel, type Outcome, retry } from "./channel.ts";

export interface CentreOptions {
	url: string;
	username?: string;
	password?: string;
	towerId: string;
	timeoutMs: number;
	/** The incident as it is now, so that a late message carries the newest state. */
	incident: (id: string) => Promise<Incident | null | undefined>;
	/** Makes of a body what goes over the line: its JSON, signed. */
	seal: (topic: string, body: object) => Promise<string>;
}

/**
 * Export of incidents to the centre's broker. The durable queue is our outbox: nothing is handed to the MQTT
 * client before it is connected, and a message counts when the broker has acknowledged it (QoS 1).
 */
export class CentreChannel implements Channel {
	/** An incident is known by its id, and a later copy carries its newest state. */
	readonly mostCopies = Number.POSITIVE_INFINITY;
	readonly #options: CentreOptions;
	readonly #log: Log;
	#client: MqttClient | undefined;
	/** What is said is numbered as it is signed, and is published in that order. */
	#saying: Promise<unknown> = Promise.resolve();

	constructor(options: CentreOptions, log: Log) {
		this.#options = options;
		this.#log = log;
	}

	async send(delivery: Delivery): Promise<Outcome> {
		const client = this.#connect();
		if (!client.connected) return retry(phrase("attempt.notConnected", { what: "centre" }), 2000);
		try {
			const said = this.#saying.then(() => this.#say(client, delivery));
			this.#saying = said.catch(() => {});
			const { acknowledged } = await said;
			await Promise.race([
				acknowledged,
				new Promise((_, reject) =>
					AbortSignal.timeout(this.#options.timeoutMs).addEventListener("abort", () =>
						reject(new Error(phrase("attempt.noAnswer"))),
					),
				),
			]);
			return accepted("PUBACK");
		} catch (error) {
			// the client would send it again by itself, beside ours: what it holds goes with it. A repetition harms nothing
			// there.
			if (this.#client === client) this.#client = undefined;
			client.end(true);
			return retry((error as Error).message);
		}
	}

	async #say(client: MqttClient, { id, message, incidentId }: Delivery): Promise<{ acknowledged: Promise<unknown> }> {
		const known = await this.#options.incident(incidentId);
		const incident = known && withFirstNames(known);
		const body = { id, tower: this.#options.towerId, message, incident };
		const topic = `fw/1/${this.#options.towerId}/incident`;
		const text = await this.#options.seal(topic, body);
		const acknowledged = client.publishAsync(topic, text, { qos: 1 });
		// looked at by whoever waits for it, which may be too late for the language
		acknowledged.catch(() => {});
		return { acknowledged };
	}

	/** Connects ahead of the first message. */
	open(): void {
		this.#connect();
	}

	async stop(): Promise<void> {
		await this.#client?.endAsync(true);
		this.#client = undefined;
	}

	#connect(): MqttClient {
		if (this.#client) return this.#client;
		const { url, username, password, towerId } = this.#options;
		const client = mqtt.connect(url, {
			clientId: `tower-${towerId}`,
			clean: true,
			queueQoSZero: false,
			reconnectPeriod: 5000,
			connectTimeout: this.#options.timeoutMs,
			username,
			password,
		});
		client.on("error", (error) => this.#log.warn({ why: error.message }, "centre"));
		endFloods(client, (packets, bytes) =>
			this.#log.warn({ packets, bytes }, "centre: too many messages came in; disconnected for a while"),
		);
		this.#client = client;
		return client;
	}
}
