import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody outside who hears a tower's heartbeat. */
export class Beats<T> {
	readonly heard: T[] = [];
	readonly #server: Server;

	private constructor(server: Server) {
		this.#server = server;
	}

	static async listen<T>(): Promise<Beats<T>> {
		const server = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				beats.heard.push(JSON.parse(body) as T);
				response.end();
			});
		});
		const beats = new Beats<T>(server);
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		return beats;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}
