import type { LedgerEntry } from "../model/ledger.ts";
import type { ApiToken, AuditRow, DutyShift, User } from "../model/user.ts";

/**
 * Users, links by which they set a password, tokens of machines, shifts at the desk, and who has looked at what. Tokens
 * are kept as hashes only. Each change is committed together with its row of the ledger.
 */
export interface UserStore {
	/** All of them, by name. */
	users(): Promise<User[]>;
	user(id: string): Promise<User | undefined>;
	byLogin(login: string): Promise<User | undefined>;
	bySubject(subject: string): Promise<User | undefined>;
	/** False when the login is another's. */
	add(user: User, entry: LedgerEntry): Promise<boolean>;
	/**
	 * Takes the place of what is there; false when that has another version than `user.version`, or the login is taken.
	 */
	change(user: User, entry: LedgerEntry): Promise<boolean>;
	/** Keeps a password alone, whatever the version. */
	setPassword(id: string, password: string | undefined, entry: LedgerEntry): Promise<void>;
	/** The steps of TOTP that have been used, so that none counts twice: false when this one has. */
	takeTotpStep(id: string, step: number): Promise<boolean>;
	/**
	 * A link for a user, or for the first administrator where `userId` is undefined; it takes the place of the one
	 * before.
	 */
	addLink(tokenHash: string, userId: string | undefined, expiresAt: number): Promise<void>;
	link(tokenHash: string, now: number): Promise<{ userId?: string } | undefined>;
	/** False when it is gone: two that use it at once do not both. */
	takeLink(tokenHash: string): Promise<boolean>;
	addToken(tokenHash: string, token: ApiToken, entry: LedgerEntry): Promise<void>;
	/** Tokens that hold. */
	tokens(now: number): Promise<ApiToken[]>;
	token(tokenHash: string, now: number): Promise<ApiToken | undefined>;
	/** False when there is none of that id. */
	endToken(id: string, now: number, entry: LedgerEntry): Promise<boolean>;
	/** Shifts that last, and the newest `ended` that are over, newest first. */
	shifts(ended: number): Promise<DutyShift[]>;
	beginShift(shift: DutyShift, entry: LedgerEntry): Promise<void>;
	/** False when it is over already. */
	endShift(id: string, at: number, note: string, entry: LedgerEntry): Promise<boolean>;
	addAudit(row: AuditRow): Promise<void>;
	/** Newest first, of a time, ms since 1970. */
	audit(from: number, to: number, limit: number): Promise<AuditRow[]>;
}
