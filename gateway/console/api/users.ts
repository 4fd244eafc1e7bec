import type { Clock } from "../../base/clock.ts";
import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import type { Random } from "../../base/random.ts";
import { phrase } from "../../base/say.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { ApiToken, Right, User, UserRole } from "../../model/user.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { UserStore } from "../../store/users.ts";
import { hashToken } from "./auth.ts";
import { Passwords } from "./passwords.ts";
import { secretOf, stepOf, uriOf } from "./totp.ts";

/** How long a link lets somebody set a password. The first administrator's lasts until the next start makes another. */
const LINK_MS = 72 * 3_600_000;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** What an administrator says of a user. */
export interface UserFields {
	login: string;
	name: string;
	roles: UserRole[];
	areas: string[];
	personId?: string;
	subject?: string;
}
type Refused = { refused: Phrase };

/** Who does it: an id and a name that stand in the ledger. */
export interface By {
	id: string;
	name: string;
}

/** Users, the links by which they set their passwords, their second factors, and the tokens of machines. */
export class Users {
	readonly #users: UserStore;
	readonly #accounts: AccountStore;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #passwords: Passwords;
	/** Secrets that somebody is about to take for a second factor, by user. */
	readonly #begun = new Map<string, string>();

	constructor(
		{ users, accounts }: { users: UserStore; accounts: AccountStore },
		clock: Clock,
		random: Random,
		passwords = new Passwords(random),
	) {
		this.#users = users;
		this.#accounts = accounts;
		this.#clock = clock;
		this.#random = random;
		this.#passwords = passwords;
	}

	all(): Promise<User[]> {
		return this.#users.users();
	}

	/** Who logs in as this at the OpenID provider, unless he may not any more. */
	async bySubject(subject: string): Promise<User | undefined> {
		const user = await this.#users.bySubject(subject);
		return user?.disabledAt === undefined ? user : undefined;
	}

