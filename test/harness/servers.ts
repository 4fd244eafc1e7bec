import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";

/** Servers that speak as much of a protocol as one channel needs, and remember what they were told. */

abstract class FakeServer {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	constructor() {
		this.#server = createServer((socket) => {
			this.#sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => this.#sockets.delete(socket));
			this.speak(socket);
		});
	}

	async open(): Promise<this> {
		await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
		return this;
	}

	get port(): number {
		return (this.#server.address() as { port: number }).port;
	}

	/** Ends with every connection that is still open. */
	async close(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	protected abstract speak(socket: Socket): void;
}

/** As much of RFC 5321 as one mail needs. */
export class FakeSmtp extends FakeServer {
	/** Mails as they came, headers and body. */
	readonly mails: string[] = [];
	/** What is answered to a recipient, where it is not taken. */
	refuse: string | undefined;
	/** What is answered to a log-in, where there is one. */
	login: string | undefined;
	/** Everything that clients have said before a mail's data. */
	readonly said: string[] = [];

	protected speak(socket: Socket): void {
		let mail: string | undefined;
		socket.write("220 test\r\n");
		socket.on("data", (chunk) => {
			const text = chunk.toString();
			if (mail !== undefined) {
				mail += text;
				if (!mail.endsWith("\r\n.\r\n")) return;
				this.mails.push(mail);
				mail = undefined;
				socket.write("250 queued as 1\r\n");
				return;
			}
			const lines = text.split("\r\n").filter((l) => l !== "");
			this.said.push(...lines);
			if (lines.some((line) => line.startsWith("DATA"))) mail = "";
			socket.write(lines.map((line) => `${this.#answerTo(line)}\r\n`).join(""));
			if (lines.some((line) => line.startsWith("QUIT"))) socket.end();
		});
	}

	#answerTo(line: string): string {
		const answers: Record<string, string> = {
			EHLO: this.login === undefined ? "250 test" : "250-test\r\n250 AUTH PLAIN LOGIN",
			HELO: "250 test",
			STARTTLS: "502 not here",
			AUTH: this.login ?? "",
			RCPT: this.refuse ?? "250 ok",
			DATA: "354 go on",
			QUIT: "221 bye",
		};
		return answers[/^[A-Z]+/.exec(line)?.[0] ?? ""] ?? "250 ok";
	}
}

/** A real broker, of which only the messages on one topic are counted. */
export class CountingBroker extends FakeServer {
	readonly #topic: string;
	#aedes: Aedes | undefined;
	count = 0;

	constructor(topic: string) {
		super();
		this.#topic = topic;
	}

	override async open(): Promise<this> {
		this.#aedes = await Aedes.createBroker();
		this.#aedes.on("publish", (packet) => {
			if (packet.topic === this.#topic) this.count++;
		});
		return super.open();
	}

	override async close(): Promise<void> {
		await new Promise<void>((resolve) => (this.#aedes ? this.#aedes.close(() => resolve()) : resolve()));
		await super.close();
	}

	protected speak(socket: Socket): void {
		this.#aedes?.handle(socket);
	}
}

/** A modem in PDU mode (3GPP TS 27.005), as one behind a serial server. */
export class FakeModem extends FakeServer {
	/** PDUs on the card that were not read yet. */
	inbox: string[] = [];
	readonly pdus: string[] = [];
	readonly deleted: string[] = [];
	refuse: string | undefined;
	isMute = false;

	protected speak(socket: Socket): void {
		let buffer = "";
		socket.on("data", (chunk) => {
			buffer += chunk.toString("latin1");
			const ends = () => [...buffer].findIndex((c) => c === "\r" || c === "\u001a");
			for (let end = ends(); end >= 0; end = ends()) {
				const line = buffer.slice(0, end).trim();
				const isPdu = buffer[end] === "\u001a";
				buffer = buffer.slice(end + 1);
				if (!this.isMute) socket.write(isPdu ? this.#pdu(line) : this.#command(line));
			}
		});
	}

	#pdu(pdu: string): string {
		this.pdus.push(pdu);
		return this.refuse ? `\r\n${this.refuse}\r\n` : "\r\n+CMGS: 7\r\n\r\nOK\r\n";
	}

	#command(line: string): string {
		if (line.startsWith("AT+CMGS=")) return "\r\n> ";
		if (line === "AT+CMGL=4")
			return `${this.inbox.map((pdu, i) => `\r\n+CMGL: ${i + 1},0,,${pdu.length / 2 - 1}\r\n${pdu}`).join("")}\r\n\r\nOK\r\n`;
		if (line.startsWith("AT+CMGD=")) {
			this.deleted.push(line);
			this.inbox = [];
		}
		return "\r\nOK\r\n";
	}
}
