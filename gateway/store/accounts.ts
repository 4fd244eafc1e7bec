import type { Random } from "../base/random.ts";
export interface Subscription {
	endpoint: string;
	personId: string;
	p256dh: string;
	auth: string;
	createdAt: number;
	device: string;
}

/** Settings, sessions, enrolments and push subscriptions. Tokens are kept as hashes only. */
export interface AccountStore {
	setting(key: string): Promise<string | undefined>;
	/** A secret of this gateway's own: made at its first use, and kept. */
	secret(key: string, random: Random): Promise<string>;
	setSetting(key: string, value: string): Promise<void>;
	addSession(tokenHash: string, user: string, personId: string | undefined, expiresAt: number): Promise<void>;
	session(tokenHash: string, now: number): Promise<{ user: string; personId?: string } | undefined>;
	/** Where and when a session was begun. */
	describeSession(tokenHash: string, begun: { at: number; origin: string; agent: string }): Promise<void>;
	/** Sessions that hold, the newest first. */
	sessions(now: number): Promise<{ hash: string; user: string; at?: number; origin?: string; agent?: string }[]>;
	/** A session lasts until then, ms since 1970, if that is later than it would end. */
	extendSession(tokenHash: string, expiresAt: number): Promise<void>;
	endSession(tokenHash: string): Promise<void>;
	/** Ends all sessions of a user but one. */
	endSessions(user: string, but?: string): Promise<void>;
	addEnrolment(tokenHash: string, personId: string, expiresAt: number): Promise<void>;
	enrolment(tokenHash: string, now: number): Promise<string | undefined>;
	/** An enrolment link works once. */
	consumeEnrolment(tokenHash: string): Promise<void>;
	addSubscription(s: Subscription): Promise<void>;
	removeSubscription(endpoint: string): Promise<void>;
	subscriptions(personId?: string): Promise<Subscription[]>;
	forgetExpired(now: number): Promise<void>;
}
