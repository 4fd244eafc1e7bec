import { execFileSync } from "node:child_process";
import { createECDH, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ece from "http_ece";
import type { Service } from "../base/service.ts";

/** What a phone shows. */
export interface Push {
	title: string;
	body: string;
	incidentId: string;
	link?: string;
	delivery: string;
}

export interface Phone {
	person: string;
	subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
	received: Push[];
}

const MOST_BYTES = 8192;

/**
 * Phones and the push service they hang on: real Web Push (TLS, VAPID header, aes128gcm), decrypted with each
 * phone's own key. `onPush` is the person looking at the screen.
 */
export class Phones implements Service {
	readonly #phones = new Map<string, Phone & { key: ReturnType<typeof createECDH>; auth: Buffer }>();
	readonly #onPush: (phone: Phone, push: Push) => void;
	#server: Server | undefined;
	#agent: Agent | undefined;
	/** The service's own certificate, PEM. */
	certificate = "";
	/** Status with which the service answers, for tests of refusals. */
	answer = 201;

	constructor(onPush: (phone: Phone, push: Push) => void) {
		this.#onPush = onPush;
	}

	/** For the tower: it must trust this service's own certificate. */
	get agent(): Agent {
		if (!this.#agent) throw new Error("LK0801 the push service has not started");
		return this.#agent;
	}

	async start(): Promise<void> {
		const { key, cert } = selfSigned();
		this.certificate = cert;
		this.#agent = new Agent({ ca: cert, keepAlive: true });
		this.#server = createServer({ key, cert }, (request, response) => {
			const phone = this.#phones.get(request.url ?? "");
			const chunks: Buffer[] = [];
			request.on("data", (chunk: Buffer) => chunks.length < 100 && chunks.push(chunk));
			request.on("end", () => {
				const body = Buffer.concat(chunks);
				const status = phone ? this.#statusFor(request, body) : 404;
				response.writeHead(status).end();
				if (phone && status === 201) this.#show(phone, body);
			});
		});
		const server = this.#server;
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	}

	#statusFor({ headers }: IncomingMessage, body: Buffer): number {
		const isProper = headers["ttl"] !== undefined && /^vapid t=/.test(headers["authorization"] ?? "");
		return isProper && body.length < MOST_BYTES ? this.answer : 400;
	}

	async stop(): Promise<void> {
		this.#agent?.destroy();
		const server = this.#server;
		this.#server = undefined;
		if (!server) return;
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}

	add(person: string): Phone {
		const address = this.#server?.address();
		const port = typeof address === "object" && address !== null ? address.port : 0;
		const key = createECDH("prime256v1");
		key.generateKeys();
		const auth = randomBytes(16);
		const path = `/push/${person}`;
		const phone = {
			person,
			subscription: {
				endpoint: `https://127.0.0.1:${port}${path}`,
				keys: { p256dh: key.getPublicKey("base64url"), auth: auth.toString("base64url") },
			},
			received: [],
			key,
			auth,
		};
		this.#phones.set(path, phone);
		return phone;
	}

	#show(phone: Phone & { key: ReturnType<typeof createECDH>; auth: Buffer }, body: Buffer): void {
		const text = ece.decrypt(body, {
			version: "aes128gcm",
			privateKey: phone.key,
			authSecret: phone.auth.toString("base64url"),
		});
		const push = JSON.parse(text.toString()) as Push;
		phone.received.push(push);
		this.#onPush(phone, push);
	}
}

/** A certificate for 127.0.0.1 that lives as long as the simulation. */
export function selfSigned(): { key: string; cert: string } {
	const folder = mkdtempSync(join(tmpdir(), "lookout-cert-"));
	try {
		const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
		execFileSync(
			"openssl",
			[
				"req",
				"-x509",
				"-newkey",
				"ec",
				"-pkeyopt",
				"ec_paramgen_curve:prime256v1",
				"-nodes",
				"-days",
				"3650",
				"-subj",
				"/CN=127.0.0.1",
			].concat(["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", cert]),
			{ stdio: "ignore" },
		);
		return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
	} finally {
		rmSync(folder, { recursive: true });
	}
}
