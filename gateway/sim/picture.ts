export interface Size {
	width: number;
	height: number;
}

/** Averages areas down to a smaller size; RGB bytes. */
export function shrink(rgb: Uint8Array, from: Size, to: Size): Uint8Array {
	const out = new Uint8Array(to.width * to.height * 3);
	const columns = partsOf(from.width, to.width);
	partsOf(from.height, to.height).forEach((rows, y) => {
		columns.forEach((across, x) => {
			out.set(averageOf(rgb, from.width, rows, across), (y * to.width + x) * 3);
		});
	});
	return out;
}

/** A row or column of pixels, and how much of it counts, 0...1. */
interface Part {
	at: number;
	share: number;
}

/** What of a length falls to each of so many parts of it. */
function partsOf(length: number, count: number): Part[][] {
	return Array.from({ length: count }, (_, i) => {
		const [from, to] = [(i * length) / count, ((i + 1) * length) / count];
		const parts: Part[] = [];
		for (let at = Math.floor(from); at < to; at++) parts.push({ at, share: Math.min(at + 1, to) - Math.max(at, from) });
		return parts;
	});
}

function averageOf(rgb: Uint8Array, width: number, rows: Part[], columns: Part[]): [number, number, number] {
	let [total, red, green, blue] = [0, 0, 0, 0];
	for (const row of rows) {
		for (const column of columns) {
			const w = row.share * column.share;
			const i = (row.at * width + column.at) * 3;
			total += w;
			red += w * (rgb[i] as number);
			green += w * (rgb[i + 1] as number);
			blue += w * (rgb[i + 2] as number);
		}
	}
	return [Math.round(red / total), Math.round(green / total), Math.round(blue / total)];
}
