import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import { form, type Got, Providers } from "./providers.ts";
import { SmallWorld, setChannels } from "./small-world.ts";

/**
 * People without a phone of ours: SMS, calls, group robots, a siren, CAP for other systems. The gateway is a process of
 * its own, the providers answer over real HTTP. Each test of the suite that calls this has a world of its own.
 */
export function useReach() {
	let world: SmallWorld;
	let providers: Providers;
	/**
	 * Channels of the people of the village where the first node stands; nobody else is told at the steps these tests
	 * reach.
	 */
	const channels: Record<string, string> = {
		"chief-41": "sms;voice",
		"ranger-412": "sms",
		"supervisor-41": "robot:village",
		"adviser-41": "siren:roof",
	};

	beforeEach(async () => {
		providers = await Providers.open();
		world = await SmallWorld.open({ cameras: false, ladder: { village: 0, township: 600, county: 1200 } });
		setChannels(world.folder, (id) => channels[id] ?? (id === "chief-4" ? "webpush" : ""));
		const access = (path: string) => `accessKeyId: id, accessKeySecret: secret, url: "${providers.url}${path}"`;
		const config = readFileSync(world.simulation.configFile, "utf8");
		const reach = [
			"reach:",
			'  webPush: { subject: "mailto:duty@lookout.example" }',
			`  sms: { ${access("/sms")}, signName: 瞭望, templateCode: SMS_1 }`,
			`  voice: { ${access("/voice")}, ttsCode: TTS_1, showNumber: "057100" }`,
			`  robots: { village: { kind: wecom, token: T, url: "${providers.url}/robot" } }`,
			`  sirens: { roof: { url: "${providers.url}/siren" } }`,
			"  receiptToken: receipts-of-the-test",
			"  timeoutS: 2",
			"  cap: { sender: tower-demo@firewatch.example.cn, senderName: 青云县森林火情监测中心, feedToken: feed-of-the-test, intakeToken: intake-of-the-test }",
			"",
		].join("\n");
		writeFileSync(world.simulation.configFile, config.replace(/^reach:.*$/m, reach));
	});

	afterEach(async () => {
		await world.stop();
		await providers.stop();
	});

	const fires = async () =>
		((await world.get("/api/state")) as { incidents: Incident[] }).incidents.filter((i) => i.kind === "fire");
	const phoneOf = (person: string) => {
		const row =
			readFileSync(join(world.folder, "register/people.csv"), "utf8")
				.split("\n")
				.find((r) => r.startsWith(`${person},`)) ?? "";
		return /138\d{8}/.exec(row)?.[0] ?? "";
	};
	const to = (person: string) => (got: Got) =>
		[form(got)["PhoneNumbers"], form(got)["CalledNumber"]].includes(phoneOf(person));
	async function alarm(): Promise<void> {
		const [first] = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		await first?.alarm(400);
	}
	async function post(path: string, body: unknown): Promise<Response> {
		const url = `http://127.0.0.1:${world.ports.console}${path}`;
		return fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
	}
	/** The messages of the village's step: SMS to chief and ranger, a call to the chief, the group, the siren. */
	async function village(): Promise<{ chief: Got; ranger: Got; call: Got; group: Got }> {
		const chief = await providers.expect("/sms", to("chief-41"), "the chief's SMS");
		const ranger = await providers.expect("/sms", to("ranger-412"), "the ranger's SMS");
		const call = await providers.expect("/voice", to("chief-41"), "the chief's call");
		const group = await providers.expect("/robot", () => true, "the group's message");
		expect(JSON.parse((await providers.expect("/siren", () => true, "the siren")).body)).toMatchObject({ seconds: 60 });
		return { chief, ranger, call, group };
	}
	const codeOf = (got: Got) => (JSON.parse(form(got)["TemplateParam"] ?? "{}") as { code: string }).code;

	return {
		get world() {
			return world;
		},
		get providers() {
			return providers;
		},
		fires,
		phoneOf,
		to,
		alarm,
		post,
		village,
		codeOf,
	};
}
