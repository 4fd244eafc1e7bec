import { spawn } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Deliver, parse } from "node-pdu";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery, reply } from "../../../test/harness/channels.ts";
import { until } from "../../../test/harness/harness.ts";
import { FakeModem } from "../../../test/harness/servers.ts";
import { type Clock, ManualClock, SystemClock } from "../../base/clock.ts";
import { samePhone } from "../../base/phone-number.ts";
import { createLog } from "../../ops/log/log.ts";
import { ModemChannel, type ModemOptions } from "./modem.ts";

describe("the GSM modem", () => {
	let server: FakeModem;
	let channel: ModemChannel;
	let heard: { from: string; text: string }[];
	const modem = (extra: Partial<ModemOptions> = {}, time: Clock = new SystemClock()) =>
		new ModemChannel(
			{
				device: `tcp://127.0.0.1:${server.port}`,
				baud: 115_200,
				pollMs: 30,
				onMessage: (from, text) => heard.push({ from, text }),
				...extra,
			},
			time,
			createLog("silent"),
		);

	beforeEach(async () => {
		heard = [];
		server = await new FakeModem().open();
		channel = modem();
	});
	afterEach(async () => {
		await channel.stop();
		await server.close();
	});

	it("sends Chinese with link and code in as many parts as it takes, whole on the other side", async () => {
		const outcome = await channel.send(delivery("modem", "+8613800001000"), reply);
		expect(outcome).toEqual({ kind: "accepted", detail: `attempt.smsTaken?parts=${server.pdus.length}` });
		const text = server.pdus.map((pdu) => (parse(pdu) as Deliver).data.getText()).join("");
		expect(text).toContain("双河镇1村2号网格");
		expect(text).toContain(reply.link);
		expect(text).toContain(reply.code);
	});

	it("a refusal of the network for now is tried again; a number that is none is final", async () => {
		server.refuse = "+CMS ERROR: 38";
		expect((await channel.send(delivery("modem", "13800001000"), reply)).kind).toBe("retry");
		server.refuse = "+CMS ERROR: 28";
		expect((await channel.send(delivery("modem", "13800001000"), reply)).kind).toBe("failed");
		expect((await channel.send(delivery("modem", "ATD1;"), reply)).kind).toBe("failed");
	});

	it("hears replies, and takes them off the card", async () => {
		server.inbox = new Deliver("+8613800001000", "1 482913").getPartStrings();
		channel.open();
		await until(() => heard.length > 0, 5000, "the reply");
		expect(heard[0]?.text).toBe("1 482913");
		expect(samePhone(heard[0]?.from ?? "", "13800001000")).toBe(true);
		await until(() => server.deleted.length > 0, 5000, "the card to be cleared");
	});

	it("a line that breaks is opened anew with the next message", async () => {
		server.isMute = true;
		const clock = new ManualClock(0);
		const own = modem({ pollMs: 1e6 }, clock);
		const first = own.send(delivery("modem", "13800001000"), reply);
		await until(
			() => {
				clock.advance(6000);
				return Promise.race([first.then(() => true), new Promise<boolean>((r) => setImmediate(() => r(false)))]);
			},
			5000,
			"the modem to be given up",
		);
		expect((await first).kind).toBe("retry");
		server.isMute = false;
		const second = own.send(delivery("modem", "13800001000"), reply);
		let outcome: string | undefined;
		void second.then(({ kind }) => {
			outcome = kind;
		});
		// it may have stopped in the middle of a message: that is left first
		await until(
			() => {
				clock.advance(1000);
				return outcome !== undefined;
			},
			5000,
			"the second message",
		);
		expect(outcome).toBe("accepted");
		await own.stop();
	});

	/** A modem on a serial line of this machine. */
	async function onSerialLine(manner: "silent" | "OK"): Promise<{ device: string; end: () => void }> {
		const child = spawn("/usr/bin/python3", [join(import.meta.dirname, "../../../test/harness/pty_modem.py"), manner], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		const device = await new Promise<string>((resolve) =>
			child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim().slice(5))),
		);
		return { device, end: () => void child.kill("SIGKILL") };
	}

	it("on a serial line sends as well", async () => {
		const { device, end } = await onSerialLine("OK");
		const own = modem({ device, pollMs: 1e6 });
		expect((await own.send(delivery("modem", "13800001000"), reply)).kind).toBe("accepted");
		await own.stop();
		end();
	});

	/** How many times this process holds a device open. */
	const openOf = (device: string) =>
		readdirSync("/proc/self/fd").filter((fd) => {
			try {
				return readlinkSync(`/proc/self/fd/${fd}`) === device;
			} catch {
				return false; // it was the folder's own
			}
		}).length;

	it("on a serial line that never answers is given up as often as it takes, and files are read meanwhile", async () => {
		const { device, end } = await onSerialLine("silent");
		const clock = new ManualClock(0);
		const own = modem({ device, pollMs: 1e6 }, clock);
		// a thread for each reopening would be held by a blocking read; there are four
		for (let reopening = 0; reopening < 8; reopening++) {
			const sent = own.send(delivery("modem", "13800001000"), reply);
			let outcome: string | undefined;
			void sent.then(({ kind }) => {
				outcome = kind;
			});
			await until(
				() => {
					clock.advance(1000);
					return outcome !== undefined;
				},
				10_000,
				"the modem to be given up",
			);
			expect(outcome).toBe("retry");
			// a line that is still open would be locked, and this modem never heard again
			expect(await sent).toMatchObject({ detail: "attempt.modemSilent" });
			await until(() => openOf(device) === 0, 5_000, "the line to be closed");
			expect((await readFile(import.meta.filename)).length).toBeGreaterThan(0);
		}
		await own.stop();
		end();
	}, 60_000);

	it("a serial line that is not there is a reason to try again", async () => {
		const own = modem({ device: "/dev/no-such-modem", pollMs: 1e6 });
		expect(await own.send(delivery("modem", "13800001000"), reply)).toMatchObject({
			kind: "retry",
			detail: expect.stringMatching(/no such file/i),
		});
		await own.stop();
	});
});
