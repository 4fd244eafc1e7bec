/**
 * Key pictures are decoded one by one, and a decoder gives a picture out only after as many others as its stream may
 * reorder: with B-pictures two or three, which here come seconds later. The sequence parameter set says how many; here
 * it is made to say none, which is true of a stream of key pictures. Fields: ITU-T H.264 §7.3.2.1.1 and §E.1, H.265
 * §7.3.2.2.
 */

type Codec = "h264" | "h265";

/** The codec, and where the parameter sets of a header (`ftyp`, `moov`) begin; undefined for codecs without them. */
function codecOf(header: Buffer): { codec: Codec; at: number } | undefined {
	for (const [codec, box] of [
		["h264", "avcC"],
		["h265", "hvcC"],
	] as const) {
		const at = header.indexOf(box, 0, "latin1");
		if (at >= 0) return { codec, at: at + 4 };
	}
	return undefined;
}

const codecs = new WeakMap<Buffer, ReturnType<typeof codecOf>>();

function knownCodec(header: Buffer): ReturnType<typeof codecOf> {
	if (!codecs.has(header)) codecs.set(header, codecOf(header));
	return codecs.get(header);
}

const SPS: Record<Codec, number> = { h264: 7, h265: 33 };

function isSps(codec: Codec, first: number | undefined): boolean {
	if (first === undefined) return false;
	return (codec === "h264" ? first & 0x1f : (first >> 1) & 0x3f) === SPS[codec];
}

/** The sequence parameter sets that stand in the picture itself, one after the other; empty where it has none. */
export function parameterSets({ header, bytes }: { header: Buffer; bytes: Buffer }): Buffer {
	const codec = knownCodec(header)?.codec;
	if (!codec) return Buffer.alloc(0);
	return Buffer.concat(spsInPicture(codec, bytes).map(([from, to]) => bytes.subarray(from, to)));
}

/**
 * Header and picture (`moof`, `mdat`) whose parameter sets promise that nothing is reordered; what cannot be read stays
 * as it is.
 */
export function withoutReordering({ header, bytes }: { header: Buffer; bytes: Buffer }): {
	header: Buffer;
	bytes: Buffer;
} {
	const known = knownCodec(header);
	if (!known) return { header, bytes };
	return {
		header: patched(header, known.codec, spsInHeader(known.codec, header, known.at)),
		bytes: cutOut(known.codec, patched(bytes, known.codec, spsInPicture(known.codec, bytes))),
	};
}

const IDR = 5;

/**
 * Whether a key picture resets the decoder. One of an open GOP of H.264 does not: what came before it, and was left out
 * here, is missed, so that the next picture wants a decoder that has seen nothing.
 */
export function standsAlone({ header, bytes }: { header: Buffer; bytes: Buffer }): boolean {
	return knownCodec(header)?.codec !== "h264" || nalUnits(bytes).some(([from]) => ((bytes[from] ?? 0) & 0x1f) === IDR);
}

const [CRA, BLA_W_LP] = [21, 16];

/**
 * A CRA picture of H.265 that is cut out of its stream is what the standard calls BLA: nothing before it is looked for
 * (§3.14, §8.1.3).
 */
function cutOut(codec: Codec, bytes: Buffer): Buffer {
	if (codec === "h264") return bytes;
	const at = nalUnits(bytes).flatMap(([from]) => ((((bytes[from] ?? 0) >> 1) & 0x3f) === CRA ? [from] : []));
	if (at.length === 0) return bytes;
	const copy = Buffer.from(bytes);
	for (const from of at) copy[from] = ((bytes[from] ?? 0) & 0x81) | (BLA_W_LP << 1);
	return copy;
}

type Range = [from: number, to: number];

function patched(whole: Buffer, codec: Codec, ranges: Range[]): Buffer {
	if (ranges.length === 0) return whole;
	const copy = Buffer.from(whole);
	for (const [from, to] of ranges) {
		try {
			withoutReorderingIn(codec, whole.subarray(from, to)).copy(copy, from);
		} catch {
			// a parameter set that is not as the standard has it: the decoder will say what it makes of it
		}
	}
	return copy;
}

