import { spawn } from "node:child_process";
import type { Clock } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import { redactUrl } from "../../base/text.ts";

/** A picture as it came from the camera, openable on its own. */
export interface CodedPicture {
	bytes: Buffer;
	format: "mp4" | "jpeg";
}

const TIMEOUT_MS = 8_000;
const MOST_BYTES = 64 << 20;

/**
 * Decodes one picture to RGB as the network wants it: both sides multiples of 32, at most `widest` pixels wide, and never
 * enlarged, for that shows nothing more and rings more often. Throws LK0402.
 */
export async function decodeForAnalysis(
	picture: CodedPicture,
	widest: number,
	clock: Clock,
): Promise<{ width: number; height: number; rgb: Buffer }> {
	const width = `min(${widest}\\,max(32\\,trunc(iw/32)*32))`;
	const scale = `scale=${width}:max(32\\,trunc(${width}*ih/iw/32+0.5)*32):flags=area,format=rgb24`;
	// a portable pixmap says its size before its pixels
	const ppm = await oneShot(picture, ["-vf", scale, "-c:v", "ppm", "-f", "image2pipe", "pipe:1"], clock, true);
	const [head, columns, rows] = /^P6\s(\d+)\s(\d+)\s255\s/.exec(ppm.subarray(0, 32).toString("latin1")) ?? [];
	const [w, h] = [Number(columns), Number(rows)];
	const rgb = ppm.subarray(head?.length ?? 0);
	if (!head || rgb.length !== w * h * 3) throw new LookoutError("LK0402", `the picture decodes to ${ppm.length} bytes`);
	return { width: w, height: h, rgb };
}

/** The picture as JPEG in its own size, for people. Throws LK0402. */
export async function decodeToJpeg(picture: CodedPicture, clock: Clock): Promise<Buffer> {
	if (picture.format === "jpeg") return picture.bytes;
	return oneShot(picture, ["-q:v", "4", "-f", "mjpeg", "pipe:1"], clock);
}

/**
 * A decoder that lives for one picture: the end of its input flushes the picture out at once, where a running
 * one would hold it until the next keyframe, and a damaged picture can harm nothing but its own process.
 */
function oneShot(picture: CodedPicture, output: string[], clock: Clock, smaller = false): Promise<Buffer> {
	const input = picture.format === "mp4" ? ["-f", "mp4"] : ["-f", "mjpeg"];
	const quick = ["-threads", "1", "-probesize", "65536", "-analyzeduration", "0"];
	// block edges that the loop filter would smooth are averaged away in the small picture
	const filter = smaller ? ["-skip_loop_filter", "all"] : [];
	const child = spawn("ffmpeg", ["-hide_banner", "-loglevel", "error", ...quick, ...filter, ...input, "-i", "pipe:0", "-frames:v", "1", ...output], {
		stdio: ["pipe", "pipe", "pipe"],
	});
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		let complaint = "";
		const fail = (why: string) => reject(new LookoutError("LK0402", why));
		const timer = clock.after("decode.timeout", TIMEOUT_MS, () => {
			child.kill("SIGKILL");
			fail(`the decoder gave no picture within ${TIMEOUT_MS} ms`);
		});
		child.stdout.on("data", (chunk: Buffer) => {
			size += chunk.length;
			if (size > MOST_BYTES) child.kill("SIGKILL");
			else chunks.push(chunk);
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			complaint = (complaint + text).slice(-500);
		});
		child.stdin.on("error", () => {}); // the decoder may have enough before we have sent all
		child.once("error", (error) => {
			timer.cancel();
			fail(`ffmpeg cannot be started: ${error.message}`);
		});
		child.once("close", (code) => {
			timer.cancel();
			if (code === 0 && size > 0) resolve(Buffer.concat(chunks));
			else fail(`the picture cannot be decoded: ${redactUrl(complaint.trim().split("\n")[0] ?? "") || `ffmpeg ended with ${code}`}`);
		});
		child.stdin.end(picture.bytes);
	});
}
