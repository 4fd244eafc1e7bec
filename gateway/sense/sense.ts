import type { Event } from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { defined } from "../base/omit.ts";
import type { Service } from "../base/service.ts";
import { Tally } from "../base/tally.ts";
import type { Alarm } from "../model/sensor.ts";
import type { SensorHistory } from "../model/sensor-history.ts";
import type { Log } from "../ops/log/log.ts";
import type { AverageStore } from "../store/averages.ts";
import type { LastOf, MessageStore, StoredMessage } from "../store/messages.ts";
import { withAlarms } from "./alarm-history.ts";
import { Broker, type BrokerOptions } from "./broker/broker.ts";
import {
	alarmKindOf,
	CONTRACT_MAJOR,
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
import { historyOf, keepAverages, longHistoryOf } from "./history.ts";
import { type KnownNode, type NodeState, Nodes, type NodesOptions, newestOf } from "./nodes.ts";
import { AlarmQuota, ReadingQuota } from "./quality/quota.ts";
import { ReplayGuard } from "./quality/replay.ts";

export type { NodeState, SensorNode } from "./nodes.ts";

export interface SenseOptions extends Omit<BrokerOptions, "credentialOf" | "accept" | "onLogin">, NodesOptions {
	retentionDays: number;
	/** Where averages are kept for longer than messages. */
	averages?: AverageStore;
	/** Whether the clock can be trusted enough to forget by age. */
	mayForget?: () => boolean;
}

/** A message as it is kept; `odd`: its counters cannot be told from what was said before. */
type Kept = StoredMessage & { odd?: boolean };

const DAY = 86_400_000;
const RETAIN_MS = 600_000;
const AVERAGE_MS = 1_800_000;
/** Of longer times the averages that are kept tell; messages have gone by then. */
const LONGEST_OF_MESSAGES_MS = 31 * DAY;
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
	readonly #nodes: Nodes;
	readonly #timers: Timer[] = [];
	#restoring: Promise<void> = Promise.resolve();
	#retaining: Promise<void> | undefined;
	#averaging: Promise<void> | undefined;
	#stopped = false;

	constructor(options: SenseOptions, clock: Clock, log: Log, store: MessageStore) {
		this.#options = options;
		this.#clock = clock;
		this.#log = log;
		this.#store = store;
		this.tally = new Tally(clock, (name, count, last) => log.warn({ count, last }, name));
		this.#nodes = new Nodes(options, clock, this.tally);
		this.#broker = new Broker(
			{
				...options,
				credentialOf: (node) => this.#nodes.get(node)?.config.credential,
				accept: (...args) => this.#accept(...args),
				onLogin: (node, takesOver) => {
					if (takesOver) this.#nodes.takenOver(node);
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
		return this.#nodes.states;
	}

	/** What a sensor measured from `from` to `to`, ms since 1970; undefined for one that is not configured. */
	async history(id: string, time: { from: number; to: number }): Promise<SensorHistory | undefined> {
		if (!this.#nodes.get(id)) return undefined;
		const { averages } = this.#options;
		const isLong = averages && time.to - time.from > LONGEST_OF_MESSAGES_MS;
		const measured = isLong ? longHistoryOf(this.#store, averages, id, time) : historyOf(this.#store, id, time);
		return withAlarms(this.#store, id, await measured);
	}

	/**
	 * What is stored of a node is looked up when it logs in, and of the others afterwards: the start does not wait for
	 * it.
	 */
	async start(): Promise<void> {
		this.#stopped = false;
		this.#nodes.start();
		this.#timers.push(
			this.#clock.every("sense.retain", RETAIN_MS, () => {
				this.#retaining ??= this.#retain()
					.catch((err) => this.#log.error({ err }, "old messages could not be removed"))
					.finally(() => {
						this.#retaining = undefined;
					});
			}),
		);
		this.#timers.push(this.#clock.every("sense.average", AVERAGE_MS, () => this.#keepAverages()));
		await this.#broker.start();
		this.#restoring = this.#restoreAll();
	}

	/** Keeps what is over of each node's quarters of a day, one node after the other. */
	#keepAverages(): void {
		const { averages, mayForget = () => true } = this.#options;
		// by a clock that runs ahead, slices would be kept that are not over, and none after them
		if (!averages || this.#averaging !== undefined || !mayForget()) return;
		const all = async () => {
			for (const id of this.#nodes.ids)
				if (!this.#stopped) await keepAverages(this.#store, averages, id, this.#clock.now());
		};
		this.#averaging = all()
			.catch((err) => this.#log.error({ err }, "averages could not be kept"))
			.finally(() => {
				this.#averaging = undefined;
			});
	}

	async #restoreAll(): Promise<void> {
		for (const id of this.#nodes.ids) {
			if (this.#stopped) return;
			await this.#restore(id);
			this.#nodes.changed(id);
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
				const stored = readingsOf(id, decoded.message, known.last.receivedAt);
				node.state.readings = newestOf(stored, node.state.readings);
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
		await this.#averaging;
		await this.#broker.stop();
		this.#nodes.stop();
		this.tally.flush();
	}

	#accept(node: string, topicText: string, payload: Uint8Array, done: (error?: Error) => void): void {
		const now = this.#clock.now();
		const result = this.#check(node, topicText, payload, now);
		if (typeof result === "string") {
			this.tally.count(`sense.refused.${result}`, `${node} ${topicText.slice(0, 80)}`);
			this.#nodes.doubt(node, result, now);
			return done(); // acknowledged, so that the node does not send it for ever
		}
		const stored = this.#toStored(node, result, payload, now);
		const settled = (error?: Error) => {
			if (error) this.tally.count("sense.notStored", error.message);
			// an alarm that cannot be kept rings all the same, once: it is not acknowledged, and the judge knows its
			// repetitions
			const isUnkept = error instanceof LookoutError && error.code === "LK0203";
			if (!error || (isUnkept && stored?.event)) this.#took(node, result, stored, now);
			done(error);
		};
		if (!stored) return settled();
		if (!stored.odd) this.#replay.remember(node, stored.boot, stored.seq, now);
		this.#store.add(stored, settled);
	}

	#check(node: string, topicText: string, payload: Uint8Array, now: number): Decoded | Refusal {
		const topic = parseTopic(topicText);
		if (!topic) return "topic";
		if (topic.node !== node || topic.tower !== this.#options.towerId) return "rights";
		if (topic.major !== CONTRACT_MAJOR) return "version";
		const decoded = decode(topic.kind, payload, topic.json);
		if (!decoded) return "malformed";
		// an alarm rings whatever its counters say: see #withAlarm
		const isCounted = decoded.kind === "telemetry" || decoded.kind === "birth";
		return isCounted ? this.#checkCounters(node, decoded, now) : decoded;
	}

	#checkCounters(
		node: string,
		decoded: Extract<Decoded, { kind: "birth" | "telemetry" }>,
		now: number,
	): Decoded | Refusal {
		const { seq } = decoded.message;
		const boot = this.#bootOf(node, decoded.message.boot);
		const freshness = this.#replay.check(node, boot, seq, now);
		if (freshness === "replayed") return freshness;
		// a repetition under QoS 1: counted, then handled like the first, which may not have reached the disk
		if (freshness === "duplicate") this.tally.count("sense.duplicate", node);
		if (!this.#readings.take(node, this.#clock.monotonic())) return "tooMany";
		// a birth opens a boot: until it comes readings wait, but an alarm needs no introduction
		if (decoded.kind === "telemetry" && (this.#replay.boot(node) ?? 0) !== boot) return "notBorn";
		return decoded;
	}

	/** What is kept of a message; undefined where nothing is. */
	#toStored(node: string, decoded: Decoded, payload: Uint8Array, now: number): Kept | undefined {
		if (decoded.kind === "death") return undefined;
		const { seq } = decoded.message;
		const boot = this.#bootOf(node, decoded.message.boot);
		const stored: Kept = {
			node,
			boot,
			seq,
			kind: KIND[decoded.kind],
			receivedAt: now,
			payload: encode(decoded, payload),
		};
		if (decoded.kind === "birth") stored.introduces = true;
		return decoded.kind === "event" ? this.#withAlarm(stored, decoded.message, now) : stored;
	}

	/** An alarm rings whatever its counters say, as often as its node may ring. */
	#withAlarm(stored: Kept, event: Event, now: number): Kept | undefined {
		const { node, boot, seq } = stored;
		const kind = alarmKindOf(event);
		const isOdd = this.#hasOddCounters(stored, event, now);
		// kept where it stands in nobody's way: by its own counters it would mute what follows after the next start
		const kept: Kept = isOdd ? { ...stored, odd: true, boot: 0, seq: now } : stored;
		if (!this.#quota.take(node, kind, this.#clock.monotonic())) {
			this.tally.count("sense.tooManyAlarms", `${node} ${kind}`);
			// what rings no more counts as a reading: one password must not fill the disk
			if (this.#readings.take(node, this.#clock.monotonic())) return kept;
			this.tally.count("sense.refused.tooMany", node);
			return undefined;
		}
		// what cannot be told from what was said before is judged anew: it joins the incident that is open, or it burns
		// again
		const id = `alarm:${node}:${boot}:${seq}${isOdd ? `:${now}` : ""}`;
		const { value, unit } = scaled(event.quantity, event.value) ?? {};
		const alarm: Alarm = {
			id,
			nodeId: node,
			kind,
			...defined({ value, unit, odd: isOdd || undefined }),
			position: this.#nodes.get(node)?.config.position ?? { lat: 0, lon: 0 },
			at: now,
			exercise: this.#options.exercise,
		};
		return { ...kept, event: { type: "alarm", id, at: now, alarm } };
	}

	#hasOddCounters({ node, boot, seq }: Kept, event: Event, now: number): boolean {
		const freshness = isCounted(event) ? this.#replay.check(node, boot, seq, now) : "replayed";
		if (freshness === "duplicate") this.tally.count("sense.duplicate", node);
		if (freshness !== "replayed") return false;
		this.tally.count("sense.oddCounters", `${node} boot ${event.boot}, seq ${seq}`);
		return true;
	}

	/** The message is safe: let the rest of the house know. */
	#took(node: string, decoded: Decoded, stored: Kept | undefined, now: number): void {
		this.#nodes.heard(node, decoded, stored?.odd === true, now);
		if (stored?.event) this.#options.onEvent(stored.event);
	}
}
