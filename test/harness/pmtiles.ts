/**
 * A PMTiles file (specification version 3) that holds one picture for the whole world at zoom 0, nothing compressed:
 * enough for a reader to find its way from the header over the directory to a tile.
 */
export function pmtilesOf(png: Uint8Array): Buffer {
	// one entry: tile 0, run of 1, its length, its offset plus one; each a varint
	const directory = Buffer.from([1, 0, 1, ...varint(png.length), 1]);
	const metadata = Buffer.from("{}");
	const header = Buffer.alloc(127);
	header.write("PMTiles", 0, "latin1");
	header[7] = 3;
	const sections = [directory.length, metadata.length, 0, png.length];
	let offset = header.length;
	sections.forEach((length, n) => {
		header.writeBigUInt64LE(BigInt(offset), 8 + n * 16);
		header.writeBigUInt64LE(BigInt(length), 16 + n * 16);
		offset += length;
	});
	// tiles that are addressed, entries, contents
	for (const at of [72, 80, 88]) header.writeBigUInt64LE(1n, at);
	const [clustered, internalNone, tilesNone, isPng, minZoom, maxZoom] = [1, 1, 1, 2, 0, 0];
	header.set([clustered, internalNone, tilesNone, isPng, minZoom, maxZoom], 96);
	const degrees = (value: number) => Math.round(value * 1e7);
	[-180, -85, 180, 85].forEach((value, n) => {
		header.writeInt32LE(degrees(value), 102 + n * 4);
	});
	return Buffer.concat([header, directory, metadata, png]);
}

function varint(value: number): number[] {
	return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
