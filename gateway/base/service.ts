/** What runs: constructors only assign, `start` can be aborted, `stop` may be called twice and waits. */
export interface Service {
	start(signal: AbortSignal): Promise<void>;
	stop(): Promise<void>;
}

/** Services that do not lean on each other, as one: each has until its own end, and all at the same time. */
export function allOf(services: Service[]): Service {
	return {
		start: async (signal) => {
			for (const service of services) if (!signal.aborted) await service.start(signal);
		},
		stop: async () => {
			const ends = await Promise.allSettled(services.map((service) => service.stop()));
			for (const end of ends) if (end.status === "rejected") throw end.reason;
		},
	};
}

/** Starts services in order; on failure, stops what had started, in reverse order, and rethrows. */
export class ServiceStack implements Service {
	readonly #services: { name: string; service: Service }[] = [];
	readonly #started: { name: string; service: Service }[] = [];
	readonly #onStopError: (name: string, error: unknown) => void;

	constructor(onStopError: (name: string, error: unknown) => void) {
		this.#onStopError = onStopError;
	}

	add(name: string, service: Service): void {
		this.#services.push({ name, service });
	}

	async start(signal: AbortSignal): Promise<void> {
		for (const entry of this.#services) {
			if (signal.aborted) break;
			this.#started.push(entry);
			try {
				await entry.service.start(signal);
			} catch (error) {
				await this.stop();
				throw error;
			}
		}
	}

	async stop(): Promise<void> {
		for (let entry = this.#started.pop(); entry; entry = this.#started.pop()) {
			try {
				await entry.service.stop();
			} catch (error) {
				this.#onStopError(entry.name, error);
			}
		}
	}
}
