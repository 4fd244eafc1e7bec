import type { Reading } from "../model/sensor.ts";
import type { MeasuredQuantity, SensorHistory } from "../model/sensor-history.ts";
import type { Average, AverageStore } from "../store/averages.ts";
import type { MessageStore, StoredPlace } from "../store/messages.ts";
import { decode, KIND, readingsOf } from "./decode/decode.ts";

/** Messages that are read at once: what is decoded in one go keeps no alarm waiting. */
const AT_ONCE = 1_000;
/** Messages that are read for one answer, the newest: a month of one a minute. */
const MOST = 45_000;
/** Slices that a time is cut into; a screen has no more columns to show them in. */
const SLICES = 360;
const SHORTEST_MS = 60_000;

/** What was measured of each quantity by slices, and the slices in which something was not to be believed. */
type Found = Map<string, { unit: string; slices: Map<number, Slice>; unusable: Set<number> }>;
type Measured = Omit<SensorHistory, "alarms">;

interface Slice {
	count: number;
	sum: number;
	least: number;
	most: number;
	/** Of directions, degrees: they are averaged as vectors, so that 350 and 10 are 0 and not 180. */
	east: number;
	north: number;
}

/**
 * What a sensor measured from `from` to `to`, ms since 1970, by the gateway's clock when it came: least, mean and most
 * of each slice. Of values that must not be believed the slice alone is told. Of a direction the mean alone is given,
 * three times.
 */
export async function historyOf(
	store: MessageStore,
	node: string,
	{ from, to }: { from: number; to: number },
): Promise<Measured> {
	const sliceMs = Math.max(SHORTEST_MS, Math.ceil((to - from) / SLICES / SHORTEST_MS) * SHORTEST_MS);
	const { found, isCut, oldest } = await slicesIn(store, node, { from, to, sliceMs });
	return { from: isCut ? Math.max(from, oldest) : from, to, sliceMs, isCut, quantities: quantitiesOf(found) };
}

/**
 * What a sensor measured, of a time so long that its messages are gone: by the averages that are kept, and by the
 * messages since.
 */
export async function longHistoryOf(
	messages: MessageStore,
	averages: AverageStore,
	node: string,
	{ from, to }: { from: number; to: number },
): Promise<Measured> {
	const sliceMs = Math.ceil((to - from) / SLICES / KEPT_MS) * KEPT_MS;
	const found: Found = new Map();
	const rows = [...(await averages.of(node, from, to)), ...(await notYetKept(messages, averages, node, to))];
	for (const { quantity, unit, at, ...kept } of rows) {
		const known = measuredIn(found, quantity, unit);
		const begin = Math.floor(at / sliceMs) * sliceMs;
		const slice = known.slices.get(begin);
		known.slices.set(begin, slice ? joined(slice, kept) : kept);
	}
	return { from, to, sliceMs, isCut: false, quantities: quantitiesOf(found) };
}

/** Keeps the averages of a node's slices that are over (ms since 1970: before `now`) and not kept yet. */
export async function keepAverages(
	messages: MessageStore,
	averages: AverageStore,
	node: string,
	now: number,
): Promise<void> {
	const rows = await notYetKept(messages, averages, node, Math.floor(now / KEPT_MS) * KEPT_MS);
	// oldest first: what is kept when this is interrupted is never newer than what is missing
	await averages.add(rows.sort((a, b) => a.at - b.at));
}

/** The averages of what a node's messages say beyond those that are kept, up to a time. */
async function notYetKept(
	messages: MessageStore,
	averages: AverageStore,
	node: string,
	to: number,
): Promise<Average[]> {
	const newest = await averages.newest(node);
	const farthest = Math.floor((to - FARTHEST_BACK_MS) / KEPT_MS) * KEPT_MS;
	const from = newest === undefined ? farthest : Math.max(newest + KEPT_MS, farthest);
	if (from >= to) return [];
	const { found } = await slicesIn(messages, node, { from, to, sliceMs: KEPT_MS });
	return [...found].flatMap(([quantity, { unit, slices }]) =>
		[...slices].map(([at, slice]) => ({ node, quantity, unit, at, ...slice })),
	);
}

