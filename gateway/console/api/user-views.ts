import type { User as UserRow } from "../../model/user.ts";
import type { User } from "../views/schemas.ts";

/** A user without what is secret. */
export function userView({ password, totp, subject, personId, disabledAt, ...user }: UserRow): User {
	return {
		...user,
		...(personId === undefined ? {} : { personId }),
		...(subject === undefined ? {} : { subject }),
		...(disabledAt === undefined ? {} : { disabledAt }),
		hasPassword: password !== undefined,
		hasSecondFactor: totp !== undefined,
	};
}
