import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { type Right, rightsOf, type User } from "../../model/user.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { UserStore } from "../../store/users.ts";
import { Passwords } from "./passwords.ts";
import { stepOf } from "./totp.ts";
import { Tries } from "./tries.ts";

const HOUR_MS = 3_600_000;
/** How long a session lasts; that of a shift, which is 24 hours and its hand-over; that of a screen on a wall. */
const SESSION_MS = 12 * HOUR_MS;
const SHIFT_MS = 36 * HOUR_MS;
const WALL_MS = 30 * 24 * HOUR_MS;
const ENROLMENT_MS = 72 * HOUR_MS;
/** Browsers that are remembered of each user, the last ones to have logged in, and for how long. */
const MOST_DEVICES = 200;
export const DEVICE_MS = 365 * 86_400_000;
const DEVICES = "devices";

/** The user of the configuration who sees nobody's name, and changes nothing. */
const VIEWER: User = {
	id: "viewer",
	login: "viewer",
	name: "viewer",
	roles: ["viewer"],
	areas: [],
	createdAt: 0,
	version: 0,
};

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

/** Who a request comes of: a user, or a machine with its token. */
export interface Who {
	id: string;
	name: string;
	rights: ReadonlySet<Right>;
	/** Codes of the areas it is for; everywhere where empty. */
	areas: readonly string[];
	/** The user, where it is one of the store, and the hash of the session's token. */
	user?: User;
	session?: string;
}

/** A session and a mark for this browser; or why there is none. */
export type Entered = { token: string; device: string; user: User } | "wait" | "codeNeeded" | undefined;

/** Log-in, sessions, tokens of machines, and links that enrol a phone. Only hashes are stored. */
export class Auth {
	readonly #accounts: AccountStore;
	readonly #users: UserStore;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #tries: Tries;
	readonly #passwords: Passwords;
	#viewer: string | undefined;

	constructor(
		{ accounts, users }: { accounts: AccountStore; users: UserStore },
		clock: Clock,
		random: Random,
		passwords = new Passwords(random),
	) {
		this.#accounts = accounts;
		this.#users = users;
		this.#clock = clock;
		this.#random = random;
		this.#tries = new Tries(clock);
		this.#passwords = passwords;
	}

	/** Lets a user "viewer" of the configuration look on, for screens on a wall. Undefined takes that away. */
	setViewer(password: string | undefined): void {
		this.#viewer = password;
	}

