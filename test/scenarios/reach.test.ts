import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { say } from "../../gateway/base/say.ts";
import { runLookout, until } from "../harness/harness.ts";
import { form, type Providers } from "../harness/providers.ts";
import { useReach } from "../harness/reach-world.ts";
import type { SmallWorld } from "../harness/small-world.ts";

/**
 * People without a phone of ours: SMS, calls, group robots, a siren, CAP for other systems. The
 * gateway is a process of its own, the providers answer over real HTTP, and a message nobody expects fails the test.
 */
describe("ways to people and back", () => {
	const reach = useReach();
	const { fires, phoneOf, to, alarm, post, village, codeOf } = reach;
	let world: SmallWorld;
	let providers: Providers;
	beforeEach(() => {
		({ world, providers } = reach);
	});

	it("an SMS carries place, link and code; the code counts from its owner's number only, and stops the rest", async () => {
		await world.start();
		await alarm();
		const { chief, ranger, group } = await village();
		const { text, link, code } = JSON.parse(form(chief)["TemplateParam"] ?? "{}") as {
			text: string;
			link: string;
			code: string;
		};
		expect(text).toMatch(/疑似林火 双河镇1村2号网格/);
		expect(text.length).toBeLessThanOrEqual(60);
		expect(link).toMatch(/\/i\.html#[A-Za-z0-9_-]{20}$/);
		expect(code).toMatch(/^\d{6}$/);
		expect(JSON.parse(group.body).text.content).not.toContain("i.html");
		const reply = (from: string, said: string) =>
			post("/api/receipts/receipts-of-the-test/reply", [{ phone_number: from, content: said }]);
		expect(await (await reply("13999999999", `1 ${code}`)).json()).toMatchObject({ taken: 0 });
		expect(await (await reply(phoneOf("chief-41"), `1 ${codeOf(ranger)}`)).json()).toMatchObject({ taken: 0 });
		expect((await post("/api/receipts/wrong-token/reply", [])).status).toBe(404);
		expect(await (await reply(`+86${phoneOf("chief-41")}`, `1 ${code} 20分钟`)).json()).toMatchObject({
			code: 0,
			taken: 1,
		});
		const [incident] = await fires();
		const mine = incident?.involved.find((i) => i.personId === "chief-41");
		expect(mine).toMatchObject({ answer: "going" });
		expect(Math.round(((mine?.feedbackBy ?? 0) - (mine?.answeredAt ?? 0)) / 60_000)).toBe(20);
		expect(providers.unexpected).toEqual([]);
	});

	it("an SMS with the right code that is not clear, or comes from another card, goes to the desk with its words, and its owner is asked again", async () => {
		await world.start();
		await alarm();
		const { chief } = await village();
		const { code } = JSON.parse(form(chief)["TemplateParam"] ?? "{}") as { code: string };
		const reply = (from: string, said: string) =>
			post("/api/receipts/receipts-of-the-test/reply", [{ phone_number: from, content: said }]);
		expect(await (await reply(phoneOf("chief-41"), `收到，山上好像有烟 ${code}`)).json()).toMatchObject({ taken: 0 });
		const again = await providers.expect(
			"/sms",
			(got) => to("chief-41")(got) && /没看懂/.test(form(got)["TemplateParam"] ?? ""),
			"the question to the chief",
		);
		expect(form(again)["TemplateParam"]).toContain(code);
		expect(await (await reply("13999999999", `1 ${code}`)).json()).toMatchObject({ taken: 0 });
		const [incident] = await fires();
		expect(incident?.reports).toMatchObject([
			{ personId: "chief-41", what: "seen", note: `收到，山上好像有烟 ${code}` },
			{ personId: "chief-41", what: "seen", note: `…9999: 1 ${code}` },
		]);
		expect(incident?.involved.find((i) => i.personId === "chief-41")?.answer).toBe("seen");
		// and the answer itself counts, run together as thumbs write it
		expect(await (await reply(phoneOf("chief-41"), `1${code}`)).json()).toMatchObject({ taken: 1 });
		expect((await fires())[0]?.involved.find((i) => i.personId === "chief-41")?.answer).toBe("going");
	});

	it("a call that is taken is no answer, a key is; receipts count once, whenever they come", async () => {
		await world.start();
		await alarm();
		const { chief, call } = await village();
		const voice = (entry: object) =>
			post("/api/receipts/receipts-of-the-test/voice", [{ out_id: form(call)["OutId"], ...entry }]);
		expect(await (await voice({ status_code: "200000" })).json()).toMatchObject({ taken: 1 });
		expect((await fires())[0]?.involved.find((i) => i.personId === "chief-41")?.answer).toBeUndefined();
		expect(await (await voice({ status_code: "300000", dtmf: "1" })).json()).toMatchObject({ taken: 1 });
		expect(await (await voice({ status_code: "300000", dtmf: "1" })).json()).toMatchObject({ taken: 0 });
		expect((await fires())[0]?.involved.find((i) => i.personId === "chief-41")?.answer).toBe("going");
		const sms = () =>
			post("/api/receipts/receipts-of-the-test/sms", [
				{ out_id: form(chief)["OutId"], success: true, err_code: "DELIVERED" },
			]);
		expect(await (await sms()).json()).toMatchObject({ taken: 1 });
		expect(await (await sms()).json()).toMatchObject({ taken: 0 });
		const [incident] = await fires();
		const view = (await world.get(`/api/incidents/${incident?.id}`)) as {
			deliveries: { id: string; receipts: { what: string }[] }[];
		};
		expect(view.deliveries.find((d) => d.id === form(chief)["OutId"])?.receipts.map((r) => r.what)).toEqual([
			"delivered",
		]);
		expect(providers.unexpected).toEqual([]);
	});

	it("an SMS of which nobody knows whether it arrived is asked about, and not sent twice when the service has it", async () => {
		let hung: string | undefined;
		providers.answer = (got, response) => {
			const { Action, OutId, PhoneNumbers } = form(got);
			const json = (body: unknown) =>
				response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
			if (got.path === "/sms" && Action === "SendSms" && PhoneNumbers === phoneOf("chief-41") && !hung) hung = OutId;
			else if (Action === "QuerySendDetails")
				json({ Code: "OK", SmsSendDetailDTOs: { SmsSendDetailDTO: [{ OutId: hung, SendStatus: 3 }] } });
			else json(got.path === "/robot" ? { errcode: 0 } : { Code: "OK" });
		};
		await world.start();
		await alarm();
		await village();
		const isAsked = () => providers.got.some((got) => form(got)["Action"] === "QuerySendDetails");
		await world.goOn(isAsked, 60_000, "the question what became of it");
		await providers.expect("/sms", (got) => form(got)["Action"] === "QuerySendDetails", "the question");
		const settled = async () => {
			const [incident] = await fires();
			const view = (await world.get(`/api/incidents/${incident?.id}`)) as {
				deliveries: { id: string; state: string; tries: { outcome: string }[] }[];
			};
			return view.deliveries.find((d) => d.id === hung);
		};
		await world.goOn(async () => (await settled())?.state === "accepted", 20_000, "the SMS to be settled");
		expect((await settled())?.tries.map((t) => t.outcome)).toEqual(["unsure", "accepted"]);
		expect(providers.unexpected).toEqual([]);
	}, 90_000);

	it("speaks CAP: a feed with a tag behind its token, an intake that refuses entities, and a neighbour's fire", async () => {
		await world.start();
		await alarm();
		await village();
		const url = `http://127.0.0.1:${world.ports.console}/cap`;
		const auth = { authorization: "Bearer feed-of-the-test" };
		expect((await fetch(`${url}/feed.atom`)).status).toBe(401);
		await until(
			async () => (await (await fetch(`${url}/feed.atom`, { headers: auth })).text()).includes("<entry>"),
			10_000,
			"the fire in the feed",
		);
		const feed = await fetch(`${url}/feed.atom`, { headers: auth });
		const tag = feed.headers.get("etag") ?? "";
		expect((await fetch(`${url}/feed.atom`, { headers: { ...auth, "if-none-match": tag } })).status).toBe(304);
		const href = /href="([^"]+\.xml)"/.exec(await feed.text())?.[1] ?? "";
		const message = await (await fetch(href, { headers: auth })).text();
		expect(message).toContain("<status>Actual</status>");
		expect(message).toContain("<msgType>Alert</msgType>");
		expect((await fetch(href)).status).toBe(404);
		const send = (xml: string) =>
			fetch(`${url}/intake`, {
				method: "POST",
				headers: { "content-type": "application/cap+xml", authorization: "Bearer intake-of-the-test" },
				body: xml,
			});
		const evil = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&x;</alert>`;
		expect((await send(evil)).status).toBe(422);
		// the same fire as a neighbour tells it: far from ours, so that it is a second incident
		const theirs = message
			.replace(/<identifier>[^<]+/, "<identifier>urn:uuid:11111111-2222-3333-4444-555555555555")
			.replace(/<sender>[^<]+/, "<sender>county-2@firewatch.example.cn")
			.replace(
				/<area>[\s\S]*<\/area>/,
				"<area><areaDesc>邻县</areaDesc><circle>29.47000,108.70000 0.500</circle></area>",
			);
		expect(await (await send(theirs)).json()).toEqual({ taken: true, judged: true });
		expect(await (await send(theirs)).json()).toMatchObject({ taken: false, judged: false });
		await until(async () => (await fires()).length === 2, 5000, "the neighbour's fire");
		expect(
			(await fires()).some(
				(i) => i.sources.includes("cap:county-2@firewatch.example.cn") && i.place.method === "sensor",
			),
		).toBe(true);
		expect(providers.unexpected).toEqual([]);
	});

	it("practises: a drill goes through the real ladder as an exercise, sounds no siren, and is reported; a fire beside it is a fire", async () => {
		const gateway = await world.start();
		const lookout = (args: string[]) =>
			runLookout([...args, "--config", world.simulation.configFile], { LOOKOUT_PASSWORD: gateway.password ?? "" });
		const started = await lookout(["drill", "start", "--by", "林长办 王", "--grid", "500114104201-02", "--json"]);
		const drill = (JSON.parse(started.stdout) as { incident: string }).incident;
		const chief = await providers.expect("/sms", to("chief-41"), "the chief's SMS");
		expect(form(chief)["TemplateParam"]).toContain("【演练】");
		await providers.expect("/sms", to("ranger-412"), "the ranger's SMS");
		await providers.expect("/voice", to("chief-41"), "the chief's call");
		await providers.expect("/robot", () => true, "the group's message");
		await post("/api/receipts/receipts-of-the-test/reply", [
			{ phone_number: phoneOf("chief-41"), content: `1 ${codeOf(chief)}` },
		]);
		await alarm();
		await village();
		const incidents = await fires();
		expect(incidents.map((i) => i.status).sort()).toEqual(["actual", "exercise"]);
		expect(incidents.find((i) => i.id === drill)).toMatchObject({ status: "exercise", sources: ["drill:林长办 王"] });
		const { stdout } = await lookout(["drill", "report"]);
		expect(stdout).toMatch(new RegExp(`${drill}  verifying, by 林长办 王`));
		expect(stdout).toMatch(/chief-41 +verify +accepted +[\d.]+ s +receipt +- +going after [\d.]+ s/);
		expect(stdout).toMatch(/1 drills; \d+ of 72 grids without anybody heard of in 31 days/);
		const verified = await lookout(["ledger", "verify"]);
		expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whole: \d+ entries/) });
		expect(await lookout(["ledger", "audit"])).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/2 incidents, 0 differences/),
		});
		expect(providers.unexpected).toEqual([]);
	});

	it("says why somebody was not told, prints an incident, and shows a viewer nothing that belongs to people", async () => {
		const config = readFileSync(world.simulation.configFile, "utf8");
		writeFileSync(
			world.simulation.configFile,
			config.replace(
				/^console: \{ port: (\d+) \}$/m,
				'console: { port: $1, viewerPassword: "only-to-look-on", publicBoard: names }',
			),
		);
		await world.start();
		await alarm();
		await village();
		const [incident] = await fires();
		const why = async (person: string) =>
			((await world.get(`/api/incidents/${incident?.id}/why/${person}`)) as { reasons: string[] }).reasons
				.map((reason) => say("en", reason))
				.join("; ");
		// the provider has it a moment before its outcome is on the disk
		await until(
			async () => /told over SMS: accepted/i.test(await why("chief-41")),
			10_000,
			"the outcome of the chief's SMS",
		);
		expect(await why("chief-11")).toMatch(/answers for none of the grids/);
		expect(await why("households-41")).toMatch(/on condition "fireBan"/);
		expect(await why("nobody")).toMatch(/nobody of that id/);
		const page = `http://127.0.0.1:${world.ports.console}`;
		const printed = await (
			await fetch(`${page}/api/incidents/${incident?.id}/print`, { headers: { cookie: world.cookie } })
		).text();
		expect(printed).toContain(incident?.involved[0]?.name);
		// outcomes of attempts are in words
		expect(printed).not.toMatch(/\b(attempt|fault|because)\.\w+/);
		const board = await (await fetch(`${page}/board`)).text();
		expect(board).toContain("双河镇1村2号网格");
		expect(board).toContain(incident?.involved.find((i) => i.personId === "ranger-412")?.name);
		expect(board).not.toContain(phoneOf("chief-41"));
		const login = await fetch(`${page}/api/login`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ user: "viewer", password: "only-to-look-on" }),
		});
		const cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
		const seen = await (await fetch(`${page}/api/incidents/${incident?.id}`, { headers: { cookie } })).text();
		expect(seen).toContain(incident?.id);
		for (const i of incident?.involved ?? []) expect(seen).not.toContain(i.name);
		expect(seen).not.toContain(phoneOf("chief-41"));
		for (const spelt of ["print", "%70rint", "why/chief-41", "%77hy/chief-41"])
			expect(
				(await fetch(`${page}/api/incidents/${incident?.id}/${spelt}`, { headers: { cookie } })).status,
				spelt,
			).toBe(403);
		expect((await fetch(`${page}/api/pictures/%72eport-a.jpg`, { headers: { cookie } })).status).toBe(403);
		const forbidden = await fetch(`${page}/api/incidents/${incident?.id}/answer`, {
			method: "POST",
			headers: { cookie, "content-type": "application/json" },
			body: JSON.stringify({ answer: "false" }),
		});
		expect(forbidden.status).toBe(403);
		expect(providers.unexpected).toEqual([]);
	});
});
