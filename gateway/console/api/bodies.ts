import { Type } from "typebox";
import { ANSWERS } from "../../model/answer.ts";
import { KNOWN } from "../../model/incident-row.ts";
import { LONGEST_MAINTENANCE_MS } from "../../model/maintenance.ts";
import { RIGHTS, USER_ROLES } from "../../model/user.ts";
import { SHORTEST_PASSWORD } from "./passwords.ts";

/** Bodies and parameters of the console's interface; Fastify checks them before a handler runs. */

const strict = { additionalProperties: false };

const login = Type.String({ pattern: "^[^\\s]{2,40}$", description: "What is typed to log in; case does not matter." });
const password = Type.String({ maxLength: 200 });
const freshPassword = Type.String({ minLength: SHORTEST_PASSWORD, maxLength: 200 });
const code = Type.String({ maxLength: 12, description: "Of the authenticator app." });
const personName = Type.String({ minLength: 2, maxLength: 60, pattern: "\\S" });
const linkToken = Type.String({ minLength: 8, maxLength: 200 });

export const loginBody = Type.Object(
	{ user: Type.String({ maxLength: 64 }), password, code: Type.Optional(code) },
	strict,
);
export const passwordBody = Type.Object({ old: password, fresh: freshPassword }, strict);
export const passwordOnlyBody = Type.Object({ password }, strict);
export const codeBody = Type.Object({ code }, strict);
export const welcomeBody = Type.Object({ token: linkToken }, strict);
export const takeLinkBody = Type.Object(
	{
		token: linkToken,
		password: freshPassword,
		login: Type.Optional(login),
		name: Type.Optional(personName),
	},
	strict,
);
const areas = Type.Array(Type.String({ pattern: "^[0-9A-Za-z-]{1,40}$" }), {
	maxItems: 200,
	description: "Codes of areas, as in the register; everywhere where there is none.",
});
const user = {
	login,
	name: personName,
	roles: Type.Array(Type.Enum([...USER_ROLES]), { minItems: 1, uniqueItems: true }),
	areas,
	personId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
	subject: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "`sub` at the OpenID provider." })),
};
export const userBody = Type.Object(user, strict);
export const changeUserBody = Type.Object(
	{ ...user, version: Type.Integer({ minimum: 1 }), isDisabled: Type.Boolean() },
	strict,
);
export const tokenBodyOfMachine = Type.Object(
	{
		name: personName,
		rights: Type.Array(Type.Enum([...RIGHTS]), { minItems: 1, uniqueItems: true }),
		areas,
		days: Type.Integer({ minimum: 1, maximum: 400, description: "It ends by itself after so many." }),
	},
	strict,
);
export const handOverBody = Type.Object({ note: Type.String({ maxLength: 2_000 }) }, strict);
export const eventsQuery = Type.Object({ of: Type.Optional(Type.Enum(["all", "desk"])) }, strict);
const filter = {
	from: Type.Optional(Type.Integer({ minimum: 0, description: "Opened from then on, ms since 1970." })),
	to: Type.Optional(Type.Integer({ minimum: 0, description: "Opened before then." })),
	kind: Type.Optional(Type.Enum(["fire", "fault", "coverageLost", "sensorFault"])),
	has: Type.Optional(Type.Enum([...KNOWN], { description: "What is known of it; `noCause`: what is not." })),
	status: Type.Optional(Type.Enum(["actual", "exercise"])),
	states: Type.Optional(
		Type.String({ pattern: "^[a-zA-Z]+(,[a-zA-Z]+){0,9}$", description: "States, with commas between." }),
	),
	area: Type.Optional(Type.String({ pattern: "^[0-9A-Za-z-]{1,40}$" })),
	source: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
	person: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
	text: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
	slowerThanS: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
};
export const listQuery = Type.Object(
	{
		...filter,
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
		before: Type.Optional(
			Type.String({ pattern: "^\\d{1,15}~[A-Za-z0-9._-]{1,128}$", description: "Behind this row." }),
		),
	},
	strict,
);
export const historyQuery = Type.Object(
	{ hours: Type.Integer({ minimum: 1, maximum: 24 * 366, description: "How many hours back, a year at most." }) },
	strict,
);
export const numbersQuery = Type.Object(
	{
		from: Type.Integer({ minimum: 0 }),
		to: Type.Integer({ minimum: 0 }),
		area: filter.area,
		status: Type.Enum(["actual", "exercise"], { default: "actual", description: "What is counted." }),
	},
	strict,
);
export const exportQuery = Type.Object({ ...filter, format: Type.Enum(["csv", "xlsx", "geojson"]) }, strict);
export const auditQuery = Type.Object(
	{ from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })) },
	strict,
);
export const sessionParams = Type.Object({ id: Type.String({ pattern: "^[0-9a-f]{16}$" }) });
const id = Type.String({ pattern: "^[A-Za-z0-9._-]{1,128}$" });
export const idParams = Type.Object({ id });
export const personParams = Type.Object({ id, person: Type.String({ minLength: 1, maxLength: 128 }) });
export const nameParams = Type.Object({ id: Type.String({ maxLength: 200 }), name: Type.String({ maxLength: 200 }) });
export const taskParams = Type.Object({
	id,
	task: Type.String({ pattern: "^[A-Za-z0-9-]{1,40}$" }),
});
export const reopenBody = Type.Object(
	{
		reason: Type.String({ minLength: 2, maxLength: 300, description: "Why it is opened again." }),
	},
	strict,
);
const answer = Type.Enum([...ANSWERS]);
const told = {
	etaMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
	note: Type.Optional(Type.String({ maxLength: 500 })),
	cause: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: "\\S" })),
	sizeHa: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
};
export const answerBody = Type.Object(
	{ answer, ...told, for: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) },
	strict,
);
const share = Type.Number({ minimum: 0, maximum: 1 });
export const maskBody = Type.Object(
	{
		box: Type.Object({ x: share, y: share, w: share, h: share }, strict),
		reason: Type.String({ minLength: 2, maxLength: 200 }),
		days: Type.Integer({ minimum: 1, maximum: 90 }),
	},
	strict,
);
export const maintenanceBody = Type.Object(
	{
		devices: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
			minItems: 1,
			maxItems: 50,
			description: "Ids of cameras and sensors.",
		}),
		reason: Type.String({ minLength: 2, maxLength: 200 }),
		minutes: Type.Integer({ minimum: 1, maximum: LONGEST_MAINTENANCE_MS / 60_000 }),
	},
	strict,
);
export const dangerBody = Type.Object(
	{
		level: Type.Enum([1, 2, 3, 4, 5]),
		area: Type.Optional(
			Type.String({ pattern: "^[0-9A-Za-z-]{1,40}$", description: "Code of an area; everywhere where there is none." }),
		),
	},
	strict,
);
const where = {
	grid: Type.Optional(Type.String({ maxLength: 40 })),
	lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
	lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
};
export const drillBody = Type.Object(where, strict);
export const reportBody = Type.Object(
	{
		note: Type.Optional(Type.String({ maxLength: 200, description: "What the caller says." })),
		caller: Type.Optional(Type.String({ maxLength: 60, description: "Who calls." })),
		phone: Type.Optional(Type.String({ maxLength: 30, description: "Number to call back." })),
		...where,
	},
	strict,
);
const token = Type.String({ minLength: 8, maxLength: 500 });
export const tokenBody = Type.Object({ token }, strict);
const position = Type.Object(
	{ lat: Type.Number({ minimum: -90, maximum: 90 }), lon: Type.Number({ minimum: -180, maximum: 180 }) },
	strict,
);
/** Made by the browser and kept there: with its first answer a link belongs to it. */
const key = Type.String({ minLength: 16, maxLength: 64 });
export const linkBody = Type.Object({ token, key }, strict);
export const phoneAnswerBody = Type.Object(
	{
		token,
		key,
		answer,
		...told,
		/** One tap of one phone: said again because nothing was heard of it, it counts once. */
		tap: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9-]{8,64}$" })),
		/** How long ago it was tapped, ms: without signal it waits in the phone. */
		ageMs: Type.Optional(Type.Number({ minimum: 0, maximum: 172_800_000 })),
		position: Type.Optional(position),
		picture: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9+/=]+$", maxLength: 2_800_000 })),
	},
	strict,
);
export const receiptParams = Type.Object({
	token: Type.String({ maxLength: 200 }),
	kind: Type.Enum(["sms", "voice", "reply"]),
});
export const shownBody = Type.Object({ delivery: Type.String({ minLength: 8, maxLength: 64 }) }, strict);
export const subscribeBody = Type.Object(
	{
		token,
		device: Type.String({ maxLength: 200 }),
		subscription: Type.Object({
			endpoint: Type.String({ pattern: "^https://", maxLength: 1000 }),
			keys: Type.Object({ p256dh: Type.String({ maxLength: 200 }), auth: Type.String({ maxLength: 100 }) }),
		}),
	},
	strict,
);
