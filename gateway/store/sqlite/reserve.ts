import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A reserve is made again when the disk has this many times its size free. */
const ROOM_FACTOR = 4;

/** Room on the disk beside a store that is kept for alarms: a file that is given up when the disk is full. */
export class Reserve {
	readonly #file: string;
	readonly #bytes: number;
	#isThere = false;

	/** `bytes`: 0 for none. */
	constructor(storePath: string, bytes: number) {
		this.#file = `${storePath}.reserve`;
		this.#bytes = bytes;
	}

	/** Whether an earlier run has left one. */
	get isOnDisk(): boolean {
		return existsSync(this.#file);
	}

	/** True when the room for alarms is there, or none is wanted. */
	make(): boolean {
		if (this.#bytes === 0 || this.#isThere) return true;
		try {
			this.#isThere = this.#isLarge() || this.#write();
		} catch {
			rmSync(this.#file, { force: true });
			return false;
		}
		return this.#isThere;
	}

	/** The same on a disk that has been another meanwhile. */
	makeAnew(): boolean {
		this.#isThere = false;
		return this.make();
	}

	/** True when there was one to be given up. */
	giveUp(): boolean {
		if (!this.#isThere) return false;
		this.remove();
		return true;
	}

	remove(): void {
		this.#isThere = false;
		rmSync(this.#file, { force: true });
	}

	#isLarge(): boolean {
		const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
		return size >= this.#bytes;
	}

	#write(): boolean {
		// it must not be the reserve that fills the disk
		const { bavail, bsize } = statfsSync(dirname(this.#file));
		if (bavail * bsize < this.#bytes * ROOM_FACTOR) return false;
		writeFileSync(this.#file, Buffer.alloc(this.#bytes), { mode: 0o600 });
		return true;
	}
}
