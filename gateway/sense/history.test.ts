import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { TelemetrySchema } from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import type { Average, AverageStore } from "../store/averages.ts";
import type { MessageStore } from "../store/messages.ts";
import { historyOf, keepAverages, longHistoryOf } from "./history.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = Date.UTC(2026, 3, 5, 6);
const AIR = 1;
const WIND_FROM = 8;

interface Sent {
	at: number;
	quantity: number;
	/** In the contract's integers: hundredths of a degree Celsius, whole degrees. */
	value: number;
}

/** A store of what a node sent, oldest first; each message by itself. */
function storeOf(sent: Sent[]): MessageStore {
	const rows = sent.map(({ at, quantity, value }, i) => {
		const message = create(TelemetrySchema, { boot: 1, seq: i + 1, quantity: [quantity], value: [value] });
		return { boot: 1, seq: i + 1, receivedAt: at, payload: Buffer.from(toBinary(TelemetrySchema, message)) };
	});
	return {
		newest: async (_node, _kind, count, place) =>
			rows
				.filter((r) => !place || r.seq < place.seq)
				.reverse()
				.slice(0, count),
	} as Partial<MessageStore> as MessageStore;
}

const historyIn = (sent: Sent[], hours = 1) => historyOf(storeOf(sent), "n1", { from: FROM, to: FROM + hours * HOUR });

describe("what a sensor measured", () => {
	it("is least, mean and most of each slice, oldest first", async () => {
		const values = [2000, 2200, 2500, 1000].map((value, i) => ({ at: FROM + i * 20_000, quantity: AIR, value }));
		const { quantities, sliceMs, isCut, from } = await historyIn(values);
		expect([sliceMs, isCut, from]).toEqual([MINUTE, false, FROM]);
		expect(quantities).toEqual([
			{
				quantity: "airTemperature",
				unit: "°C",
				at: [FROM, FROM + MINUTE],
				least: [20, 10],
				mean: [22.333, 10],
				most: [25, 10],
				unusable: [],
			},
		]);
	});

	it("leaves out what came before and after, and what must not be believed", async () => {
		const at = (minutes: number, value = 2000) => ({ at: FROM + minutes * MINUTE, quantity: AIR, value });
		const { quantities } = await historyIn([at(-1), at(5), at(6, 99_900), at(61)]);
		expect(quantities[0]?.at).toEqual([FROM + 5 * MINUTE]);
		expect(quantities[0]?.unusable).toEqual([FROM + 6 * MINUTE]);
	});

	it("averages directions round the circle", async () => {
		const wind = [350, 20].map((value) => ({ at: FROM, quantity: WIND_FROM, value }));
		const [found] = (await historyIn(wind)).quantities;
		expect(found?.mean).toEqual([5]);
		expect([found?.least, found?.most]).toEqual([[5], [5]]);
	});

	it("cuts a long time into no more slices than a screen shows", async () => {
		const many = Array.from({ length: 2_500 }, (_, i) => ({
			at: FROM + i * 15 * MINUTE,
			quantity: AIR,
			value: 2000 + i,
		}));
		const { quantities, sliceMs, isCut } = await historyIn(many, 24 * 31);
		expect(isCut).toBe(false);
		expect(sliceMs).toBe(124 * MINUTE);
		expect(quantities[0]?.at.length).toBeLessThanOrEqual(360);
		expect(quantities[0]?.most.at(-1)).toBe(44.99);
	});

	it("says since when it is told where there is too much to read", async () => {
		const many = Array.from({ length: 50_000 }, (_, i) => ({ at: FROM + i * 1_000, quantity: AIR, value: 2000 }));
		const { from, isCut } = await historyIn(many, 24);
		expect([isCut, from]).toEqual([true, FROM + 5_000_000]);
	});
});

describe("what is kept of it for a year", () => {
	const kept: Average[] = [];
	const averages: AverageStore = {
		add: async (rows) => void kept.push(...rows),
		newest: async () => kept.at(-1)?.at,
		of: async (_node, from, to) => kept.filter((a) => a.at >= from && a.at < to),
	};
	const QUARTER = 6 * HOUR;
	const begin = Math.floor(FROM / QUARTER) * QUARTER;

	it("quarters of a day that are over, each once, with what they hold; a long time is told by them", async () => {
		const at = (quarters: number, value: number) => ({ at: begin + quarters * QUARTER + MINUTE, quantity: AIR, value });
		const sent = [at(0, 1000), at(0, 2000), at(1, 3000), at(2, 9900)];
		await keepAverages(storeOf(sent), averages, "n1", begin + 2 * QUARTER + HOUR);
		expect(kept.map(({ at: when, count, least, most }) => [when, count, least, most])).toEqual([
			[begin, 2, 10, 20],
			[begin + QUARTER, 1, 30, 30],
		]);
		await keepAverages(storeOf(sent), averages, "n1", begin + 2 * QUARTER + 2 * HOUR);
		expect(kept).toHaveLength(2);
		const year = { from: begin - 360 * 24 * HOUR, to: begin + 24 * HOUR };
		const { quantities, sliceMs } = await longHistoryOf(storeOf(sent), averages, "n1", year);
		expect(sliceMs).toBe(30 * HOUR);
		const [air] = quantities;
		// the two that are kept, and the one that is not over
		expect([air?.least, air?.mean, air?.most]).toEqual([
			[10, 99],
			[20, 99],
			[30, 99],
		]);
	});
});
