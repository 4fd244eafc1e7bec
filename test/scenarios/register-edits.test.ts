import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
	DeskState,
	DryRun,
	Finding,
	PersonPage,
	RegisterEdits,
	RegisterPreview,
	RegisterRows,
} from "../../gateway/console/views/schemas.ts";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser } from "../harness/harness.ts";
import { login } from "../harness/log-in.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** The register as an office keeps it from the page: read, changed, checked, tried out and taken back. */
describe("the register at the desk", () => {
	let world: SmallWorld;
	let url: string;
	beforeAll(async () => {
		world = await SmallWorld.open({ cameras: false });
		({ consoleUrl: url } = await world.start());
	});
	let browser: Browser | undefined;
	afterAll(async () => {
		await browser?.close();
		await world.stop();
	});
	const ask = (path: string, body?: unknown, cookie = world.cookie) =>
		fetch(`${url}${path}`, {
			method: body === undefined ? "GET" : "POST",
			headers: { cookie, "content-type": "application/json" },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	const rows = async (table: string) => (await world.get(`/api/register/rows/${table}`)) as RegisterRows;

	it("a new chief counts at once: he is in the list, in the dry run, and on a page of his own", async () => {
		const { rows: people } = await rows("people");
		const grid = people.find(({ cells }) => cells["role"] === "chief" && cells["level"] === "village")?.cells["grids"];
		const after = {
			id: "new-chief",
			name: "新任林长",
			role: "chief",
			level: "village",
			grids: grid ?? "",
			phone: "13900001111",
			channels: "sms;webpush",
		};
		const made = await ask("/api/register/changes", { edits: [{ table: "people", after }], note: "任命" });
		expect(await made.json()).toEqual({ n: 1 });
		const [{ code }] = ((await world.get("/api/grids")) as { code: string }[]).filter((g) =>
			g.code.startsWith(grid ?? "?"),
		) as [{ code: string }];
		const run = (await world.get(`/api/register/dry-run?grid=${code}&at=${Date.now()}`)) as DryRun;
		expect(run.told).toContainEqual(
			expect.objectContaining({ name: "新任林长", afterS: 0, channels: ["sms"], grid: code }),
		);
		const page = (await world.get("/api/people/new-chief")) as PersonPage;
		expect(page).toMatchObject({ name: "新任林长", posts: [{ role: "chief", level: "village" }], phones: [] });
		const { edits } = (await world.get("/api/register/edits")) as RegisterEdits;
		expect(edits[0]).toMatchObject({ n: 1, name: "值班员 周", note: "任命" });
	});

	it("what is wrong is refused with the row and the column; a row that somebody else has changed, too", async () => {
		const [first] = (await rows("people")).rows;
		const wrong = { ...first?.cells, level: "vilage" };
		const refused = await ask("/api/register/changes", {
			edits: [{ table: "people", before: first?.cells, after: wrong }],
			note: "",
		});
		expect(refused.status).toBe(409);
		expect(await refused.text()).toMatch(/level.*village/);
		const stale = await ask("/api/register/changes", {
			edits: [{ table: "people", before: wrong, after: { ...wrong, level: "village" } }],
			note: "",
		});
		expect(stale.status).toBe(409);
		expect(((await stale.json()) as { reason: string }).reason).toMatch(/^register\.stale/);
	});

	it("a file is shown as what it would change, and an import is taken back in one go", async () => {
		const csv = await (await ask("/api/register/files/roster")).text();
		const content = Buffer.from(csv.split("\n").slice(0, -2).join("\n")).toString("base64");
		const preview = (await (
			await ask("/api/register/preview", { table: "roster", name: "roster.csv", content })
		).json()) as RegisterPreview;
		expect(preview).toMatchObject({ faults: [], changes: [{ table: "roster", before: expect.anything() }] });
		const before = (await rows("roster")).rows.length;
		const edits = preview.changes.map(({ table, before: was, after }) => ({ table, before: was, after }));
		const { n } = (await (await ask("/api/register/changes", { edits, note: "import" })).json()) as { n: number };
		expect((await rows("roster")).rows).toHaveLength(before - 1);
		expect((await ask(`/api/register/edits/${n}/undo`, {})).status).toBe(200);
		expect((await rows("roster")).rows).toHaveLength(before);
		const broken = await ask("/api/register/preview", { table: "people", name: "p.csv", content: "aWQsbm9tZQo=" });
		expect(((await broken.json()) as RegisterPreview).faults.length).toBeGreaterThan(0);
	});

	it("the check's findings name what they are of", async () => {
		const findings = (await world.get("/api/register/findings")) as Finding[];
		expect(findings.length).toBeGreaterThan(0);
		for (const { kind, what, detail } of findings) expect([kind, what, detail].every((said) => said !== "")).toBe(true);
	});

	it("whoever may not edit is told so, and sees no personal data either", async () => {
		const viewer = { login: "looker", name: "查看者", roles: ["viewer"], areas: [] };
		const { url: link } = (await (await ask("/api/users", viewer)).json()) as { url: string };
		const password = "a long enough password";
		await ask("/api/welcome/take", { token: link.split("#welcome=")[1], password });
		const cookie = await login(url, "looker", password);
		expect((await ask("/api/register/rows/people", undefined, cookie)).status).toBe(403);
		expect(
			(await ask("/api/register/changes", { edits: [{ table: "people", after: {} }], note: "" }, cookie)).status,
		).toBe(403);
	});

	it("whoever is for one area sees of the register, its edits and what it lacks only what is there", async () => {
		const grids = (await world.get("/api/grids")) as { code: string }[];
		const [mine, other] = [grids[0]?.code ?? "", grids.at(-1)?.code ?? ""];
		const clerk = { login: "clerk", name: "乡镇林长办", roles: ["office"], areas: [mine] };
		const { url: link } = (await (await ask("/api/users", clerk)).json()) as { url: string };
		const password = "a long enough password";
		await ask("/api/welcome/take", { token: link.split("#welcome=")[1], password });
		const cookie = await login(url, "clerk", password);
		const read = async <T>(path: string) => (await (await ask(path, undefined, cookie)).json()) as T;
		const named = (code: string, name: string) => ({ id: name, name, role: "ranger", level: "village", grids: code });
		for (const after of [named(mine, "本地护林员"), named(other, "外地护林员")])
			await ask("/api/register/changes", { edits: [{ table: "people", after }], note: after.name });
		const whole = JSON.stringify([
			await read("/api/register/rows/people"),
			await read("/api/register/edits"),
			await read("/api/register/findings"),
		]);
		expect(whole).toContain("本地护林员");
		expect(whole).not.toContain("外地护林员");
		expect(JSON.stringify(await world.get("/api/register/findings"))).toContain("外地护林员");
		const tried = (code: string) => ask(`/api/register/dry-run?grid=${code}&at=${Date.now()}`, undefined, cookie);
		expect((await tried(mine)).status).toBe(200);
		expect((await tried(other)).status).toBe(404);
		const { incident } = (await (await ask("/api/reports", { grid: other, note: "浓烟" })).json()) as {
			incident: string;
		};
		const past = `/api/incidents/${incident}/past/cam/0`;
		expect(await (await ask(past)).text()).not.toContain("api.noIncident");
		expect(await (await ask(past, undefined, cookie)).text()).toContain("api.noIncident");
		const declare = (body: object) => ask("/api/danger", body, cookie);
		expect([(await declare({ level: 5 })).status, (await declare({ level: 5, area: other })).status]).toEqual([
			403, 403,
		]);
		expect((await declare({ level: 5, area: mine })).status).toBe(200);
		const { tower } = (await world.get("/api/state")) as DeskState;
		expect(tower.areaDangers).toMatchObject([{ level: 5, area: mine, by: "乡镇林长办" }]);
		expect(tower.danger).toBeUndefined();
		const file = await (await ask("/api/register/files/people", undefined, cookie)).text();
		expect(file).not.toContain("外地护林员");
		const preview = { table: "people", name: "people.csv", content: Buffer.from(file).toString("base64") };
		expect(await (await ask("/api/register/preview", preview, cookie)).json()).toEqual({ changes: [], faults: [] });
		for (const table of ["people", "teams", "roster", "places", "orders", "units", "cards", "assignments"]) {
			const worded = await (await ask(`/api/register/files/${table}?words=zh`)).text();
			expect(worded.slice(1).split("\n")[0]).not.toMatch(/[a-z]{5}/);
			const content = Buffer.from(worded).toString("base64");
			const again = await ask("/api/register/preview", { table, name: `${table}.csv`, content });
			expect(await again.json()).toEqual({ changes: [], faults: [] });
		}
	});

	it("a clerk enters a new ranger, tries a fire there, closes a gap in the roster, and takes it back", async () => {
		browser = await openBrowser();
		const page = await openDesk(browser, url);
		page.setDefaultTimeout(10_000);
		await page.goto(`${url}/people`);
		// what somebody else changes meanwhile is shown without asking
		await page.getByRole("searchbox", { name: "搜索" }).fill("别人");
		const other = { id: "other", name: "别人加的", role: "ranger", level: "village", grids: "500114101201-01" };
		await ask("/api/register/changes", { edits: [{ table: "people", after: other }], note: "" });
		await page.getByRole("link", { name: "别人加的" }).waitFor();
		await page.getByRole("button", { name: "添加人员" }).click();
		await page.getByLabel("编号", { exact: true }).fill("ranger-new");
		await page.getByLabel("姓名/名称").fill("新护林员");
		await page.getByRole("combobox", { name: "角色" }).click();
		await page.getByRole("option", { name: "护林员", exact: true }).click();
		await page.getByRole("combobox", { name: "层级" }).click();
		await page.getByRole("option", { name: "村", exact: true }).click();
		// a slip of the hand: the gateway says what is wrong, and the form keeps what was typed
		await page.getByRole("combobox", { name: "责任区（代码）" }).fill("青石镇1村1号");
		await page.getByRole("option", { name: /500114101201-01/ }).click();
		await page.getByLabel("电话").fill("1380000");
		await page.getByRole("button", { name: "保存" }).click();
		await page.getByRole("alert").getByText("1380000").waitFor();
		await page.getByLabel("电话").fill("");
		await page.getByRole("button", { name: "保存" }).click();
		await page.getByRole("dialog").waitFor({ state: "detached" });
		await page.goto(`${url}/people?tab=try&grid=500114101201-01`);
		const row = page.getByRole("row").filter({ hasText: "新护林员" });
		await row.getByText("无法通知").waitFor();
		await page.locator(".dry-run .map[data-drawn]").waitFor({ timeout: 30_000 });

		await page.goto(`${url}/duty`);
		const officers = page.locator(".roster .lane").filter({ hasText: "值班员" });
		await officers.locator(".bar").nth(3).click();
		await page.getByRole("button", { name: "删除" }).click();
		await page.getByText("此行将从名册中删除").waitFor();
		await page.getByRole("button", { name: "删除" }).click();
		const gap = officers.locator(".gap").first();
		await gap.waitFor();
		await gap.click();
		await page.getByRole("combobox", { name: "人员（编号）" }).click();
		await page.getByRole("combobox", { name: "人员（编号）" }).fill("officer-1");
		await page
			.getByRole("option", { name: /officer-1/ })
			.first()
			.click();
		await page.getByRole("button", { name: "保存" }).click();
		await gap.waitFor({ state: "detached" });
		// drawn over the lower half of a line: somebody stands in
		const { x, y, width, height } = (await officers.locator(".hours").boundingBox()) ?? {
			x: 0,
			y: 0,
			width: 0,
			height: 0,
		};
		await page.mouse.move(x + width * 0.3, y + height * 0.9);
		await page.mouse.down();
		await page.mouse.move(x + width * 0.4, y + height * 0.9, { steps: 3 });
		await page.mouse.up();
		await page.getByRole("dialog").getByRole("combobox", { name: "种类" }).and(page.locator("[value^=替班]")).waitFor();
		await page.keyboard.press("Escape");

		await page.goto(`${url}/people?tab=changes`);
		await page.getByRole("button", { name: "撤回" }).first().click();
		await page.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
		await page.getByRole("dialog").waitFor({ state: "detached" });
		await page.goto(`${url}/duty`);
		await gap.waitFor();
	});

	it("a grid is drawn on the map, and its outline is what the register has", async () => {
		browser ??= await openBrowser();
		const faults: string[] = [];
		const page = await openDesk(browser, url, async (p) => void p.on("pageerror", (e) => faults.push(String(e))));
		page.setDefaultTimeout(20_000);
		await page.goto(`${url}/people?tab=tables&table=grids`);
		await page.getByRole("button", { name: "添加", exact: true }).click();
		await page.getByLabel("代码", { exact: true }).fill("500114109999-01");
		await page.getByLabel("姓名/名称").fill("新网格");
		const map = page.locator(".outline .map[data-drawn]");
		await map.waitFor();
		const { width = 0, height = 0 } = (await map.boundingBox()) ?? {};
		for (const [x, y] of [
			[0.3, 0.3],
			[0.7, 0.3],
			[0.6, 0.7],
			[0.3, 0.3],
		] as const)
			await map.click({ position: { x: width * x, y: height * y } });
		await page.getByText("拖动角点修改").waitFor();
		await page.getByRole("button", { name: "保存" }).click();
		await page.getByRole("dialog").waitFor({ state: "detached" });
		// the page is still there: the drawing was taken off the map before the map went
		await page.getByRole("tab", { name: "表格" }).waitFor();
		expect(faults).toEqual([]);
		const row = (await rows("grids")).rows.find(({ key }) => key === "500114109999-01");
		const polygons = JSON.parse(row?.cells["coordinates"] ?? "[]") as [number, number][][][];
		expect(polygons.map((rings) => rings.map((ring) => ring.length))).toEqual([[4]]);
		await page.context().close();
	});
});
