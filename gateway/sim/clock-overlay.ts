import { DEFAULT_TIME_ZONE, localTime } from "../base/time-zone.ts";

/**
 * The wall clock drawn into a picture, for people as digits and for programs as a bar of blocks, so that
 * the age of any frame can be read off the frame itself.
 */

const BITS = 44; // milliseconds since 1970 need 41 until the year 2039
const CHECK = 4;
const BLOCK = 8;

/** 3 x 5 dots per letter, one row per number, the highest of three bits to the left. */
const LETTERS: Record<string, number[]> = {
	"0": [7, 5, 5, 5, 7],
	"1": [2, 6, 2, 2, 7],
	"2": [7, 1, 7, 4, 7],
	"3": [7, 1, 7, 1, 7],
	"4": [5, 5, 7, 1, 1],
	"5": [7, 4, 7, 1, 7],
	"6": [7, 4, 7, 5, 7],
	"7": [7, 1, 1, 2, 2],
	"8": [7, 5, 7, 5, 7],
	"9": [7, 5, 7, 1, 7],
	":": [0, 2, 0, 2, 0],
	"-": [0, 0, 7, 0, 0],
};

export function drawClock(rgb: Uint8Array, width: number, height: number, nowMs: number): void {
	const block = ([x, y, w, h]: [number, number, number, number], grey: number) => {
		for (let yy = y; yy < y + h && yy < height; yy++)
			for (let xx = x; xx < x + w && xx < width; xx++) rgb.fill(grey, (yy * width + xx) * 3, (yy * width + xx) * 3 + 3);
	};
	const text = localTime(nowMs, DEFAULT_TIME_ZONE).replace("T", " ");
	const size = Math.max(2, Math.floor(height / 180));
	let x = size * 3;
	block([0, 0, size * 4 * text.length + size * 6, size * 9], 24);
	for (const letter of text) {
		(LETTERS[letter] ?? []).forEach((row, r) => {
			for (let c = 0; c < 3; c++) if (row & (4 >> c)) block([x + c * size, size * (2 + r), size, size], 235);
		});
		x += size * 4;
	}
	const bits = bitsOf(nowMs);
	block([0, height - BLOCK, BLOCK * bits.length, BLOCK], 16);
	bits.forEach((bit, i) => {
		if (bit) block([i * BLOCK, height - BLOCK, BLOCK, BLOCK], 240);
	});
}

/** The time drawn into a picture of at least 384 pixels' width, ms since 1970; undefined when there is none. */
export function readClock(rgb: Uint8Array, width: number, height: number, drawnWidth = width): number | undefined {
	const scale = width / drawnWidth;
	const bits: number[] = [];
	for (let i = 0; i < BITS + CHECK; i++) {
		const x = Math.floor((i + 0.5) * BLOCK * scale);
		const y = Math.floor(height - (BLOCK / 2) * scale);
		bits.push((rgb[(y * width + x) * 3 + 1] ?? 0) > 128 ? 1 : 0);
	}
	let value = 0;
	for (const bit of bits.slice(0, BITS)) value = value * 2 + bit;
	return String(bitsOf(value)) === String(bits) && value > 0 ? value : undefined;
}

function bitsOf(value: number): number[] {
	const bits: number[] = [];
	for (let i = BITS - 1; i >= 0; i--) bits.push(Math.floor(value / 2 ** i) % 2);
	const ones = bits.reduce((a, b, i) => a + b * (1 + (i % 5)), 0) % 16;
	for (let i = CHECK - 1; i >= 0; i--) bits.push((ones >> i) & 1);
	return bits;
}