/** ISO/IEC 14496-15 §5.3.3.1 (avcC) and §8.3.3.1 (hvcC). */
function spsInHeader(codec: Codec, header: Buffer, at: number): Range[] {
	const units = codec === "h264" ? lengthed(header, at + 6, (header[at + 5] ?? 0) & 0x1f) : hvcUnits(header, at);
	return units.filter(([from, to]) => to <= header.length && isSps(codec, header[from]));
}

/** The units of all arrays of an hvcC. */
function hvcUnits(header: Buffer, at: number): Range[] {
	const found: Range[] = [];
	let next = at + 23;
	for (let array = header[at + 22] ?? 0; array > 0 && next + 3 <= header.length; array--) {
		const units = lengthed(header, next + 3, header.readUInt16BE(next + 1));
		found.push(...units);
		next = units.at(-1)?.[1] ?? next + 3;
	}
	return found;
}

/** So many units, each behind two bytes of its length. */
function lengthed(header: Buffer, first: number, count: number): Range[] {
	const found: Range[] = [];
	let next = first;
	for (let i = 0; i < count && next + 2 <= header.length; i++) {
		const from = next + 2;
		next = from + header.readUInt16BE(next);
		found.push([from, next]);
	}
	return found;
}

function spsInPicture(codec: Codec, bytes: Buffer): Range[] {
	return nalUnits(bytes).filter(([from]) => isSps(codec, bytes[from]));
}

/** The NAL units of a fragment's one sample; ffmpeg writes four bytes of length before each. */
function nalUnits(bytes: Buffer): Range[] {
	const found: Range[] = [];
	if (bytes.length < 16) return found;
	for (let at = bytes.readUInt32BE(0) + 8; at + 5 <= bytes.length; ) {
		const length = bytes.readUInt32BE(at);
		if (length === 0 || at + 4 + length > bytes.length) break;
		found.push([at + 4, at + 4 + length]);
		at += 4 + length;
	}
	return found;
}

