import { connect, createServer, type Server, type Socket } from "node:net";

/** A line of TCP that can be cut: for good, or as soon as certain words pass on it, which then do not arrive. */
export class Cable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#cut = false;
	/** Cuts when a chunk holds this, before it is passed on. */
	cutAt: string | undefined;
	/** Everything that has passed, both ways. */
	#passed = "";

	constructor(port: number) {
		this.#server = createServer((near) => {
			if (this.#cut) return near.destroy();
			const far = connect({ host: "127.0.0.1", port });
			for (const [from, to] of [
				[near, far],
				[far, near],
			] as const) {
				this.#sockets.add(from);
				from.on("error", () => {});
				from.on("close", () => to.destroy());
				from.on("data", (chunk) => {
					if (this.cutAt !== undefined && chunk.includes(this.cutAt)) this.cut();
					if (this.#cut) return;
					this.#passed += chunk.toString("latin1");
					to.write(chunk);
				});
			}
		});
	}

	async open(): Promise<number> {
		await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
		return (this.#server.address() as { port: number }).port;
	}

	/** Whether these words have passed. */
	hasPassed(words: string): boolean {
		return this.#passed.includes(words);
	}

	get isCut(): boolean {
		return this.#cut;
	}

	cut(): void {
		this.#cut = true;
		for (const socket of this.#sockets) socket.destroy();
		this.#sockets.clear();
	}

	mend(): void {
		this.#cut = false;
		this.cutAt = undefined;
	}

	async close(): Promise<void> {
		this.cut();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
