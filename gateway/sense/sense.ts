import type { Clock, Timer } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import type { Service } from "../base/service.ts";
import { Tally } from "../base/tally.ts";
import type { Position } from "../geo/position.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Alarm, Reading } from "../model/sensor.ts";
import type { Log } from "../ops/log/log.ts";
import type { LastOf, MessageStore, StoredMessage } from "../store/messages.ts";
import { Broker, type BrokerOptions } from "./broker/broker.ts";
import {
	alarmKindOf,
	CONTRACT_MAJOR,
	CONTRACT_MINOR,
	type Decoded,
	decode,
	encode,
	isCounted,
	KIND,
	parseTopic,
	type Refusal,
	readingsOf,
	scaled,
} from "./decode/decode.ts";
import { AlarmQuota, ReadingQuota } from "./quality/quota.ts";
import { ReplayGuard } from "./quality/replay.ts";

export interface SensorNode {
	id: string;
	name: string;
	position: Position;
	credential: string;
	silentAfterMs: number;
}

/** What is known of a node, for the console and the silence watch. */
export interface NodeState {
	id: string;
	name: string;
	position: Position;
	firmware?: string;
	lastAt?: number;
	silent: boolean;
	/** Several devices log in under this name. */
	isShared?: boolean;
	connected: boolean;
	readings: Reading[];
	/** Why the last message of this node was not taken, or is doubted; until one is taken. */
	refused?: { why: Refusal; at: number };
	/** The contract of the node is newer than ours: its new fields are kept and not understood. */
	contractNewer: boolean;
}

export interface SenseOptions extends Omit<BrokerOptions, "credentialOf" | "accept" | "onLogin"> {
	nodes: SensorNode[];
	exercise: boolean;
	retentionDays: number;
	/** Whether the clock can be trusted enough to forget by age. */
	mayForget?: () => boolean;
	/** An acknowledged alarm, or a node that fell silent or spoke again. */
	onEvent: (event: JudgeEvent) => void;
	/** A node's state changed; called at most once a second per node. */
	onChange?: (node: NodeState) => void;
}

interface KnownNode {
	config: SensorNode;
	state: NodeState;
	silence?: Timer;
	announced?: Timer;
	restored?: Promise<void>;
	/** How many devices have had this name before; see MessageStore.deviceOf. */
	device: number;
	/** When another connection took its name over, monotonic ms. */
	takeovers?: number[];
	shared?: Timer;
}

/** So many take-overs within so long are two devices. */
const MOST_TAKEOVERS = 4;
const SHARED_MS = 120_000;
const DAY = 86_400_000;
const RETAIN_MS = 600_000;
/** Boots that a device can count: 32 bits. */
const BOOTS = 2 ** 32;

/** Sensors in: broker, contract, rights, durable acknowledgement; readings and alarms out. */
export class Sense implements Service {
	readonly tally: Tally;
	readonly #options: SenseOptions;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #store: MessageStore;
	readonly #broker: Broker;
	readonly #replay = new ReplayGuard();
	readonly #quota = new AlarmQuota();
	readonly #readings = new ReadingQuota();
	readonly #nodes = new Map<string, KnownNode>();
	readonly #timers: Timer[] = [];
	#restoring: Promise<void> = Promise.resolve();
	#retaining: Promise<void> | undefined;
	#stopped = false;

