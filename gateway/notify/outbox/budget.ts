import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Outcome, retry } from "../channels/channel.ts";

/** What a channel allows, as its provider counts it; undefined where it does not. */
export interface Budget {
	perMinute?: number;
	perDay?: number;
	/** The same for one number, robot or address. */
	addressPerMinute?: number;
	addressPerDay?: number;
	/** Share of a day's budget, 0...1, that only confirmed fires may use. */
	reserve: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A day's budget that is used up is looked at again after this: older attempts leave the window one by one. */
const LOOK_AGAIN_MS = 10 * MINUTE_MS;

/** Counts attempts that may have cost something: on a channel, or on one address of it, since a time. */
export type Spent = (channel: string, address: string | undefined, since: number) => Promise<number>;

/**
 * Why a message must wait, or undefined when it may go. The last units of a day are kept for confirmed fires: a
 * season's false alarms must not use up the call that matters.
 */
export async function holdBack(
	d: Delivery,
	budget: Budget | undefined,
	spent: Spent,
	now: number,
): Promise<Outcome | undefined> {
	// whatever a provider may say: nobody else may ever hear of this fire
	if (!budget || d.message.first) return undefined;
	// what only confirmed fires may use of a day
	const reserve = d.message.confirmed ? 0 : budget.reserve;
	const windows: Window[] = [
		{ limit: budget.perMinute, windowMs: MINUTE_MS, name: "minute" },
		{ limit: budget.addressPerMinute, address: d.address, windowMs: MINUTE_MS, name: "addressMinute" },
		{ limit: budget.perDay, windowMs: DAY_MS, name: "day", reserve },
		{ limit: budget.addressPerDay, address: d.address, windowMs: DAY_MS, name: "addressDay", reserve },
	];
	for (const window of windows) {
		if (window.limit === undefined) continue;
		const used = await spent(d.channel, window.address, now - window.windowMs);
		const why = whyFull(window, window.limit, used);
		if (why === undefined) continue;
		return retry(why, window.windowMs === MINUTE_MS ? MINUTE_MS / 4 : LOOK_AGAIN_MS);
	}
	return undefined;
}

interface Window {
	limit: number | undefined;
	address?: string;
	windowMs: number;
	name: "minute" | "addressMinute" | "day" | "addressDay";
	reserve?: number;
}

function whyFull({ name, reserve = 0 }: Window, limit: number, used: number): Phrase | undefined {
	const kept = Math.ceil(limit * reserve);
	if (used < limit - kept) return undefined;
	return phrase("attempt.heldBack", { window: name, limit, used, reserve: used >= limit ? 0 : kept });
}
