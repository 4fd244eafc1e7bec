import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { parse } from "node-pdu";
import type { Clock, Timer } from "../../base/clock.ts";
import { errorMessage } from "../../base/errors.ts";
import { readPhone } from "../../base/phone-number.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase, say, words } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Log } from "../../ops/log/log.ts";
import { accepted, type Channel, failed, type Outcome, type Reply, retry, unsure } from "./channel.ts";
import { submitPdus } from "./pdu.ts";

export interface ModemOptions {
	/** A serial device, or tcp://host:port of a serial server. */
	device: string;
	baud: number;
	/** How often replies are looked for. */
	pollMs: number;
	/** An SMS came in: the sender's number and its text. */
	onMessage: (from: string, text: string) => void;
}

/** The network may take this long to take one message. */
const SEND_MS = 30_000;
const COMMAND_MS = 5_000;
const ABANDON_MS = 1_000;
const MOST_BUFFERED = 65_536;

/**
 * SMS through a GSM modem on the tower itself: AT commands of 3GPP TS 27.005 in PDU mode, so that Chinese and long
 * messages pass on any modem. Works with every line to the world cut but the mobile network's.
 */
export class ModemChannel implements Channel {
	/** A modem does one thing at a time; what waits stays in the outbox, where an answer can stop it. */
	readonly atOnce = 1;
	readonly mostCopies = 2;
	/** A long message goes in parts, each of which the network may think about. */
	readonly takesMs = 6 * SEND_MS;
	readonly #options: ModemOptions;
	readonly #clock: Clock;
	readonly #log: Log;
	#line: AtLine | undefined;
	/** The last line that was opened gave no answer. */
	#wasMute = false;
	#tail: Promise<unknown> = Promise.resolve();
	#polling: Promise<unknown> | undefined;
	#stopped = false;
	/** Of the last message: its parts are told from another's by it. */
	#reference: number;
	fault: Phrase | undefined;
	#timer: Timer | undefined;

	constructor(options: ModemOptions, clock: Clock, log: Log) {
		this.#options = options;
		this.#clock = clock;
		this.#log = log;
		this.#reference = clock.now() & 0xffff;
	}