/** A quarter of a day: a year of it is what a screen has columns for, and what a small disk keeps of many sensors. */
const KEPT_MS = 6 * 3_600_000;
/** As far as messages are kept: what comes late is averaged with its slice, if at all. */
const FARTHEST_BACK_MS = 7 * 86_400_000;

function joined(a: Slice, b: Slice): Slice {
	return {
		count: a.count + b.count,
		sum: a.sum + b.sum,
		least: Math.min(a.least, b.least),
		most: Math.max(a.most, b.most),
		east: a.east + b.east,
		north: a.north + b.north,
	};
}

/** What a node's messages of a time say, slice by slice. */
async function slicesIn(
	store: MessageStore,
	node: string,
	{ from, to, sliceMs }: { from: number; to: number; sliceMs: number },
) {
	const found: Found = new Map();
	const { isCut, oldest } = await eachSince(store, node, from, (payload, receivedAt) => {
		if (receivedAt < from || receivedAt >= to) return;
		const decoded = decode("telemetry", payload, false);
		if (decoded?.kind !== "telemetry") return;
		for (const reading of readingsOf(node, decoded.message, receivedAt)) take(found, reading, from, sliceMs);
	});
	return { found, isCut, oldest };
}

function quantitiesOf(found: Found): MeasuredQuantity[] {
	return [...found].map(([quantity, { unit, slices, unusable }]) => ({
		...columnsOf(quantity, unit, slices),
		unusable: [...unusable].sort((a, b) => a - b),
	}));
}

/** What is known of a quantity so far, where it is to be added to. */
function measuredIn(found: Found, quantity: string, unit: string) {
	const known = found.get(quantity) ?? { unit, slices: new Map<number, Slice>(), unusable: new Set<number>() };
	found.set(quantity, known);
	return known;
}

/** Shows all messages since `from`, newest first, and some from before; cut off where there are too many. */
async function eachSince(
	store: MessageStore,
	node: string,
	from: number,
	show: (payload: Buffer, receivedAt: number) => void,
): Promise<{ isCut: boolean; oldest: number }> {
	let oldest = Number.POSITIVE_INFINITY;
	let last: StoredPlace | undefined;
	for (let read = 0; read < MOST; read += AT_ONCE) {
		const page = await store.newest(node, KIND.telemetry, AT_ONCE, last);
		last = page.at(-1);
		for (const { payload, receivedAt } of page) {
			oldest = Math.min(oldest, receivedAt);
			show(payload, receivedAt);
		}
		// the clock may have been set: only a page that is older as a whole says that all before it is
		if (page.length < AT_ONCE || page.every((m) => m.receivedAt < from)) return { isCut: false, oldest };
	}
	return { isCut: true, oldest };
}

function take(
	found: Found,
	{ quantity, unit, value, quality, receivedAt }: Reading,
	from: number,
	sliceMs: number,
): void {
	const known = measuredIn(found, quantity, unit);
	const at = from + Math.floor((receivedAt - from) / sliceMs) * sliceMs;
	if (quality !== "ok") {
		known.unusable.add(at);
		return;
	}
	const slice = known.slices.get(at) ?? { count: 0, sum: 0, least: value, most: value, east: 0, north: 0 };
	known.slices.set(at, slice);
	slice.count++;
	slice.sum += value;
	slice.least = Math.min(slice.least, value);
	slice.most = Math.max(slice.most, value);
	slice.east += Math.sin((value * Math.PI) / 180);
	slice.north += Math.cos((value * Math.PI) / 180);
}

function columnsOf(quantity: string, unit: string, slices: Map<number, Slice>): MeasuredQuantity {
	const isDirection = unit === "°";
	const columns: MeasuredQuantity = { quantity, unit, at: [], least: [], mean: [], most: [], unusable: [] };
	for (const [at, slice] of [...slices].sort(([a], [b]) => a - b)) {
		const mean = isDirection ? directionOf(slice) : slice.sum / slice.count;
		columns.at.push(at);
		columns.mean.push(rounded(mean));
		columns.least.push(rounded(isDirection ? mean : slice.least));
		columns.most.push(rounded(isDirection ? mean : slice.most));
	}
	return columns;
}

function directionOf({ east, north }: Slice): number {
	return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}
