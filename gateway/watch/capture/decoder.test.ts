import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ManualClock, SystemClock } from "../../base/clock.ts";
import { jpegEnd } from "../../base/jpeg.ts";
import { type CodedPicture, PictureDecoder } from "./decoder.ts";
import { decodeTimeOf, FragmentReader, withDecodeTime } from "./fragments.ts";

const ffmpeg = (args: string[], input?: Buffer) =>
	execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", ...args], {
		maxBuffer: 1 << 28,
		...(input ? { input } : {}),
	});
const SOURCE = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=10:d=4,noise=alls=10:allf=t", "-pix_fmt", "yuv420p"];
const FRAGMENTS = ["-f", "mp4", "-movflags", "frag_every_frame+empty_moov+default_base_moof", "pipe:1"];
const H264 = ["-c:v", "libx264", "-g", "5", "-keyint_min", "5", "-sc_threshold", "0"];

const CUT = join(import.meta.dirname, "../../../../shared/cases/cut.jpg");

/** The key pictures of a stream that the given encoder makes, as a camera's copy has them. */
function keyPictures(encoder: string[], source = SOURCE): Extract<CodedPicture, { format: "mp4" }>[] {
	let header: Buffer = Buffer.alloc(0);
	const found: Extract<CodedPicture, { format: "mp4" }>[] = [];
	const reader = new FragmentReader(
		(h) => {
			header = h;
		},
		({ bytes, key }) => key && found.push({ format: "mp4", header, bytes: Buffer.from(bytes) }),
	);
	reader.push(ffmpeg([...source, ...encoder, ...FRAGMENTS]));
	return found;
}

/** The picture as a decoder gives it that is started for it alone. */
function alone({ header, bytes }: { header: Buffer; bytes: Buffer }): Buffer {
	const scale = "scale=640:352:flags=area,format=rgb24";
	return ffmpeg(
		["-threads", "1", "-f", "mp4", "-i", "pipe:0", "-vf", scale, "-f", "rawvideo", "pipe:1"],
		Buffer.concat([header, bytes]),
	);
}

