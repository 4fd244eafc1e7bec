import type { Clock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { omit } from "../base/omit.ts";
import { type Random, SystemRandom } from "../base/random.ts";
import { Passwords } from "../console/api/passwords.ts";
import { Users } from "../console/api/users.ts";
import type { Incident } from "../model/incident.ts";
import type { Right, User } from "../model/user.ts";
import { makeCredential } from "../sense/broker/credentials.ts";
import { erasePerson } from "../store/erasure.ts";
import { openStores, storeFile } from "../store/open.ts";
import type { UserStore } from "../store/users.ts";
import { openModel } from "../watch/detect/manifest.ts";

/** How long a command at the machine may ask the gateway, ms. */
const COMMAND_MS = 120_000;

/**
 * Makes another password for a user, the only administrator where none is named, and ends his sessions and his second
 * factor; that it was done stands in the ledger. Throws LK0901 where it is not clear whose.
 */
export async function newPassword(
	dataDir: string,
	{ login, by }: { login?: string; by: string },
	clock: Clock,
	random: Random,
): Promise<{ login: string; password: string }> {
	const { db, accounts, users } = await openStores(storeFile(dataDir));
	try {
		const user = await whosePassword(users, login);
		const passwords = new Passwords(random);
		const password = passwords.made();
		const entry = { at: clock.now(), incidentId: "", what: "password", who: by, detail: { user: user.id } } as const;
		await users.change({ ...omit(user, "totp"), password: await passwords.hash(password) }, entry);
		await accounts.endSessions(user.id);
		return { login: user.login, password };
	} finally {
		await db.close();
	}
}

async function whosePassword(users: UserStore, login: string | undefined): Promise<User> {
	const all = (await users.users()).filter((u) => u.disabledAt === undefined);
	const [user, another] = all.filter((u) =>
		login === undefined ? u.roles.includes("administrator") : u.login.toLowerCase() === login.toLowerCase(),
	);
	if (user && !another) return user;
	const names = all.map((u) => u.login).join(", ");
	throw new LookoutError("LK0901", login === undefined ? "whose password?" : `there is no user "${login}"`, {
		hint: names === "" ? "Nobody can log in yet: start the gateway, and open its link." : `Name one of: ${names}`,
	});
}

/**
 * Lets a command at the machine ask the running gateway for a moment, under a name that is kept: whoever may write the
 * store may do all that the gateway does.
 */
export async function withToken<T>(
	dataDir: string,
	{ by, rights }: { by: string; rights: Right[] },
	clock: Clock,
	work: (token: string) => Promise<T>,
): Promise<T> {
	const { db, users, accounts } = await openStores(storeFile(dataDir));
	const who = { id: "machine", name: by };
	const book = new Users({ users, accounts }, clock, new SystemRandom());
	try {
		const { id, token } = await book.addToken({ name: by, rights, areas: [], endsAt: clock.now() + COMMAND_MS }, who);
		try {
			return await work(token);
		} finally {
			await book.endToken(id, who);
		}
	} finally {
		await db.close();
	}
}

/** Erases a person from a tower's store; answers with the pictures to delete. Throws LK0901 where nothing is kept. */
export async function forgetPerson(dataDir: string, personId: string, by: string, at: number): Promise<string[]> {
	const pictures = await erasePerson(storeFile(dataDir), { personId, by, at });
	if (pictures) return pictures;
	throw new LookoutError("LK0901", `nothing is kept of "${personId}"`, {
		hint: "The id is the one in the register's people file.",
	});
}

/** What commands read of a tower's data: incidents that ended, and the width its detector works at. */
export async function readVerdicts(
	dataDir: string,
	model: string,
	since: number,
): Promise<{ incidents: Incident[]; width: number }> {
	const { db, judgements } = await openStores(storeFile(dataDir));
	try {
		return { incidents: await judgements.endedSince(since), width: openModel(model).manifest.inputWidth };
	} finally {
		await db.close();
	}
}

/** A node's password and the hash of it that the configuration keeps. */
export function makeNodeCredential(random: Random): { password: string; credential: string } {
	return makeCredential(random);
}
