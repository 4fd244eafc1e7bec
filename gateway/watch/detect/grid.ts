/** A picture on a coarse grid of brightness, on which light, movement and the skyline are judged. */

/** Columns of the grid, whatever the size of the picture. */
export const GRID_COLUMNS = 160;

export interface Grid {
	/** Mean brightness of each cell, 0...255, row by row. */
	grey: Float32Array;
	columns: number;
	rows: number;
	/** Pixels of the picture per cell. */
	cellPx: number;
	/**
	 * Difference of red and blue in the middle one of all cells, grey levels: next to nothing where a camera shows no
	 * colour, as by infrared at night.
	 */
	colour: number;
}

/** The grid of a picture (height x width x 3, RGB). */
export function gridOf(rgb: Uint8Array, width: number, height: number): Grid {
	const cellPx = Math.max(1, Math.round(width / GRID_COLUMNS));
	const columns = Math.floor(width / cellPx);
	const rows = Math.floor(height / cellPx);
	const grey = new Float32Array(columns * rows);
	const colours = new Float32Array(columns * rows);
	for (let y = 0; y < rows; y++) {
		for (let x = 0; x < columns; x++) {
			let sum = 0;
			const corner = (y * cellPx * width + x * cellPx) * 3;
			colours[y * columns + x] = Math.abs((rgb[corner] as number) - (rgb[corner + 2] as number));
			for (let yy = 0; yy < cellPx; yy++) {
				const row = ((y * cellPx + yy) * width + x * cellPx) * 3;
				for (let i = 0; i < cellPx; i++)
					sum +=
						(rgb[row + i * 3 + 1] as number) + ((rgb[row + i * 3] as number) + (rgb[row + i * 3 + 2] as number)) / 2;
			}
			grey[y * columns + x] = sum / (2 * cellPx * cellPx);
		}
	}
	return { grey, columns, rows, cellPx, colour: colours.sort()[colours.length >> 1] ?? 0 };
}
