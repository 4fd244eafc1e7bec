import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { type Fragment, FragmentReader } from "../../gateway/watch/capture/fragments.ts";
import { StreamCapture, type StreamSource } from "../../gateway/watch/capture/stream.ts";

/** What a stream gives, and what runs for it. */

/** A stream whose pictures are counted and whose keyframes are kept. */
export class Seen {
	header: Buffer = Buffer.alloc(0);
	readonly keys: Fragment[] = [];
	pictures = 0;
	readonly capture: StreamCapture;

	constructor(source: StreamSource, by: Clock) {
		const header = (bytes: Buffer) => {
			this.header = bytes;
		};
		const on = { header, fragment: (f: Fragment) => this.#take(f) };
		this.capture = new StreamCapture(source, on, {
			clock: by,
			random: new SeededRandom(1),
			log: createLog("silent"),
		});
	}

	#take(fragment: Fragment): void {
		this.pictures++;
		if (fragment.key) this.keys.push(fragment);
	}
}

export function canNamespace(): boolean {
	const name = `lookout-try-${process.pid}`;
	const { status } = spawnSync("ip", ["netns", "add", name], { stdio: "ignore" });
	return status === 0 && spawnSync("ip", ["netns", "del", name], { stdio: "ignore" }).status === 0;
}

export function readArguments(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "latin1");
	} catch {
		return ""; // it has ended meanwhile
	}
}

/** The keyframes of a file as capture would hand them on. */
export function fragmentsOf(file: string): { header: Buffer; keys: Fragment[] } {
	const found = { header: Buffer.alloc(0), keys: [] as Fragment[] };
	const reader = new FragmentReader(
		(bytes) => Object.assign(found, { header: bytes }),
		(fragment) => fragment.key && found.keys.push(fragment),
	);
	const fragmented = [
		"-c",
		"copy",
		"-f",
		"mp4",
		"-movflags",
		"frag_every_frame+empty_moov+default_base_moof",
		"pipe:1",
	];
	reader.push(execFileSync("ffmpeg", ["-loglevel", "error", "-i", file, ...fragmented], { maxBuffer: 1 << 28 }));
	return found;
}

/** Processes of ffmpeg that this test has started. */
export function ffmpegs(): number[] {
	const mine = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && readArguments(name).startsWith("ffmpeg"));
	return mine.map(Number).filter((pid) => new RegExp(`\\) \\S ${process.pid} `).test(statOf(pid)));
}

export function statOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/stat`, "latin1");
	} catch {
		return "";
	}
}
