import type { Random } from "../base/random.ts";
import { makeCredential } from "../sense/broker/credentials.ts";

/** A node's password and the hash of it that the configuration keeps. */
export function makeNodeCredential(random: Random): { password: string; credential: string } {
	return makeCredential(random);
}
