/** Averages areas down to a smaller size. */
export function shrink(rgb: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Uint8Array {
	const out = new Uint8Array(toWidth * toHeight * 3);
	for (let y = 0; y < toHeight; y++) {
		const [y0, y1] = [(y * height) / toHeight, ((y + 1) * height) / toHeight];
		for (let x = 0; x < toWidth; x++) {
			const [x0, x1] = [(x * width) / toWidth, ((x + 1) * width) / toWidth];
			let total = 0;
			const sum = [0, 0, 0];
			for (let yy = Math.floor(y0); yy < y1; yy++) {
				const wy = Math.min(yy + 1, y1) - Math.max(yy, y0);
				for (let xx = Math.floor(x0); xx < x1; xx++) {
					const w = wy * (Math.min(xx + 1, x1) - Math.max(xx, x0));
					const i = (yy * width + xx) * 3;
					total += w;
					for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + w * (rgb[i + c] as number);
				}
			}
			for (let c = 0; c < 3; c++) out[(y * toWidth + x) * 3 + c] = Math.round((sum[c] as number) / total);
		}
	}
	return out;
}
