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
