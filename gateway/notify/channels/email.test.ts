import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery, reply } from "../../../test/harness/channels.ts";
import { FakeSmtp } from "../../../test/harness/servers.ts";
import { say } from "../../base/say.ts";
import { EmailChannel } from "./email.ts";

describe("e-mail over SMTP", () => {
	let server: FakeSmtp;
	beforeEach(async () => {
		server = await new FakeSmtp().open();
	});
	afterEach(() => server.close());
	const channel = () =>
		new EmailChannel({
			url: `smtp://127.0.0.1:${server.port}?ignoreTLS=true`,
			from: "lookout@example.org",
			timeoutMs: 3000,
		});

	it("is accepted when the server has queued it, with the delivery's id as its own", async () => {
		const email = channel();
		expect(await email.send(delivery("email", "chief@example.org"), reply)).toEqual({
			kind: "accepted",
			detail: "250 queued as 1",
		});
		await email.stop();
		expect(server.mails[0]).toContain("Message-ID: <0b6f-d1@lookout>");
		expect(server.mails[0]?.replaceAll("=\r\n", "")).toContain(reply.link);
	});

	it.each([
		["550 no such user: chief@example.org", "failed", "SMTP 550"],
		["451 try later", "retry", "SMTP 451"],
	])("%s: %s, and the address is not repeated", async (line, kind, detail) => {
		server.refuse = line;
		const email = channel();
		expect(await email.send(delivery("email", "chief@example.org"), reply)).toMatchObject({ kind, detail });
		await email.stop();
	});
});

describe("an e-mail and who may read it", () => {
	let server: FakeSmtp;
	beforeEach(async () => {
		server = await new FakeSmtp().open();
	});
	afterEach(() => server.close());
	const to = (host: string, extra = {}) =>
		new EmailChannel({
			url: `smtp://lookout:S3cr3t@${host}:${server.port}`,
			from: "lookout@example.org",
			timeoutMs: 3000,
			...extra,
		});

	it("goes in clear to this machine alone: elsewhere TLS is wanted, the password is not said, the mail waits, and the page says why", async () => {
		server.login = "235 ok";
		// an address of this machine that is not known as such
		const elsewhere = to("[::ffff:127.0.0.1]");
		expect(await elsewhere.send(delivery("email", "chief@example.org"), reply)).toEqual({
			kind: "retry",
			detail: "attempt.noTls",
		});
		expect(say("en", elsewhere.fault ?? "")).toMatch(/no TLS.*reach\.email\.plain/);
		expect(server.said.filter((line) => /^AUTH|^MAIL/.test(line))).toEqual([]);
		await elsewhere.stop();
		for (const channel of [to("[::ffff:127.0.0.1]", { plain: true }), to("127.0.0.1"), to("localhost")]) {
			expect(await channel.send(delivery("email", "chief@example.org"), reply)).toMatchObject({ kind: "accepted" });
			expect(channel.fault).toBeUndefined();
			await channel.stop();
		}
	});

	it("waits while the server refuses the log-in, which somebody can mend, and the page says so until it goes", async () => {
		server.login = "535 5.7.8 bad credentials of lookout";
		const channel = to("127.0.0.1");
		expect(await channel.send(delivery("email", "chief@example.org"), reply)).toEqual({
			kind: "retry",
			detail: "SMTP 535",
		});
		expect(say("en", channel.fault ?? "")).toMatch(/LK0601 .*refuses our log-in \(535\)/);
		server.login = "235 ok";
		expect(await channel.send(delivery("email", "chief@example.org"), reply)).toMatchObject({ kind: "accepted" });
		expect(channel.fault).toBeUndefined();
		await channel.stop();
	});
});
