import { createHash, type X509Certificate } from "node:crypto";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { TLSSocket } from "node:tls";
import DigestClient from "digest-fetch";
import { LookoutError } from "../../base/errors.ts";
import { scanJpeg } from "../../base/jpeg.ts";

/**
 * Cameras that speak HTTP, asked by ourselves: ffmpeg's own client knows Digest in one spelling only, and would have
 * the password in its arguments.
 */

/**
 * The address may carry user and password; `fingerprint` is the SHA-256 of a certificate that nobody else vouches for.
 */
export interface HttpCamera {
	url: string;
	fingerprint?: string;
}

const CONNECT_MS = 8_000;
/** A stream may rest this long between two pieces; slower cameras say so by their period. */
const IDLE_MS = 12_000;

/** An answer of 200 with its body; logs in where it is asked to. Throws LK0401 with what a technician needs to know. */
export async function ask(camera: HttpCamera, signal: AbortSignal, idleMs = IDLE_MS): Promise<IncomingMessage> {
	const url = new URL(camera.url);
	const user = { name: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
	url.username = "";
	url.password = "";
	const asked = (headers: Record<string, string>) =>
		once(url, { headers, fingerprint: camera.fingerprint, idleMs }, signal);
	const first = await asked({});
	const refused = first.statusCode === 401 || first.statusCode === 403;
	if (!refused || user.name === "") return checked(first);
	first.destroy();
	// some refuse without saying what they want: then the simplest is meant
	const authorization = credentialsFor(url.href, user, first.headers["www-authenticate"] ?? "Basic");
	if (authorization === undefined)
		throw new LookoutError("LK0401", "the camera asks for a log-in of a kind that is not known (401)");
	return checked(await asked({ authorization }));
}

function checked(response: IncomingMessage): IncomingMessage {
	if (response.statusCode === 200) return response;
	response.destroy();
	throw new LookoutError("LK0401", `the camera answered ${response.statusCode}`);
}

function once(
	url: URL,
	{
		headers,
		fingerprint,
		idleMs,
	}: { headers: Record<string, string>; fingerprint: string | undefined; idleMs: number },
	signal: AbortSignal,
): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const request = url.protocol === "https:" ? requestHttps : requestHttp;
		// a certificate that is known by its fingerprint needs nobody to vouch for it
		const trust = fingerprint === undefined ? {} : { rejectUnauthorized: false };
		const sent = request(url, {
			headers: { accept: "image/jpeg, multipart/x-mixed-replace, */*", ...headers },
			agent: false,
			signal,
			timeout: CONNECT_MS,
			...trust,
		});
		sent.once("timeout", () => sent.destroy(new LookoutError("LK0401", "the camera gives no answer in time")));
		sent.once("error", reject);
		sent.once("socket", (socket) =>
			socket.once("secureConnect", () => {
				const given = (socket as TLSSocket).getPeerX509Certificate();
				if (fingerprint !== undefined && !sameFingerprint(given, fingerprint))
					sent.destroy(
						new LookoutError("LK0401", `the camera's certificate is another one (${given?.fingerprint256 ?? "none"})`),
					);
			}),
		);
		sent.once("response", (response) => {
			sent.setTimeout(idleMs);
			resolve(response);
		});
		sent.end();
	});
}

function sameFingerprint(given: X509Certificate | undefined, wanted: string): boolean {
	const plain = (text: string) => text.replaceAll(":", "").toLowerCase();
	return given !== undefined && plain(createHash("sha256").update(given.raw).digest("hex")) === plain(wanted);
}

/** The strongest log-in that is offered and known: Digest with SHA-256, with MD5, Basic. */
export function credentialsFor(
	address: string,
	user: { name: string; password: string },
	offered: string,
): string | undefined {
	const challenges = offered.split(/,\s*(?=(?:Digest|Basic)\s)/i).map((text) => text.trim());
	const digests = challenges.filter((text) => /^digest\s/i.test(text));
	const algorithmOf = (text: string) => /algorithm="?([\w-]+)/i.exec(text)?.[1]?.toUpperCase() ?? "MD5";
	for (const algorithm of ["SHA-256", "SHA-256-SESS", "MD5", "MD5-SESS"]) {
		const challenge = digests.find((text) => algorithmOf(text) === algorithm);
		if (!challenge) continue;
		const client = new DigestClient(user.name, user.password, { algorithm: algorithm.replace("SESS", "sess") });
		client.parseAuth(challenge.replace(/^digest/i, "Digest"));
		const { headers } = client.addAuth(address, { method: "GET", headers: {} });
		return headers["Authorization"];
	}
	if (!challenges.some((text) => /^basic\b/i.test(text))) return undefined;
	return `Basic ${Buffer.from(`${user.name}:${user.password}`).toString("base64")}`;
}

const MOST_BYTES = 16 << 20;

/**
 * Cuts JPEGs out of whatever stands between them: cameras write the parts of a multipart stream each in its own way.
 */
export class JpegSplitter {
	readonly #onJpeg: (jpeg: Buffer) => void;
	/** Room that grows by doubling: a picture comes in a thousand pieces, and is not copied for each of them. */
	#room = Buffer.alloc(65_536);
	#filled = 0;
	#at = 0;

	constructor(onJpeg: (jpeg: Buffer) => void) {
		this.#onJpeg = onJpeg;
	}

	/** Throws LK0401 when a picture does not end. */
	push(chunk: Buffer): void {
		this.#append(chunk);
		for (;;) {
			const bytes = this.#room.subarray(0, this.#filled);
			const begin = this.#at > 0 ? 0 : bytes.indexOf(SOI);
			if (begin < 0) return this.#drop(Math.max(0, bytes.length - 2)); // the marker may be cut
			const { at, isWhole } = scanJpeg(bytes.subarray(begin), this.#at);
			if (!isWhole) {
				this.#at = at;
				this.#drop(begin);
				if (this.#filled > MOST_BYTES) throw new LookoutError("LK0401", `a picture of more than ${MOST_BYTES} bytes`);
				return;
			}
			this.#onJpeg(Buffer.from(bytes.subarray(begin, begin + at)));
			this.#drop(begin + at);
			this.#at = 0;
		}
	}

	#append(chunk: Buffer): void {
		const needed = this.#filled + chunk.length;
		if (needed > this.#room.length) {
			const larger = Buffer.alloc(2 ** Math.ceil(Math.log2(needed)));
			this.#room.copy(larger, 0, 0, this.#filled);
			this.#room = larger;
		}
		chunk.copy(this.#room, this.#filled);
		this.#filled = needed;
	}

	/** What was before is over. */
	#drop(count: number): void {
		if (count === 0) return;
		this.#room.copy(this.#room, 0, count, this.#filled);
		this.#filled -= count;
	}
}

const SOI = Buffer.from([0xff, 0xd8, 0xff]);

/** One JPEG. Throws LK0401, also when the answer is none. */
export async function fetchJpeg(camera: HttpCamera, signal: AbortSignal): Promise<Buffer> {
	const response = await ask(camera, signal);
	const type = response.headers["content-type"] ?? "";
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MOST_BYTES) throw new LookoutError("LK0401", `the camera's picture is larger than ${MOST_BYTES} bytes`);
		chunks.push(chunk);
	}
	const found = Buffer.concat(chunks);
	if (found[0] !== 0xff || found[1] !== 0xd8)
		throw new LookoutError("LK0401", `the camera answered ${type || "nothing"} and no JPEG`);
	return found;
}
