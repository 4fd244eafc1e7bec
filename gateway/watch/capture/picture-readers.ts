import { isTooTall, MOST_BYTES } from "./picture-limits.ts";

/** A picture of which `filled` bytes have come. */
interface Filling {
	width: number;
	height: number;
	rgb: Buffer;
	filled: number;
}

/** Cuts portable pixmaps (P6, 255) as they arrive. Throws on anything else. */
export class PpmReader {
	readonly #onPicture: (width: number, height: number, rgb: Buffer) => void;
	#head = Buffer.alloc(0);
	#picture: Filling | undefined;

	constructor(onPicture: (width: number, height: number, rgb: Buffer) => void) {
		this.#onPicture = onPicture;
	}

	push(chunk: Buffer): void {
		for (let rest = chunk; rest.length > 0; )
			rest = this.#picture ? this.#fill(this.#picture, rest) : this.#begin(rest);
	}

	#begin(chunk: Buffer): Buffer {
		this.#head = Buffer.concat([this.#head, chunk]);
		const [text, width, height] = /^P6\s(\d+)\s(\d+)\s255\s/.exec(this.#head.subarray(0, 32).toString("latin1")) ?? [];
		if (text === undefined) {
			if (this.#head.length >= 32) throw new Error("the decoder gave no picture");
			return Buffer.alloc(0);
		}
		const rest = this.#head.subarray(text.length);
		const bytes = Number(width) * Number(height) * 3;
		if (bytes === 0 || bytes > MOST_BYTES || isTooTall(Number(width), Number(height)))
			throw new Error(`a picture of ${width} x ${height}`);
		this.#head = Buffer.alloc(0);
		this.#picture = { width: Number(width), height: Number(height), rgb: Buffer.allocUnsafeSlow(bytes), filled: 0 };
		return rest;
	}

	#fill(picture: Filling, chunk: Buffer): Buffer {
		const used = chunk.copy(
			picture.rgb,
			picture.filled,
			0,
			Math.min(chunk.length, picture.rgb.length - picture.filled),
		);
		picture.filled += used;
		if (picture.filled === picture.rgb.length) {
			this.#picture = undefined;
			this.#onPicture(picture.width, picture.height, picture.rgb);
		}
		return chunk.subarray(used);
	}
}

/** Cuts JPEGs as ffmpeg writes them: without thumbnails, so that the first end marker is the picture's. */
export class JpegReader {
	readonly #onJpeg: (jpeg: Buffer) => void;
	#chunks: Buffer[] = [];
	#size = 0;

	constructor(onJpeg: (jpeg: Buffer) => void) {
		this.#onJpeg = onJpeg;
	}

	push(chunk: Buffer): void {
		this.#chunks.push(chunk);
		this.#size += chunk.length;
		if (this.#size > MOST_BYTES) throw new Error("a JPEG without end");
		// the marker may be cut in two: its last byte is in the newest chunk
		const before = this.#chunks.length > 1 ? this.#chunks.at(-2)?.at(-1) : undefined;
		if (chunk.indexOf("ffd9", 0, "hex") < 0 && !(before === 0xff && chunk[0] === 0xd9)) return;
		const all = Buffer.concat(this.#chunks);
		const end = all.indexOf("ffd9", 0, "hex") + 2;
		this.#onJpeg(all.subarray(0, end));
		this.#chunks = [];
		this.#size = 0;
		if (end < all.length) this.push(all.subarray(end));
	}
}
