import { createHash, scryptSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../base/clock.ts";
import { SystemRandom } from "../../base/random.ts";
import { SqliteAccountStore } from "../../store/sqlite/accounts.ts";
import { Database } from "../../store/sqlite/database.ts";
import { Auth, type Visitor } from "./auth.ts";
import { type Derive, Passwords } from "./passwords.ts";

/** What costs a guesser sixty milliseconds would cost these tests half a minute. */
const cheap: Derive = async (password, salt) => createHash("sha256").update(salt).update(password).digest();

describe("the log-in of the desk", () => {
	let folder: string;
	let db: Database;
	let accounts: SqliteAccountStore;
	let auth: Auth;
	let password: string;
	let ms = 0;
	const clock = new SystemClock();
	const HOUR = 3_600_000;

	beforeEach(async () => {
		ms = 0;
		vi.spyOn(clock, "monotonic").mockImplementation(() => ms);
		folder = mkdtempSync(join(tmpdir(), "lookout-auth-"));
		db = await Database.open(join(folder, "store.db"));
		accounts = new SqliteAccountStore(db);
		auth = new Auth(accounts, clock, new SystemRandom(), new Passwords(accounts, new SystemRandom(), cheap));
		auth.setViewer("a password of viewers");
		password = (await auth.firstPassword())?.password ?? "";
	});
	afterEach(async () => {
		vi.restoreAllMocks();
		await db.close();
		rmSync(folder, { recursive: true });
	});
	const at = (from: string, more: Partial<Visitor> = {}): Visitor => ({ from, ...more });
	const guess = (from: string, user = "duty") => auth.login(user, "a guess", at(from));
	async function enter(visitor: Visitor): Promise<{ token: string; device: string }> {
		const got = await auth.login("duty", password, visitor);
		if (got === undefined || got === "wait") throw new Error(`not let in: ${got}`);
		return got;
	}

	it("keeps the desk's browsers apart from those of viewers, however many of them log in", async () => {
		const { device } = await enter(at("198.51.100.1"));
		for (let i = 0; i < 210; i++)
			expect(await auth.login("viewer", "a password of viewers", at(`203.0.113.${i}`))).toMatchObject({
				token: expect.any(String),
			});
		for (let i = 0; i < 60; i++) await guess(`198.51.101.${i}`);
		await enter(at("192.0.2.9", { device }));
	});

	it("lets a browser that has been in before log in while somebody guesses from its own address, without end", async () => {
		const { device } = await enter(at("198.51.100.1"));
		for (let minute = 0; minute < 5; minute++) {
			for (let i = 0; i < 8; i++) await guess("198.51.100.1");
			expect(await auth.login("duty", password, at("198.51.100.1"))).toBe("wait");
			await enter(at("198.51.100.1", { device }));
			ms += 31_000;
		}
		// the mark of a browser is no password, and is none of another account's
		expect(await auth.login("duty", "a guess", at("203.0.113.9", { device }))).toBeUndefined();
	});

	it("a viewer who logs in does not make room for more guesses at the desk", async () => {
		for (let i = 0; i < 5; i++) await guess("198.51.100.1");
		expect(await auth.login("viewer", "a password of viewers", at("198.51.100.1"))).toMatchObject({
			token: expect.any(String),
		});
		expect(await guess("198.51.100.1")).toBe("wait");
	});

	it("many addresses together have few tries at one account, and an address that has been in is not among them", async () => {
		await enter(at("198.51.100.1"));
		let tried = 0;
		for (let i = 0; i < 60; i++) if ((await guess(`203.0.113.${i}`)) === undefined) tried++;
		expect(tried).toBe(30);
		await enter(at("198.51.100.1"));
		expect(await auth.login("duty", password, at("203.0.113.200"))).toBe("wait");
		ms += HOUR;
		await enter(at("203.0.113.200"));
		// other accounts, and names of none, are counted apart
		expect(await auth.login("viewer", "a password of viewers", at("203.0.113.201"))).toMatchObject({
			token: expect.any(String),
		});
	});

	it("a password is changed with the old one, and everybody else is logged out; at the machine it is made anew", async () => {
		const [own, other] = [
			await enter(at("198.51.100.1", { agent: "A" })),
			await enter(at("198.51.100.2", { agent: "B" })),
		];
		expect(await auth.changePassword("wrong", "a longer password", own.token)).toBe(false);
		expect(await auth.changePassword(password, "a longer password", own.token)).toBe(true);
		expect(await auth.session(own.token)).toEqual({ user: "duty" });
		expect(await auth.session(other.token)).toBeUndefined();
		expect(await auth.login("duty", password, at("198.51.100.3"))).toBeUndefined();
		const made = await new Passwords(accounts, new SystemRandom(), cheap).reset();
		expect(await auth.session(own.token)).toBeUndefined();
		password = made;
		await enter(at("198.51.100.1"));
	});

	it("a session that was left open cannot guess the old password", async () => {
		const { token } = await enter(at("198.51.100.1"));
		for (let i = 0; i < 5; i++) await auth.changePassword(`guess ${i}`, "a longer password", token);
		expect(await auth.changePassword(password, "a longer password", token)).toBe(false);
		ms += 31_000;
		expect(await auth.changePassword(password, "a longer password", token)).toBe(true);
	});

	it("says who is logged in, since when, from where and with what, and ends each by its name", async () => {
		const [own, other] = [
			await enter(at("198.51.100.1", { agent: "Firefox" })),
			await enter(at("2001:db8:1:2:3::4", { agent: "Chrome" })),
		];
		const listed = await auth.sessions(own.token);
		expect(listed.map(({ user, origin, agent, isOwn }) => ({ user, origin, agent, isOwn }))).toEqual(
			expect.arrayContaining([
				{ user: "duty", origin: "198.51.100.1", agent: "Firefox", isOwn: true },
				{ user: "duty", origin: "2001:db8:1:2", agent: "Chrome", isOwn: false },
			]),
		);
		const [theirs] = listed.filter((s) => !s.isOwn);
		expect(JSON.stringify(listed)).not.toContain(other.token);
		expect(await auth.endSession(theirs?.id ?? "")).toBe(true);
		expect(await auth.session(other.token)).toBeUndefined();
		expect(await auth.session(own.token)).toEqual({ user: "duty" });
		expect(await auth.endSession("0000000000000000")).toBe(false);
	});
});

it("what is kept of a password is its scrypt hash under a salt of its own", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-password-"));
	const db = await Database.open(join(folder, "store.db"));
	try {
		const accounts = new SqliteAccountStore(db);
		const passwords = new Passwords(accounts, new SystemRandom());
		const password = await passwords.reset();
		const [salt = "", hash = ""] = ((await accounts.setting("password")) ?? "").split(":");
		const key = scryptSync(password, Buffer.from(salt, "hex"), 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 << 20 });
		expect([salt.length, hash]).toEqual([32, key.toString("hex")]);
		expect([await passwords.isRight(password), await passwords.isRight(`${password}.`)]).toEqual([true, false]);
	} finally {
		await db.close();
		rmSync(folder, { recursive: true });
	}
});
