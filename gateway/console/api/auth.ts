import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { AccountStore } from "../../store/accounts.ts";
import { DESK, Passwords } from "./passwords.ts";

const SESSION_MS = 12 * 3_600_000;
const ENROLMENT_MS = 72 * 3_600_000;
/** Sees incidents without what belongs to people, and changes nothing. */
export const VIEWER = "viewer";
/**
 * Wrong tries after which each further one must wait: of one address at one account, or of one browser that has been in
 * before. The two are counted apart, and so are the accounts: whoever guesses from the desk's own network does not shut
 * its browsers out.
 */
const FREE_TRIES = 5;
const WAIT_MS = 30_000;
/**
 * Wrong tries at one account from anywhere, browsers and addresses excepted that have been in: each costs a hash, and
 * many addresses have many tries.
 */
const ACCOUNT_TRIES = 30;
const ACCOUNT_MS = 600_000;
const MOST_COUNTED = 1_000;
/** Browsers that are remembered, the last ones to have logged in, and for how long. */
const MOST_DEVICES = 200;
export const DEVICE_MS = 365 * 86_400_000;
const DEVICES = "devices";
/** Who tries to log in: from which address, in which browser, and what that browser was given when it was in before. */
export interface Visitor {
	from: string;
	agent?: string;
	device?: string;
}

/** A browser that has been in before. */
interface Device {
	hash: string;
	user: string;
	origin: string;
	at: number;
}

interface Tries {
	count: number;
	next: number;
}

/** Log-in of the duty desk, and links that enrol a phone. Only hashes are stored. */
export class Auth {
	readonly #accounts: AccountStore;
	readonly #clock: Clock;
	readonly #random: Random;
	#viewer: string | undefined;
	/**
	 * Wrong tries since the last right one, those under way among them: many at once are not more than one after the
	 * other.
	 */
	readonly #tries = new Map<string, Tries>();
	/** Of each account, when wrong tries came of those who have never been in; monotonic ms. */
	readonly #strangers = new Map<string, number[]>();
	readonly #passwords: Passwords;

	constructor(accounts: AccountStore, clock: Clock, random: Random, passwords = new Passwords(accounts, random)) {
		this.#accounts = accounts;
		this.#clock = clock;
		this.#random = random;
		this.#passwords = passwords;
	}

	/** Lets a second user look on who is shown no personal data. Undefined takes that away. */
	setViewer(password: string | undefined): void {
		this.#viewer = password;
	}

