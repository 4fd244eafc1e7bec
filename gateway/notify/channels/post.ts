import * as http from "node:http";
import * as https from "node:https";
import { errorMessage } from "../../base/errors.ts";
import { defined } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";

export interface Answer {
	status: number;
	/** At most 64 KiB of it. */
	text: string;
	retryAfter: string | undefined;
	/** It broke off, or did not come to its end in time. */
	isCut?: boolean;
}

export interface Fault {
	fault: Phrase;
	/** Whether the other side may have read it: everything that goes wrong once the connection stands. */
	isSent: boolean;
}

const MOST_TEXT = 65_536;
/** Name, connection and TLS together. Less than an attempt may take, so that what was never sent is known as such. */
const CONNECT_MS = 5_000;

/**
 * One POST on a connection of its own: one that was kept may have been closed by the other side, and nobody could say
 * whether the message was read. Follows no redirection. Not `fetch`, which does not tell when a request is written: a
 * TLS handshake that hangs must not count as a copy that may have been delivered.
 */
export function post(
	url: string,
	body: string | Buffer,
	headers: Record<string, string | number>,
	{ signal, agent = false }: { signal: AbortSignal; agent?: https.Agent | false },
): Promise<Answer | Fault> {
	return new Promise((resolve) => {
		let isConnected = false;
		const fail = (error: unknown) => {
			const { code } = error as { code?: string };
			const why = signal.aborted
				? phrase("attempt.noAnswer")
				: code === "ABORT_ERR" || code === undefined
					? errorMessage(error)
					: code;
			resolve({ fault: why.slice(0, 200), isSent: isConnected });
		};
		try {
			const isTls = new URL(url).protocol === "https:";
			const options = {
				method: "POST",
				headers: { ...headers, "content-length": Buffer.byteLength(body) },
				signal,
				agent,
			};
			const request = (isTls ? https.request : http.request)(url, options, (response) => {
				let text = "";
				const status = response.statusCode ?? 0;
				const answer = (isCut = false) =>
					resolve({ status, text, retryAfter: response.headers["retry-after"], ...defined({ isCut }) });
				response.setEncoding("utf8").on("data", (chunk: string) => {
					text += chunk.slice(0, MOST_TEXT - text.length);
					if (text.length < MOST_TEXT) return;
					answer();
					request.destroy();
				});
				response.once("end", () => answer());
				// what it thinks of the message it has said by then
				response.once("error", () => answer(true));
			});
			request.once("error", fail);
			request.once("socket", (socket) => {
				isConnected = request.reusedSocket;
				if (isConnected) return;
				socket.once(isTls ? "secureConnect" : "connect", () => {
					isConnected = true;
				});
			});
			AbortSignal.timeout(CONNECT_MS).addEventListener("abort", () => {
				if (!isConnected) request.destroy(new Error(phrase("attempt.noConnection")));
			});
			request.end(body);
		} catch (error) {
			fail(error); // an address that is none
		}
	});
}
