/** Top left and size, as fractions 0...1 of a frame. */
export interface Box {
	x: number;
	y: number;
	w: number;
	h: number;
}

/** Area that two boxes share, as a fraction of the frame. */
export function overlap(a: Box, b: Box): number {
	const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
	const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
	return w > 0 && h > 0 ? w * h : 0;
}