	async #user(id: string): Promise<User | undefined> {
		return id === VIEWER.id ? this.#viewerUser() : this.#users.user(id);
	}

	#viewerUser(): User | undefined {
		return this.#viewer === undefined ? undefined : VIEWER;
	}

	async #isRight(user: User | undefined, password: string): Promise<boolean> {
		if (user !== VIEWER) return this.#passwords.isRight(password, user?.password);
		const [a, b] = [password, this.#viewer ?? ""].map((p) => createHash("sha256").update(p).digest()) as [
			Buffer,
			Buffer,
		];
		return timingSafeEqual(a, b);
	}

	/**
	 * "wait" while too many tries were wrong, "codeNeeded" where the password is right and the second factor is
	 * missing, undefined for a wrong password or code.
	 */
	async login(
		{ login, password, code }: { login: string; password: string; code?: string },
		visitor: Visitor,
	): Promise<Entered> {
		const user = (await this.#users.byLogin(login)) ?? (login === VIEWER.login ? this.#viewerUser() : undefined);
		const devices = await this.#devices();
		const { counted, stranger } = countedAs(login, user, visitor, devices);
		if (!this.#tries.may(counted, stranger)) return "wait";
		const isRight = await this.#isRight(user, password);
		if (!isRight || !user || user.disabledAt !== undefined) return undefined;
		if (user.totp !== undefined && code === undefined) return "codeNeeded";
		if (!(await this.#hasCode(user, code))) return undefined;
		this.#tries.right(counted, stranger);
		return this.enter(user, visitor, devices);
	}

	/** Whether it is a code of the user's second factor, where he has one; each counts once (RFC 6238, 5.2). */
	async #hasCode({ id, totp }: User, code = ""): Promise<boolean> {
		if (totp === undefined) return true;
		const step = stepOf(totp, code, this.#clock.now());
		return step !== undefined && this.#users.takeTotpStep(id, step);
	}

	/** Begins a session of whoever has shown who he is. */
	async enter(
		user: User,
		visitor: Visitor,
		devices?: Device[],
	): Promise<{ token: string; device: string; user: User }> {
		const all = devices ?? (await this.#devices());
		const origin = originOf(visitor.from);
		const given = visitor.device;
		const isOwn = given !== undefined && all.some((d) => d.user === user.id && d.hash === hashToken(given));
		const mark = isOwn ? given : this.#token();
		const at = this.#clock.now();
		const others = all.filter((d) => d.hash !== hashToken(mark) && at - d.at < DEVICE_MS);
		const next: Device[] = [...others, { hash: hashToken(mark), user: user.id, origin, at }];
		// of each user: those of a wall must not push out the browsers of the desk
		const kept = [...new Set(next.map((d) => d.user))].flatMap((id) =>
			next.filter((d) => d.user === id).slice(-MOST_DEVICES),
		);
		await this.#accounts.setSetting(DEVICES, JSON.stringify(kept));
		const token = this.#token();
		const isWall = user.roles.every((role) => role === "viewer");
		const ms = isWall ? WALL_MS : (await this.#isOnDuty(user)) ? SHIFT_MS : SESSION_MS;
		await this.#accounts.forgetExpired(at);
		await this.#accounts.addSession(hashToken(token), user.id, user.personId, at + ms);
		const agent = (visitor.agent ?? "").slice(0, 200);
		await this.#accounts.describeSession(hashToken(token), { at, origin, agent });
		return { token, device: mark, user };
	}

	/** Whoever logs in a second time during the shift must not be put out before it ends. */
	async #isOnDuty({ id }: User): Promise<boolean> {
		return (await this.#users.shifts(0)).some((s) => s.userId === id && s.to === undefined);
	}

	#token(): string {
		return Buffer.from(this.#random.bytes(24)).toString("base64url");
	}

	async #devices(): Promise<Device[]> {
		return JSON.parse((await this.#accounts.setting(DEVICES)) ?? "[]") as Device[];
	}

	/**
	 * Takes another password for a user, and ends all its other sessions. False when the old one is wrong or too many
	 * were.
	 */
	async changePassword(who: Who, old: string, fresh: string): Promise<boolean> {
		const { user, session = "" } = who;
		const counted = `session ${session}`;
		if (!user || user === VIEWER || !this.#tries.may(counted)) return false;
		if (!(await this.#isRight(user, old))) return false;
		this.#tries.right(counted);
		const at = this.#clock.now();
		const entry = { at, incidentId: "", what: "password" as const, who: user.id, detail: {} };
		await this.#users.setPassword(user.id, await this.#passwords.hash(fresh), entry);
		await this.#accounts.endSessions(user.id, session);
		return true;
	}

	/** Whether it is the user's password, for what is asked twice; counts as a try. */
	async isPassword({ user, session = "" }: Who, password: string): Promise<boolean> {
		const counted = `session ${session}`;
		if (!user || !this.#tries.may(counted) || !(await this.#passwords.isRight(password, user.password))) return false;
		this.#tries.right(counted);
		return true;
	}

	/** Sessions of one user, or of all; `id` ends one. */
	async sessions(of: string | undefined, own: string | undefined) {
		const all = await this.#accounts.sessions(this.#clock.now());
		const names = new Map([...(await this.#users.users()), VIEWER].map((u) => [u.id, u.name]));
		return all
			.filter((s) => of === undefined || s.user === of)
			.map(({ hash, user, ...s }) => ({
				id: hash.slice(0, 16),
				userId: user,
				user: names.get(user) ?? "",
				...s,
				isOwn: hash === own,
			}));
	}

	/** Ends a session by what {@link sessions} calls it; false when there is none of that name. */
	async endSession(id: string, of: string | undefined): Promise<boolean> {
		const all = await this.#accounts.sessions(this.#clock.now());
		const found = all.find((s) => s.hash.slice(0, 16) === id && (of === undefined || s.user === of));
		if (found) await this.#accounts.endSession(found.hash);
		return found !== undefined;
	}

	/** The session of a shift lasts as long as the shift may. */
	async extendForShift(session: string): Promise<void> {
		await this.#accounts.extendSession(session, this.#clock.now() + SHIFT_MS);
	}

	/** Who has this session; undefined when it is over, or its user is not let in any more. */
	async bySession(token: string | undefined): Promise<Who | undefined> {
		if (token === undefined) return undefined;
		const session = hashToken(token);
		const found = await this.#accounts.session(session, this.#clock.now());
		const user = found && (await this.#user(found.user));
		if (!user || user.disabledAt !== undefined) return undefined;
		const { id, name, areas, roles } = user;
		const who = { id, name, areas, rights: rightsOf(roles), session };
		return user === VIEWER ? who : { ...who, user };
	}

	/** Which machine has this token. */
	async byToken(token: string): Promise<Who | undefined> {
		const found = await this.#users.token(hashToken(token), this.#clock.now());
		return found && { id: `token:${found.id}`, name: found.name, areas: found.areas, rights: new Set(found.rights) };
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

/**
 * As what a try is counted: as one of a browser that has been in before, or of this address at this login; and, of who
 * has never been in, as one of strangers at this user. Who names a login that is not there is counted with all who do.
 */
function countedAs(login: string, user: User | undefined, { from, device }: Visitor, devices: Device[]) {
	const origin = originOf(from);
	const mark = device === undefined ? undefined : hashToken(device);
	const own = devices.filter((d) => d.user === user?.id);
	const known = own.find((d) => d.hash === mark);
	const counted = known ? `device ${known.hash}` : `${login.toLowerCase().slice(0, 64)} ${origin}`;
	const isKnown = known !== undefined || own.some((d) => d.origin === origin);
	return { counted, stranger: isKnown ? undefined : (user?.id ?? "") };
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

export function hashToken(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}