	/** The token of the link that makes the first administrator; undefined where somebody may administer already. */
	async firstLink(): Promise<string | undefined> {
		if ((await this.#administrators()).length > 0) return undefined;
		return this.#link(undefined, FOR_EVER);
	}

	/** Whom a link is for: a user, or the first administrator, whose login and name it takes. */
	async welcome(token: string): Promise<{ user?: User } | undefined> {
		const link = await this.#users.link(hashToken(token), this.#clock.now());
		if (!link) return undefined;
		if (link.userId === undefined) return {};
		const user = await this.#users.user(link.userId);
		return user && user.disabledAt === undefined ? { user } : undefined;
	}

	/** Sets a password by a link, which works once. Undefined when the link is not valid. */
	async takeLink(
		token: string,
		{ password, login, name }: { password: string; login?: string; name?: string },
	): Promise<User | Refused | undefined> {
		const link = await this.welcome(token);
		if (!link) return undefined;
		if (!link.user && (login === undefined || name === undefined)) return { refused: phrase("api.nameYourself") };
		const hash = await this.#passwords.hash(password);
		if (!(await this.#users.takeLink(hashToken(token)))) return undefined;
		if (link.user) {
			await this.#users.setPassword(link.user.id, hash, this.#entry("password", link.user, {}));
			return (await this.#users.user(link.user.id)) ?? undefined;
		}
		const user = this.#made({ login: login ?? "", name: name ?? "", roles: ["administrator"], areas: [] });
		const isAdded = await this.#users.add({ ...user, password: hash }, this.#about("made", user, user));
		return isAdded ? user : { refused: phrase("api.loginTaken") };
	}

	/** A new user, and the link by which he sets his password. */
	async add(fields: UserFields, by: By): Promise<{ user: User; link: string } | Refused> {
		const user = this.#made(fields);
		const isAdded = await this.#users.add(user, this.#about("made", by, user));
		return isAdded
			? { user, link: await this.#link(user.id, this.#clock.now() + LINK_MS) }
			: { refused: phrase("api.loginTaken") };
	}

	#made(fields: UserFields): User {
		return { id: this.#random.uuid().slice(0, 8), ...fields, createdAt: this.#clock.now(), version: 1 };
	}

	/** What is said of a user takes the place of what was; `version` is that of which the writer knows. */
	async change(
		id: string,
		{ version, isDisabled, ...fields }: UserFields & { version: number; isDisabled: boolean },
		by: By,
	): Promise<User | Refused> {
		const known = await this.#users.user(id);
		if (!known) return { refused: phrase("api.noUser") };
		const bare = omit(known, "personId", "subject", "disabledAt");
		const disabledAt = isDisabled ? (known.disabledAt ?? this.#clock.now()) : undefined;
		const next: User = { ...bare, ...fields, ...defined({ disabledAt }), version };
		const others = (await this.#administrators()).filter((u) => u.id !== id);
		if (others.length === 0 && !isAdministrator(next)) return { refused: phrase("api.lastAdministrator") };
		if (!(await this.#users.change(next, this.#about("changed", by, next)))) {
			const same = await this.#users.byLogin(next.login);
			return { refused: phrase(same && same.id !== id ? "api.loginTaken" : "api.changedMeanwhile") };
		}
		if (isDisabled) await this.#accounts.endSessions(id);
		return { ...next, version: version + 1 };
	}

	/** A link by which a user sets another password; the old one, his second factor and his sessions end now. */
	async reset(id: string, by: By): Promise<string | undefined> {
		const user = await this.#users.user(id);
		if (!user) return undefined;
		await this.#users.change(omit(user, "totp", "password"), this.#about("reset", by, user));
		await this.#accounts.endSessions(id);
		return this.#link(id, this.#clock.now() + LINK_MS);
	}

	async #link(userId: string | undefined, expiresAt: number): Promise<string> {
		const token = Buffer.from(this.#random.bytes(24)).toString("base64url");
		await this.#users.addLink(hashToken(token), userId, expiresAt);
		return token;
	}

	async #administrators(): Promise<User[]> {
		return (await this.#users.users()).filter(isAdministrator);
	}

	/** A secret for a second factor, and what an app reads; it counts once a code of it has been shown. */
	beginTotp(user: User, issuer: string): { secret: string; uri: string } {
		const secret = secretOf(this.#random.bytes(20));
		this.#begun.set(user.id, secret);
		return { secret, uri: uriOf(secret, issuer, user.login) };
	}

	/** False when the code is not that of the secret that was begun. */
	async confirmTotp(user: User, code: string): Promise<boolean> {
		const secret = this.#begun.get(user.id);
		if (secret === undefined || stepOf(secret, code, this.#clock.now()) === undefined) return false;
		const done = await this.#users.change({ ...user, totp: secret }, this.#about("secondFactor", user, user));
		if (done) this.#begun.delete(user.id);
		return done;
	}

	endTotp(user: User): Promise<boolean> {
		return this.#users.change(omit(user, "totp"), this.#about("noSecondFactor", user, user));
	}

	tokens(): Promise<ApiToken[]> {
		return this.#users.tokens(this.#clock.now());
	}

	/** A machine's way in, until it ends; `token` is known in clear now alone. */
	async addToken(
		{ name, rights, areas, endsAt }: { name: string; rights: Right[]; areas: string[]; endsAt: number },
		by: By,
	): Promise<{ id: string; token: string }> {
		const token = `lk_${Buffer.from(this.#random.bytes(24)).toString("base64url")}`;
		const id = this.#random.uuid().slice(0, 8);
		const made = { id, name, rights, areas, createdBy: by.name, createdAt: this.#clock.now(), endsAt };
		const detail = { token: id, rights, areas, endsAt };
		await this.#users.addToken(hashToken(token), made, this.#entry("token:made", by, detail));
		return { id, token };
	}

	endToken(id: string, by: By): Promise<boolean> {
		return this.#users.endToken(id, this.#clock.now(), this.#entry("token:ended", by, { token: id }));
	}

	#about(done: "made" | "changed" | "reset" | "secondFactor" | "noSecondFactor", by: By, user: User): LedgerEntry {
		const { id, roles, areas, disabledAt } = user;
		const detail = { user: id, roles, areas, ...(disabledAt === undefined ? {} : { disabledAt }) };
		return {
			...this.#entry(`user:${done}`, by, detail),
			personal: { name: by.name, user: user.name, login: user.login },
		};
	}

	#entry(what: LedgerEntry["what"], by: By, detail: Record<string, unknown>): LedgerEntry {
		return { at: this.#clock.now(), incidentId: "", what, who: by.id, detail, personal: { name: by.name } };
	}
}

function isAdministrator({ roles, disabledAt }: User): boolean {
	return disabledAt === undefined && roles.includes("administrator");
}
