/**
 * Who may log in at the console. A user is a person of the register, a technician, or an administrator outside of it.
 * viewer 查看, officer 值班员, dutyLeader 带班领导, office 林长办, technician 技术员, administrator 管理员.
 */
export const USER_ROLES = ["viewer", "officer", "dutyLeader", "office", "technician", "administrator"] as const;
export type UserRole = (typeof USER_ROLES)[number];

/**
 * What a request may need. look: all that names nobody; personal: names, telephone numbers, places and photos of
 * people; answer: what the desk says of an incident; call: takes calls (12119); drill: practises; mask, danger,
 * maintain: orders of the desk; enrol: links for people's phones; register: edits it; users: users, their sessions,
 * tokens of machines; audit: who has done and read what.
 */
export const RIGHTS = [
	"look",
	"personal",
	"answer",
	"call",
	"drill",
	"mask",
	"danger",
	"maintain",
	"enrol",
	"register",
	"users",
	"audit",
] as const;
export type Right = (typeof RIGHTS)[number];

const DESK: readonly Right[] = ["look", "personal", "answer", "call", "drill", "mask", "danger", "maintain", "enrol"];

/**
 * The only table of who may do what. An administrator may do all: whoever sets a tower up has nobody else there yet.
 */
export const RIGHTS_OF: Readonly<Record<UserRole, readonly Right[]>> = {
	viewer: ["look"],
	officer: DESK,
	dutyLeader: [...DESK, "audit"],
	office: ["look", "personal", "call", "drill", "danger", "enrol", "register", "audit"],
	technician: ["look", "mask", "maintain"],
	administrator: RIGHTS,
};

/** Roles that stand a shift at the desk. */
export const ON_SHIFT: readonly UserRole[] = ["officer", "dutyLeader", "administrator"];

export interface User {
	id: string;
	/** What is typed to log in; case does not matter. */
	login: string;
	name: string;
	/** The person of the register that it is, if any. */
	personId?: string;
	roles: UserRole[];
	/** Codes of the areas the user is for, as in the register; everywhere where empty. */
	areas: string[];
	/** Salt and hash, in hex with a colon between; undefined until the user has set one. */
	password?: string;
	/** Secret of the second factor (TOTP, RFC 6238), base32; undefined where there is none. */
	totp?: string;
	/** `sub` of the user at the OpenID provider. */
	subject?: string;
	/** Since when nobody may log in with it, ms since 1970. */
	disabledAt?: number;
	createdAt: number;
	/** Grows with each change: two administrators do not overwrite each other. */
	version: number;
}

/** A machine's way in: it may do what its rights say until it ends. */
export interface ApiToken {
	id: string;
	name: string;
	rights: Right[];
	areas: string[];
	createdBy: string;
	createdAt: number;
	/** ms since 1970. */
	endsAt: number;
}

/** A shift at the desk, from sign-on to hand-over. */
export interface DutyShift {
	id: string;
	userId: string;
	name: string;
	role: UserRole;
	from: number;
	/** When it was handed over; undefined while it lasts. */
	to?: number;
	/** What whoever comes next should know. */
	note?: string;
}

/** A look at personal data, or another act that changes nothing of an incident. */
export interface AuditRow {
	at: number;
	/** Id and name of the user, or of the token. */
	who: string;
	name: string;
	/** What was looked at, as `incident`. */
	what: string;
	/** Of which. */
	of: string;
}

export function rightsOf(roles: readonly UserRole[]): ReadonlySet<Right> {
	return new Set(roles.flatMap((role) => RIGHTS_OF[role]));
}
