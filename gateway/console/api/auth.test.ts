import { createHash, scryptSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../base/clock.ts";
import { SystemRandom } from "../../base/random.ts";
import { SqliteAccountStore } from "../../store/sqlite/accounts.ts";
import { Database } from "../../store/sqlite/database.ts";
import { SqliteUserStore } from "../../store/sqlite/users.ts";
import { Auth, type Visitor, type Who } from "./auth.ts";
import { type Derive, Passwords } from "./passwords.ts";
import { Users } from "./users.ts";

/** What costs a guesser sixty milliseconds would cost these tests half a minute. */
const cheap: Derive = async (password, salt) => createHash("sha256").update(salt).update(password).digest();

describe("the log-in", () => {
	let folder: string;
	let db: Database;
	let users: Users;
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
		const stores = { accounts: new SqliteAccountStore(db), users: new SqliteUserStore(db) };
		const passwords = new Passwords(new SystemRandom(), cheap);
		auth = new Auth(stores, clock, new SystemRandom(), passwords);
		auth.setViewer("a password of viewers");
		users = new Users(stores, clock, new SystemRandom(), passwords);
		const named = { login: "duty", name: "周丽", password: "correct horse battery" };
		await users.takeLink((await users.firstLink()) ?? "", named);
		({ password } = named);
	});
	afterEach(async () => {
		vi.restoreAllMocks();
		await db.close();
		rmSync(folder, { recursive: true });
	});
	const at = (from: string, more: Partial<Visitor> = {}): Visitor => ({ from, ...more });
	const logIn = (login: string, given: string, visitor: Visitor, code?: string) =>
		auth.login({ login, password: given, ...(code === undefined ? {} : { code }) }, visitor);
	const guess = (from: string, user = "duty") => logIn(user, "a guess", at(from));
	async function enter(visitor: Visitor): Promise<{ token: string; device: string; who: Who }> {
		const got = await logIn("duty", password, visitor);
		if (got === undefined || typeof got === "string") throw new Error(`not let in: ${got}`);
		return { ...got, who: (await auth.bySession(got.token)) as Who };
	}

	it("keeps the desk's browsers apart from those of viewers, however many of them log in", async () => {
		const { device } = await enter(at("198.51.100.1"));
		for (let i = 0; i < 210; i++)
			expect(await logIn("viewer", "a password of viewers", at(`203.0.113.${i}`))).toMatchObject({
				token: expect.any(String),
			});
		for (let i = 0; i < 60; i++) await guess(`198.51.101.${i}`);
		await enter(at("192.0.2.9", { device }));
	});

	it("lets a browser that has been in before log in while somebody guesses from its own address, without end", async () => {
		const { device } = await enter(at("198.51.100.1"));
		for (let minute = 0; minute < 5; minute++) {
			for (let i = 0; i < 8; i++) await guess("198.51.100.1");
			expect(await logIn("duty", password, at("198.51.100.1"))).toBe("wait");
			await enter(at("198.51.100.1", { device }));
			ms += 31_000;
		}
		// the mark of a browser is no password, and is none of another account's
		expect(await logIn("duty", "a guess", at("203.0.113.9", { device }))).toBeUndefined();
	});

	it("a viewer who logs in does not make room for more guesses at the desk", async () => {
		for (let i = 0; i < 5; i++) await guess("198.51.100.1");
		expect(await logIn("viewer", "a password of viewers", at("198.51.100.1"))).toMatchObject({
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
		expect(await logIn("duty", password, at("203.0.113.200"))).toBe("wait");
		ms += HOUR;
		await enter(at("203.0.113.200"));
		// other accounts, and names of none, are counted apart
		expect(await logIn("viewer", "a password of viewers", at("203.0.113.201"))).toMatchObject({
			token: expect.any(String),
		});
	});

	it("a password is changed with the old one, and everybody else of that user is logged out", async () => {
		const [own, other] = [
			await enter(at("198.51.100.1", { agent: "A" })),
			await enter(at("198.51.100.2", { agent: "B" })),
		];
		expect(await auth.changePassword(own.who, "wrong", "a longer password")).toBe(false);
		expect(await auth.changePassword(own.who, password, "a longer password")).toBe(true);
		expect(await auth.bySession(own.token)).toMatchObject({ name: "周丽" });
		expect(await auth.bySession(other.token)).toBeUndefined();
		expect(await logIn("duty", password, at("198.51.100.3"))).toBeUndefined();
		password = "a longer password";
		await enter(at("198.51.100.1"));
	});

	it("a session that was left open cannot guess the old password", async () => {
		const { who } = await enter(at("198.51.100.1"));
		for (let i = 0; i < 5; i++) await auth.changePassword(who, `guess ${i}`, "a longer password");
		expect(await auth.changePassword(who, password, "a longer password")).toBe(false);
		ms += 31_000;
		expect(await auth.changePassword(who, password, "a longer password")).toBe(true);
	});

	it("says who is logged in, since when, from where and with what, and ends each by its name", async () => {
		const [own, other] = [
			await enter(at("198.51.100.1", { agent: "Firefox" })),
			await enter(at("2001:db8:1:2:3::4", { agent: "Chrome" })),
		];
		const listed = await auth.sessions(undefined, own.who.session);
		expect(listed.map(({ user, origin, agent, isOwn }) => ({ user, origin, agent, isOwn }))).toEqual(
			expect.arrayContaining([
				{ user: "周丽", origin: "198.51.100.1", agent: "Firefox", isOwn: true },
				{ user: "周丽", origin: "2001:db8:1:2", agent: "Chrome", isOwn: false },
			]),
		);
		const [theirs] = listed.filter((s) => !s.isOwn);
		expect(JSON.stringify(listed)).not.toContain(other.token);
		expect(await auth.endSession(theirs?.id ?? "", undefined)).toBe(true);
		expect(await auth.bySession(other.token)).toBeUndefined();
		expect(await auth.bySession(own.token)).toMatchObject({ name: "周丽" });
		expect(await auth.endSession("0000000000000000", undefined)).toBe(false);
		// whoever keeps no users ends his own alone
		expect(await auth.sessions("somebody else", own.who.session)).toEqual([]);
		expect(await auth.endSession(own.who.session?.slice(0, 16) ?? "", "somebody else")).toBe(false);
	});

	it("a session lasts half a day, that of a shift a day and its hand-over, that of a screen on a wall a month", async () => {
		const wall = await logIn("viewer", "a password of viewers", at("198.51.100.1"));
		if (wall === undefined || typeof wall === "string") throw new Error("not let in");
		const [idle, onShift] = [await enter(at("198.51.100.1")), await enter(at("198.51.100.1"))];
		await auth.extendForShift(onShift.who.session ?? "");
		// who logs in again during the shift
		const shift = { id: "s1", userId: idle.who.id, name: "周丽", role: "officer" as const, from: Date.now() };
		const entry = { at: shift.from, incidentId: "", what: "dutyBegan" as const, who: shift.userId, detail: {} };
		await new SqliteUserStore(db).beginShift(shift, entry as never);
		const again = await enter(at("198.51.100.1"));
		const now = vi.spyOn(clock, "now");
		const start = Date.now();
		const isIn = async (hours: number) => {
			now.mockImplementation(() => start + hours * HOUR);
			return Promise.all(
				[idle, onShift, again, wall].map(async ({ token }) => (await auth.bySession(token)) !== undefined),
			);
		};
		expect([await isIn(11), await isIn(13), await isIn(35), await isIn(37)]).toEqual([
			[true, true, true, true],
			[false, true, true, true],
			[false, true, true, true],
			[false, false, false, true],
		]);
	});

	it("with a second factor the password alone lets nobody in, and each code counts once", async () => {
		const [user] = await users.all();
		if (!user) throw new Error("nobody is there");
		const { secret, uri } = users.beginTotp(user, "云台山塔");
		expect(uri).toMatch(/^otpauth:\/\/totp\/.*secret=/);
		const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() });
		expect(await users.confirmTotp(user, "000000x")).toBe(false);
		expect(await users.confirmTotp(user, code())).toBe(true);
		expect(await logIn("duty", password, at("198.51.100.1"))).toBe("codeNeeded");
		expect(await logIn("duty", "a guess", at("198.51.100.1"), code())).toBeUndefined();
		const used = code();
		expect(await logIn("duty", password, at("198.51.100.1"), used)).toMatchObject({ user: { name: "周丽" } });
		expect(await logIn("duty", password, at("198.51.100.1"), used)).toBeUndefined();
	});
});

it("what is kept of a password is its scrypt hash under a salt of its own", async () => {
	const passwords = new Passwords(new SystemRandom());
	const password = passwords.made();
	const kept = await passwords.hash(password);
	const [salt = "", hash = ""] = kept.split(":");
	const key = scryptSync(password, Buffer.from(salt, "hex"), 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 << 20 });
	expect([salt.length, hash]).toEqual([32, key.toString("hex")]);
	expect([await passwords.isRight(password, kept), await passwords.isRight(`${password}.`, kept)]).toEqual([
		true,
		false,
	]);
	expect(await passwords.isRight("", undefined)).toBe(false);
});
