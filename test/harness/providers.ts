import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { until } from "./harness.ts";

/** One message as a provider received it. */
export interface Got {
	path: string;
	body: string;
	headers: IncomingMessage["headers"];
	at: number;
}

/**
 * Fake providers behind one HTTP server: what they answer is decided per message, and whatever arrives that the test
 * did not ask for fails it at the end.
 */
export class Providers {
	readonly #server: Server;
	readonly got: Got[] = [];
	/** Answers a message; the default accepts in the manner of each provider. May never answer. */
	answer: (got: Got, response: ServerResponse) => void = accept;
	readonly #expected = new Set<Got>();

	private constructor() {
		this.#server = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				const got = { path: (request.url ?? "").split("?")[0] ?? "", body, headers: request.headers, at: Date.now() };
				this.got.push(got);
				this.answer(got, response);
			});
		});
	}

	static async open(): Promise<Providers> {
		const providers = new Providers();
		await new Promise<void>((resolve) => providers.#server.listen(0, "127.0.0.1", resolve));
		return providers;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
	}

	/** Waits for a message on a path that fits, and takes it as expected. */
	async expect(path: string, fits: (got: Got) => boolean, what: string, timeoutMs = 15_000): Promise<Got> {
		const find = () => this.got.find((g) => g.path === path && !this.#expected.has(g) && fits(g));
		await until(() => find() !== undefined, timeoutMs, what);
		const found = find() as Got;
		this.#expected.add(found);
		return found;
	}

	/** Everything that arrived and that nobody has expected. */
	get unexpected(): Got[] {
		return this.got.filter((g) => !this.#expected.has(g));
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}

function accept(got: Got, response: ServerResponse): void {
	const bodies: Record<string, unknown> = {
		"/sms": { Code: "OK", Message: "OK", BizId: "b" },
		"/voice": { Code: "OK", CallId: "c" },
		"/robot": { errcode: 0, errmsg: "ok" },
	};
	response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(bodies[got.path] ?? {}));
}

/** Fields of an Aliyun-style form. */
export const form = (got: Got): Record<string, string> => Object.fromEntries(new URLSearchParams(got.body));
