import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import type { User } from "../../model/user.ts";
import { openStores } from "../../store/open.ts";
import { Auth } from "./auth.ts";
import { DutyBook } from "./duty-book.ts";
import { Passwords } from "./passwords.ts";
import { Users } from "./users.ts";

const HOUR = 3_600_000;
const SECRET = "correct horse battery";
let folder: string;
let stores: Awaited<ReturnType<typeof openStores>>;
let users: Users;
let auth: Auth;
let admin: User;
const clock = new ManualClock(1_700_000_000_000);
const random = new SeededRandom(1);
const passwords = new Passwords(random, async (password, salt) => Buffer.concat([salt, Buffer.from(password)]));
const chief = { login: "yang", name: "杨丽华", roles: ["officer" as const], areas: ["500114"] };

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-users-"));
	stores = await openStores(join(folder, "store.db"));
	users = new Users(stores, clock, random, passwords);
	auth = new Auth(stores, clock, random, passwords);
	const link = (await users.firstLink()) ?? "";
	admin = (await users.takeLink(link, { login: "Wang", name: "王建国", password: SECRET })) as User;
});
afterEach(async () => {
	await stores.db.close();
	rmSync(folder, { recursive: true });
});
const rows = async () => (await stores.judgements.ledger.between(0, Number.MAX_SAFE_INTEGER)).map((r) => r.what);
const enter = (login: string, password: string) => auth.login({ login, password }, { from: "127.0.0.1" });
async function added(fields: Parameters<Users["add"]>[0] = chief): Promise<{ user: User; link: string }> {
	const made = await users.add(fields, admin);
	if ("refused" in made) throw new Error(made.refused);
	return made;
}

it("the first link makes one administrator, and is none any more once it is used or another start has made its own", async () => {
	const empty = await openStores(join(folder, "other.db"));
	const others = new Users(empty, clock, random, passwords);
	const [old, fresh] = [await others.firstLink(), await others.firstLink()];
	const named = { login: "a1", name: "甲", password: SECRET };
	expect(await others.takeLink(old ?? "", { ...named, name: "甲乙" })).toBeUndefined();
	expect(await others.takeLink(fresh ?? "", { password: SECRET })).toMatchObject({ refused: "api.nameYourself" });
	const both = await Promise.all([1, 2].map((n) => others.takeLink(fresh ?? "", { ...named, login: `a${n}` })));
	expect(both.filter((u) => u !== undefined)).toHaveLength(1);
	expect((await others.all()).map((u) => u.roles)).toEqual([["administrator"]]);
	expect(await others.firstLink()).toBeUndefined();
	await empty.db.close();
});

it("a user logs in with the password he has set by his link, whatever the case of his login; the link works once", async () => {
	const { user, link } = await added();
	expect(await enter("yang", SECRET)).toBeUndefined();
	expect(await users.welcome(link)).toMatchObject({ user: { name: "杨丽华" } });
	expect(await users.takeLink(link, { password: SECRET })).toMatchObject({ id: user.id });
	expect(await users.takeLink(link, { password: "another one of him" })).toBeUndefined();
	expect(await enter("YANG", SECRET)).toMatchObject({ user: { id: user.id } });
	expect(await rows()).toEqual(["user:made", "user:made", "password"]);
	const late = await added({ ...chief, login: "li" });
	clock.advance(73 * HOUR);
	expect(await users.welcome(late.link)).toBeUndefined();
});

it("two of one login, two who change one user at once, and the last administrator who would go are refused", async () => {
	const { user } = await added();
	expect(await users.add({ ...chief, login: "YANG" }, admin)).toEqual({ refused: "api.loginTaken" });
	const change = { ...chief, version: user.version, isDisabled: false };
	expect(await users.change(user.id, { ...change, name: "杨丽" }, admin)).toMatchObject({ name: "杨丽", version: 2 });
	expect(await users.change(user.id, { ...change, name: "杨华" }, admin)).toEqual({ refused: "api.changedMeanwhile" });
	expect(await users.change(user.id, { ...change, version: 2, login: "wang" }, admin)).toEqual({
		refused: "api.loginTaken",
	});
	const own = { login: "Wang", name: "王建国", roles: ["administrator" as const], areas: [], version: admin.version };
	expect(await users.change(admin.id, { ...own, isDisabled: true }, admin)).toEqual({
		refused: "api.lastAdministrator",
	});
	expect(await users.change(admin.id, { ...own, roles: ["viewer"], isDisabled: false }, admin)).toEqual({
		refused: "api.lastAdministrator",
	});
});

it("whoever is reset or disabled is out at once, and sets another password by a link", async () => {
	const { user, link } = await added();
	await users.takeLink(link, { password: SECRET });
	const got = await enter("yang", SECRET);
	if (got === undefined || typeof got === "string") throw new Error("not let in");
	const next = (await users.reset(user.id, admin)) ?? "";
	expect(await auth.bySession(got.token)).toBeUndefined();
	expect(await enter("yang", SECRET)).toBeUndefined();
	const known = (await users.takeLink(next, { password: `${SECRET} two` })) as User;
	const again = await enter("yang", `${SECRET} two`);
	if (again === undefined || typeof again === "string") throw new Error("not let in");
	await users.change(user.id, { ...chief, version: known.version, isDisabled: true }, admin);
	expect(await auth.bySession(again.token)).toBeUndefined();
	expect(await enter("yang", `${SECRET} two`)).toBeUndefined();
});

it("a machine's token may do what it says, until its end or until somebody ends it", async () => {
	const endsAt = clock.now() + HOUR;
	const fields = { name: "大屏", rights: ["look" as const], areas: [], endsAt };
	const [one, two] = [await users.addToken(fields, admin), await users.addToken(fields, admin)];
	expect(await auth.byToken(one.token)).toMatchObject({ name: "大屏", rights: new Set(["look"]) });
	expect(await users.endToken(one.id, admin)).toBe(true);
	expect(await users.endToken(one.id, admin)).toBe(false);
	expect(await auth.byToken(one.token)).toBeUndefined();
	expect((await users.tokens()).map((t) => t.id)).toEqual([two.id]);
	clock.advance(HOUR);
	expect(await auth.byToken(two.token)).toBeUndefined();
});

it("a shift lasts from sign-on to hand-over, over a restart; its note is there for whoever comes next", async () => {
	const duty = new DutyBook(stores.users, clock, random);
	let told = 0;
	duty.onChange(() => told++);
	const { user } = await added();
	const shift = await duty.signOn(user);
	expect(await duty.signOn(user)).toEqual(shift);
	expect(await duty.signOn({ ...user, id: "t", roles: ["technician"] })).toBeUndefined();
	const next = new DutyBook(stores.users, clock, random);
	await next.load();
	expect(next.shifts).toMatchObject([{ name: "杨丽华", role: "officer", from: clock.now() }]);
	clock.advance(24 * HOUR);
	expect(await next.handOver(shift?.id ?? "", "东相机有雾", admin)).toBe(true);
	expect(await next.handOver(shift?.id ?? "", "", admin)).toBe(false);
	expect(next.shifts).toMatchObject([{ to: clock.now(), note: "东相机有雾" }]);
	expect(told).toBe(1);
	const [last] = (await stores.judgements.ledger.ofIncident("")).slice(-1);
	expect([last?.what, last?.who, last?.personal]).toEqual([
		"shift:ended",
		admin.id,
		{ name: "王建国", note: "东相机有雾" },
	]);
});
