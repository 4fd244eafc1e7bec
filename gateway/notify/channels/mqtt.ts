import mqtt, { type MqttClient } from "mqtt";
import { endFloods } from "../../base/mqtt-flood.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Log } from "../../ops/log/log.ts";
import { accepted, type Channel, failed, type Outcome, type Reply, retry, unsure } from "./channel.ts";

export interface MqttTarget {
	url: string;
	topic: string;
	username?: string;
	password?: string;
}

/** Messages to brokers of other systems, by name: JSON, QoS 1. Nothing is handed to a client that is not connected. */
export class MqttChannel implements Channel {
	readonly #targets: Record<string, MqttTarget>;
	readonly #clients = new Map<string, MqttClient>();
	readonly #log: Log;

	constructor(targets: Record<string, MqttTarget>, log: Log) {
		this.#targets = targets;
		this.#log = log;
	}

	async send(delivery: Delivery, reply: Reply | undefined, signal: AbortSignal): Promise<Outcome> {
		const target = this.#targets[delivery.address];
		if (!target) return failed(phrase("attempt.notConfigured", { what: "broker", name: delivery.address }));
		const client = this.#connect(delivery.address, target);
		if (!client.connected) return retry(phrase("attempt.notConnected", { what: "broker" }), 2000);
		const { id, personId, message } = delivery;
		const body = JSON.stringify({ id, personId, ...message, link: reply?.link });
		const late = new Promise<never>((_, reject) =>
			signal.addEventListener("abort", () => reject(new Error(phrase("attempt.noAnswer")))),
		);
		try {
			await Promise.race([client.publishAsync(target.topic, body, { qos: 1 }), late]);
			return accepted("PUBACK");
		} catch (error) {
			// the client would send it again by itself, beside ours: what it holds goes with it
			this.#clients.delete(delivery.address);
			client.end(true);
			return unsure((error as Error).message);
		}
	}

	async stop(): Promise<void> {
		for (const client of this.#clients.values()) await client.endAsync(true);
		this.#clients.clear();
	}

	#connect(name: string, { url, username, password }: MqttTarget): MqttClient {
		const known = this.#clients.get(name);
		if (known) return known;
		const client = mqtt.connect(url, {
			clean: true,
			queueQoSZero: false,
			reconnectPeriod: 5000,
			username,
			password,
		});
		client.on("error", (error) => this.#log.warn({ why: error.message, broker: name }, "broker"));
		endFloods(client, (packets, bytes) =>
			this.#log.warn({ broker: name, packets, bytes }, "broker: too many messages came in; disconnected for a while"),
		);
		this.#clients.set(name, client);
		return client;
	}
}
