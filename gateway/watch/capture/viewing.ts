import { decodeTimeOf, type Fragment, withDecodeTime } from "./fragments.ts";

/** Somebody who looks at the stream itself: from a keyframe on, in a time of his own that begins at 0. */
export class Viewing {
	readonly #write: (bytes: Buffer) => void;
	readonly end: () => void;
	#header: Buffer | undefined;
	#from = 0n;

	constructor(header: Buffer, write: (bytes: Buffer) => void, end: () => void) {
		this.#header = header;
		this.#write = write;
		this.end = end;
	}

	add({ bytes, key }: Fragment): void {
		if (this.#header) {
			if (!key) return; // nothing before it can be shown without it
			this.#write(this.#header);
			this.#header = undefined;
			this.#from = decodeTimeOf(bytes);
		}
		this.#write(withDecodeTime(bytes, decodeTimeOf(bytes) - this.#from));
	}
}
