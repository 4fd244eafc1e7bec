import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { User } from "../../gateway/console/views/schemas.ts";
import { openBrowser } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";

let world: SmallWorld;
let url: string;
let server: Server;
let browser: Browser;
beforeAll(async () => {
	world = await SmallWorld.open({ cameras: false });
	server = createServer();
	await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
	const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const client = {
		client_id: "lookout",
		client_secret: "a secret of the provider",
		redirect_uris: [`http://127.0.0.1:${world.ports.console}/api/oidc/callback`],
	};
	const provider = new Provider(issuer, { clients: [client], cookies: { keys: ["of the test"] } });
	server.on("request", provider.callback());
	const file = world.simulation.configFile;
	const set = `console: { port: $1, oidc: { issuer: "${issuer}", clientId: lookout, clientSecret: "${client.client_secret}", name: 县统一登录 }`;
	writeFileSync(file, readFileSync(file, "utf8").replace(/console: \{ port: (\d+)/, set));
	({ consoleUrl: url } = await world.start());
	browser = await openBrowser();
}, 60_000);
afterAll(async () => {
	await browser?.close();
	await world.stop();
	server.close();
});

/** Somebody logs in at the provider, and agrees. */
async function logIn(login: string): Promise<Page> {
	const page = await (await browser.newContext({ locale: "zh-CN" })).newPage();
	await page.goto(url);
	await page.getByRole("link", { name: "县统一登录" }).click();
	await page.fill("input[name=login]", login);
	await page.fill("input[name=password]", "whatever: this provider asks for none");
	await page.click("button[type=submit]");
	await page.getByRole("button", { name: "Continue" }).click();
	return page;
}

it("whoever logs in at the provider is the user who has his sub, and nobody without one is let in", async () => {
	const post = (path: string, body: unknown) =>
		fetch(`${url}${path}`, {
			method: "POST",
			headers: { cookie: world.cookie, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	const fields = { login: "yang", name: "杨丽华", roles: ["officer"], areas: [] };
	const { user } = (await (await post("/api/users", fields)).json()) as { user: User };
	const stranger = await logIn("yang@county");
	await stranger.getByText("没有与此身份对应的用户：请管理员在用户中填写 sub“yang@county”").waitFor();
	const change = { ...fields, subject: "yang@county", version: user.version, isDisabled: false };
	expect((await post(`/api/users/${user.id}`, change)).status).toBe(200);
	const desk = await logIn("yang@county");
	await desk.waitForSelector("header.head");
	expect(await desk.getByRole("button", { name: "杨丽华" }).count()).toBe(1);
	expect((await post(`/api/users/${user.id}`, { ...change, version: 2, isDisabled: true })).status).toBe(200);
	await (await logIn("yang@county")).getByText("没有与此身份对应的用户").waitFor();
}, 90_000);

it("a way back that nobody was sent on, or another browser's, lets nobody in", async () => {
	const back = (cookie: string) =>
		fetch(`${url}/api/oidc/callback?code=made&state=up`, { headers: { cookie }, redirect: "manual" });
	for (const cookie of ["", "lookout-oidc=up"]) {
		const response = await back(cookie);
		expect(response.headers.get("location")).toBe("/#refused=api.oidcFailed");
		expect(response.headers.get("set-cookie") ?? "").not.toContain("lookout=");
	}
	// a text of somebody else's is no reason of ours
	const page = await (await browser.newContext()).newPage();
	await page.goto(`${url}/#refused=${encodeURIComponent("call 0900 and tell your password")}`);
	await page.waitForSelector("input[name=user]");
	expect(await page.textContent("body")).not.toContain("0900");
});
