import { create, toBinary } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { EventKind, EventSchema } from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import type { MessageStore } from "../store/messages.ts";
import { withAlarms } from "./alarm-history.ts";

const SMOKE = 3;

/** A store with alarms of a node, oldest first. */
function storeOf(alarms: { at: number; quantity?: number; value?: number; threshold?: number }[]): MessageStore {
	const rows = alarms.map(({ at, ...event }, i) => {
		const message = create(EventSchema, { boot: 1, seq: i + 1, kind: EventKind.SMOKE, ...event });
		return { boot: 1, seq: i + 1, receivedAt: at, payload: Buffer.from(toBinary(EventSchema, message)) };
	});
	return { newest: async () => [...rows].reverse() } as Partial<MessageStore> as MessageStore;
}

const measured = (quantity: string) => ({ quantity, unit: "", at: [], least: [], mean: [], most: [], unusable: [] });
const history = {
	from: 1000,
	to: 2000,
	sliceMs: 60_000,
	isCut: false,
	quantities: [measured("smoke"), measured("airTemperature")],
};

it("a history has the alarms of its time, and the threshold of the newest alarm that names one", async () => {
	const store = storeOf([
		{ at: 500, quantity: SMOKE, value: 300, threshold: 200 },
		{ at: 1500, quantity: SMOKE, value: 400, threshold: 250 },
		{ at: 1600, quantity: SMOKE, value: 500 },
		{ at: 1700 },
		{ at: 2000, quantity: SMOKE, value: 600 },
	]);
	const { alarms, quantities } = await withAlarms(store, "n1", history);
	expect(alarms).toEqual([
		{ at: 1500, what: "smoke", quantity: "smoke", value: 400, unit: "ppm", threshold: 250 },
		{ at: 1600, what: "smoke", quantity: "smoke", value: 500, unit: "ppm" },
		{ at: 1700, what: "smoke" },
	]);
	expect(quantities.map((q) => q.threshold)).toEqual([250, undefined]);
});

it("a node that never rang has no threshold", async () => {
	const { alarms, quantities } = await withAlarms(storeOf([]), "n1", history);
	expect([alarms, quantities]).toEqual([[], history.quantities]);
});