describe("decoding the key pictures of a camera", () => {
	let decoder: PictureDecoder;
	const open = (clock = new SystemClock()) => {
		decoder = new PictureDecoder({ widest: () => 640 }, clock);
		return decoder;
	};
	afterEach(() => decoder?.stop());

	it.each([
		["H.264 without B-pictures", [...H264, "-bf", "0"]],
		["H.264 with B-pictures and the parameter sets in each keyframe", [...H264, "-bf", "3", "-bsf:v", "dump_extra"]],
		[
			"H.264 with reference timing, 4:4:4 and scaling lists",
			[...H264, "-bf", "5", "-x264-params", "nal-hrd=vbr:vbv-maxrate=4000:vbv-bufsize=4000:cqm=jvt"],
		],
		[
			"H.265 in an open group",
			["-c:v", "libx265", "-x265-params", "keyint=5:min-keyint=5:open-gop=1:bframes=4:log-level=none"],
		],
		["motion JPEG", ["-c:v", "mjpeg", "-q:v", "4"]],
	])("%s: each picture at once, bit for bit as if decoded alone, in one process", async (_name, encoder) => {
		open();
		const pictures = keyPictures(encoder).slice(0, 6);
		expect(pictures.length).toBeGreaterThanOrEqual(5);
		for (const picture of pictures) {
			const { width, height, rgb } = await decoder.decode(picture);
			expect([width, height]).toEqual([640, 352]);
			expect(rgb.equals(alone(picture))).toBe(true);
		}
		expect(decoder.starts).toBe(1);
	});

	it("H.264 in an open group, whose pictures do not reset the decoder, is still right", async () => {
		open();
		for (const picture of keyPictures([
			"-c:v",
			"libx264",
			"-x264-params",
			"open-gop=1:keyint=8:min-keyint=4:bframes=3",
		]))
			expect((await decoder.decode(picture)).rgb.equals(alone(picture))).toBe(true);
	});

	it("a picture for people comes out of the same decoding, while somebody wants them", async () => {
		const clock = new ManualClock();
		open(clock);
		const [first, second, third] = keyPictures(H264);
		if (!first || !second || !third) throw new Error("too few pictures");
		expect((await decoder.decode(first)).jpeg).toBeUndefined();
		const { jpeg } = await decoder.decode(first, { jpeg: true });
		expect(jpegEnd(jpeg as Buffer)).toBe(jpeg?.length);
		expect((await decoder.decode(second)).jpeg).toBeDefined();
		expect(decoder.starts).toBe(2);
		clock.advance(120_000);
		expect((await decoder.decode(third)).jpeg).toBeUndefined();
		expect(decoder.starts).toBe(3);
	});

	it("a damaged picture is not scored and harms none after it", async () => {
		open();
		const pictures = keyPictures([...H264, "-bf", "0"]);
		const [good, other] = [pictures[1], pictures[2]];
		if (!good || !other) throw new Error("too few pictures");
		const bytes = Buffer.from(good.bytes);
		for (let i = 1200; i < 1300; i++) bytes[i] = (bytes[i] as number) ^ 0x5a;
		await decoder.decode(other);
		await expect(decoder.decode({ ...good, bytes })).rejects.toThrow(/LK0402/);
		expect((await decoder.decode(other)).rgb.equals(alone(other))).toBe(true);
	});

	it("another picture size is decoded as what it is", async () => {
		open();
		const [large] = keyPictures(H264);
		const [small] = keyPictures(H264, ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=1", "-pix_fmt", "yuv420p"]);
		if (!large || !small) throw new Error("too few pictures");
		expect(await decoder.decode(large)).toMatchObject({ width: 640, height: 352 });
		expect(await decoder.decode(small)).toMatchObject({ width: 320, height: 256 });
	});

	it("a decoder that ends between two pictures is started again, and one that cannot be started says so", async () => {
		open();
		const [first, second] = keyPictures(H264);
		if (!first || !second) throw new Error("too few pictures");
		await decoder.decode(first);
		process.kill(decoder.pid as number, "SIGKILL");
		expect((await decoder.decode(second)).width).toBe(640);
		const missing = new PictureDecoder({ widest: () => 640, program: "/nowhere/ffmpeg" }, new SystemClock());
		await expect(missing.decode(first)).rejects.toThrow(/LK0402 .*cannot be started/);
		await missing.stop();
	});

	const jpeg = () => ffmpeg([...SOURCE, "-frames:v", "1", "-f", "mjpeg", "pipe:1"]);

	it("a JPEG that is cut short, damaged or none is not scored", async () => {
		open();
		const whole = jpeg();
		expect(await decoder.decode({ format: "jpeg", bytes: whole })).toMatchObject({
			width: 640,
			height: 352,
			jpeg: whole,
		});
		await expect(decoder.decode({ format: "jpeg", bytes: whole.subarray(0, whole.length / 2) })).rejects.toThrow(
			/LK0402 .*no end/,
		);
		const cut = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.from([0xff, 0xd9])]);
		await expect(decoder.decode({ format: "jpeg", bytes: cut })).rejects.toThrow(/LK0402/);
		await expect(decoder.decode({ format: "jpeg", bytes: Buffer.from("<html>log in</html>") })).rejects.toThrow(
			/LK0402/,
		);
		expect(await decoder.decode({ format: "jpeg", bytes: whole })).toMatchObject({ width: 640 });
	});

	it("a picture of a shape that no camera has is refused, a JPEG before it costs anything", async () => {
		open();
		const bytes = Buffer.from(jpeg());
		const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
		for (const [width, height] of [
			[960, 32_000],
			[30_000, 30_000],
		] as const) {
			bytes.writeUInt16BE(height, frame + 5);
			bytes.writeUInt16BE(width, frame + 7);
			await expect(decoder.decode({ format: "jpeg", bytes })).rejects.toThrow(`a picture of ${width} x ${height}`);
		}
		expect(decoder.starts).toBe(0);
		const tall = keyPictures([...H264, "-vf", "scale=64:640"])[0];
		if (!tall) throw new Error("no picture");
		await expect(decoder.decode(tall)).rejects.toThrow("a picture of 64 x 640");
		const turned = keyPictures([...H264, "-vf", "scale=360:640"])[0];
		if (!turned) throw new Error("no picture");
		expect(await decoder.decode(turned)).toMatchObject({ width: 352, height: 640 });
	});

	it.skipIf(!existsSync(CUT))("the half JPEG that once opened a false flame (skipped without ../shared)", async () => {
		open();
		await expect(decoder.decode({ format: "jpeg", bytes: readFileSync(CUT) })).rejects.toThrow(/LK0402/);
	});

	it("the end of a JPEG is its own, and not that of a thumbnail in its header", () => {
		const whole = jpeg();
		const thumbnail = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
		const header = Buffer.concat([Buffer.from([0xff, 0xe1, 0, thumbnail.length + 2]), thumbnail]);
		const withHeader = Buffer.concat([whole.subarray(0, 2), header, whole.subarray(2)]);
		expect(jpegEnd(withHeader)).toBe(withHeader.length);
		expect(jpegEnd(withHeader.subarray(0, withHeader.length - 2))).toBeUndefined();
		expect(jpegEnd(Buffer.concat([whole, Buffer.alloc(9)]))).toBe(whole.length);
	});

	it("a fragment can be given another time", () => {
		const [, second] = keyPictures(H264);
		const bytes = second?.bytes as Buffer;
		expect(decodeTimeOf(bytes)).toBeGreaterThan(0n);
		expect(decodeTimeOf(withDecodeTime(bytes, 7n))).toBe(7n);
		expect(withDecodeTime(bytes, 7n).length).toBe(bytes.length);
	});
});
