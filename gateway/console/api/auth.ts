import { createHash, scrypt, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { AccountStore } from "../../store/accounts.ts";

const SESSION_MS = 12 * 3_600_000;
const ENROLMENT_MS = 72 * 3_600_000;
const USER = "duty";
/** Sees incidents without what belongs to people, and changes nothing. */
export const VIEWER = "viewer";
/** Tries of one address without a right one in between, after which each further one must wait. */
const FREE_TRIES = 5;
const WAIT_MS = 30_000;
const MOST_ORIGINS = 1_000;
/** scrypt cost: about 60 ms on a tower computer (OWASP's least for N is 2^15 with r = 8 and p = 3, or 2^17 with p = 1; 2^15 with p = 3 here). */
const COST = { N: 32_768, r: 8, p: 3, maxmem: 64 << 20 };

/** Log-in of the duty desk, and links that enrol a phone. Only hashes are stored. */
export class Auth {
	readonly #accounts: AccountStore;
	readonly #clock: Clock;
	readonly #random: Random;
	#viewer: string | undefined;
	/** Of each address the tries since the last right one, those under way among them: many at once are not more than one after the other. */
	readonly #tries = new Map<string, { count: number; next: number }>();
	/** One hash at a time: each holds a thread that files and the store need too. */
	#hashing: Promise<unknown> = Promise.resolve();

	constructor(accounts: AccountStore, clock: Clock, random: Random) {
		this.#accounts = accounts;
		this.#clock = clock;
		this.#random = random;
	}

	/** Lets a second user look on who is shown no personal data. Undefined takes that away. */
	setViewer(password: string | undefined): void {
		this.#viewer = password;
	}

	/** Makes the first password when there is none, and returns it: the only time it is known in clear. */
	async firstPassword(): Promise<{ user: string; password: string } | undefined> {
		if (await this.#accounts.setting("password")) return undefined;
		const password = Buffer.from(this.#random.bytes(12)).toString("base64url");
		const salt = Buffer.from(this.#random.bytes(16));
		await this.#accounts.setSetting("password", `${salt.toString("hex")}:${(await derive(password, salt)).toString("hex")}`);
		return { user: USER, password };
	}

	/** A session token, "wait" while too many tries were wrong, or undefined for a wrong password. */
	async login(user: string, password: string, from: string): Promise<string | "wait" | undefined> {
		const origin = originOf(from);
		const now = this.#clock.monotonic();
		const { count, next } = this.#tries.get(origin) ?? { count: 0, next: 0 };
		if (count >= FREE_TRIES && now < next) return "wait";
		this.#tries.delete(origin);
		this.#tries.set(origin, { count: count + 1, next: now + WAIT_MS });
		// the one that has tried longest ago goes: whoever has so many addresses waits for the hashing like everybody else
		const oldest = this.#tries.size > MOST_ORIGINS ? this.#tries.keys().next().value : undefined;
		if (oldest !== undefined) this.#tries.delete(oldest);
		const token = await this.#let(user, password);
		if (token !== undefined) this.#tries.delete(origin);
		return token;
	}

	async #let(user: string, password: string): Promise<string | undefined> {
		if (user === VIEWER && this.#viewer !== undefined) return this.#looksOn(password, this.#viewer);
		const [salt = "", hash = ""] = ((await this.#accounts.setting("password")) ?? "").split(":");
		const hashed = this.#hashing.then(() => derive(password, Buffer.from(salt, "hex")));
		this.#hashing = hashed.catch(() => {});
		const given = await hashed;
		const expected = Buffer.from(hash, "hex");
		if (user !== USER || expected.length !== given.length || !timingSafeEqual(given, expected)) return undefined;
		const token = Buffer.from(this.#random.bytes(24)).toString("base64url");
		await this.#accounts.forgetExpired(this.#clock.now());
		await this.#accounts.addSession(hashToken(token), user, undefined, this.#clock.now() + SESSION_MS);
		return token;
	}

	async #looksOn(given: string, expected: string): Promise<string | undefined> {
		const [a, b] = [given, expected].map((p) => createHash("sha256").update(p).digest());
		if (!a || !b || !timingSafeEqual(a, b)) return undefined;
		const token = Buffer.from(this.#random.bytes(24)).toString("base64url");
		await this.#accounts.addSession(hashToken(token), VIEWER, undefined, this.#clock.now() + SESSION_MS);
		return token;
	}

	async session(token: string | undefined): Promise<{ user: string } | undefined> {
		return token === undefined ? undefined : this.#accounts.session(hashToken(token), this.#clock.now());
	}

	async logout(token: string): Promise<void> {
		await this.#accounts.endSession(hashToken(token));
	}

	async enrolmentToken(personId: string): Promise<string> {
		const token = Buffer.from(this.#random.bytes(18)).toString("base64url");
		await this.#accounts.addEnrolment(hashToken(token), personId, this.#clock.now() + ENROLMENT_MS);
		return token;
	}

	async enrolment(token: string): Promise<string | undefined> {
		return this.#accounts.enrolment(hashToken(token), this.#clock.now());
	}

	async consumeEnrolment(token: string): Promise<void> {
		await this.#accounts.consumeEnrolment(hashToken(token));
	}
}

/** An IPv4 address, or the network of an IPv6 one: a single subscriber has all addresses of a /64. */
function originOf(address: string): string {
	if (!address.includes(":") || address.startsWith("::ffff:")) return address;
	const [head = "", tail = ""] = address.split("::");
	const before = head.split(":").filter((g) => g !== "");
	const after = address.includes("::") ? tail.split(":").filter((g) => g !== "") : [];
	const zeros = address.includes("::") ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
	return [...before, ...zeros, ...after].slice(0, 4).join(":");
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
	return new Promise((resolve, reject) => scrypt(password, salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key))));
}

function hashToken(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}
