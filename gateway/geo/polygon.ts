/** A polygon whose edges are sorted into bands of latitude, so that a test looks at a few edges and not at all. */

type Ring = [number, number][];

/** Edges per band that are aimed at; fewer bands cost time per test, more cost memory. */
const EDGES_PER_BAND = 4;
const MOST_BANDS = 8192;

export class BandedPolygon {
	readonly minX: number;
	readonly minY: number;
	readonly maxX: number;
	readonly maxY: number;
	/** x1, y1, x2, y2 of each edge, band by band. */
	readonly #edges: Float64Array;
	/** Where each band's edges begin; one more than there are bands. */
	readonly #start: Uint32Array;
	readonly #bands: number;

	/** `rings`: [x, y], first ring outer, others holes, each closed. */
	constructor(rings: Ring[]) {
		const edges: number[] = [];
		let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
		for (const ring of rings) {
			for (let i = 0; i + 1 < ring.length; i++) {
				const [x1, y1] = ring[i] as [number, number];
				const [x2, y2] = ring[i + 1] as [number, number];
				edges.push(x1, y1, x2, y2);
				minX = Math.min(minX, x1);
				maxX = Math.max(maxX, x1);
				minY = Math.min(minY, y1);
				maxY = Math.max(maxY, y1);
			}
		}
		[this.minX, this.minY, this.maxX, this.maxY] = [minX, minY, maxX, maxY];
		const count = edges.length / 4;
		this.#bands = Math.max(1, Math.min(MOST_BANDS, Math.ceil(count / EDGES_PER_BAND)));
		const sizes = new Uint32Array(this.#bands + 1);
		const spans = Array.from({ length: count }, (_, e): [number, number] => {
			const [y1, y2] = [edges[e * 4 + 1] as number, edges[e * 4 + 3] as number];
			return [this.#band(Math.min(y1, y2)), this.#band(Math.max(y1, y2))];
		});
		for (const [low, high] of spans) for (let b = low; b <= high; b++) sizes[b + 1] = (sizes[b + 1] as number) + 1;
		for (let b = 0; b < this.#bands; b++) sizes[b + 1] = (sizes[b + 1] as number) + (sizes[b] as number);
		this.#start = sizes;
		const next = sizes.slice();
		this.#edges = new Float64Array((sizes[this.#bands] as number) * 4);
		spans.forEach(([low, high], e) => {
			for (let b = low; b <= high; b++) {
				const at = next[b] as number;
				next[b] = at + 1;
				for (let k = 0; k < 4; k++) this.#edges[at * 4 + k] = edges[e * 4 + k] as number;
			}
		});
	}

	/**
	 * Whether a point lies inside or on the border, which belongs to both neighbours (even-odd rule, so holes are
	 * outside).
	 */
	contains(x: number, y: number): boolean {
		if (!(x >= this.minX && x <= this.maxX && y >= this.minY && y <= this.maxY)) return false;
		const band = this.#band(y);
		let inside = false;
		for (let e = this.#start[band] as number; e < (this.#start[band + 1] as number); e++) {
			const x1 = this.#edges[e * 4] as number;
			const y1 = this.#edges[e * 4 + 1] as number;
			const x2 = this.#edges[e * 4 + 2] as number;
			const y2 = this.#edges[e * 4 + 3] as number;
			const side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1);
			// on the line of the edge, and between its ends
			if (side === 0 && (x - x1) * (x - x2) <= 0 && (y - y1) * (y - y2) <= 0) return true;
			// each edge owns its lower end, so that a corner at the height of the point is counted once
			if (y1 > y !== y2 > y && side > 0 === y2 > y1) inside = !inside;
		}
		return inside;
	}

	#band(y: number): number {
		const share = (y - this.minY) / (this.maxY - this.minY);
		return Math.max(0, Math.min(this.#bands - 1, Math.floor((Number.isFinite(share) ? share : 0) * this.#bands)));
	}
}