	/** Looks for replies from now on. */
	open(): void {
		this.#timer = this.#clock.every("modem.poll", this.#options.pollMs, () => {
			// one that answers slowly, or not at all, is not asked a second time meanwhile
			this.#polling ??= this.#alone(() => this.#receive())
				.catch((error) => this.#log.warn({ why: say("en", errorMessage(error)) }, "modem"))
				.finally(() => {
					this.#polling = undefined;
				});
		});
	}

	async send(delivery: Delivery, reply: Reply | undefined): Promise<Outcome> {
		const number = readPhone(delivery.address);
		if (typeof number !== "string") return failed(phrase("attempt.badNumber", { why: [`phone.${number.fault}`] }));
		const answer = reply ? ` ${words("zh", "answer.bySms", { code: reply.code })} ${reply.link}` : "";
		this.#reference = (this.#reference + 1) & 0xffff;
		let pdus: string[];
		try {
			pdus = submitPdus(number, `${delivery.message.short}${answer}`.trim(), this.#reference);
		} catch (error) {
			return failed(errorMessage(error));
		}
		return this.#alone(() => this.#submit(pdus));
	}

	/** Hands the parts of one message to the network, which may have the first when it breaks off at the second. */
	async #submit(pdus: string[]): Promise<Outcome> {
		let sent = 0;
		try {
			const line = await this.#open();
			for (const pdu of pdus) {
				// the length leaves out the service centre's address, which is empty: one byte
				const answer = await line.submit(`AT+CMGS=${pdu.length / 2 - 1}`, pdu, SEND_MS);
				const isTaken = /OK/.test(answer);
				if (!isTaken && sent === 0) return this.#refused(answer);
				if (!isTaken) return unsure(phrase("attempt.smsPart", { part: sent + 1, parts: pdus.length, answer }));
				sent++;
			}
			return accepted(phrase("attempt.smsTaken", { parts: pdus.length }));
		} catch (error) {
			this.#drop();
			const why = errorMessage(error);
			return sent === 0 && !(error instanceof Handed) ? retry(why) : unsure(why);
		}
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		this.#stopped = true;
		// what waits for an answer gets none any more
		this.#drop();
		await this.#tail.catch(() => {});
		this.#drop();
	}

	/** CMS ERROR 300...: the modem or the card; 28 and 38...: the network for now. */
	#refused(answer: string): Outcome {
		const code = Number(/CMS ERROR: (\d+)/.exec(answer)?.[1] ?? Number.NaN);
		return code === 1 || code === 21 || code === 28 ? failed(answer) : retry(answer, 30_000);
	}

	/** Reads what has come in, hands it on, and deletes it from the card, which holds a few dozen. */
	async #receive(): Promise<void> {
		try {
			const line = await this.#open();
			const list = await line.command("AT+CMGL=4", COMMAND_MS);
			const entries = [...list.matchAll(/\+CMGL: (\d+),.*\r?\n([0-9A-F]+)/gi)];
			for (const [, index, pdu] of entries) {
				try {
					const message = parse(pdu as string);
					const text = "data" in message ? message.data.getText() : "";
					const from = message.address.phone ?? "";
					if (from !== "" && text !== "") this.#options.onMessage(from, text.slice(0, 500));
				} catch (error) {
					this.#log.warn({ why: errorMessage(error) }, "an SMS could not be read");
				}
				await line.command(`AT+CMGD=${index}`, COMMAND_MS);
			}
		} catch (error) {
			this.#drop();
			throw error;
		}
	}

	async #open(): Promise<AtLine> {
		if (this.#line && !this.#line.isBroken) return this.#line;
		try {
			const line = await this.#openAnew();
			this.fault = undefined;
			return line;
		} catch (error) {
			const { device } = this.#options;
			this.fault = phrase("fault.LK0601", { why: [phrase("fault.modem", { device, why: [errorMessage(error)] })] });
			throw error;
		}
	}

	async #openAnew(): Promise<AtLine> {
		const line = new AtLine(await openDevice(this.#options, this.#clock), this.#clock);
		this.#line = line;
		// a crash may have left it in the middle of a message, where it takes every command for text
		if (this.#wasMute) await line.abandon(ABANDON_MS);
		this.#wasMute = true;
		for (const command of ["ATE0", "AT+CMEE=1", "AT+CMGF=0"]) {
			const answer = await line.command(command, COMMAND_MS);
			if (!/OK/.test(answer)) throw new Error(`${command}: ${answer}`);
		}
		this.#wasMute = false;
		return line;
	}

	#drop(): void {
		this.#line?.close();
		this.#line = undefined;
	}

	/** A modem does one thing at a time. */
	#alone<T>(work: () => Promise<T>): Promise<T> {
		const unlessStopped = () => (this.#stopped ? Promise.reject(new Error(phrase("attempt.gatewayStops"))) : work());
		const result = this.#tail.then(unlessStopped, unlessStopped);
		this.#tail = result.catch(() => {});
		return result;
	}
}

/** The message was handed to the modem, and nobody knows what became of it. */
class Handed extends Error {}

/** One dialogue: a command, and what comes back until OK, an error, or the prompt for a message. */
class AtLine {
	readonly #stream: Duplex;
	readonly #clock: Clock;
	#buffer = "";
	#waiting: { until: RegExp; resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;
	isBroken = false;

