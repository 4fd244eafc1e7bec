/**
 * A PMTiles file (specification version 3) that holds one tile for the whole world at zoom 0, nothing compressed:
 * enough for a reader to find its way from the header over the directory to a tile. It is a PNG, or shapes of the
 * named layers (MVT).
 */
export function pmtilesOf(tile: Uint8Array, vectorLayers?: string[]): Buffer {
	// one entry: tile 0, run of 1, its length, its offset plus one; each a varint
	const directory = Buffer.from([1, 0, 1, ...varint(tile.length), 1]);
	const vector_layers = vectorLayers?.map((id) => ({ id, fields: {} }));
	const metadata = Buffer.from(JSON.stringify({ vector_layers }));
	const header = Buffer.alloc(127);
	header.write("PMTiles", 0, "latin1");
	header[7] = 3;
	const sections = [directory.length, metadata.length, 0, tile.length];
	let offset = header.length;
	sections.forEach((length, n) => {
		header.writeBigUInt64LE(BigInt(offset), 8 + n * 16);
		header.writeBigUInt64LE(BigInt(length), 16 + n * 16);
		offset += length;
	});
	// tiles that are addressed, entries, contents
	for (const at of [72, 80, 88]) header.writeBigUInt64LE(1n, at);
	const [clustered, internalNone, tilesNone, minZoom, maxZoom] = [1, 1, 1, 0, 0];
	header.set([clustered, internalNone, tilesNone, vectorLayers ? MVT : PNG, minZoom, maxZoom], 96);
	const degrees = (value: number) => Math.round(value * 1e7);
	[-180, -85, 180, 85].forEach((value, n) => {
		header.writeInt32LE(degrees(value), 102 + n * 4);
	});
	return Buffer.concat([header, directory, metadata, tile]);
}

const [MVT, PNG] = [1, 2];

/** A vector tile (specification 2.1) whose named layer is one square over all of it. */
export function squareTile(layer: string): Uint8Array {
	const field = (n: number, bytes: readonly number[]) => [(n << 3) | 2, ...varint(bytes.length), ...bytes];
	const number = (n: number, value: number) => [n << 3, ...varint(value)];
	const far = varint(4096 << 1); // as a step to the right or down; one less is the same to the left or up
	const back = varint((4096 << 1) - 1);
	const geometry = [9, 0, 0, (3 << 3) | 2, ...far, 0, 0, ...far, ...back, 0, 15];
	const polygon = [...number(3, 3), ...field(4, geometry)];
	const own = [...number(15, 2), ...field(1, [...Buffer.from(layer)]), ...field(2, polygon), ...number(5, 4096)];
	return Uint8Array.from(field(3, own));
}

function varint(value: number): number[] {
	return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
