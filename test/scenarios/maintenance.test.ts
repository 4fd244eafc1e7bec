import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { openDesk } from "../harness/desk-page.ts";
import { openBrowser, runLookout, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

/** A technician tries a sensor with real smoke: nobody in the county is woken, and a real fire beside it rings. */
describe("devices that are worked on", () => {
	let world: SmallWorld;

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false });
	});
	afterEach(() => world.stop());

	const fires = async () =>
		((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");

	it("ring the desk alone, marked, until the work is said to be over; a restart forgets none of it", async () => {
		const gateway = await world.start();
		const lookout = (...args: string[]) =>
			runLookout(["maintenance", ...args, "--config", world.simulation.configFile], {
				LOOKOUT_PASSWORD: gateway.password ?? "",
			});
		const [sensor] = await world.nodes();
		const ids = ((await world.get("/api/state")) as { sensors: { id: string }[] }).sensors.map((s) => s.id);
		const id = ids[0] ?? "";
		if (!sensor) throw new Error("this world has no sensor");
		// a desk that cannot be reached would be passed over
		const people = (await world.get("/api/people")) as { id: string; role: string }[];
		for (const { id, role } of people) if (["officer", "dutyLeader"].includes(role)) await world.enrol(id);
		await world.enrol("chief-41");
		const heard = () => world.pushes.filter((p) => p.person === "chief-41");
		const whole = ["--by", "技术员 李", "--reason", "烟雾试验", "--minutes", "60"];
		expect(await lookout("start", "no-such-node", ...whole)).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("no-such-node"),
		});
		expect(await lookout("start", id, ...whole.slice(0, 4))).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("--minutes"),
		});
		expect(await lookout("start", id, ...whole.slice(0, 5), "300")).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("240"),
		});
		expect(await lookout("end", "no-such-work", "--by", "技术员 李")).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("no maintenance of that id"),
		});
		const begun = await lookout("start", id, ...whole, "--json");
		expect(begun).toMatchObject({ code: 0, stderr: "" });
		const [{ id: work }] = JSON.parse(begun.stdout) as [{ id: string }];
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		const again = await world.start();
		await sensor.alarm(400);
		await until(async () => (await fires()).length === 1, 10_000, "the fire on the desk");
		const [fire] = await fires();
		expect(fire?.maintenance).toMatchObject({ by: "技术员 李" });
		expect(
			[...new Set(fire?.involved.map((i) => i.role))].every((role) => role === "officer" || role === "dutyLeader"),
		).toBe(true);
		// the chief would hear of it at once, and again with the next step
		const seen = world.now();
		await world.goOn(() => world.now() - seen > 30_000, 60_000, "half a minute to pass");
		expect(world.pushes.length).toBeGreaterThan(0);
		expect(heard()).toEqual([]);
		const browser = await openBrowser();
		try {
			const page = await openDesk(browser, again.consoleUrl);
			await page.getByText(`检修中：${id}（技术员 李，烟雾试验）`).waitFor();
			await page.locator("article.incident").getByText("设备检修中（技术员 李）").waitFor();
			await page.getByRole("button", { name: "检修结束" }).click();
			await page.getByText(`检修中：${id}`).waitFor({ state: "detached" });
		} finally {
			await browser.close();
		}
		await until(() => heard().length === 1, 60_000, "the chief to be told of what still burns");
		expect(await lookout("list")).toMatchObject({ code: 0, stdout: expect.not.stringContaining(work) });
	});
});
