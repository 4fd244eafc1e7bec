import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery, message, reply, signal } from "../../../test/harness/channels.ts";
import { freePort, until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import { say } from "../../base/say.ts";
import { readSmsReceipts, readSmsReply, readVoiceReceipts } from "../../engine/replies.ts";
import { createLog } from "../../ops/log/log.ts";
import { type Budget, holdBack } from "../outbox/budget.ts";
import { aliyunSign } from "./aliyun.ts";
import { type Outcome, truncated } from "./channel.ts";
import { feishuSign } from "./feishu.ts";
import { NtfyChannel } from "./ntfy.ts";
import { RobotChannel } from "./robot.ts";
import { SirenChannel } from "./siren.ts";
import { SmsChannel } from "./sms.ts";
import { VoiceChannel } from "./voice.ts";

const silent = createLog("silent");
/** What sirens remember over a restart. */
const soundings = () => {
	const kept = new Map<string, number>();
	return {
		get: async (name: string) => kept.get(name),
		set: async (name: string, until: number) => void kept.set(name, until),
	};
};
const clock = new ManualClock(1_599_360_473_000);

describe("published vectors", () => {
	it("Feishu: key and message the other way round from DingTalk", () => {
		expect(feishuSign("SECtest0123456789", 1_599_360_473)).toBe("jUFg90ujajXXWgj1CMYTlPhPRb77fTnmP1XNcF/Thhg=");
	});

	it("Aliyun's RPC signature", () => {
		const parameters = {
			Timestamp: "2016-02-23T12:46:24Z",
			Format: "XML",
			AccessKeyId: "testid",
			Action: "DescribeRegions",
			SignatureMethod: "HMAC-SHA1",
			SignatureNonce: "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
			Version: "2014-05-26",
			SignatureVersion: "1.0",
		};
		expect(aliyunSign("GET", parameters, "testsecret")).toBe("OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
	});
});

describe("replies and receipts", () => {
	const CODE = "482913";
	it.each([
		["1 482913", "going"],
		["1482913", "going"],
		["4829131", "going"],
		["482913 3", "false"],
		["１　４８２９１３", "going"],
		["1、482913", "going"],
		["1前往 482913", "going"],
		["1。482913。", "going"],
		["一 482913", "going"],
		["①482913", "going"],
		["回复1 482913", "going"],
		["回复：1+482913", "going"],
		["1 482913 谢谢", "going"],
		["收到 1 482913", "going"],
		["【瞭望】1 482913", "going"],
		["1（482913）", "going"],
		["1【482913】", "going"],
		["我去 482913", "going"],
		["好的，我马上去，482913", "going"],
		["\u200b1\u00a0482913", "going"],
		["482913属实", "confirmed"],
		["482913 不归我管", "notMe"],
		["已到场 482913", "onScene"],
		["5到达482913", "onScene"],
		["没有火 482913", "false"],
		["前往。482913！", "going"],
		["OK 1 482913 thanks", "going"],
		["Reply 8 482913", "out"],
		...[
			"1️⃣ 482913",
			"❶482913",
			"1 482 913",
			"选择1 482913",
			"1号482913",
			"发1 482913",
			"编号482913 1",
			"code 482913 1",
			"(卡2) 1 482913",
		].map((t) => [t, "going"]),
		...[
			"SIM1: 1 482913",
			"[主卡]1482913",
			"1 482913\n发自我的手机",
			"1 482913\nSent from my iPhone",
			"马上到 482913",
			"正赶往 482913",
		].map((t) => [t, "going"]),
		["是误报 482913", "false"],
		["到达现场 482913", "onScene"],
	])("%j is read", (text, answer) => {
		const read = readSmsReply(text).filter((r) => r.code === CODE);
		expect(read).toEqual([{ answer, code: CODE }]);
	});

	it.each([
		["前往 482913 20分钟", 20],
		["going 482913, 20 min", 20],
		["1 482913 半小时", 30],
		["1 482913 大约1小时后到".replace("大约", ""), 60],
		["前往 20分钟后到 482913", 20],
		["1 482913 大概二十分钟", 20],
		["1 482913 半个钟头", 30],
		["1 482913 一个小时", 60],
		["1 482913 两小时内", 120],
	])("%j promises to be there in %d minutes", (text, etaMinutes) => {
		expect(readSmsReply(text)).toEqual([{ answer: "going", code: CODE, etaMinutes }]);
	});

	it.each([
		"482913",
		"9 482913",
		"1 2 482913",
		"前往 3人 482913",
		"3公里外看到烟 482913",
		"不是误报,真火 482913",
		"没有扑灭 482913",
		"未控制 482913",
		"not going 482913",
		"I am out of town 482913",
		"1去不了 482913",
		"不能去 482913",
		"有火没扑灭 482913",
		"收到 482913",
		"1误报 482913",
		"误报？ 482913",
		"是误报吗 482913",
		"灭了没有? 482913",
		"1 482913 路不通",
		"1 482913 13800001004",
		"3号林区 482913",
	])("%j has the code and says nothing that could be counted", (text) => {
		expect(readSmsReply(text)).toEqual([{ code: CODE }]);
	});

	it("without a code nothing is read", () => {
		for (const text of ["1", "前往", "12345", "12345678", ""]) expect(readSmsReply(text)).toEqual([]);
	});

	it("a call that was taken is heard, and only a key is an answer", () => {
		const [taken, key] = readVoiceReceipts([
			{ out_id: "d1", status_code: "200000" },
			{ out_id: "d2", status_code: "300000", dtmf: "1" },
		]);
		expect(taken).toEqual({ delivery: "d1", what: "heard", detail: "200000" });
		expect(key).toMatchObject({ what: "heard", key: "1" });
	});

	it("a receipt says what became of an SMS: delivered, or failed and why", () => {
		const [good, bad] = readSmsReceipts([
			{ out_id: "d1", success: true, err_code: "DELIVERED" },
			{ out_id: "d2", success: false, err_code: "MK:0011", err_msg: "no such number" },
		]);
		expect(good).toEqual({ delivery: "d1", what: "delivered", detail: "DELIVERED" });
		expect(bad).toEqual({ delivery: "d2", what: "failed", detail: "MK:0011 no such number" });
	});

	it("receipts of nonsense are none", () => {
		for (const junk of [null, 7, "x", [], [null], [{}], [{ out_id: {} }]]) expect(readSmsReceipts(junk)).toEqual([]);
	});
});

describe("budgets", () => {
	const spent = (n: number) => async () => n;
	const held = async (budget: Budget, n: number, confirmed: boolean) => {
		const outcome = await holdBack(delivery("sms", "1", { confirmed }), budget, spent(n), 0);
		return outcome && say("en", outcome.detail);
	};

	it("the last units of a day are kept for confirmed fires", async () => {
		const budget = { perDay: 50, reserve: 0.2 };
		expect(await held(budget, 39, false)).toBeUndefined();
		expect(await held(budget, 40, false)).toBe(
			"held back: 40 of 50 a day are used, and 10 are kept for confirmed fires",
		);
		expect(await held(budget, 40, true)).toBeUndefined();
		expect(await held(budget, 50, true)).toBe("held back: 50 of 50 a day are used");
	});

	it("a minute's budget makes a message wait, a confirmed one too", async () => {
		expect(await held({ addressPerMinute: 18, reserve: 0.2 }, 18, true)).toMatch(/18 of 18 a minute to one address/);
	});
});

it("a text is cut between characters", () => {
	expect(truncated("林火", 4)).toBe("林");
	expect(truncated("林火", 6)).toBe("林火");
	expect(truncated("a😀", 4)).toBe("a");
});

describe("providers over HTTP", () => {
	let server: Server;
	let url: string;
	let answer: { status: number; body: string; hang?: () => void };
	let got: { request: IncomingMessage; body: string }[];
	beforeEach(async () => {
		got = [];
		server = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				got.push({ request, body });
				if (answer.hang) answer.hang();
				else response.writeHead(answer.status).end(answer.body);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
	});
	afterEach(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	});
	const says = (body: unknown, status = 200) => {
		answer = { status, body: JSON.stringify(body) };
	};
	const access = () => ({ url, accessKeyId: "id", accessKeySecret: "secret" });
	const sms = () =>
		new SmsChannel({ ...access(), signName: "瞭望", templateCode: "SMS_1" }, clock, new SeededRandom(1));

	it.each<[string, unknown, Outcome["kind"]]>([
		["code 0 is accepted", { code: 0, msg: "success" }, "accepted"],
		["HTTP 200 with another code is a refusal", { code: 19001, msg: "param invalid" }, "failed"],
		["busy is tried again", { code: 11232, msg: "frequency limited" }, "retry"],
		[
			"a wrong clock is tried again",
			{ code: 19021, msg: "sign match fail or timestamp is not within one hour" },
			"retry",
		],
	])("Feishu: %s", async (_name, body, expected) => {
		says(body);
		const robot = new RobotChannel({ county: { kind: "feishu", token: "T", secret: "S", url } }, clock);
		expect((await robot.send(delivery("robot", "county"), undefined, signal())).kind).toBe(expected);
		expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({
			timestamp: "1599360473",
			sign: feishuSign("S", 1_599_360_473),
			msg_type: "text",
		});
	});

	it("SMS: text, link and code in the template's variables, our delivery's id for the receipt", async () => {
		says({ Code: "OK", Message: "OK", BizId: "b1" });
		expect(await sms().send(delivery("sms", "13800001000"), reply, signal())).toEqual({
			kind: "accepted",
			detail: "OK OK BizId b1",
		});
		const form = new URLSearchParams(got[0]?.body);
		expect(JSON.parse(form.get("TemplateParam") ?? "")).toEqual({
			text: message.short,
			link: reply.link,
			code: reply.code,
		});
		expect(form.get("OutId")).toBe("0b6f-d1");
		const { Signature, ...parameters } = Object.fromEntries(form);
		expect(Signature).toBe(aliyunSign("POST", parameters, "secret"));
	});

	it.each<[string, unknown, Outcome["kind"]]>([
		["flow control is tried again", { Code: "isv.BUSINESS_LIMIT_CONTROL" }, "retry"],
		["a wrong number is final", { Code: "isv.MOBILE_NUMBER_ILLEGAL" }, "failed"],
	])("SMS: %s", async (_name, body, expected) => {
		says(body);
		expect((await sms().send(delivery("sms", "1"), reply, signal())).kind).toBe(expected);
	});

	it("SMS: what may have arrived before the line broke is asked about, and not sent again when the service has it", async () => {
		const patience = new AbortController();
		answer = { status: 200, body: "", hang: () => patience.abort(new DOMException("in vain", "TimeoutError")) };
		const channel = sms();
		const d = delivery("sms", "13800001000");
		expect((await channel.send(d, reply, patience.signal)).kind).toBe("unsure");
		says({ Code: "OK", SmsSendDetailDTOs: { SmsSendDetailDTO: [{ OutId: "0b6f-d1", SendStatus: 3 }] } });
		expect(await channel.check(d, signal())).toEqual({ kind: "accepted", detail: "attempt.known?status=3" });
		says({ Code: "OK", SmsSendDetailDTOs: { SmsSendDetailDTO: [{ OutId: "another", SendStatus: 3 }] } });
		expect(await channel.check(d, signal())).toBeUndefined();
		answer = { status: 500, body: "busy" };
		expect((await channel.check(d, signal()))?.kind).toBe("unsure");
		const nobody = new SmsChannel(
			{ ...access(), url: `http://127.0.0.1:${await freePort()}/`, signName: "x", templateCode: "x" },
			clock,
			new SeededRandom(1),
		);
		expect((await nobody.send(d, reply, signal())).kind).toBe("retry");
	});

	it("voice: reads the short text, and is accepted when the call is placed", async () => {
		says({ Code: "OK", CallId: "c1" });
		const voice = new VoiceChannel({ ...access(), ttsCode: "TTS_1", showNumber: "05711" }, clock, new SeededRandom(1));
		expect((await voice.send(delivery("voice", "13800001000"), undefined, signal())).detail).toContain("CallId c1");
		expect(JSON.parse(new URLSearchParams(got[0]?.body).get("TtsParam") ?? "")).toEqual({ text: message.short });
	});

	it("ntfy: highest priority for a fire, the link on the note, the token in the header", async () => {
		says({ id: "x" });
		const ntfy = new NtfyChannel({ url, token: "tk" });
		expect((await ntfy.send(delivery("ntfy", "village-1"), reply, signal())).kind).toBe("accepted");
		expect(got[0]?.request.headers.authorization).toBe("Bearer tk");
		expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({ topic: "village-1", priority: 5, click: reply.link });
	});

	it("siren: an exercise sounds none; an output is set and rests after its time", async () => {
		const folder = mkdtempSync(join(tmpdir(), "lookout-siren-"));
		const output = join(folder, "value");
		writeFileSync(output, "0");
		const time = new ManualClock(0);
		const siren = new SirenChannel(
			{ roof: { output, seconds: 60 }, gone: { output: join(folder, "none"), seconds: 1 } },
			soundings(),
			time,
			silent,
		);
		expect((await siren.send(delivery("siren", "roof", { status: "exercise" }), undefined, signal())).kind).toBe(
			"failed",
		);
		expect(readFileSync(output, "utf8")).toBe("0");
		expect((await siren.send(delivery("siren", "roof"), undefined, signal())).kind).toBe("accepted");
		expect(readFileSync(output, "utf8")).toBe("1");
		time.advance(60_000);
		await until(() => readFileSync(output, "utf8") === "0", 5000, "the siren to rest");
		expect((await siren.send(delivery("siren", "gone"), undefined, signal())).kind).toBe("retry");
		rmSync(folder, { recursive: true });
	});

	it("siren: after a crash it sounds the rest of its time and no longer, and one that cannot be switched off is tried again", async () => {
		const folder = mkdtempSync(join(tmpdir(), "lookout-siren-"));
		const output = join(folder, "value");
		writeFileSync(output, "0");
		const time = new ManualClock(1_000_000);
		const kept = soundings();
		const make = () => new SirenChannel({ roof: { output, seconds: 60 } }, kept, time, silent);
		await make().send(delivery("siren", "roof"), undefined, signal());
		time.advance(20_000);
		writeFileSync(output, "0"); // the power was gone
		await make().open();
		expect(readFileSync(output, "utf8")).toBe("1");
		rmSync(output); // the output cannot be written when its time is over
		time.advance(40_000);
		await until(() => time.waiting().length > 0, 5000, "the next try");
		writeFileSync(output, "1");
		time.advance(1_000);
		await until(() => readFileSync(output, "utf8") === "0", 5000, "the siren to rest");
		// crashed between on and off, and its time is long over
		time.advance(3_600_000);
		writeFileSync(output, "1");
		await make().open();
		time.advance(0);
		await until(() => readFileSync(output, "utf8") === "0", 5000, "the siren to rest at the start");
		rmSync(folder, { recursive: true });
	});
});