	/** Makes the first password when there is none, and returns it: the only time it is known in clear. */
	async firstPassword(): Promise<{ user: string; password: string } | undefined> {
		if (await this.#passwords.isSet()) return undefined;
		return { user: DESK, password: await this.#passwords.reset() };
	}

	/**
	 * A session and a mark for this browser, "wait" while too many tries were wrong, or undefined for a wrong password.
	 */
	async login(
		user: string,
		password: string,
		visitor: Visitor,
	): Promise<{ token: string; device: string } | "wait" | undefined> {
		const origin = originOf(visitor.from);
		const devices = await this.#devices();
		const device =
			visitor.device === undefined
				? undefined
				: devices.find((d) => d.user === user && d.hash === hashToken(visitor.device ?? ""));
		const isKnown = device !== undefined || devices.some((d) => d.user === user && d.origin === origin);
		const counted = device ? `device ${device.hash}` : `${user.slice(0, 64)} ${origin}`;
		if (!this.#mayTry(counted, isKnown ? undefined : user)) return "wait";
		if (!(await this.#isRight(user, password))) return undefined;
		this.#tries.delete(counted);
		if (!isKnown) this.#strangers.get(user)?.pop();
		const mark = device && visitor.device !== undefined ? visitor.device : this.#token();
		const at = this.#clock.now();
		const others = devices.filter((d) => d.hash !== hashToken(mark) && at - d.at < DEVICE_MS);
		const all: Device[] = [...others, { hash: hashToken(mark), user, origin, at }];
		// of each account: whoever looks on must not push out the browsers of the desk
		const kept = [...new Set(all.map((d) => d.user))].flatMap((name) =>
			all.filter((d) => d.user === name).slice(-MOST_DEVICES),
		);
		await this.#accounts.setSetting(DEVICES, JSON.stringify(kept));
		return { token: await this.#begin(user, origin, visitor.agent ?? ""), device: mark };
	}

	/** Counts a try; false when it must wait. `account`: the one at which a stranger tries. */
	#mayTry(counted: string, account: string | undefined): boolean {
		const now = this.#clock.monotonic();
		const { count, next } = this.#tries.get(counted) ?? { count: 0, next: 0 };
		if (count >= FREE_TRIES && now < next) return false;
		if (account !== undefined) {
			const name = account === DESK || account === VIEWER ? account : "";
			const lately = (this.#strangers.get(name) ?? []).filter((at) => now - at < ACCOUNT_MS);
			if (lately.length >= ACCOUNT_TRIES) return false;
			this.#strangers.set(name, [...lately, now]);
		}
		this.#tries.delete(counted);
		this.#tries.set(counted, { count: count + 1, next: now + WAIT_MS });
		const oldest = this.#tries.size > MOST_COUNTED ? this.#tries.keys().next().value : undefined;
		if (oldest !== undefined) this.#tries.delete(oldest);
		return true;
	}

	async #isRight(user: string, password: string): Promise<boolean> {
		if (user === VIEWER && this.#viewer !== undefined) {
			const [a, b] = [password, this.#viewer].map((p) => createHash("sha256").update(p).digest()) as [Buffer, Buffer];
			return timingSafeEqual(a, b);
		}
		// whoever names another account pays the same
		return (await this.#passwords.isRight(password)) && user === DESK;
	}

	#token(): string {
		return Buffer.from(this.#random.bytes(24)).toString("base64url");
	}

	async #begin(user: string, origin: string, agent: string): Promise<string> {
		const token = this.#token();
		const now = this.#clock.now();
		await this.#accounts.forgetExpired(now);
		await this.#accounts.addSession(hashToken(token), user, undefined, now + SESSION_MS);
		await this.#accounts.describeSession(hashToken(token), { at: now, origin, agent: agent.slice(0, 200) });
		return token;
	}

	async #devices(): Promise<Device[]> {
		return JSON.parse((await this.#accounts.setting(DEVICES)) ?? "[]") as Device[];
	}

	/** Takes another password for the desk, and ends all its other sessions. False when the old one is wrong. */
	async changePassword(old: string, fresh: string, token: string): Promise<boolean> {
		const now = this.#clock.monotonic();
		const counted = `session ${hashToken(token)}`;
		const { count, next } = this.#tries.get(counted) ?? { count: 0, next: 0 };
		if (count >= FREE_TRIES && now < next) return false;
		this.#tries.set(counted, { count: count + 1, next: now + WAIT_MS });
		if (!(await this.#isRight(DESK, old))) return false;
		this.#tries.delete(counted);
		await this.#passwords.set(fresh);
		await this.#accounts.endSessions(DESK, hashToken(token));
		return true;
	}

	/** Who is logged in; `id` ends a session. */
	async sessions(
		token: string,
	): Promise<{ id: string; user: string; at?: number; origin?: string; agent?: string; isOwn: boolean }[]> {
		const all = await this.#accounts.sessions(this.#clock.now());
		return all.map(({ hash, ...s }) => ({ id: hash.slice(0, 16), ...s, isOwn: hash === hashToken(token) }));
	}

	/** Ends a session by what {@link sessions} calls it; false when there is none of that name. */
	async endSession(id: string): Promise<boolean> {
		const found = (await this.#accounts.sessions(this.#clock.now())).find(({ hash }) => hash.slice(0, 16) === id);
		if (found) await this.#accounts.endSession(found.hash);
		return found !== undefined;
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

function hashToken(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}