	constructor(stream: Duplex, clock: Clock) {
		this.#stream = stream;
		this.#clock = clock;
		stream.on("data", (chunk: Buffer) => this.#take(chunk.toString("latin1")));
		stream.on("error", (error: Error) => this.#break(error));
		stream.on("close", () => this.#break(new Error(phrase("attempt.modemClosed"))));
	}

	command(text: string, timeoutMs: number): Promise<string> {
		return this.#exchange(`${text}\r`, /(^|\r?\n)(OK|ERROR|\+CM[ES] ERROR: \d+)\r?\n/, timeoutMs);
	}

	async submit(command: string, pdu: string, timeoutMs: number): Promise<string> {
		const prompt = await this.#exchange(`${command}\r`, /> |(ERROR|\+CM[ES] ERROR: \d+)\r?\n/, COMMAND_MS);
		if (!prompt.includes("> ")) return prompt.trim();
		try {
			return (await this.#exchange(`${pdu}\u001a`, /(^|\r?\n)(OK|ERROR|\+CM[ES] ERROR: \d+)\r?\n/, timeoutMs)).trim();
		} catch (error) {
			throw new Handed(errorMessage(error));
		}
	}

	/** Leaves a message that somebody has begun, and lets what is said to that pass. */
	async abandon(ms: number): Promise<void> {
		this.#stream.write("\u001b\r", "latin1");
		await new Promise<void>((resolve) => this.#clock.after("modem.abandon", ms, resolve));
	}

	close(): void {
		this.#break(new Error(phrase("attempt.modemClosed")));
		release(this.#stream);
	}

	#exchange(text: string, until: RegExp, timeoutMs: number): Promise<string> {
		if (this.isBroken) return Promise.reject(new Error(phrase("attempt.modemClosed")));
		this.#buffer = "";
		return new Promise((resolve, reject) => {
			const timer = this.#clock.after("modem", timeoutMs, () => this.#break(new Error(phrase("attempt.modemSilent"))));
			this.#waiting = {
				until,
				resolve: (answer) => {
					timer.cancel();
					resolve(answer);
				},
				reject: (error) => {
					timer.cancel();
					reject(error);
				},
			};
			this.#stream.write(text, "latin1");
		});
	}

	#take(text: string): void {
		this.#buffer = (this.#buffer + text).slice(-MOST_BUFFERED);
		const waiting = this.#waiting;
		if (!waiting?.until.test(this.#buffer)) return;
		this.#waiting = undefined;
		waiting.resolve(this.#buffer);
	}

	#break(error: Error): void {
		this.isBroken = true;
		const waiting = this.#waiting;
		this.#waiting = undefined;
		waiting?.reject(error);
	}
}

/**
 * The device's two directions. A serial line is read when the system says that there is something (serialport polls): a
 * read that waits in a thread would keep it from files, name look-ups and the store for as long as the modem is silent.
 */
async function openDevice({ device, baud }: ModemOptions, clock: Clock): Promise<Duplex> {
	const tcp = /^tcp:\/\/([^:/]+):(\d+)$/.exec(device);
	if (!tcp) {
		const { SerialPort } = await import("serialport");
		return opened(new SerialPort({ path: device, baudRate: baud, hupcl: false, autoOpen: true }), "open", clock);
	}
	return opened(connect({ host: tcp[1] as string, port: Number(tcp[2]) }), "connect", clock);
}

/**
 * Gives a line up. A serial port is not closed by destroying its stream: it would stay locked for as long as the
 * process lives.
 */
function release(stream: Duplex & { isOpen?: boolean; close?: (done: () => void) => void }): void {
	stream.on("error", () => {}); // what it says while it is given up
	if (!stream.close) stream.destroy();
	else if (stream.isOpen) stream.close(() => {});
	else stream.once("open", () => stream.close?.(() => {}));
}

/** Resolves with the stream once it is open. Rejects with what it says, or when it takes too long. */
function opened(stream: Duplex, event: "open" | "connect", clock: Clock): Promise<Duplex> {
	return new Promise((resolve, reject) => {
		const fail = (error: Error) => {
			timer.cancel();
			release(stream);
			reject(error);
		};
		const timer = clock.after("modem.open", COMMAND_MS, () => fail(new Error(phrase("attempt.noConnection"))));
		stream.once("error", fail);
		stream.once(event, () => {
			timer.cancel();
			stream.off("error", fail);
			resolve(stream);
		});
	});
}
