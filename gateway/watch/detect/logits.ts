import type { Comparison } from "./history.ts";

/** Logits, row by row, one per 8 x 8 pixels of the analysed picture. */
export interface Logits {
	logits: Float32Array;
	rows: number;
	columns: number;
}

/** One picture as a network may want it. */
export interface NetworkInput {
	rgb: Uint8Array;
	/** The same at half its width and height. */
	half: Uint8Array;
	/** What it is compared with, at half size; undefined while there is too little past. */
	comparison: Comparison | undefined;
	width: number;
	height: number;
}

/**
 * A network behind its file: where it looks like smoke, and where like flames. What it cannot say (yet) is undefined.
 */
export interface Network {
	/** Whether smoke is told by the past: without one nothing is said of it. */
	readonly needsPast: boolean;
	infer(input: NetworkInput): Promise<{ smoke?: Logits; flame?: Logits }>;
	close(): Promise<void>;
}

/** Cells per analysed picture. */
export function cellsOf(width: number, height: number): { rows: number; columns: number } {
	return { rows: height / CELL, columns: width / CELL };
}

export const CELL = 8;
