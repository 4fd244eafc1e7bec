/** A picture that takes more bytes than this is damaged. */
export const MOST_BYTES = 96 << 20;

/**
 * The network's picture has a width that is bounded and whatever height goes with it. A view that is turned by 90
 * degrees is 1.8 times as high as wide.
 */
export function isTooTall(width: number, height: number): boolean {
	return height > 2 * width + 32; // to the next multiple of 32
}

/** Of a camera's picture, a little more than 8K: a larger one would take half a gigabyte to decode. */
export const MOST_PIXELS = 40_000_000;
