import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../harness/harness.ts";
import { form, type Providers } from "../harness/providers.ts";
import { useReach } from "../harness/reach-world.ts";
import { CountingBroker, FakeModem, FakeSmtp } from "../harness/servers.ts";
import type { SmallWorld } from "../harness/small-world.ts";

describe("killed on the way to people, over every channel there is", () => {
	const reach = useReach();
	const { fires, to, alarm } = reach;
	let world: SmallWorld;
	let providers: Providers;

	let smtp: FakeSmtp;
	let modem: FakeModem;
	let broker: CountingBroker;

	beforeEach(async () => {
		({ world, providers } = reach);
		smtp = await new FakeSmtp().open();
		modem = await new FakeModem().open();
		broker = await new CountingBroker("county/fires").open();
		const people = join(world.folder, "register/people.csv");
		const all = "sms;voice;email:chief@example.org;modem;ntfy:village;webhook:county;mqtt:county";
		writeFileSync(people, readFileSync(people, "utf8").replace(/^(chief-41,.*),sms;voice,/m, `$1,${all},`));
		const config = readFileSync(world.simulation.configFile, "utf8");
		const more = [
			`  email: { url: "smtp://127.0.0.1:${smtp.port}?ignoreTLS=true", from: lookout@example.org }`,
			`  modem: { device: "tcp://127.0.0.1:${modem.port}" }`,
			`  ntfy: { url: "${providers.url}/ntfy" }`,
			`  webhooks: { county: { url: "${providers.url}/webhook", secret: k } }`,
			`  mqtt: { county: { url: "mqtt://127.0.0.1:${broker.port}", topic: county/fires } }`,
		];
		writeFileSync(world.simulation.configFile, config.replace(/^reach:$/m, `reach:\n${more.join("\n")}`));
	});

	afterEach(async () => {
		await broker.close();
		await smtp.close();
		await modem.close();
	});

	/** How often each was told over each channel. */
	const counts = (): Record<string, number> => {
		const http = (path: string, person?: string) =>
			providers.got.filter(
				(g) => g.path === path && form(g)["Action"] !== "QuerySendDetails" && (person === undefined || to(person)(g)),
			).length;
		const parts = modem.pdus.length;
		return {
			sms: http("/sms", "chief-41"),
			rangerSms: http("/sms", "ranger-412"),
			voice: http("/voice", "chief-41"),
			robot: http("/robot"),
			siren: http("/siren"),
			ntfy: http("/ntfy"),
			webhook: http("/webhook"),
			email: smtp.mails.length,
			mqtt: broker.count,
			// a message is as many parts as it takes
			modem: parts === 0 ? 0 : Math.max(1, Math.round(parts / PARTS)),
		};
	};
	/** Parts of one SMS with text, code and link. */
	const PARTS = 2;

	it.each(["claimed", "sent", "settled"])(
		"at %s: each is told once or twice over every channel, and the ledger explains each",
		async (failPoint) => {
			const doomed = await world.start(failPoint);
			void alarm();
			expect(await doomed.ended).toBe("SIGKILL");
			await world.start();
			await until(
				() => Object.values(counts()).every((n) => n >= 1),
				60_000,
				() => `everybody to be told after the restart: ${JSON.stringify(counts())}`,
			);
			const [incident] = await fires();
			const view = async () =>
				(await world.get(`/api/incidents/${incident?.id}`)) as {
					deliveries: { state: string; channel: string; tries: { outcome: string }[] }[];
					ledger: { what: string }[];
				};
			await until(
				async () => (await view()).deliveries.every((d) => d.state === "accepted"),
				60_000,
				"all to be settled",
			);
			for (const [channel, n] of Object.entries(counts())) expect(n, channel).toBeLessThanOrEqual(2);
			const { deliveries, ledger } = await view();
			const tries = deliveries.reduce((n, d) => n + d.tries.length, 0);
			expect(ledger.filter((l) => l.what.startsWith("attempt:"))).toHaveLength(tries);
		},
		150_000,
	);
});
