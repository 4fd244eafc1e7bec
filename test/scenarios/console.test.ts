import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { say } from "../../gateway/base/say.ts";
import { freePort, type Gateway, startGateway, until } from "../harness/harness.ts";
import { FIRST, login, welcome } from "../harness/log-in.ts";

/** A camera that is not there: what is laid down for it holds all the same. */
const CAMERA = `cameras:
  - { id: east, name: East, lat: 29, lon: 108, heightM: 500, azimuthDeg: 90, fovDeg: 60,
      source: { type: rtsp, url: "rtsp://127.0.0.1:9/none" } }
`;
const PROXY = "127.0.0.3";

describe("the console", () => {
	let folder: string;
	let file: string;
	let gateway: Gateway;
	let password = "";
	let cookie: string;
	/** Before anybody has declared a danger level. */
	let pointAtStart: string;
	const text = async (extra = "") =>
		`tower: { id: t1, name: T, lat: 29, lon: 108 }\nbroker: { port: ${await freePort()} }\nconsole: { port: 0, trustedProxies: [${PROXY}] }\n${extra}`;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-console-"));
		file = join(folder, "lookout.yaml");
		writeFileSync(file, await text(CAMERA));
		gateway = await startGateway(file);
		password = gateway.password ?? "";
		cookie = await login(gateway.consoleUrl, "duty", password);
		const { tower } = (await (await ask("/api/state", { headers: { cookie } })).json()) as { tower: { point: string } };
		pointAtStart = tower.point;
	});
	afterAll(async () => {
		await gateway.stop();
		rmSync(folder, { recursive: true });
	});

	it("says nothing of parts that cannot start where all of them do", async () => {
		expect(gateway.output()).not.toMatch(/LK0006|LK0701/);
	});
	const ask = (path: string, init: RequestInit = {}) => fetch(`${gateway.consoleUrl}${path}`, init);
	const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
		ask(path, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});

	it.each([
		"/api/state",
		"/api/events",
		"/api/people",
		"/api/health",
		"/api/incidents/x",
		"/api/pictures/x.jpg",
		"/api/cameras/x/snapshot",
		"/api/live/x",
	])("%s wants a log-in", async (path) => {
		expect((await ask(path)).status).toBe(401);
		expect((await ask(path, { headers: { cookie: "lookout=forged" } })).status).toBe(401);
	});

	it("serves its page with a policy that keeps strangers' scripts and frames out", async () => {
		const page = await ask("/");
		expect(page.status).toBe(200);
		expect(page.headers.get("content-security-policy")).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
		expect(cookie).toMatch(/^lookout=/);
	});

	it.each(["..%2f..%2flookout.db", ".hidden", "a%00b", "%2e%2e"])(
		"gives no file outside the pictures for %s",
		async (name) => {
			expect((await ask(`/api/pictures/${name}`, { headers: { cookie } })).status).toBeGreaterThanOrEqual(400);
		},
	);

	it("answers nonsense with 4xx and goes on", async () => {
		expect((await post("/api/login", { user: 1 })).status).toBe(400);
		expect(
			(await ask("/api/login", { method: "POST", body: "{", headers: { "content-type": "application/json" } })).status,
		).toBe(400);
		expect((await post("/api/login", { user: "x".repeat(20_000), password: "" })).status).toBe(413);
		expect((await post("/api/phone/incident", { token: "nonsense-token", key: "a browser of its own" })).status).toBe(
			404,
		);
		expect((await post("/api/enrol/open", { token: "nonsense-token" })).status).toBe(404);
		expect((await post("/api/incidents/FF-1/answer", { answer: "going" }, { cookie })).status).toBe(409);
		expect((await post("/api/incidents/FF-1/answer", { answer: "maybe" }, { cookie })).status).toBe(400);
		expect((await ask("/api/state", { headers: { cookie } })).status).toBe(200);
	});

	it("thousands of requests in one piece end their connection, whatever they ask for, and nobody else's", async () => {
		const { hostname, port } = new URL(gateway.consoleUrl);
		const answers = (path: string, extra = "") =>
			new Promise<number>((resolve) => {
				let text = "";
				const socket = connect(Number(port), hostname, () =>
					socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${extra}\r\n`.repeat(5_000)),
				);
				socket.setEncoding("latin1").on("data", (part: string) => {
					text += part;
				});
				socket.on("error", () => {}).once("close", () => resolve(text.split("HTTP/1.1 ").length - 1));
			});
		const counts = await Promise.all([
			answers("/index.html"),
			answers("/none"),
			answers("/api/state", `cookie: ${cookie}\r\n`),
		]);
		for (const count of counts) expect(count).toBeLessThanOrEqual(8);
		expect((await ask("/api/state", { headers: { cookie } })).status).toBe(200);
	});

	it("takes masks and danger levels with a name to them, shows them, keeps them over a restart, and ends them", async () => {
		const box = { x: 0.1, y: 0.2, w: 0.3, h: 0.2 };
		const mask = { box, reason: "砖窑烟囱", days: 7 };
		const state = async () => (await (await ask("/api/state", { headers: { cookie } })).json()) as State;
		interface State {
			tower: { danger?: { level: number; by: string }; point: string };
			cameras: { masks: { id: string; author: string; until: number }[] }[];
		}
		expect((await post("/api/cameras/east/masks", mask)).status).toBe(401);
		expect((await post("/api/cameras/east/masks", { ...mask, reason: "" }, { cookie })).status).toBe(400);
		expect((await post("/api/cameras/east/masks", { ...mask, days: 1000 }, { cookie })).status).toBe(400);
		expect((await post("/api/cameras/east/masks", { ...mask, box: { ...box, w: 2 } }, { cookie })).status).toBe(400);
		expect(
			(await post("/api/cameras/east/masks", { ...mask, box: { x: 0, y: 0, w: 1, h: 0.6 } }, { cookie })).status,
		).toBe(400);
		expect((await post("/api/cameras/nowhere/masks", mask, { cookie })).status).toBe(404);
		expect(say("en", pointAtStart)).toBe("fast (danger level unknown)");
		expect((await post("/api/danger", { level: 6 }, { cookie })).status).toBe(400);
		expect((await post("/api/danger", { level: 2 }, { cookie })).status).toBe(200);
		expect((await post("/api/cameras/east/masks", mask, { cookie })).status).toBe(200);
		// together they cover more than half, though each alone does not
		expect(
			(await post("/api/cameras/east/masks", { ...mask, box: { x: 0, y: 0.4, w: 1, h: 0.5 } }, { cookie })).status,
		).toBe(400);
		await gateway.stop();
		gateway = await startGateway(file);
		const { tower, cameras } = await state();
		expect(tower).toMatchObject({ danger: { level: 2, by: FIRST.name } });
		expect(say("zh", tower.point)).toBe("安静（火险 2 级）");
		expect(cameras[0]?.masks).toMatchObject([{ author: FIRST.name }]);
		expect((cameras[0]?.masks[0]?.until ?? 0) - Date.now()).toBeGreaterThan(6 * 86_400_000);
		expect((await post(`/api/masks/${cameras[0]?.masks[0]?.id}/end`, {}, { cookie })).status).toBe(200);
		expect((await state()).cameras[0]?.masks).toEqual([]);
	});

	it("slows down who guesses passwords", async () => {
		const answers = [];
		for (let i = 0; i < 7; i++)
			answers.push((await post("/api/login", { user: "duty", password: `guess ${i}` })).status);
		expect(answers.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
		expect(answers.at(-1)).toBe(429);
		// the desk, which is elsewhere, is not shut out by it
		expect(await loginFrom("127.0.0.2", password)).toMatchObject({ status: 200 });
	});

	it("behind a proxy that is configured each is who the proxy names; nobody else is believed", async () => {
		const named = (address: string) => ({ "x-forwarded-for": address, "x-forwarded-proto": "https" });
		for (let i = 0; i < 5; i++) await loginFrom(PROXY, "guess", named("198.51.100.1"));
		expect(await loginFrom(PROXY, "guess", named("198.51.100.1"))).toMatchObject({ status: 429 });
		const other = await loginFrom(PROXY, password, named("198.51.100.2"));
		expect(other.status).toBe(200);
		expect(other.cookie).toMatch(/; Secure/); // the phone speaks TLS with the proxy
		for (let i = 0; i < 5; i++) await loginFrom("127.0.0.4", "guess", named(`198.51.100.${i}`));
		const liar = await loginFrom("127.0.0.4", password, named("198.51.100.9"));
		expect(liar).toMatchObject({ status: 429 });
	});

	it("takes nothing from the page of another site, however it comes, and everything from its own", async () => {
		const own = new URL(gateway.consoleUrl).origin;
		const danger = (origin: string) => post("/api/danger", { level: 3 }, { cookie, origin });
		for (const origin of ["https://evil.example", "null", own.replace("http:", "https:").replace(/\d+$/, "1")])
			expect((await danger(origin)).status).toBe(403);
		expect((await danger(own)).status).toBe(200);
		expect((await post("/api/danger", { level: 3 }, { cookie })).status).toBe(200);
		const upgrade = {
			upgrade: "websocket",
			connection: "Upgrade",
			"sec-websocket-version": "13",
			"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
		};
		const live = (origin: string) =>
			new Promise<number | undefined>((resolve) => {
				const asked = request(`${gateway.consoleUrl}/api/live/east`, {
					agent: false,
					headers: { ...upgrade, cookie, origin },
				});
				asked
					.once("response", (r) => resolve(r.resume().statusCode))
					.once("upgrade", (r, socket) => [socket.destroy(), resolve(r.statusCode)]);
				// one that is refused may be hung up on
				asked.once("error", () => resolve(403)).end();
			});
		expect(await live("https://evil.example")).toBe(403);
		expect(await live(own)).toBe(101);
	});

	it("what its store, its first link and its pictures are kept in is for its owner's eyes; a viewer reads no words of ffmpeg", async () => {
		const other = mkdtempSync(join(tmpdir(), "lookout-modes-"));
		const config = (await text(CAMERA)).replace("port: 0,", "port: 0, viewerPassword: a password of viewers,");
		writeFileSync(join(other, "lookout.yaml"), config);
		const second = await startGateway(join(other, "lookout.yaml"), { isLeftAlone: true });
		try {
			const file = join(other, "var/first-link");
			expect(second.output()).toContain(file);
			expect(second.output()).not.toContain("#welcome=");
			expect(statSync(file).mode & 0o777).toBe(0o600);
			const desk = (await welcome(second.link ?? "")) ?? "";
			expect(existsSync(file)).toBe(false);
			const viewer = await login(second.consoleUrl, "viewer", "a password of viewers");
			interface State {
				cameras: { lastLines: string[] }[];
			}
			const state = async (key: string) =>
				(await (await fetch(`${second.consoleUrl}/api/state`, { headers: { cookie: key } })).json()) as State;
			await until(async () => (await state(desk)).cameras[0]?.lastLines.length !== 0, 15_000, "words of ffmpeg");
			expect((await state(viewer)).cameras[0]?.lastLines).toEqual([]);
			expect((await fetch(`${second.consoleUrl}/api/sessions`, { headers: { cookie: viewer } })).status).toBe(403);
			for (const name of readdirSync(join(other, "var"), { recursive: true, encoding: "utf8" }))
				expect([name, statSync(join(other, "var", name)).mode & 0o077]).toEqual([name, 0]);
		} finally {
			await second.stop();
			rmSync(other, { recursive: true });
		}
	});

	async function loginFrom(localAddress: string, secret: string, more: Record<string, string> = {}) {
		const body = JSON.stringify({ user: "duty", password: secret });
		const headers = { "content-type": "application/json", "content-length": body.length, ...more };
		return new Promise<{ status?: number; cookie?: string }>((resolve, reject) => {
			const asked = request(
				`${gateway.consoleUrl}/api/login`,
				{ method: "POST", localAddress, headers },
				(response) => {
					const { statusCode: status, headers: answered } = response.resume();
					resolve({ status: status ?? 0, cookie: answered["set-cookie"]?.join() ?? "" });
				},
			);
			asked.once("error", reject);
			asked.end(body);
		});
	}

	it.each([
		["/api/receipts/wrong-token-of-somebody/sms", 404],
		["/api/phone/answer", 404],
		["/cap/intake", 401],
	])("does not read a large body of a stranger at %s", async (path, status) => {
		// it would be refused as no JSON if it were read
		const body = "[".repeat(500_000);
		expect((await ask(path, { method: "POST", headers: { "content-type": "application/json" }, body })).status).toBe(
			status,
		);
		const stream = new ReadableStream({
			start: (c) => [c.enqueue(new TextEncoder().encode(body)), c.close()] as never,
		});
		const chunked = {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: stream,
			duplex: "half",
		} as RequestInit;
		expect((await ask(path, chunked)).status).toBe(status);
	});

	it("shows a fault of the configuration file while the tower runs on with the last good one", async () => {
		const fault = async () =>
			((await (await ask("/api/state", { headers: { cookie } })).json()) as { tower: { configFault?: string } }).tower
				.configFault;
		expect(await fault()).toBeUndefined();
		const good = await text();
		writeFileSync(file, `${good}camras: []\n`);
		await until(async () => (await fault()) !== undefined, 15_000, "the fault on the page");
		expect(await fault()).toMatch(/lookout\.yaml:4:1 camras: unknown key; did you mean "cameras"/);
		writeFileSync(file, good);
		await until(async () => !/unknown key/.test((await fault()) ?? ""), 15_000, "the fault to go");
	});
});
