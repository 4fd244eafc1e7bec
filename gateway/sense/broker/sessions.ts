import { Readable } from "node:stream";
import type { AedesPacket } from "aedes-packet";
import MemoryPersistence, { type ClientName, type TopicSubscription } from "aedes-persistence/asyncPersistence.js";
import type { Clock } from "../../base/clock.ts";
import type { CommandStore } from "../../store/commands.ts";

/** Commands that may wait for one node. */
export const MOST_COMMANDS = 32;
/** An older command is not carried out any more: what it was given for has passed. */
const KEEP_MS = 7 * 86_400_000;

export interface SessionOptions {
	store: CommandStore;
	/** The topic on which a node takes its commands; it may subscribe to no other. */
	topicOf: (node: string) => string;
	/** Whether a node is still configured. */
	isKnown: (node: string) => boolean;
	clock: Clock;
}

/**
 * The persistent sessions of nodes (MQTT 3.1.1, 3.1.2.4): that a node takes commands, and those it has not
 * acknowledged. Both are in the store before they count, so that a restart of the gateway loses none. A node has at
 * most one subscription.
 */
export class Sessions extends MemoryPersistence {
	readonly #options: SessionOptions;
	/** When the commands that wait were given, by node and id. */
	readonly #waiting = new Map<string, Map<string, number>>();

	constructor(options: SessionOptions) {
		super();
		this.#options = options;
	}

	override async setup(broker: unknown): Promise<void> {
		await super.setup(broker);
		const { store, topicOf, isKnown } = this.#options;
		const known = new Set<string>();
		for (const { node, qos } of await store.subscriptions()) {
			if (!isKnown(node)) {
				await store.unsubscribe(node);
				continue;
			}
			known.add(node);
			await super.addSubscriptions({ id: node }, [{ topic: topicOf(node), qos }]);
		}
		for (const { id, node, at, payload } of await store.waiting()) {
			if (!known.has(node)) continue;
			this.#of(node).set(id, at);
			await super.outgoingEnqueue({ clientId: node }, packetOf(id, topicOf(node), payload));
		}
	}

	/** Commands that wait for a node. */
	count(node: string): number {
		return this.#waiting.get(node)?.size ?? 0;
	}

	override async addSubscriptions(client: ClientName, subscriptions: TopicSubscription[]): Promise<void> {
		// aedes hands over all that was asked for, refused ones among them, and grants them unasked when the node comes
		// back
		const own = subscriptions.filter((s) => s.topic === this.#options.topicOf(client.id));
		for (const { qos } of own) await this.#options.store.subscribe(client.id, qos);
		if (own.length > 0) await super.addSubscriptions(client, own);
	}

	override async removeSubscriptions(client: ClientName, topics: string[]): Promise<void> {
		if (topics.includes(this.#options.topicOf(client.id))) await this.#forget(client.id);
		await super.removeSubscriptions(client, topics);
	}

	override async cleanSubscriptions(client: ClientName): Promise<void> {
		if ((await super.subscriptionsByClient(client)).length > 0) await this.#forget(client.id);
		await super.cleanSubscriptions(client);
	}

	override async outgoingEnqueue({ clientId }: { clientId: string }, packet: AedesPacket): Promise<void> {
		await this.outgoingEnqueueCombi([{ clientId }], packet);
	}

	override async outgoingEnqueueCombi(clients: { clientId: string }[], packet: AedesPacket): Promise<void> {
		const at = this.#options.clock.now();
		for (const { clientId: node } of clients) {
			await this.#options.store.add({ id: idOf(packet), node, at, payload: payloadOf(packet) });
			this.#of(node).set(idOf(packet), at);
			await super.outgoingEnqueue({ clientId: node }, packet);
		}
	}

	override async outgoingClearMessageId(client: ClientName, packet: AedesPacket): Promise<AedesPacket | undefined> {
		const cleared = await super.outgoingClearMessageId(client, packet);
		if (cleared) await this.#done(client.id, idOf(cleared));
		return cleared;
	}

	/** What waits for a node that has come back; too old ones are dropped. */
	override outgoingStream(client: ClientName): Readable {
		return Readable.from(this.#fresh(client));
	}

	async *#fresh(client: ClientName): AsyncGenerator<AedesPacket> {
		const earliest = this.#options.clock.now() - KEEP_MS;
		for await (const packet of super.outgoingStream(client) as AsyncIterable<AedesPacket>) {
			const at = this.#waiting.get(client.id)?.get(idOf(packet));
			if (at !== undefined && at >= earliest) yield packet;
			// the node has given its subscription up meanwhile, or it is too late
			else await this.outgoingClearMessageId(client, packet);
		}
	}

	async #forget(node: string): Promise<void> {
		this.#waiting.delete(node);
		await this.#options.store.unsubscribe(node);
	}

	async #done(node: string, id: string): Promise<void> {
		this.#waiting.get(node)?.delete(id);
		await this.#options.store.remove(id);
	}

	#of(node: string): Map<string, number> {
		const waiting = this.#waiting.get(node) ?? new Map<string, number>();
		this.#waiting.set(node, waiting);
		return waiting;
	}
}

const payloadOf = (packet: AedesPacket) => Buffer.from((packet as { payload?: string | Buffer }).payload ?? "");

/** aedes names a packet by the broker that made it, a new one with each start, and its number there. */
const idOf = (packet: AedesPacket) => `${packet.brokerId}:${packet.brokerCounter}`;

function packetOf(id: string, topic: string, payload: Uint8Array): AedesPacket {
	const at = id.lastIndexOf(":");
	return {
		cmd: "publish",
		qos: 1,
		retain: false,
		dup: false,
		topic,
		payload: Buffer.from(payload),
		brokerId: id.slice(0, at),
		brokerCounter: Number(id.slice(at + 1)),
	} as AedesPacket;
}