	constructor(options: SenseOptions, clock: Clock, log: Log, store: MessageStore) {
		this.#options = options;
		this.#clock = clock;
		this.#log = log;
		this.#store = store;
		this.tally = new Tally(clock, (name, count, last) => log.warn({ count, last }, name));
		for (const config of options.nodes) {
			const { id, name, position } = config;
			this.#nodes.set(id, {
				config,
				device: 0,
				state: { id, name, position, silent: false, connected: false, readings: [], contractNewer: false },
			});
		}
		this.#broker = new Broker(
			{
				...options,
				credentialOf: (node) => this.#nodes.get(node)?.config.credential,
				accept: (...args) => this.#accept(...args),
				onLogin: (node, takesOver) => {
					if (takesOver) this.#takenOver(node);
					return this.#restore(node);
				},
			},
			clock,
			log,
			this.tally,
		);
	}

	get port(): number {
		return this.#broker.port;
	}

	/** See {@link Broker.command}. */
	command(node: string, payload: Uint8Array): Promise<void> {
		return this.#broker.command(node, payload);
	}

	nodes(): NodeState[] {
		return [...this.#nodes.values()].map((n) => n.state);
	}

	/**
	 * What is stored of a node is looked up when it logs in, and of the others afterwards: the start does not wait for
	 * it.
	 */
	async start(): Promise<void> {
		this.#stopped = false;
		for (const node of this.#nodes.values()) this.#watchSilence(node);
		this.#timers.push(
			this.#clock.every("sense.retain", RETAIN_MS, () => {
				this.#retaining ??= this.#retain()
					.catch((err) => this.#log.error({ err }, "old messages could not be removed"))
					.finally(() => {
						this.#retaining = undefined;
					});
			}),
		);
		await this.#broker.start();
		this.#restoring = this.#restoreAll();
	}

	/**
	 * Two devices with one id push each other out again and again; one that comes back after a broken line does so once.
	 */
	#takenOver(id: string): void {
		this.tally.count("sense.takenOver", id);
		const node = this.#nodes.get(id);
		if (!node) return;
		const now = this.#clock.monotonic();
		node.takeovers = [...(node.takeovers ?? []).filter((at) => now - at < SHARED_MS), now];
		node.state.isShared = node.takeovers.length >= MOST_TAKEOVERS;
		node.shared?.cancel();
		node.shared = this.#clock.after("sense.shared", SHARED_MS, () => {
			node.state.isShared = false;
			this.#options.onChange?.(node.state);
		});
		this.#options.onChange?.(node.state);
	}

	async #restoreAll(): Promise<void> {
		for (const node of this.#nodes.keys()) {
			if (this.#stopped) return;
			await this.#restore(node);
			this.#options.onChange?.((this.#nodes.get(node) as { state: NodeState }).state);
		}
	}

	/**
	 * Takes up what is stored of a node, once. Without it repetitions are taken for news, which the store refuses to keep
	 * twice.
	 */
	#restore(id: string): Promise<void> {
		const node = this.#nodes.get(id);
		if (!node) return Promise.resolve();
		node.restored ??= this.#standing(id, node).then(
			(known) => {
				if (!known) return;
				this.#replay.restore(id, known.boot, known.seqs);
				const decoded = known.last && decode("telemetry", known.last.payload, false);
				if (!known.last || decoded?.kind !== "telemetry") return;
				node.state.readings = readingsOf(id, decoded.message, known.last.receivedAt);
				node.state.lastAt = known.last.receivedAt;
			},
			(err) => this.#log.error({ err, node: id }, "what is stored of a node cannot be read"),
		);
		return node.restored;
	}

	async #standing(id: string, node: KnownNode): Promise<LastOf | undefined> {
		node.device = await this.#store.deviceOf(id, node.config.credential);
		return this.#store.lastOf(id, KIND.telemetry, 1024);
	}

	/** A boot as it is counted and kept: each device that has had the name counts from above all of the one before. */
	#bootOf(node: string, boot: number): number {
		return (this.#nodes.get(node)?.device ?? 0) * BOOTS + boot;
	}

	/** Slice after slice until nothing is left that has had its time; others write in between. */
	async #retain(): Promise<void> {
		const before = this.#clock.now() - this.#options.retentionDays * DAY;
		while (!this.#stopped && (this.#options.mayForget?.() ?? true) && (await this.#store.retainSlice(before)));
	}

	/**
	 * The broker goes first: what is still being stored when the stop comes is taken too, and may leave no timer behind
	 * it.
	 */
	async stop(): Promise<void> {
		this.#stopped = true;
		for (const timer of this.#timers.splice(0)) timer.cancel();
		await this.#restoring;
		await this.#retaining;
		await this.#broker.stop();
		for (const node of this.#nodes.values()) {
			node.silence?.cancel();
			node.announced?.cancel();
			node.shared?.cancel();
		}
		this.tally.flush();
	}

	#accept(node: string, topicText: string, payload: Uint8Array, qos: number, done: (error?: Error) => void): void {
		const now = this.#clock.now();
		const result = this.#check(node, topicText, payload, now);
		if (typeof result === "string") {
			this.tally.count(`sense.refused.${result}`, `${node} ${topicText.slice(0, 80)}`);
			this.#doubt(node, result, now);
			return done(); // acknowledged, so that the node does not send it for ever
		}
		const stored = this.#toStored(node, result, payload, now);
		const settled = (error?: Error) => {
			if (error) {
				this.tally.count("sense.notStored", error.message);
				// an alarm that cannot be kept rings all the same, once: it is not acknowledged, and the judge knows its
				// repetitions
				if (stored?.event && error instanceof LookoutError && error.code === "LK0203")
					this.#took(node, result, stored, now);
				return done(error);
			}
			this.#took(node, result, stored, now);
			done();
		};
		if (!stored) return settled();
		if (!stored.odd) this.#replay.remember(node, stored.boot, stored.seq, now);
		this.#store.add(stored, settled);
		if (qos === 0) return; // nothing is promised, and aedes waits for no acknowledgement
	}

	/** Says on the node's tile why what it says is not taken. */
	#doubt(id: string, why: Refusal, now: number): void {
		const node = this.#nodes.get(id);
		if (!node) return;
		node.state.refused = { why, at: now };
		this.#announce(node);
	}

	#check(node: string, topicText: string, payload: Uint8Array, now: number): Decoded | Refusal {
		const topic = parseTopic(topicText);
		if (!topic) return "topic";
		if (topic.node !== node || topic.tower !== this.#options.towerId) return "rights";
		if (topic.major !== CONTRACT_MAJOR) return "version";
		const decoded = decode(topic.kind, payload, topic.json);
		if (!decoded) return "malformed";
		if (decoded.kind === "death") return decoded;
		// an alarm rings whatever its counters say: see #toStored
		if (decoded.kind === "event") return decoded;
		const { seq } = decoded.message;
		const boot = this.#bootOf(node, decoded.message.boot);
		const freshness = this.#replay.look(node, boot, seq, now);
		if (freshness === "replayed") return freshness;
		// a repetition under QoS 1: counted, then handled like the first, which may not have reached the disk
		if (freshness === "duplicate") this.tally.count("sense.duplicate", node);
		if (!this.#readings.take(node, this.#clock.monotonic())) return "tooMany";
		// a birth opens a boot: until it comes readings wait, but an alarm needs no introduction
		if (decoded.kind === "telemetry" && (this.#replay.boot(node) ?? 0) !== boot) return "notBorn";
		return decoded;
	}

	#toStored(
		node: string,
		decoded: Decoded,
		payload: Uint8Array,
		now: number,
	): (StoredMessage & { odd?: boolean }) | undefined {
		if (decoded.kind === "death") return undefined;
		const { seq } = decoded.message;
		const boot = this.#bootOf(node, decoded.message.boot);
		const stored: StoredMessage & { odd?: boolean } = {
			node,
			boot,
			seq,
			kind: KIND[decoded.kind],
			receivedAt: now,
			payload: encode(decoded, payload),
		};
		if (decoded.kind === "birth") stored.introduces = true;
		if (decoded.kind === "event") {
			const freshness = isCounted(decoded.message) ? this.#replay.look(node, boot, seq, now) : "replayed";
			if (freshness === "duplicate") this.tally.count("sense.duplicate", node);
			stored.odd = freshness === "replayed";
			// kept where it stands in nobody's way: by its own counters it would mute what follows after the next start
			if (stored.odd) Object.assign(stored, { boot: 0, seq: now });
			if (stored.odd) this.tally.count("sense.oddCounters", `${node} boot ${decoded.message.boot}, seq ${seq}`);
		}
		const rings =
			decoded.kind === "event" && this.#quota.take(node, alarmKindOf(decoded.message), this.#clock.monotonic());
		if (decoded.kind === "event" && !rings) {
			this.tally.count("sense.tooManyAlarms", `${node} ${alarmKindOf(decoded.message)}`);
			// what rings no more counts as a reading: one password must not fill the disk
			if (!this.#readings.take(node, this.#clock.monotonic())) {
				this.tally.count("sense.refused.tooMany", node);
				return undefined;
			}
		}
		if (decoded.kind === "event" && rings) {
			// what cannot be told from what was said before is judged anew: it joins the incident that is open, or it burns
			// again
			const id = `alarm:${node}:${boot}:${seq}${stored.odd ? `:${now}` : ""}`;
			const position = this.#nodes.get(node)?.config.position ?? { lat: 0, lon: 0 };
			const value = scaled(decoded.message.quantity, decoded.message.value);
			const alarm: Alarm = {
				id,
				nodeId: node,
				kind: alarmKindOf(decoded.message),
				...(value ? { value: value.value, unit: value.unit } : {}),
				position,
				...(stored.odd ? { odd: true } : {}),
				at: now,
				exercise: this.#options.exercise,
			};
			stored.event = { type: "alarm", id, at: now, alarm };
		}
		return stored;
	}

	/** The message is safe: let the rest of the house know. */
	#took(nodeId: string, decoded: Decoded, stored: (StoredMessage & { odd?: boolean }) | undefined, now: number): void {
		const node = this.#nodes.get(nodeId);
		if (!node) return;
		if (decoded.kind === "death") {
			node.state.connected = false;
		} else {
			node.state.connected = true;
			node.state.lastAt = now;
			this.#watchSilence(node);
			if (node.state.silent) this.#setSilent(node, false);
			if (stored?.odd) node.state.refused = { why: "replayed", at: now };
			else delete node.state.refused;
		}
		if (decoded.kind === "birth") {
			node.state.firmware = decoded.message.firmware;
			node.state.contractNewer = decoded.message.contractMinor > CONTRACT_MINOR;
		}
		if (decoded.kind === "telemetry") node.state.readings = readingsOf(nodeId, decoded.message, now);
		if (stored?.event) this.#options.onEvent(stored.event);
		this.#announce(node);
	}

	#announce(node: KnownNode): void {
		if (this.#stopped) return;
		node.announced ??= this.#clock.after("sense.announce", 1000, () => {
			delete node.announced;
			this.#options.onChange?.(node.state);
		});
	}

	#watchSilence(node: { config: SensorNode; state: NodeState; silence?: Timer }): void {
		node.silence?.cancel();
		if (this.#stopped) return;
		node.silence = this.#clock.after("sense.silence", node.config.silentAfterMs, () => this.#setSilent(node, true));
	}

	#setSilent(node: { config: SensorNode; state: NodeState }, silent: boolean): void {
		node.state.silent = silent;
		const now = this.#clock.now();
		const { id, position } = node.config;
		const eventId = `${silent ? "silent" : "speaking"}:${id}:${now}`;
		const alarm: Alarm = {
			id: eventId,
			nodeId: id,
			kind: silent ? "silent" : "speaking",
			position,
			at: now,
			exercise: this.#options.exercise,
		};
		this.#options.onEvent({ type: "alarm", id: eventId, at: now, alarm });
		this.#options.onChange?.(node.state);
	}
}
