import { scrypt, timingSafeEqual } from "node:crypto";
import type { Random } from "../../base/random.ts";

/** Fewer characters than this are soon guessed (NIST SP 800-63B-4 asks for 15 where nothing else is asked for). */
export const SHORTEST_PASSWORD = 15;
/**
 * scrypt cost: about 60 ms on a tower computer (OWASP's least for N is 2^15 with r = 8 and p = 3, or 2^17 with p = 1;
 * 2^15 with p = 3 here).
 */
const COST = { N: 32_768, r: 8, p: 3, maxmem: 64 << 20 };

/** Makes 32 bytes of a password and its salt, at a cost to whoever guesses. */
export type Derive = (password: string, salt: Buffer) => Promise<Buffer>;

const deriveByScrypt: Derive = (password, salt) =>
	new Promise((resolve, reject) =>
		scrypt(password, salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key))),
	);

/** Hashes passwords, and holds them against what is kept: salt and hash in hex, with a colon between. */
export class Passwords {
	readonly #random: Random;
	readonly #derive: Derive;
	/** One hash at a time: each holds a thread that files and the store need too. */
	#hashing: Promise<unknown> = Promise.resolve();

	constructor(random: Random, derive: Derive = deriveByScrypt) {
		this.#random = random;
		this.#derive = derive;
	}

	/** One that nobody guesses, for whoever is given it in clear. */
	made(): string {
		return Buffer.from(this.#random.bytes(12)).toString("base64url");
	}

	async hash(password: string): Promise<string> {
		const salt = Buffer.from(this.#random.bytes(16));
		const key = await this.#next(password, salt);
		return `${salt.toString("hex")}:${key.toString("hex")}`;
	}

	/** Costs the same where nothing is kept: whoever guesses at a login learns nothing of whether it exists. */
	async isRight(given: string, kept = ""): Promise<boolean> {
		const [salt = "", hash = ""] = kept.split(":");
		const derived = await this.#next(given, Buffer.from(salt, "hex"));
		const expected = Buffer.from(hash, "hex");
		return expected.length === derived.length && timingSafeEqual(derived, expected);
	}

	#next(password: string, salt: Buffer): Promise<Buffer> {
		const derived = this.#hashing.then(() => this.#derive(password, salt));
		this.#hashing = derived.catch(() => {});
		return derived;
	}
}
