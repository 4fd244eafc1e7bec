/** What happens when a bounded queue is full: the oldest goes, the newest goes, or the caller is told. */
export type DropPolicy = "dropOldest" | "dropNewest" | "refuse";

/** A queue bounded in count and bytes, that counts what it dropped. */
export class BoundedQueue<T> {
	readonly #items: { value: T; bytes: number }[] = [];
	readonly #limit: { count: number; bytes: number; policy: DropPolicy };
	#bytes = 0;
	dropped = 0;

	constructor(limit: { count: number; bytes: number; policy: DropPolicy }) {
		this.#limit = limit;
	}

	get length(): number {
		return this.#items.length;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** False when the value was not taken. */
	push(value: T, bytes = 0): boolean {
		const full = () => this.#items.length >= this.#limit.count || this.#bytes + bytes > this.#limit.bytes;
		if (full() && this.#limit.policy === "dropOldest") {
			while (this.#items.length > 0 && full()) {
				this.shift();
				this.dropped++;
			}
		}
		if (full()) {
			if (this.#limit.policy !== "refuse") this.dropped++;
			return false;
		}
		this.#items.push({ value, bytes });
		this.#bytes += bytes;
		return true;
	}

	shift(): T | undefined {
		const item = this.#items.shift();
		if (item) this.#bytes -= item.bytes;
		return item?.value;
	}

	clear(): void {
		this.#items.length = 0;
		this.#bytes = 0;
	}

	[Symbol.iterator](): Iterator<T> {
		return this.#items.map((i) => i.value)[Symbol.iterator]();
	}
}
