import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage, LookoutError } from "../base/errors.ts";
import { sizeOfJpeg } from "../base/jpeg.ts";
import { type Footage, readFootage } from "../watch/capture/stills.ts";

/** All footage under a folder: the folder itself, or each of its folders that holds a sequence.json. Throws LK0405. */
export function findFootage(folder: string): Footage[] {
	if (existsSync(join(folder, "sequence.json"))) return [readFootage(folder)];
	if (!existsSync(folder)) throw new LookoutError("LK0405", `${folder} does not exist`);
	const folders = readdirSync(folder)
		.sort()
		.map((name) => join(folder, name))
		.filter((path) => existsSync(join(path, "sequence.json")));
	if (folders.length === 0)
		throw new LookoutError("LK0405", `no sequence.json under ${folder}`, {
			hint: "Give a folder of footage, or a folder of such folders.",
		});
	return folders.map(readFootage);
}

/** Truncated SHA-256 of a frame's file, as models/<name>/*.frames.txt keep it. */
export function frameHash(file: string): string {
	return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
}

export interface DecodedFrame {
	index: number;
	width: number;
	height: number;
	rgb: Uint8Array;
}

/** All frames of a sequence at the analysis size, through one decoder. Throws LK0405 when the decoder loses a frame. */
export async function* decodeFootage(
	footage: Footage,
	size: { width: number; height: number },
): AsyncGenerator<DecodedFrame> {
	const { width, height } = size;
	const child = spawn(
		"ffmpeg",
		[
			"-hide_banner",
			"-loglevel",
			"error",
			"-f",
			"image2pipe",
			"-c:v",
			"mjpeg",
			"-i",
			"pipe:0",
			"-vf",
			`scale=${width}:${height}:flags=area,format=rgb24`,
		].concat(["-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]),
		{ stdio: ["pipe", "pipe", "ignore"] },
	);
	child.stdin.on("error", () => {});
	const feed = (async () => {
		for (const frame of footage.frames) {
			const bytes = await readFile(frame.file);
			if (!child.stdin.write(bytes)) await new Promise<void>((resolve) => child.stdin.once("drain", resolve));
		}
		child.stdin.end();
	})();
	const frameBytes = width * height * 3;
	let gathered: Buffer[] = [];
	let gatheredBytes = 0;
	let index = 0;
	for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
		gathered.push(chunk);
		gatheredBytes += chunk.length;
		while (gatheredBytes >= frameBytes) {
			const all = Buffer.concat(gathered);
			yield { index: index++, width, height, rgb: new Uint8Array(all.subarray(0, frameBytes)) };
			gathered = [all.subarray(frameBytes)];
			gatheredBytes = all.length - frameBytes;
		}
	}
	await feed;
	if (index !== footage.frames.length)
		throw new LookoutError("LK0405", `${footage.name}: ${index} of ${footage.frames.length} frames could be decoded`);
}

/** The analysis size for pictures of the given shape, as PictureDecoder has it: multiples of 32, never enlarged. */
export function analysisSize(width: number, height: number, widest: number): { width: number; height: number } {
	const columns = Math.min(widest, Math.max(32, Math.trunc(width / 32) * 32));
	return { width: columns, height: Math.max(32, Math.trunc((columns * height) / width / 32 + 0.5) * 32) };
}

/** Width and height from the header of a JPEG file. Throws LK0405. */
export function pictureSize(file: string): { width: number; height: number } {
	try {
		return sizeOfJpeg(readFileSync(file));
	} catch (cause) {
		throw new LookoutError("LK0405", `${file}: ${errorMessage(cause)}`, { cause });
	}
}
