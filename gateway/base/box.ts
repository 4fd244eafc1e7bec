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

/** Steps of a side in which shares of a picture are counted. */
const STEPS = 100;

/** Share of a picture that boxes cover together, 0...1, to a hundredth of each side. */
export function sharedCover(boxes: readonly Box[]): number {
	let covered = 0;
	for (let row = 0; row < STEPS; row++) {
		for (let column = 0; column < STEPS; column++) {
			const [x, y] = [(column + 0.5) / STEPS, (row + 0.5) / STEPS];
			if (boxes.some((b) => x >= b.x && x < b.x + b.w && y >= b.y && y < b.y + b.h)) covered++;
		}
	}
	return covered / STEPS ** 2;
}
