import type { Phrase } from "../../base/phrase.ts";
import { type Channel, retry } from "./channel.ts";

/** Makes a channel, or says why it cannot be made now. */
type Make = () => Promise<Channel | { why: Phrase }>;

/**
 * Puts a channel among the others. One that cannot be made yet (its secret is not there) is made when it is needed:
 * messages wait for it, and each of them tries again.
 */
export async function addChannel(name: string, make: Make, into: Record<string, Channel>): Promise<void> {
	const made = await make();
	if (!("why" in made)) {
		into[name] = made;
		return;
	}
	let making: Promise<Channel | { why: Phrase }> | undefined;
	const waiting: Channel = {
		send: async (...args) => {
			making ??= make();
			const next = await making;
			if ("why" in next) {
				making = undefined;
				return retry(next.why);
			}
			if (into[name] === waiting) into[name] = next;
			return next.send(...args);
		},
	};
	into[name] = waiting;
}
