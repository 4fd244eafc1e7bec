import { randomBytes, randomUUID } from "node:crypto";

/** Chance as a value that tests can own. */
export interface Random {
	/** Uniform in [0, 1). */
	next(): number;
	/** A UUID, version 4. */
	uuid(): string;
	/** Unguessable when it comes from `SystemRandom`; use for secrets and tokens. */
	bytes(count: number): Uint8Array;
}

export class SystemRandom implements Random {
	next(): number {
		return Math.random();
	}

	uuid(): string {
		return randomUUID();
	}

	bytes(count: number): Uint8Array {
		return randomBytes(count);
	}
}

/** The same numbers for the same seed (mulberry32). For simulations and tests, never for secrets. */
export class SeededRandom implements Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	uuid(): string {
		const hex = [...this.bytes(16)].map((b) => b.toString(16).padStart(2, "0")).join("");
		return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
	}

	bytes(count: number): Uint8Array {
		return Uint8Array.from({ length: count }, () => Math.floor(this.next() * 256));
	}
}
