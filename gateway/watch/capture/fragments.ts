import { LookoutError } from "../../base/errors.ts";

/** One coded picture as a movie fragment (ISO/IEC 14496-12: a moof box and its mdat). */
export interface Fragment {
	bytes: Buffer;
	key: boolean;
	/** Packets of it may have been lost: it is not to be judged. */
	isLossy?: boolean;
}

/** No picture of a camera is larger; a broken length field must not make us gather for ever. */
const LARGEST_BOX = 32 << 20;

/**
 * Cuts a fragmented MP4, one picture per fragment, as it arrives. The header boxes (`ftyp`, `moov`) come once;
 * header + any key fragment is a whole little file that a decoder can open, whatever the codec.
 */
export class FragmentReader {
	readonly #onHeader: (header: Buffer) => void;
	readonly #onFragment: (fragment: Fragment) => void;
	#chunks: Buffer[] = [];
	#gathered = 0;
	#needed = 8;
	#header: Buffer[] = [];
	#moof: Buffer | undefined;

	constructor(onHeader: (header: Buffer) => void, onFragment: (fragment: Fragment) => void) {
		this.#onHeader = onHeader;
		this.#onFragment = onFragment;
	}

	/** Throws LK0401 when the bytes are no such file. */
	push(chunk: Buffer): void {
		this.#chunks.push(chunk);
		this.#gathered += chunk.length;
		while (this.#gathered >= this.#needed) {
			const all = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
			this.#chunks = [all];
			const size = all.readUInt32BE(0);
			if (size < 8 || size > LARGEST_BOX)
				throw new LookoutError("LK0401", `the stream's container is damaged (box of ${size} bytes)`);
			if (all.length < size) {
				this.#needed = size;
				return;
			}
			this.#box(all.toString("latin1", 4, 8), all.subarray(0, size));
			const rest = all.subarray(size);
			this.#chunks = rest.length > 0 ? [rest] : [];
			this.#gathered = rest.length;
			this.#needed = 8;
		}
	}

	#box(type: string, bytes: Buffer): void {
		switch (type) {
			case "ftyp":
				this.#header = [bytes];
				break;
			case "moov":
				this.#header.push(bytes);
				this.#onHeader(Buffer.concat(this.#header));
				break;
			case "moof":
				this.#moof = bytes;
				break;
			case "mdat":
				if (this.#moof) this.#onFragment({ bytes: Buffer.concat([this.#moof, bytes]), key: isKey(this.#moof) });
				this.#moof = undefined;
				break;
		}
	}
}

const NON_SYNC_SAMPLE = 0x00010000;

/**
 * Whether the first sample of a moof can be decoded on its own (sample flags of tfhd or trun, 14496-12 §8.8.7, 8.8.8).
 */
function isKey(moof: Buffer): boolean {
	const traf = child(moof, 8, "traf");
	if (!traf) return false;
	const tfhd = child(traf, 8, "tfhd");
	const trun = child(traf, 8, "trun");
	const flags = (trun && trunFlags(trun)) ?? (tfhd && tfhdFlags(tfhd));
	return flags !== undefined && (flags & NON_SYNC_SAMPLE) === 0;
}

function tfhdFlags(tfhd: Buffer): number | undefined {
	const has = tfhd.readUInt32BE(8) & 0xffffff;
	let at = 16; // size, type, version+flags, track id
	if (has & 0x01) at += 8;
	for (const bit of [0x02, 0x08, 0x10]) if (has & bit) at += 4;
	return has & 0x20 ? tfhd.readUInt32BE(at) : undefined;
}

function trunFlags(trun: Buffer): number | undefined {
	const has = trun.readUInt32BE(8) & 0xffffff;
	let at = 16; // size, type, version+flags, sample count
	if (has & 0x001) at += 4;
	if (has & 0x004) return trun.readUInt32BE(at);
	for (const bit of [0x100, 0x200]) if (has & bit) at += 4;
	return has & 0x400 ? trun.readUInt32BE(at) : undefined;
}

function child(box: Buffer, from: number, type: string): Buffer | undefined {
	for (let at = from; at + 8 <= box.length; ) {
		const size = box.readUInt32BE(at);
		if (size < 8) return undefined;
		if (box.toString("latin1", at + 4, at + 8) === type) return box.subarray(at, at + size);
		at += size;
	}
	return undefined;
}

/** Where the decode time stands in a fragment (tfdt of its moof, ISO/IEC 14496-12 §8.8.12). */
function decodeTimeAt(fragment: Buffer): number | undefined {
	if (fragment.length < 8) return undefined;
	const traf = child(fragment.subarray(0, Math.min(fragment.length, fragment.readUInt32BE(0))), 8, "traf");
	const tfdt = traf && child(traf, 8, "tfdt");
	return tfdt && tfdt.byteOffset - fragment.byteOffset;
}

/** Decode time of a fragment in ticks of its stream; 0 where none is said. */
export function decodeTimeOf(fragment: Buffer): bigint {
	const at = decodeTimeAt(fragment);
	if (at === undefined) return 0n;
	return fragment[at + 8] === 1 ? fragment.readBigUInt64BE(at + 12) : BigInt(fragment.readUInt32BE(at + 12));
}

/** A copy of a fragment that says another decode time; wraps at 2^32 where the stream counts in 32 bits. */
export function withDecodeTime(fragment: Buffer, ticks: bigint): Buffer {
	const at = decodeTimeAt(fragment);
	if (at === undefined) return fragment;
	const copy = Buffer.from(fragment);
	if (copy[at + 8] === 1) copy.writeBigUInt64BE(ticks, at + 12);
	else copy.writeUInt32BE(Number(ticks % 2n ** 32n), at + 12);
	return copy;
}
