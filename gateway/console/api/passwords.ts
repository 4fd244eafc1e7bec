import { scrypt, timingSafeEqual } from "node:crypto";
import type { Random } from "../../base/random.ts";
import type { AccountStore } from "../../store/accounts.ts";

/** The account of the duty desk. */
export const DESK = "duty";
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

/** The desk's password: only its hash is kept. */
export class Passwords {
	readonly #accounts: AccountStore;
	readonly #random: Random;
	readonly #derive: Derive;
	/** One hash at a time: each holds a thread that files and the store need too. */
	#hashing: Promise<unknown> = Promise.resolve();

	constructor(accounts: AccountStore, random: Random, derive: Derive = deriveByScrypt) {
		this.#accounts = accounts;
		this.#random = random;
		this.#derive = derive;
	}

	/** Whether there is one. */
	async isSet(): Promise<boolean> {
		return (await this.#accounts.setting("password")) !== undefined;
	}

	/** Makes one, ends all sessions of the desk, and returns it: the only time it is known in clear. */
	async reset(): Promise<string> {
		const password = Buffer.from(this.#random.bytes(12)).toString("base64url");
		await this.set(password);
		await this.#accounts.endSessions(DESK);
		return password;
	}

	async set(password: string): Promise<void> {
		const salt = Buffer.from(this.#random.bytes(16));
		const key = await this.#derive(password, salt);
		await this.#accounts.setSetting("password", `${salt.toString("hex")}:${key.toString("hex")}`);
	}

	async isRight(given: string): Promise<boolean> {
		const compared = this.#hashing
			.then(() => this.#accounts.setting("password"))
			.then((kept) => this.#fits(given, kept));
		this.#hashing = compared.catch(() => {});
		return compared;
	}

	async #fits(given: string, kept = ""): Promise<boolean> {
		const [salt = "", hash = ""] = kept.split(":");
		const derived = await this.#derive(given, Buffer.from(salt, "hex"));
		const expected = Buffer.from(hash, "hex");
		return expected.length === derived.length && timingSafeEqual(derived, expected);
	}
}
