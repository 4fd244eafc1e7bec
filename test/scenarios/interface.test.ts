import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { MadeToken } from "../../gateway/console/views/schemas.ts";
import { EXAMPLES, type Example } from "../../gateway/console/web/src/system/examples.ts";
import { webhookSignature } from "../../gateway/notify/channels/webhook.ts";
import { Providers } from "../harness/providers.ts";
import { SmallWorld } from "../harness/small-world.ts";

const run = promisify(execFile);
/** No more than this of one machine in a minute. */
const MOST = 600;

/** The interface as an integrator meets it: by the examples of its page, with a machine's token. */
describe("the interface for other systems", () => {
	let world: SmallWorld;
	let url: string;
	let providers: Providers;
	let incident: string;
	const tokens: string[] = [];

	beforeAll(async () => {
		providers = await Providers.open();
		world = await SmallWorld.open({ cameras: false });
		const file = world.simulation.configFile;
		const config = parse(readFileSync(file, "utf8"));
		config.reach.webhooks = { county: { url: `${providers.url}/webhook`, secret: "a shared secret", listens: true } };
		writeFileSync(file, stringify(config));
		({ consoleUrl: url } = await world.start());
		for (const name of ["county platform", "another one"]) {
			const wanted = { name, rights: ["look", "personal", "call"], areas: [], days: 30 };
			const made = await fetch(`${url}/api/tokens`, {
				method: "POST",
				headers: { cookie: world.cookie, "content-type": "application/json" },
				body: JSON.stringify(wanted),
			});
			tokens.push(((await made.json()) as MadeToken).token);
		}
	});
	afterAll(async () => {
		await world.stop();
		await providers.stop();
	});

	/** What an example prints, as bash runs it. */
	async function printed(name: Example, more: Record<string, string> = {}): Promise<string> {
		const env = { ...process.env, LOOKOUT: url, TOKEN: tokens[0] ?? "", ...more };
		return (await run("bash", ["-c", `set -e; ${EXAMPLES[name]}`], { env, timeout: 20_000 })).stdout;
	}

	it("every example of the page does what it says", async () => {
		({ incident } = JSON.parse(await printed("report")) as { incident: string });
		expect(JSON.parse(await printed("open"))).toMatchObject({ rows: [{ id: incident, kind: "fire" }] });
		expect(JSON.parse(await printed("one", { INCIDENT: incident }))).toMatchObject({ incident: { id: incident } });
		expect(await printed("events")).toBe("event: state\n");
		expect(JSON.parse(await printed("map"))).toMatchObject({ type: "FeatureCollection" });
		expect(await printed("sensor")).toMatch(/^\ufeff时间,测量项/);
		expect(JSON.parse(await printed("who")).told.length).toBeGreaterThan(3);
		expect(JSON.parse(await printed("document"))).toMatchObject({ openapi: "3.1.0" });
	});

	it("a webhook that listens is told each change, signed as the page says, and again until it takes it", async () => {
		let refused = 0;
		const accept = providers.answer;
		providers.answer = (got, response) => {
			if (got.path !== "/webhook" || refused++ > 0) return accept(got, response);
			response.writeHead(503).end();
		};
		await fetch(`${url}/api/incidents/${incident}/answer`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify({ answer: "confirmed" }),
		});
		const isOf = (state: string) => (got: { body: string }) =>
			(JSON.parse(got.body) as { state: string }).state === state;
		await world.goOn(() => providers.got.filter(isOf("confirmed")).length > 1, 60_000, "the second try");
		const tries = providers.got.filter(isOf("confirmed"));
		expect(new Set(tries.map((got) => got.headers["x-lookout-delivery"])).size).toBe(1);
		const { headers, body } = tries[1] as (typeof tries)[number];
		const timestamp = String(headers["x-lookout-timestamp"]);
		const signature = await printed("webhook", { TIMESTAMP: timestamp, BODY: body, SECRET: "a shared secret" });
		expect(signature.trim()).toBe(headers["x-lookout-signature"]);
		expect(signature.trim()).toBe(webhookSignature("a shared secret", timestamp, body));
		expect(JSON.parse(body)).toMatchObject({ incidentId: incident, state: "confirmed" });
	});

	it("a machine that asks without end is told to wait, and nobody else is", async () => {
		const ask = (token: string) => fetch(`${url}/api/grids`, { headers: { authorization: `Bearer ${token}` } });
		const statuses: number[] = [];
		for (let sent = 0; sent <= MOST; sent += 20) {
			const some = await Promise.all(Array.from({ length: 20 }, () => ask(tokens[1] ?? "")));
			statuses.push(...some.map((r) => r.status));
			await Promise.all(some.map((r) => r.arrayBuffer()));
		}
		expect(statuses.filter((s) => s === 200).length).toBe(MOST);
		const late = await ask(tokens[1] ?? "");
		expect([late.status, Number(late.headers.get("retry-after")) > 0]).toEqual([429, true]);
		expect(((await late.json()) as { reason: string }).reason).toBe("api.tooMany");
		expect((await ask(tokens[0] ?? "")).status).toBe(200);
		expect((await fetch(`${url}/api/grids`, { headers: { cookie: world.cookie } })).status).toBe(200);
	});
});
