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
	const windows: [number | undefined, string | undefined, number, string][] = [
		[budget.perMinute, undefined, MINUTE_MS, "a minute"],
		[budget.addressPerMinute, d.address, MINUTE_MS, "a minute to one address"],
		[budget.perDay, undefined, DAY_MS, "a day"],
		[budget.addressPerDay, d.address, DAY_MS, "a day to one address"],
	];
	for (const [limit, address, windowMs, name] of windows) {
		if (limit === undefined) continue;
		const used = await spent(d.channel, address, now - windowMs);
		const kept = windowMs === DAY_MS && !d.message.confirmed ? Math.ceil(limit * budget.reserve) : 0;
		if (used < limit - kept) continue;
		const why =
			used < limit
				? `the last ${kept} of ${limit} ${name} are kept for confirmed fires`
				: `the budget of ${limit} ${name} is used up`;
		return retry(`held back: ${why}`, windowMs === MINUTE_MS ? MINUTE_MS / 4 : LOOK_AGAIN_MS);
	}
	return undefined;
}
