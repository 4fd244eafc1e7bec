import { phrase } from "../../../../base/say.ts";

/** A part of the page that could not be fetched: the gateway is away, or has other parts by now. */
export class NotLoaded extends Error {
	constructor(cause: unknown) {
		super(phrase("api.noAnswer"), { cause });
	}
}

/** Loads a part of the page; fails by name where it cannot be had. */
export function loading<T>(load: () => Promise<T>): () => Promise<T> {
	return () =>
		load().catch((cause) => {
			throw new NotLoaded(cause);
		});
}
