import type { Browser } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { say as inWords } from "../../gateway/base/say.ts";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { type Gateway, openBrowser, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** A chief's phone in the rain: a real browser whose line goes and comes. */
describe("the phone", () => {
	let world: SmallWorld;
	let browser: Browser | undefined;
	let gateway: Gateway;
	const GRID = "500114104201-02";
	const CHIEF = "chief-41";

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false });
		gateway = await world.start();
		await world.enrol(CHIEF);
	});
	afterEach(async () => {
		await browser?.close();
		browser = undefined;
		await world.stop();
	});
	const fires = async () =>
		((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");
	const mine = async () => (await fires())[0]?.involved.find((i) => i.personId === CHIEF);
	const post = (path: string, body: unknown) =>
		fetch(`http://127.0.0.1:${world.ports.console}${path}`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	/** A fire is called in; the link that the chief is sent. */
	async function link(): Promise<URL> {
		expect(
			(
				await post("/api/reports", {
					note: "看见烟",
					caller: "王大爷",
					phone: "13900000022",
					grid: GRID,
				})
			).status,
		).toBe(200);
		await until(() => world.pushes.some((p) => p.person === CHIEF), 10_000, "the push");
		return new URL(world.pushes.find((p) => p.person === CHIEF)?.push.link ?? "");
	}

	it("keeps what is tapped without signal, says so, opens again without it, and sends it with its true time", async () => {
		const url = await link();
		browser = await openBrowser();
		const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 390, height: 844 } });
		const phone = await context.newPage();
		await phone.goto(url.href);
		await phone.waitForSelector(".answers button.going");
		await phone.waitForFunction(
			() =>
				(globalThis as unknown as { navigator: { serviceWorker: { controller: unknown } } }).navigator.serviceWorker
					.controller !== null,
		);
		// once more with the worker before it, so that all that the page is made of is kept
		await phone.reload();
		await phone.waitForSelector(".answers button.going");
		// nobody answers at the other end: as good as no signal, and no browser's idea of it
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		const before = Date.now();
		await phone.click(".answers button.going");
		await phone.waitForSelector("text=已保存 1 条答复");
		await phone.reload();
		await phone.waitForSelector("text=已保存 1 条答复");
		await phone.waitForSelector("text=没有信号");
		// it cannot come through before the time that it is held against has been read
		await context.setOffline(true);
		await world.start();
		const started = Date.now();
		await context.setOffline(false);
		await until(async () => (await mine())?.answer === "going", 30_000, "the answer");
		// it counts from the tap, and not from when it came through
		const { answeredAt = 0 } = (await mine()) ?? {};
		expect([answeredAt >= before, answeredAt < started]).toEqual([true, true]);
		await phone.waitForSelector("text=已保存", { state: "detached" });
	}, 90_000);

	it("shows by itself that it is over, and says when a photo cannot be read", async () => {
		const url = await link();
		browser = await openBrowser();
		const phone = await (
			await browser.newContext({ locale: "zh-CN", viewport: { width: 390, height: 844 } })
		).newPage();
		await phone.clock.install();
		await phone.goto(url.href);
		await phone.click(".answers button.onScene");
		await phone.waitForSelector(".answers button.confirmed");
		await phone.setInputFiles("input[type=file]", {
			name: "bad.heic",
			mimeType: "image/heic",
			buffer: Buffer.from("no picture"),
		});
		await phone.click(".answers button.confirmed");
		await phone.waitForSelector("text=照片无法读取");
		expect((await mine())?.answer).toBe("confirmed");
		expect(
			(
				await post(`/api/incidents/${(await fires())[0]?.id}/answer`, {
					answer: "permitted",
					cause: "烧荒",
					note: "有许可",
				})
			).status,
		).toBe(200);
		// it looks again by itself
		await phone.clock.fastForward(15_000);
		await phone.waitForSelector("text=已解除: 许可用火");
		expect(await phone.$(".answers button.going")).toBeNull();
	}, 90_000);

	it("counts a tap once, however often it comes, and a verdict that was overtaken ends nothing", async () => {
		const url = await link();
		const key = "a browser of its own";
		const token = url.hash.slice(1);
		const say = async (said: object) => post("/api/phone/answer", { token, key, ...said });
		for (let i = 0; i < 3; i++)
			expect((await say({ answer: "going", tap: "aaaaaaaa1", ageMs: 60_000 })).status).toBe(200);
		const ledger = async () =>
			(await world.get(`/api/incidents/${(await fires())[0]?.id}`)) as {
				ledger: { what: string }[];
				incident: Incident;
			};
		expect((await ledger()).ledger.filter((l) => l.what === "answer:going")).toHaveLength(1);
		// tapped before the call that opened it was even taken: something was seen since
		expect((await say({ answer: "false", cause: "雾", tap: "aaaaaaaa2", ageMs: 120_000 })).status).toBe(200);
		const { incident } = await ledger();
		expect(incident.state).not.toBe("false");
		expect(inWords("zh", incident.reports?.at(-1)?.note ?? "")).toMatch(/点按“误报”，送达前已有新情况，未生效 · 雾/);
		expect((await say({ answer: "false", cause: "雾", tap: "aaaaaaaa3", ageMs: 10 })).status).toBe(200);
		expect((await fires())[0]?.state).toBe("false");
	}, 60_000);

	it("a link that floods the ledger is held to an hour's words, and can still be looked at", async () => {
		const url = await link();
		const [key, token] = ["a browser of its own", url.hash.slice(1)];
		const say = async (note: string) => (await post("/api/phone/answer", { token, key, answer: "seen", note })).status;
		const statuses: number[] = [];
		for (let i = 0; i < 210; i++) statuses.push(await say(`又一句 ${i}`));
		expect(statuses.slice(0, 200).every((s) => s === 200)).toBe(true);
		expect(statuses.slice(200).every((s) => s === 429)).toBe(true);
		// looking at it is not what is counted
		expect((await post("/api/phone/incident", { token, key })).status).toBe(200);
	}, 60_000);

	it("a call from ground without a grid is taken with caller and number, and goes to the desk and the office", async () => {
		for (const id of ["officer-1", "officer-2", "officer-3", "office-0"]) await world.enrol(id);
		const answer = await post("/api/reports", {
			note: "看见烟",
			caller: "王大爷",
			phone: "13900000022",
			lat: 31.5,
			lon: 110.5,
		});
		expect(answer.status).toBe(200);
		const [fire] = await fires();
		expect(fire?.grids).toEqual([]);
		expect(fire?.missing).toContain("grid");
		expect(fire?.evidence[0]?.note).toBe("看见烟 · 报警人 王大爷 · 回拨 13900000022");
		await until(
			() => world.pushes.some((p) => p.push.incidentId === fire?.id && p.person === "office-0"),
			10_000,
			"the office",
		);
		await until(
			() => world.pushes.some((p) => p.push.incidentId === fire?.id && p.person.startsWith("officer-")),
			10_000,
			"an officer",
		);
	}, 60_000);
});
