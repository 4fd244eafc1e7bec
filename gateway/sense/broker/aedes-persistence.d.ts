/** The part of aedes' own memory of sessions that is built on here; the package types only its callback form. */
declare module "aedes-persistence/asyncPersistence.js" {
	import type { Readable } from "node:stream";
	import type { AedesPacket } from "aedes-packet";

	export interface ClientName {
		id: string;
	}
	export interface TopicSubscription {
		topic: string;
		qos: number;
	}

	export default class MemoryPersistence {
		setup(broker: unknown): Promise<void>;
		addSubscriptions(client: ClientName, subscriptions: TopicSubscription[]): Promise<void>;
		removeSubscriptions(client: ClientName, topics: string[]): Promise<void>;
		cleanSubscriptions(client: ClientName): Promise<void>;
		subscriptionsByClient(client: ClientName): Promise<TopicSubscription[]>;
		outgoingEnqueue(client: { clientId: string }, packet: AedesPacket): Promise<void>;
		outgoingEnqueueCombi(clients: { clientId: string }[], packet: AedesPacket): Promise<void>;
		outgoingClearMessageId(client: ClientName, packet: AedesPacket): Promise<AedesPacket | undefined>;
		outgoingStream(client: ClientName): Readable;
	}
}