/** The parameter set with nothing to reorder, in as many bytes. Throws where it cannot be read. */
export function withoutReorderingIn(codec: Codec, nal: Buffer): Buffer {
	const bits = [...unescaped(nal)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
	const fields = codec === "h264" ? h264Fields(new Bits(bits, 8)) : h265Fields(new Bits(bits, 16));
	let out = "";
	let done = 0;
	for (const [from, to] of fields) {
		out += `${bits.slice(done, from)}1`; // ue(v) of 0
		done = to;
	}
	out += bits.slice(done);
	const bytes = Buffer.from(
		out
			.padEnd(bits.length, "0")
			.match(/.{8}/g)
			?.map((b) => Number.parseInt(b, 2)) ?? [],
	);
	const coded = escaped(bytes);
	if (coded.length > nal.length) throw new Error("it has become longer");
	return Buffer.concat([coded, Buffer.alloc(nal.length - coded.length)]);
}

/** Emulation prevention: 00 00 03 stands for 00 00 (H.264 §7.4.1, H.265 §7.4.2). */
function unescaped(nal: Buffer): Buffer {
	const out: number[] = [];
	let zeros = 0;
	for (const byte of nal) {
		if (zeros >= 2 && byte === 3) {
			zeros = 0;
			continue;
		}
		zeros = byte === 0 ? zeros + 1 : 0;
		out.push(byte);
	}
	return Buffer.from(out);
}

function escaped(bytes: Buffer): Buffer {
	const end = bytes.findLastIndex((byte) => byte !== 0) + 1; // zeros behind the stop bit are no part of it
	const out: number[] = [];
	let zeros = 0;
	for (const byte of bytes.subarray(0, end)) {
		if (zeros >= 2 && byte <= 3) {
			out.push(3);
			zeros = 0;
		}
		zeros = byte === 0 ? zeros + 1 : 0;
		out.push(byte);
	}
	return Buffer.from(out);
}

class Bits {
	readonly #bits: string;
	at: number;

	constructor(bits: string, from: number) {
		this.#bits = bits;
		this.at = from;
	}

	u(count: number): number {
		if (this.at + count > this.#bits.length) throw new Error("the parameter set is cut short");
		const value = count === 0 ? 0 : Number.parseInt(this.#bits.slice(this.at, this.at + count), 2);
		this.at += count;
		return value;
	}

	ue(): number {
		let zeros = 0;
		while (this.u(1) === 0) if (++zeros > 32) throw new Error("no number");
		return 2 ** zeros - 1 + this.u(zeros);
	}

	se(): number {
		const k = this.ue();
		return k % 2 === 1 ? (k + 1) / 2 : -k / 2;
	}

	/** Where the next ue(v) stands. */
	range(): Range {
		const from = this.at;
		this.ue();
		return [from, this.at];
	}
}

const WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** `max_num_reorder_frames`; none where the set leaves it out. */
function h264Fields(b: Bits): Range[] {
	const profile = b.u(8);
	b.u(16);
	b.ue(); // seq_parameter_set_id
	if (WITH_CHROMA.has(profile)) skipChroma(b);
	b.ue(); // log2_max_frame_num_minus4
	skipPictureOrder(b);
	b.ue(); // max_num_ref_frames
	b.u(1);
	b.ue(); // width and height in macroblocks
	b.ue();
	if (!b.u(1)) b.u(1);
	b.u(1);
	if (b.u(1)) for (let i = 0; i < 4; i++) b.ue(); // cropping
	return b.u(1) ? h264Vui(b) : [];
}

function skipChroma(b: Bits): void {
	const chroma = b.ue();
	if (chroma === 3) b.u(1);
	b.ue();
	b.ue();
	b.u(1);
	if (!b.u(1)) return;
	const lists = chroma === 3 ? 12 : 8;
	for (let list = 0; list < lists; list++) if (b.u(1)) skipScalingList(b, list < 6 ? 16 : 64);
}

function skipPictureOrder(b: Bits): void {
	const order = b.ue();
	if (order === 0) b.ue();
	if (order !== 1) return;
	b.u(1);
	b.se();
	b.se();
	for (let n = b.ue(); n > 0; n--) b.se();
}

/** What stands before the fields of a decoder's buffers: shape, colours, times. */
function skipLooks(b: Bits): void {
	if (b.u(1) && b.u(8) === 255) b.u(32); // aspect ratio
	if (b.u(1)) b.u(1); // overscan
	if (b.u(1)) {
		b.u(4); // video signal type
		if (b.u(1)) b.u(24);
	}
	if (b.u(1)) {
		b.ue(); // chroma location
		b.ue();
	}
	if (b.u(1)) b.u(65); // timing
}

function h264Vui(b: Bits): Range[] {
	skipLooks(b);
	const nal = b.u(1);
	if (nal) skipHrd(b);
	const vcl = b.u(1);
	if (vcl) skipHrd(b);
	if (nal || vcl) b.u(1);
	b.u(1); // pic_struct_present_flag
	if (!b.u(1)) return [];
	b.u(1);
	for (let i = 0; i < 4; i++) b.ue();
	return [b.range()];
}

function skipHrd(b: Bits): void {
	const count = b.ue() + 1;
	b.u(8);
	for (let i = 0; i < count; i++) {
		b.ue();
		b.ue();
		b.u(1);
	}
	b.u(20);
}

function skipScalingList(b: Bits, size: number): void {
	let [last, next] = [8, 8];
	for (let i = 0; i < size; i++) {
		if (next !== 0) next = (last + b.se() + 256) % 256;
		last = next === 0 ? last : next;
	}
}

/** `sps_max_num_reorder_pics` of each sub-layer. */
function h265Fields(b: Bits): Range[] {
	b.u(4);
	const subLayers = b.u(3);
	b.u(1);
	skipProfileTierLevel(b, subLayers);
	b.ue(); // sps_seq_parameter_set_id
	if (b.ue() === 3) b.u(1);
	b.ue(); // width and height
	b.ue();
	if (b.u(1)) for (let i = 0; i < 4; i++) b.ue(); // conformance window
	b.ue();
	b.ue();
	b.ue(); // log2_max_pic_order_cnt_lsb_minus4
	const found: Range[] = [];
	for (let i = b.u(1) ? 0 : subLayers; i <= subLayers; i++) {
		b.ue();
		found.push(b.range());
		b.ue();
	}
	return found;
}

function skipProfileTierLevel(b: Bits, subLayers: number): void {
	b.u(96); // general profile and level
	const present: [profile: number, level: number][] = [];
	for (let i = 0; i < subLayers; i++) present.push([b.u(1), b.u(1)]);
	if (subLayers > 0) b.u(2 * (8 - subLayers));
	for (const [profile, level] of present) b.u((profile ? 88 : 0) + (level ? 8 : 0));
}
