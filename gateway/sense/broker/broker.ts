import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes, type AedesOptions, type Client } from "aedes";
import type { Clock, Timer } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import { saidError } from "../../base/said-error.ts";
import { phrase } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import { Strangers } from "../../base/strangers.ts";
import type { Tally } from "../../base/tally.ts";
import type { Log } from "../../ops/log/log.ts";
import type { CommandStore } from "../../store/commands.ts";
import { checkCredential } from "./credentials.ts";
import { MOST_COMMANDS, Sessions } from "./sessions.ts";

export interface BrokerOptions {
	host: string;
	port: number;
	tls?: { certificate: string; key: string };
	/** Largest payload that is looked at, bytes; larger ones are refused. */
	maxPacketBytes: number;
	maxClients: number;
	/** Connections at once that have not logged in; 1,000 where nothing is said. */
	mostStrangers?: number;
	towerId: string;
	commands: CommandStore;
	/** Credential of a node by its id. */
	credentialOf: (node: string) => string | undefined;
	/**
	 * A node's credentials are right: waited for before it is answered. `takesOver`: another connection of its name
	 * stands.
	 */
	onLogin: (node: string, takesOver: boolean) => Promise<void>;
	/** Takes a node's message; calls back when the sender may have its acknowledgement. An error: no acknowledgement. */
	accept: (node: string, topic: string, payload: Uint8Array, done: (error?: Error) => void) => void;
	/** Whether a message would be kept now that could not be a while ago; it would where nothing is said. */
	keeps?: () => boolean;
}

/** A packet this many times the permitted size is not read to its end: its connection is closed. */
const HARD_FACTOR = 8;
/** From the first byte of a connection until its log-in, TLS included. */
const LOGIN_MS = 5_000;
const SWEEP_MS = 1_000;
/** Connections at once that have not logged in. */
const MOST_STRANGERS = 1_000;
/**
 * A connection with a message that was not acknowledged is closed after this, or when it would be, so that the node
 * sends it again.
 */
const SEND_AGAIN_MS = 2_000;
/**
 * What a node has not read yet, bytes: a quarter of a million acknowledgements, or all commands that may wait for it.
 */
const MOST_UNREAD = 1 << 20;
/** Where refused packets go: no subscription reaches it. */
const SINK = "refused";

/** The embedded MQTT broker: a named node per connection, its own topics and no others, nothing retained. */
export class Broker implements Service {
	readonly #options: BrokerOptions;
	readonly #log: Log;
	readonly #tally: Tally;
	#sessions: Sessions | undefined;
	#aedes: Aedes | undefined;
	#server: Server | undefined;
	readonly #clock: Clock;
	/** Connections that have logged in. */
	readonly #nodes = new Set<Socket>();
	/** Those that have not; under TLS from the bare connection on. */
	readonly #strangers: Strangers<Socket>;
	/** Nodes of which a message was not acknowledged. */
	readonly #unanswered = new WeakSet<Client>();
	#sweep: Timer | undefined;

