import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry, Duty, Incident, MadeToken, MadeUser, Me } from "../../gateway/console/views/schemas.ts";
import { runLookout, until } from "../harness/harness.ts";
import { cookieOf, FIRST, login } from "../harness/log-in.ts";
import { SmallWorld } from "../harness/small-world.ts";

const SECRET = "a password of theirs";
const GRID = "500114104201-02";
const ELSEWHERE = "500114199";

/** Who may do what at the console, over its own interface: the rights themselves stand in `gateway/model/user.ts`. */
describe("access to the console", () => {
	let world: SmallWorld;
	let url: string;
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: false });
		({ consoleUrl: url } = await world.start());
	});
	afterAll(() => world.stop());

	const ask = (path: string, headers: Record<string, string>) => fetch(`${url}${path}`, { headers });
	const post = (path: string, body: unknown, headers: Record<string, string>) =>
		fetch(`${url}${path}`, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
	const json = async <T>(response: Response | Promise<Response>) => (await (await response).json()) as T;
	const admin = () => ({ cookie: world.cookie });
	/** Adds a user, who sets his password by his link; his session. */
	async function user(name: string, roles: string[], areas: string[] = []) {
		const made = await json<MadeUser>(post("/api/users", { login: name, name, roles, areas }, admin()));
		const token = made.url.split("#welcome=")[1] ?? "";
		const taken = await post("/api/welcome/take", { token, password: SECRET }, {});
		return { ...made.user, as: { cookie: cookieOf(taken) } };
	}
	const call = async () => {
		const { incident } = await json<{ incident: string }>(
			post("/api/reports", { grid: GRID, note: "看见烟" }, admin()),
		);
		return incident;
	};

	it("everybody may do what the role says, and nothing else; names are for those who need them", async () => {
		const id = await call();
		const people = {
			viewer: await user("viewer-1", ["viewer"]),
			technician: await user("tech-1", ["technician"]),
			officer: await user("officer-1", ["officer"]),
			office: await user("office-1", ["office"]),
		};
		const tried = async ({ as }: { as: { cookie: string } }) => ({
			users: (await ask("/api/users", as)).status,
			print: (await ask(`/api/incidents/${id}/print`, as)).status,
			answer: (await post(`/api/incidents/${id}/answer`, { answer: "going" }, as)).status,
			danger: (await post("/api/danger", { level: 3 }, as)).status,
			audit: (await ask("/api/audit", as)).status,
			names: (await json<{ name: string }[]>(ask("/api/people", as))).some((p) => p.name !== ""),
		});
		expect(await tried(people.viewer)).toEqual({
			users: 403,
			print: 403,
			answer: 403,
			danger: 403,
			audit: 403,
			names: false,
		});
		expect(await tried(people.technician)).toEqual({
			users: 403,
			print: 403,
			answer: 403,
			danger: 403,
			audit: 403,
			names: false,
		});
		expect(await tried(people.officer)).toEqual({
			users: 403,
			print: 200,
			answer: 200,
			danger: 200,
			audit: 403,
			names: true,
		});
		expect(await tried(people.office)).toEqual({
			users: 403,
			print: 200,
			answer: 403,
			danger: 200,
			audit: 200,
			names: true,
		});
		// what was said and read stands under the name of whoever has logged in
		const { ledger } = (await world.get(`/api/incidents/${id}`)) as {
			ledger: { what: string; name?: string; detail: { via?: string } }[];
		};
		expect(ledger.find((l) => l.what === "answer:going")).toMatchObject({
			name: "officer-1",
			detail: { via: `desk:${people.officer.id}` },
		});
		expect((await post("/api/danger", { level: 3 }, admin())).status).toBe(200);
		await expect
			.poll(async () => (await json<AuditEntry[]>(ask("/api/audit", admin()))).map((l) => `${l.what} ${l.of}`))
			.toContain("danger 3");
		const looks = await json<AuditEntry[]>(ask("/api/audit", admin()));
		expect(looks).toContainEqual(expect.objectContaining({ name: "office-1", what: "print", of: id }));
		expect(looks.filter((l) => l.name === "viewer-1")).toEqual([]);
	});

	it("whoever is for an area sees and answers what lies there, and what nobody can place", async () => {
		const id = await call();
		const here = await user("here", ["officer"], [GRID.slice(0, 9)]);
		const there = await user("there", ["officer"], [ELSEWHERE]);
		const seen = async (as: { cookie: string }) =>
			(await json<{ incidents: Incident[] }>(ask("/api/state", as))).incidents.some((i) => i.id === id);
		expect([await seen(here.as), await seen(there.as)]).toEqual([true, false]);
		expect((await ask(`/api/incidents/${id}`, there.as)).status).toBe(404);
		expect((await post(`/api/incidents/${id}/answer`, { answer: "going" }, there.as)).status).toBe(404);
		expect(await json<unknown[]>(ask("/api/people", there.as))).not.toContainEqual(
			expect.objectContaining({ id: "chief-41" }),
		);
		expect((await post(`/api/incidents/${id}/answer`, { answer: "going" }, here.as)).status).toBe(200);
	});

	it("the desk takes down somebody's word as his, and says who took it", async () => {
		const id = await call();
		const said = { answer: "onScene", for: "chief-41" };
		expect((await post(`/api/incidents/${id}/answer`, { ...said, for: "nobody" }, admin())).status).toBe(404);
		expect((await post(`/api/incidents/${id}/answer`, said, admin())).status).toBe(200);
		const { ledger } = (await world.get(`/api/incidents/${id}`)) as {
			ledger: { what: string; who: string; detail: { via?: string } }[];
		};
		expect(ledger.find((l) => l.what === "answer:onScene")).toMatchObject({
			who: "chief-41",
			detail: { via: expect.stringMatching(/^desk:/) },
		});
	});

	it("whoever is for an area enrols, speaks for and practises with its people alone", async () => {
		const people = (await world.get("/api/people")) as { id: string; grids: string[] }[];
		const of = (id: string) => people.find((p) => p.id === id)?.grids[0]?.slice(0, 9) ?? "";
		const own = of("chief-41");
		const other = people.find((p) => p.grids.every((g) => g.length >= 9 && !g.startsWith(own)));
		if (!other) throw new Error("everybody is of one township");
		const { as } = await user("of-one-township", ["officer", "office"], [own]);
		expect((await post(`/api/people/${other.id}/enrol`, {}, as)).status).toBe(404);
		expect((await post("/api/people/chief-41/enrol", {}, as)).status).toBe(200);
		const id = await call();
		const said = { answer: "onScene", for: other.id };
		expect((await post(`/api/incidents/${id}/answer`, said, as)).status).toBe(404);
		const grids = (await world.get("/api/grids")) as { code: string }[];
		const drill = (is: boolean) => grids.find((g) => g.code.startsWith(own) === is)?.code;
		expect((await post("/api/drills", { grid: drill(false) }, as)).status).toBe(403);
		expect((await post("/api/drills", { grid: drill(true) }, as)).status).toBe(200);
	});

	it("a shift is signed on to and handed over, every page is told, and nobody who answers waits for it", async () => {
		const duty = async () => (await json<{ duty: Duty }>(ask("/api/state", admin()))).duty;
		expect((await duty()).shifts.filter((s) => s.to === undefined)).toEqual([]);
		const officer = await user("on-shift", ["officer"]);
		const heard: string[] = [];
		const leaving = new AbortController();
		const feed = await fetch(`${url}/api/events`, { headers: admin(), signal: leaving.signal });
		const listening = (async () => {
			for await (const piece of feed.body ?? []) heard.push(Buffer.from(piece).toString());
		})().catch(() => {});
		const shift = await json<{ id: string }>(post("/api/duty/sign-on", {}, officer.as));
		await until(() => /event: duty\n.*on-shift/.test(heard.join("")), 5_000, "the page to be told");
		leaving.abort();
		await listening;
		expect(await json<Me>(ask("/api/me", officer.as))).toMatchObject({ name: "on-shift", isOnDuty: true });
		const over = await post(`/api/duty/${shift.id}/hand-over`, { note: "东相机有雾" }, officer.as);
		expect(over.status).toBe(200);
		expect((await duty()).shifts[0]).toMatchObject({ name: "on-shift", note: "东相机有雾" });
		expect((await post(`/api/duty/${shift.id}/hand-over`, { note: "" }, officer.as)).status).toBe(409);
	});

	it("a machine asks with its token as far as that says, with no cookie, and no longer than it lasts", async () => {
		const wanted = { name: "大屏", rights: ["look"], areas: [], days: 1 };
		const { id, token } = await json<MadeToken>(post("/api/tokens", wanted, admin()));
		const as = { authorization: `Bearer ${token}` };
		expect((await ask("/api/state", as)).status).toBe(200);
		expect((await post("/api/danger", { level: 5 }, as)).status).toBe(403);
		expect((await post("/api/password", { old: "x", fresh: SECRET }, as)).status).toBe(403);
		expect((await post(`/api/tokens/${id}/end`, {}, admin())).status).toBe(200);
		expect((await ask("/api/state", as)).status).toBe(401);
	});

	it("a lost password is made anew by an administrator, or at the machine, and whoever had it is out", async () => {
		const { id, login: name, as } = await user("forgetful", ["officer"]);
		const { url: link } = await json<{ url: string }>(post(`/api/users/${id}/reset`, {}, admin()));
		expect((await ask("/api/state", as)).status).toBe(401);
		await expect(login(url, name, SECRET)).rejects.toThrow("401");
		const token = link.split("#welcome=")[1] ?? "";
		expect((await post("/api/welcome/take", { token, password: `${SECRET} two` }, {})).status).toBe(200);
		const { stdout } = await runLookout(
			["password", name, "--by", "林办王", "--config", world.simulation.configFile],
			{},
		);
		const [, made = ""] = /password "([^"]+)"/.exec(stdout) ?? [];
		await expect(login(url, name, `${SECRET} two`)).rejects.toThrow("401");
		expect(await login(url, name, made)).toMatch(/lookout=/);
		expect(await login(url, FIRST.login, FIRST.password)).toMatch(/lookout=/);
	});
});
