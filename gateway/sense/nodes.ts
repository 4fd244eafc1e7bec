import type { Clock, Timer } from "../base/clock.ts";
import type { Tally } from "../base/tally.ts";
import type { Position } from "../geo/position.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Alarm, Reading } from "../model/sensor.ts";
import { type Decoded, type Refusal, readingsOf } from "./decode/decode.ts";

/** A node of the configuration. */
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
	/** The last of each quantity that was told since the start. */
	readings: Reading[];
	/** Why the last message of this node was not taken, or is doubted; until one is taken. */
	refused?: { why: Refusal; at: number };
	/** The contract of the node is newer than ours: its new fields are kept and not understood. */
}

export interface NodesOptions {
	nodes: SensorNode[];
	exercise: boolean;
	/** A node that fell silent or spoke again. */
	onEvent: (event: JudgeEvent) => void;
	/** A node's state changed; called at most once a second per node. */
	onChange?: (node: NodeState) => void;
}

export interface KnownNode {
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

/** The nodes of a tower, and how each is doing: who speaks, who has fallen silent, whose name two devices share. */
export class Nodes {
	readonly #options: NodesOptions;
	readonly #clock: Clock;
	readonly #tally: Tally;
	readonly #nodes: Map<string, KnownNode>;
	#stopped = false;

	constructor(options: NodesOptions, clock: Clock, tally: Tally) {
		this.#options = options;
		this.#clock = clock;
		this.#tally = tally;
		this.#nodes = new Map(options.nodes.map((config) => [config.id, unknown(config)]));
	}

	get ids(): string[] {
		return [...this.#nodes.keys()];
	}

	get states(): NodeState[] {
		return [...this.#nodes.values()].map((n) => n.state);
	}

	get(id: string): KnownNode | undefined {
		return this.#nodes.get(id);
	}

	start(): void {
		this.#stopped = false;
		for (const node of this.#nodes.values()) this.#watchSilence(node);
	}

	stop(): void {
		this.#stopped = true;
		for (const node of this.#nodes.values()) {
			node.silence?.cancel();
			node.announced?.cancel();
			node.shared?.cancel();
		}
	}

	/** The state of a node is another: said at once. */
	changed(id: string): void {
		const node = this.#nodes.get(id);
		if (node) this.#options.onChange?.(node.state);
	}

	/**
	 * Two devices with one id push each other out again and again; one that comes back after a broken line does so once.
	 */
	takenOver(id: string): void {
		this.#tally.count("sense.takenOver", id);
		const node = this.#nodes.get(id);
		if (!node) return;
		const now = this.#clock.monotonic();
		const before = node.takeovers ?? [];
		node.takeovers = [...before.filter((at) => now - at < SHARED_MS), now];
		node.state.isShared = node.takeovers.length >= MOST_TAKEOVERS;
		node.shared?.cancel();
		node.shared = this.#clock.after("sense.shared", SHARED_MS, () => {
			node.state.isShared = false;
			this.changed(id);
		});
		this.changed(id);
	}

	/** Says on the node's tile why what it says is not taken. */
	doubt(id: string, why: Refusal, now: number): void {
		const node = this.#nodes.get(id);
		if (!node) return;
		node.state.refused = { why, at: now };
		this.#announce(node);
	}

	/** A message of a node was taken; `isOdd`: with counters that are doubted. */
	heard(id: string, decoded: Decoded, isOdd: boolean, now: number): void {
		const node = this.#nodes.get(id);
		if (!node) return;
		node.state.connected = decoded.kind !== "death";
		if (decoded.kind !== "death") this.#speaks(node, isOdd, now);
		if (decoded.kind === "birth") {
			node.state.firmware = decoded.message.firmware;
		}
		if (decoded.kind === "telemetry")
			node.state.readings = newestOf(node.state.readings, readingsOf(id, decoded.message, now));
		this.#announce(node);
	}

	#speaks(node: KnownNode, isOdd: boolean, now: number): void {
		node.state.lastAt = now;
		this.#watchSilence(node);
		if (node.state.silent) this.#setSilent(node, false);
		if (isOdd) node.state.refused = { why: "replayed", at: now };
		else delete node.state.refused;
	}

	#announce(node: KnownNode): void {
		if (this.#stopped) return;
		node.announced ??= this.#clock.after("sense.announce", 1000, () => {
			delete node.announced;
			this.#options.onChange?.(node.state);
		});
	}

	#watchSilence(node: KnownNode): void {
		node.silence?.cancel();
		if (this.#stopped) return;
		node.silence = this.#clock.after("sense.silence", node.config.silentAfterMs, () => this.#setSilent(node, true));
	}

	#setSilent(node: KnownNode, silent: boolean): void {
		node.state.silent = silent;
		const at = this.#clock.now();
		const { id: nodeId, position } = node.config;
		const kind = silent ? "silent" : "speaking";
		const id = `${kind}:${nodeId}:${at}`;
		const alarm: Alarm = { id, nodeId, kind, position, at, exercise: this.#options.exercise };
		this.#options.onEvent({ type: "alarm", id, at, alarm });
		this.#options.onChange?.(node.state);
	}
}

/** The last of each quantity: a message may tell of some alone, and the others have not gone. */
export function newestOf(before: readonly Reading[], after: readonly Reading[]): Reading[] {
	return [...new Map([...before, ...after].map((r) => [r.quantity, r])).values()];
}

function unknown(config: SensorNode): KnownNode {
	const { id, name, position } = config;
	const state = { id, name, position, silent: false, connected: false, readings: [] };
	return { config, device: 0, state };
}