	constructor(options: BrokerOptions, clock: Clock, log: Log, tally: Tally) {
		this.#options = options;
		this.#clock = clock;
		this.#log = log;
		this.#tally = tally;
		this.#strangers = new Strangers(options.mostStrangers ?? MOST_STRANGERS, (socket, why) =>
			tally.count(why === "tooMany" ? "broker.tooManyStrangers" : "broker.noLogin", socket.remoteAddress ?? ""),
		);
	}

	/** Where a node takes its commands. */
	#commandTopic(node: string): string {
		return `t/1/${this.#options.towerId}/${node}/cmd`;
	}

	/**
	 * Gives a node a command, at least once (QoS 1). A node with a persistent session that is away gets it when it comes
	 * back, also after a restart of the gateway; resolves when it is in the store or on its way. Throws LK0303 when
	 * nothing would take it.
	 */
	async command(node: string, payload: Uint8Array): Promise<void> {
		const topic = this.#commandTopic(node);
		const client = (
			this.#aedes as unknown as { clients: Record<string, { subscriptions: Record<string, unknown> }> } | undefined
		)?.clients[node];
		const sessions = this.#sessions;
		const keeps = ((await sessions?.subscriptionsByClient({ id: node })) ?? []).length > 0;
		if (!sessions || !this.#aedes || (!keeps && !client?.subscriptions[topic]))
			throw new LookoutError("LK0303", `node ${node} takes no commands now`);
		if (payload.length > this.#options.maxPacketBytes)
			throw new LookoutError(
				"LK0303",
				`a command of ${payload.length} bytes is longer than ${this.#options.maxPacketBytes}`,
			);
		if (sessions.count(node) >= MOST_COMMANDS)
			throw new LookoutError("LK0303", `${MOST_COMMANDS} commands wait for node ${node} already`);
		const aedes = this.#aedes;
		const packet = {
			cmd: "publish" as const,
			qos: 1 as const,
			retain: false,
			dup: false,
			topic,
			payload: Buffer.from(payload),
		};
		await new Promise<void>((resolve, reject) => aedes.publish(packet, (error) => (error ? reject(error) : resolve())));
	}

	/** The port in use; differs from the configured one when that was 0. */
	get port(): number {
		const address = this.#server?.address();
		return typeof address === "object" && address !== null ? address.port : this.#options.port;
	}

	async start(): Promise<void> {
		const { commands, credentialOf } = this.#options;
		this.#sessions = new Sessions({
			store: commands,
			topicOf: (node) => this.#commandTopic(node),
			clock: this.#clock,
			isKnown: (node) => credentialOf(node) !== undefined,
		});
		this.#aedes = await Aedes.createBroker(this.#rules(this.#sessions));
		this.#aedes.on("clientError", (client, error) =>
			this.#tally.count("broker.clientError", `${client?.id ?? ""} ${error.message}`),
		);
		this.#aedes.on("connectionError", (_client, error) => this.#tally.count("broker.connectionError", error.message));
		const { tls, host, port } = this.#options;
		this.#server = tls
			? createTlsServer(
					{
						cert: readFileSync(tls.certificate),
						key: readFileSync(tls.key),
						minVersion: "TLSv1.2",
						handshakeTimeout: LOGIN_MS,
					},
					(socket) => this.#connect(socket),
				)
			: createServer((socket) => this.#connect(socket));
		const server = this.#server;
		// under TLS this is the bare connection, which a handshake that never ends would leave standing
		server.prependListener("connection", (socket) => this.#receive(socket));
		this.#sweep = this.#clock.every("broker.strangers", SWEEP_MS, () => {
			this.#strangers.sweep(this.#clock.monotonic() - LOGIN_MS);
		});
		await new Promise<void>((resolve, reject) => {
			server.once("error", (cause) =>
				reject(
					saidError("LK0302", phrase("fault.brokerPort", { address: `${host}:${port}`, why: cause.message }), {
						cause,
						hint: phrase("fault.brokerPortHint"),
					}),
				),
			);
			server.listen(port, host, resolve);
		});
		this.#log.info({ host, port: this.port, tls: tls !== undefined }, "broker listens");
	}

	async stop(): Promise<void> {
		const { [0]: server, [1]: aedes } = [this.#server, this.#aedes];
		this.#sweep?.cancel();
		this.#server = undefined;
		this.#aedes = undefined;
		const closed = server ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined;
		if (aedes) await new Promise<void>((resolve) => aedes.close(() => resolve()));
		for (const socket of [...this.#nodes, ...this.#strangers]) socket.destroy();
		await closed;
	}

	#receive(socket: Socket): void {
		socket.on("error", () => {}); // a broken connection closes, and that is all
		this.#strangers.add(socket, this.#clock.monotonic());
	}

	#connect(socket: Socket): void {
		socket.setNoDelay(true);
		const client = this.#aedes?.handle(socket);
		if (client) this.#boundPacket(client, socket);
	}

	/** A node has shown who it is: its connection counts among those of nodes, which strangers cannot fill. */
	#loggedIn(client: Client): boolean {
		// a node that comes again takes the place of its old connection, which may not know yet that it is broken
		if (this.#nodes.size >= this.#options.maxClients && !this.#isConnected(client.id)) {
			this.#tally.count("broker.tooManyClients");
			return false;
		}
		const socket = client.conn as Socket & { _parent?: Socket };
		this.#strangers.known(socket._parent ?? socket);
		this.#nodes.add(socket);
		socket.once("close", () => this.#nodes.delete(socket));
		return true;
	}

	#isConnected(id: string): boolean {
		return (this.#aedes as unknown as { clients: Record<string, unknown> }).clients[id] !== undefined;
	}

	/**
	 * A node sends again what was not acknowledged when it connects again: by then what stands behind it has been read.
	 * While it would be refused again the connection stands: many clients send nothing else until what they repeat is
	 * acknowledged, not even alarms.
	 */
	#leaveUnanswered(client: Client): void {
		if (this.#unanswered.has(client)) return;
		this.#unanswered.add(client);
		const socket = client.conn as Socket;
		const timer = this.#clock.every("broker.unanswered", SEND_AGAIN_MS, () => {
			if (!(this.#options.keeps?.() ?? true)) return;
			this.#tally.count("broker.unanswered", client.id);
			socket.destroy();
		});
		socket.once("close", () => timer.cancel());
	}

	/** The parser gathers a packet until it is whole, however long: cut the connection before that fills the memory. */
	#boundPacket(client: Client, socket: Socket): void {
		const parser = (client as unknown as { _parser?: { parse(buffer: Buffer): number; _list: { length: number } } })
			._parser;
		if (!parser) throw new LookoutError("LK0001", "aedes has changed: its parser cannot be bounded");
		const parse = parser.parse.bind(parser);
		const limit = this.#options.maxPacketBytes * HARD_FACTOR;
		parser.parse = (buffer) => {
			const rest = parse(buffer);
			if (parser._list.length > limit) {
				this.#tally.count("broker.oversizedPacket", client.id);
				socket.destroy();
			}
			// a node that sends and never reads would have its acknowledgements gathered here without end
			if (socket.writableLength > MOST_UNREAD) {
				this.#tally.count("broker.unread", client.id);
				socket.destroy();
			}
			return rest;
		};
	}

	#rules(persistence: Sessions): AedesOptions {
		const { credentialOf, accept, onLogin, maxPacketBytes } = this.#options;
		return {
			persistence,
			connectTimeout: LOGIN_MS * 2, // ours comes first, and counts
			drainTimeout: 30_000,
			maxClientsIdLength: 64,
			queueLimit: 100,
			// many packets of one read go to one commit
			concurrency: 4096,
			authenticate: (client, username, password, done) => {
				const known =
					username !== undefined && client.id === username && checkCredential(credentialOf(username), password);
				const takesOver = known && this.#isConnected(client.id);
				if (known && this.#loggedIn(client)) return void onLogin(client.id, takesOver).then(() => done(null, true));
				if (known) return done(Object.assign(new Error("too many clients"), { returnCode: 3 }), false);
				this.#tally.count("broker.badCredentials", `${client.id}`);
				done(Object.assign(new Error("bad user name or password"), { returnCode: 4 }), false);
			},
			authorizeSubscribe: (client, subscription, done) => {
				const own = subscription.topic === this.#commandTopic(client.id);
				if (!own) this.#tally.count("broker.subscribeRefused", `${client.id} ${subscription.topic}`);
				done(null, own ? subscription : null);
			},
			authorizePublish: (client, packet, done) => {
				if (!client) return done(null); // the broker's own
				const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
				const topic = packet.topic;
				// whatever becomes of it, nobody else on this broker is to receive it
				packet.topic = SINK;
				packet.retain = false;
				packet.payload = Buffer.alloc(0);
				if (payload.length > maxPacketBytes) {
					this.#tally.count("sense.refused.oversized", `${client.id} ${payload.length} bytes`);
					return done(null);
				}
				accept(client.id, topic, payload, (error) => {
					// without an acknowledgement, and the connection lives on: behind a reading that cannot be kept an alarm may
					// stand
					if (error && packet.qos > 0) this.#leaveUnanswered(client);
					if (error) packet.qos = 0;
					done(null);
				});
			},
		};
	}
}
