import type { SendMailOptions, Transporter } from "nodemailer";
import type { Phrase } from "../../base/phrase.ts";
import { phrase, words } from "../../base/say.ts";
import { isLoopback } from "../../base/text.ts";
import type { Delivery } from "../../model/delivery.ts";
import { accepted, type Channel, failed, type Outcome, type Reply, retry, unsure } from "./channel.ts";

export interface EmailOptions {
	/** smtp://user:password@host:port, or smtps:// for TLS from the first byte. */
	url: string;
	from: string;
	timeoutMs: number;
	/** The tower's name, for the subject. */
	tower?: string;
	/** An evidence picture by its name; undefined when it is not there. */
	picture?: (name: string) => Promise<Buffer | undefined>;
	/** Without TLS to a server elsewhere too: password, names and places go in clear. */
	plain?: boolean;
}

type SmtpError = Error & { responseCode?: number; code?: string; command?: string };

/** What an SMTP server says of our log-in: refused, wanted, or wanted over TLS (RFC 4954). */
const LOGIN = [530, 534, 535, 538];

/** E-mail over SMTP. The delivery's id is the Message-ID, so that a mail sent twice is one mail to most programs. */
export class EmailChannel implements Channel {
	readonly #options: EmailOptions;
	#transport: Transporter | undefined;
	/** Said on the page while it stands: mails wait for it. */
	fault: Phrase | undefined;

	constructor(options: EmailOptions) {
		this.#options = options;
	}

	async send(delivery: Delivery, reply: Reply | undefined): Promise<Outcome> {
		const mail = await this.#mailOf(delivery, reply);
		try {
			const transport = await this.#open();
			const info = (await transport.sendMail(mail)) as { response?: string };
			this.fault = undefined;
			return accepted(String(info.response ?? "").slice(0, 200));
		} catch (error) {
			return this.#refused(error as SmtpError);
		}
	}

	async #mailOf({ id, address, message }: Delivery, reply: Reply | undefined): Promise<SendMailOptions> {
		const { from, tower = "" } = this.#options;
		const { body, short, kind, picture: name } = message;
		const content = name === undefined ? undefined : await this.#options.picture?.(name);
		return {
			from,
			to: address,
			// what and where, and whose tower says so: most mails are never opened
			subject: [short, tower].filter((p) => p !== "").join(" · "),
			text: [body, howToAnswer(reply)].filter((l) => l !== "").join("\n\n"),
			attachments: content ? [{ filename: "evidence.jpg", content, contentType: "image/jpeg" }] : [],
			messageId: `<${id}@lookout>`,
			headers: kind === "fire" ? { Importance: "high", "X-Priority": "1" } : {},
			disableFileAccess: true,
			disableUrlAccess: true,
		};
	}

	/** What a server's refusal means for the mail. Its words may repeat the address: they are not told. */
	#refused({ code, command, responseCode }: SmtpError): Outcome {
		if (code === "ETLS") {
			this.fault = phrase("fault.LK0601", { why: [phrase("fault.noTls")] });
			return retry(phrase("attempt.noTls"));
		}
		if (code === "EAUTH" || LOGIN.includes(responseCode ?? 0)) {
			// mended in the configuration or at the server, while the mail waits
			const said = responseCode ?? "EAUTH";
			this.fault = phrase("fault.LK0601", { why: [phrase("fault.mailLogIn", { code: said })] });
			return retry(`SMTP ${said}`);
		}
		// 5xx is the server's last word; 4xx and a broken line are not
		if (responseCode === undefined) return brokenOff(code, command);
		return responseCode >= 500 ? failed(`SMTP ${responseCode}`) : retry(`SMTP ${responseCode}`);
	}

	/** Loaded with the first mail: each start would pay for it otherwise. */
	async #open(): Promise<Transporter> {
		const { createTransport } = await import("nodemailer");
		const { url, timeoutMs, plain } = this.#options;
		const times = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
		const requireTLS = !plain && !isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ""));
		this.#transport ??= createTransport({ url, ...times, requireTLS } as never) as Transporter;
		return this.#transport;
	}

	async stop(): Promise<void> {
		this.#transport?.close();
	}
}

/** The link, or, where nobody outside could open one, what to do without it. */
function howToAnswer(reply: Reply | undefined): string {
	if (!reply) return "";
	if (reply.link !== "") return reply.link;
	const { code } = reply;
	// whose language it is cannot be told from an address
	return `${words("zh", "answer.byTelephone", { code })}\n${words("en", "answer.byTelephone", { code })}`;
}

/** How a connection ends that stood: once the mail itself was being sent it may have arrived. */
function brokenOff(code: string = phrase("attempt.noAnswer"), command?: string): Outcome {
	return command === "DATA" && /ECONNRESET|EPIPE|ETIMEDOUT|ESOCKET/.test(code) ? unsure(code) : retry(code);
}
