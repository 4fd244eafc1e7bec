import { type Static, Type } from "typebox";
import { RIGHTS, USER_ROLES } from "../../../model/user.ts";
import { list, named, optional, shape, text, time } from "./shape.ts";

const roles = list(Type.Enum([...USER_ROLES]));
const rights = list(Type.Enum([...RIGHTS]));

export const User = named(
	"User",
	shape({
		id: text,
		login: text,
		name: text,
		personId: optional(text),
		roles,
		areas: list(text),
		subject: optional(text),
		disabledAt: optional(time),
		createdAt: time,
		version: Type.Integer(),
		hasPassword: Type.Boolean(),
		hasSecondFactor: Type.Boolean(),
	}),
);
export type User = Static<typeof User>;
export const MadeUser = named("MadeUser", shape({ user: User, url: text }, "The link works once, for three days."));
export type MadeUser = Static<typeof MadeUser>;
export const Link = named("Link", shape({ url: text }));

export const Me = named(
	"Me",
	shape({
		id: text,
		name: text,
		login: text,
		roles,
		rights,
		areas: list(text),
		hasSecondFactor: Type.Boolean(),
		isOnDuty: Type.Boolean(),
	}),
);
export type Me = Static<typeof Me>;
export const Welcome = named(
	"Welcome",
	shape({ isFirst: Type.Boolean(), name: optional(text), login: optional(text) }, "The first one names himself."),
);
export const LoginWays = named(
	"LoginWays",
	shape({ oidc: optional(text) }, "What the button of the OpenID provider says."),
);
export const SecondFactor = named("SecondFactor", shape({ secret: text, uri: text, qr: text }));

export const Token = named(
	"Token",
	shape({ id: text, name: text, rights, areas: list(text), createdBy: text, createdAt: time, endsAt: time }),
);
export type Token = Static<typeof Token>;
export const MadeToken = named("MadeToken", shape({ id: text, token: text }));
export type MadeToken = Static<typeof MadeToken>;

export const Shift = named(
	"Shift",
	shape({
		id: text,
		userId: text,
		name: text,
		role: Type.Enum([...USER_ROLES]),
		from: time,
		to: optional(time),
		note: optional(text),
	}),
);
export type Shift = Static<typeof Shift>;
export const Duty = named(
	"Duty",
	shape({
		shifts: list(Shift),
		/** By the register's roster: who should be here now, and who comes next. */
		roster: list(shape({ role: text, name: text, from: time, to: time, isNow: Type.Boolean() })),
	}),
);
export type Duty = Static<typeof Duty>;

export const Session = named(
	"Session",
	shape({
		id: text,
		userId: text,
		user: text,
		at: optional(time),
		origin: optional(text),
		agent: optional(text),
		isOwn: Type.Boolean(),
	}),
);
export type Session = Static<typeof Session>;
export const AuditEntry = named("AuditEntry", shape({ at: time, who: text, name: text, what: text, of: text }));
export type AuditEntry = Static<typeof AuditEntry>;
