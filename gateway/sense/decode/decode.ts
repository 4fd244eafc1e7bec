import { fromBinary, fromJsonString, type Message, toBinary } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { QUANTITIES } from "../../../firmware-contracts/gen/ts/quantities.ts";
import {
	type Birth,
	BirthSchema,
	type Death,
	DeathSchema,
	type Event,
	EventKind,
	EventSchema,
	Quality,
	type Telemetry,
	TelemetrySchema,
} from "../../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import type { AlarmKind, Quantity, Reading } from "../../model/sensor.ts";

export const CONTRACT_MAJOR = "1";
const MOST_COLUMNS = 32;
/** Characters of a firmware's name. */
const MOST_FIRMWARE = 32;

/** What kind a stored message is. */
export const KIND = { birth: 1, telemetry: 2, event: 3, death: 4 } as const;
export type Kind = keyof typeof KIND;

/** Why a message was refused; each has a counter of its own. */
export type Refusal = "rights" | "topic" | "version" | "malformed" | "oversized" | "replayed" | "notBorn" | "tooMany";

export type Decoded =
	| { kind: "birth"; message: Birth }
	| { kind: "telemetry"; message: Telemetry }
	| { kind: "event"; message: Event }
	| { kind: "death"; message: Death };

export interface Topic {
	major: string;
	tower: string;
	node: string;
	kind: Kind;
	json: boolean;
}

const TOPIC_KINDS: Record<string, Kind> = { birth: "birth", tel: "telemetry", evt: "event", death: "death" };
const TOPICS: Record<Kind, string> = { birth: "birth", telemetry: "tel", event: "evt", death: "death" };
const quantityById = new Map<number, Quantity>(QUANTITIES.map((q) => [q.id, q]));

/** `t/<major>/<tower>/<node>/<birth|tel|evt|death>[/json]`, or undefined when the topic is none of the contract's. */
export function parseTopic(topic: string): Topic | undefined {
	const [t, major, tower, node, kind, json, ...rest] = topic.split("/");
	const known = TOPIC_KINDS[kind ?? ""];
	if (t !== "t" || !major || !tower || !node || !known || rest.length > 0 || (json !== undefined && json !== "json"))
		return undefined;
	return { major, tower, node, kind: known, json: json === "json" };
}

export function topicOf(tower: string, node: string, kind: Kind): string {
	return `t/${CONTRACT_MAJOR}/${tower}/${node}/${TOPICS[kind]}`;
}

/**
 * The message behind a payload, or undefined when it is not one of the contract (fields unknown to us are let through).
 */
export function decode(kind: Kind, payload: Uint8Array, json: boolean): Decoded | undefined {
	const decoded = readAs(kind, payload, json);
	return decoded && isOfContract(decoded) ? decoded : undefined;
}

function readAs(kind: Kind, payload: Uint8Array, json: boolean): Decoded | undefined {
	const of = <K extends Kind, M>(name: K, message: M | undefined) => message && { kind: name, message };
	switch (kind) {
		case "birth":
			return of(kind, read(BirthSchema, payload, json));
		case "telemetry":
			return of(kind, read(TelemetrySchema, payload, json));
		case "event":
			return of(kind, read(EventSchema, payload, json));
		case "death":
			return of(kind, read(DeathSchema, payload, json));
	}
}

function isOfContract({ kind, message }: Decoded): boolean {
	switch (kind) {
		case "birth":
			return isBirth(message);
		case "telemetry":
			return isTelemetry(message);
		case "event":
			// an alarm counts whatever the node counts, or whether it counts at all
			return ALARM_KINDS[message.kind] !== undefined;
		case "death":
			return message.boot > 0;
	}
}

function isBirth(m: Birth): boolean {
	return isCounted(m) && m.firmware.length <= MOST_FIRMWARE && m.quantities.length <= MOST_COLUMNS;
}

/** One value for each quantity, and one quality for each or none at all. */
function isTelemetry(m: Telemetry): boolean {
	const columns = m.quantity.length;
	if (!isCounted(m) || columns === 0 || columns > MOST_COLUMNS) return false;
	return m.value.length === columns && (m.quality.length === 0 || m.quality.length === columns);
}

/**
 * Whether boot and seq are counters: 0 stands for a field that is not there, and all ones for memory that was never
 * written.
 */
export function isCounted({ boot, seq }: { boot: number; seq: number }): boolean {
	return boot > 0 && seq > 0 && boot < ERASED && seq < ERASED;
}
const ERASED = 0xffff_ffff;

/** The bytes to keep: the node's own, or, for a message that came as JSON, its protobuf form. */
export function encode(decoded: Decoded, payload: Uint8Array): Uint8Array {
	if (payload[0] !== 0x7b) return payload; // "{" cannot begin a message of this contract
	switch (decoded.kind) {
		case "birth":
			return toBinary(BirthSchema, decoded.message);
		case "telemetry":
			return toBinary(TelemetrySchema, decoded.message);
		case "event":
			return toBinary(EventSchema, decoded.message);
		case "death":
			return toBinary(DeathSchema, decoded.message);
	}
}

function read<T extends Message>(schema: GenMessage<T>, payload: Uint8Array, json: boolean): T | undefined {
	try {
		return json
			? (fromJsonString(schema, new TextDecoder("utf-8", { fatal: true }).decode(payload), {
					ignoreUnknownFields: true,
				}) as T)
			: (fromBinary(schema, payload) as T);
	} catch {
		return undefined; // the caller counts it as malformed
	}
}

const ALARM_KINDS: Record<number, AlarmKind | undefined> = {
	[EventKind.SMOKE]: "smoke",
	[EventKind.GAS]: "gas",
	[EventKind.FLAME]: "flame",
	[EventKind.TEMPERATURE_RISE]: "temperatureRise",
};

export function alarmKindOf(event: Event): AlarmKind {
	return ALARM_KINDS[event.kind] ?? "smoke";
}

/** An event's or a reading's integer in the quantity's unit, or undefined when the quantity is not in the registry. */
export function scaled(quantity: number, value: number): { name: string; value: number; unit: string } | undefined {
	const q = quantityById.get(quantity);
	return q && { name: q.name, value: value / q.scale, unit: q.unit };
}

/** Readings of a telemetry message. Quantities unknown to this registry are left out: a newer node may send them. */
export function readingsOf(nodeId: string, message: Telemetry, receivedAt: number): Reading[] {
	const readings: Reading[] = [];
	message.quantity.forEach((id, i) => {
		const q = quantityById.get(id);
		if (!q) return;
		const value = (message.value[i] ?? 0) / q.scale;
		const said = message.quality[i] ?? Quality.OK;
		const inRange = value >= q.min && value <= q.max && said !== Quality.OVER_RANGE;
		readings.push({
			nodeId,
			quantity: q.name,
			value,
			unit: q.unit,
			quality: said === Quality.BROKEN ? "broken" : inRange ? "ok" : "outOfRange",
			receivedAt,
		});
	});
	return readings;
}
