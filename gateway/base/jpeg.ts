import jpeg from "jpeg-js";

const QUALITY = 92;

/** An RGB picture (3 bytes a pixel, row by row) as JPEG. */
export function encodeJpeg(rgb: Uint8Array, width: number, height: number): Uint8Array {
	const rgba = Buffer.alloc(width * height * 4, 255);
	for (let i = 0, k = 0; i < rgb.length; i += 3, k += 4) {
		rgba[k] = rgb[i] as number;
		rgba[k + 1] = rgb[i + 1] as number;
		rgba[k + 2] = rgb[i + 2] as number;
	}
	return jpeg.encode({ data: rgba, width, height }, QUALITY).data;
}

/** A JPEG as RGB, 3 bytes a pixel, row by row. Throws what the decoder says of a damaged one. */
export function decodeJpeg(bytes: Uint8Array): { width: number; height: number; rgb: Uint8Array } {
	const { width, height, data } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false, maxMemoryUsageInMB: 64 });
	return { width, height, rgb: data };
}

/** Width and height from a JPEG's frame header, without decoding. Throws when there is none. */
export function sizeOfJpeg(bytes: Uint8Array): { width: number; height: number } {
	if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error("not a JPEG");
	for (let at = 2; at + 9 < bytes.length; ) {
		const marker = bytes[at + 1] as number;
		if (bytes[at] !== 0xff) break;
		const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
		// the frame headers, baseline to arithmetic; C4, C8 and CC are tables and reserved
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
			const [height, width] = [
				((bytes[at + 5] as number) << 8) | (bytes[at + 6] as number),
				((bytes[at + 7] as number) << 8) | (bytes[at + 8] as number),
			];
			if (width > 0 && height > 0) return { width, height };
			break;
		}
		at += 2 + Math.max(2, length);
	}
	throw new Error("not a JPEG with a frame");
}

/**
 * Where a JPEG's end marker ends, counted from its first byte; undefined when it is cut short. Thumbnails in its header
 * are passed over.
 */
export function jpegEnd(bytes: Uint8Array): number | undefined {
	const { at, isWhole } = scanJpeg(bytes, 0);
	return isWhole ? at : undefined;
}

/** Walks a JPEG from a place that an earlier walk has reached (0 at first) to its end, or as far as it has come. */
export function scanJpeg(bytes: Uint8Array, from: number): { at: number; isWhole: boolean } {
	if (bytes.length < 2) return { at: 0, isWhole: false };
	if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return { at: 0, isWhole: false };
	let at = Math.max(2, from);
	while (at + 1 < bytes.length) {
		if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return { at: at + 2, isWhole: true };
		const step = stepFrom(bytes, at);
		if (step === undefined) break;
		at += step;
	}
	return { at, isWhole: false };
}

/** How far the next byte is that may begin a marker; undefined where a segment's length is not there yet. */
function stepFrom(bytes: Uint8Array, at: number): number | undefined {
	const marker = bytes[at + 1] as number;
	// coded data, where FF 00 is a value, or fill
	if (bytes[at] !== 0xff || marker === 0x00 || marker === 0xff) return 1;
	// restarts stand alone
	if (marker >= 0xd0 && marker <= 0xd8) return 2;
	if (at + 3 >= bytes.length) return undefined;
	return 2 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
}
