import { createWriteStream, statfsSync, type WriteStream } from "node:fs";
import { cp, link, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { errorMessage } from "../../base/errors.ts";
import type { Log } from "../../ops/log/log.ts";
import type { Fragment } from "./fragments.ts";

export interface EvidenceOptions {
	folder: string;
	preMs: number;
	postMs: number;
	budgetBytes: number;
}

interface Segment {
	path: string;
	from: number;
	to: number;
	/** When pictures last went to the disk. */
	writtenAt: number;
	stream: WriteStream | undefined;
}

const SEGMENT_MS = 10_000;
const TOGETHER_MS = 1_000;
/** Unwritten bytes above which pictures are left out of the video: a slow disk must not fill the memory. */
const MOST_UNWRITTEN = 16 << 20;

/**
 * The video of the last minutes of one camera, as small playable files, and links to those that an incident needs.
 * A hard link costs no copy and survives the ring's own deletion.
 */
export class EvidenceRing {
	readonly #cameraId: string;
	readonly #options: EvidenceOptions;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #segments: Segment[] = [];
	#holds: { incidentId: string; from: number; to: number }[] = [];
	#header: Buffer | undefined;
	#tail: Promise<void> = Promise.resolve();
	leftOut = 0;

	constructor(cameraId: string, options: EvidenceOptions, clock: Clock, log: Log) {
		this.#cameraId = cameraId;
		this.#options = options;
		this.#clock = clock;
		this.#log = log;
	}

	get #folder(): string {
		return join(this.#options.folder, "ring", this.#cameraId);
	}

	/** A disk that cannot be written costs the video, and not the camera. */
	async start(): Promise<void> {
		try {
			await rm(this.#folder, { recursive: true, force: true });
			await mkdir(this.#folder, { recursive: true });
		} catch (error) {
			this.#log.error({ why: errorMessage(error) }, "evidence cannot be kept");
		}
	}

	async stop(): Promise<void> {
		const last = this.#segments.at(-1);
		if (last) this.#close(last);
		await this.#tail;
	}

	header(header: Buffer): void {
		const last = this.#segments.at(-1);
		if (last) this.#close(last);
		this.#header = header;
	}

	add(fragment: Fragment, at: number): void {
		const segment = this.#segmentFor(fragment, at);
		const stream = segment?.stream;
		if (!segment || !stream) return;
		segment.to = at;
		if (stream.writableLength > MOST_UNWRITTEN) this.leftOut++;
		else stream.write(fragment.bytes);
		// a write for each picture would cost more than the copying: they go out together, once a second
		if (at - segment.writtenAt < TOGETHER_MS && at >= segment.writtenAt) return;
		segment.writtenAt = at;
		stream.uncork();
		stream.cork();
	}

	/** The file that is being written, or a new one where it is time for that. */
	#segmentFor({ key }: Fragment, at: number): Segment | undefined {
		if (!this.#header) return undefined;
		const last = this.#segments.at(-1);
		const goesOn = last?.stream !== undefined && !(key && at - last.from >= SEGMENT_MS);
		if (goesOn) return last;
		if (!key) return undefined; // a file must begin with a picture that stands on its own
		if (last) this.#close(last);
		return this.#open(at);
	}

	/** Keeps the video from `from` to `to` (ms since 1970; `to` may lie ahead) for an incident. */
	keep(incidentId: string, from: number, to: number): void {
		this.#holds = [...this.#holds.filter((h) => h.to > this.#clock.now() - SEGMENT_MS * 2), { incidentId, from, to }];
		for (const segment of this.#segments) if (!segment.stream) this.#linkHeld(segment);
	}

	/** A new file, unless the rest of the disk is needed for alarms. */
	#open(at: number): Segment | undefined {
		if (!hasRoom(this.#folder)) {
			this.leftOut++;
			return undefined;
		}
		const path = join(this.#folder, `${at}.mp4`);
		const stream = createWriteStream(path);
		stream.on("error", (error) => this.#log.error({ err: error }, "evidence cannot be written"));
		stream.cork();
		stream.write(this.#header);
		const segment: Segment = { path, from: at, to: at, writtenAt: at, stream };
		this.#segments.push(segment);
		return segment;
	}

	#close(segment: Segment): void {
		const stream = segment.stream;
		if (!stream) return;
		segment.stream = undefined;
		this.#then(() => new Promise((resolve) => stream.end(() => resolve())));
		this.#linkHeld(segment);
		const oldest = this.#clock.now() - this.#options.preMs - SEGMENT_MS * 2;
		while (this.#segments[0] && this.#segments[0].to < oldest) {
			const old = this.#segments.shift();
			if (old) this.#then(() => rm(old.path, { force: true }));
		}
	}

	#linkHeld(segment: Segment): void {
		for (const hold of this.#holds) {
			if (segment.to < hold.from || segment.from > hold.to) continue;
			const folder = join(this.#options.folder, "incidents", hold.incidentId);
			this.#then(async () => {
				await mkdir(folder, { recursive: true });
				await link(segment.path, join(folder, `${this.#cameraId}-${segment.from}.mp4`)).catch(
					(e: NodeJS.ErrnoException) => {
						if (e.code !== "EEXIST") throw e;
					},
				);
			});
		}
	}

	#then(work: () => Promise<void>): void {
		this.#tail = this.#tail
			.then(work)
			.catch((error) => this.#log.error({ why: errorMessage(error) }, "evidence could not be kept"));
	}
}

/** Video stops while less than this is free on its disk, bytes. */
const LEAST_FREE = 128 << 20;

function hasRoom(folder: string): boolean {
	try {
		const { bavail, bsize } = statfsSync(folder);
		return bavail * bsize >= LEAST_FREE;
	} catch {
		return false; // no folder, no video
	}
}

/** Writes an evidence picture; the name is free of path separators. */
export async function savePicture(folder: string, name: string, jpeg: Buffer): Promise<void> {
	const path = join(folder, "pictures");
	await mkdir(path, { recursive: true });
	await writeFile(join(path, name), jpeg);
}

/** Removes the oldest kept evidence until it fits the budget. Returns the bytes that remain. */
export async function enforceBudget(options: EvidenceOptions): Promise<number> {
	const kept: { path: string; bytes: number; at: number }[] = [];
	for (const part of ["incidents", "pictures"]) {
		const folder = join(options.folder, part);
		for (const name of await readdir(folder, { recursive: true }).catch(() => [] as string[])) {
			const path = join(folder, name);
			const info = await stat(path).catch(() => undefined);
			if (info?.isFile()) kept.push({ path, bytes: info.size, at: info.mtimeMs });
		}
	}
	kept.sort((a, b) => a.at - b.at);
	// what people send must not push out what cameras have seen
	let sent = kept.filter(isSent).reduce((sum, k) => sum + k.bytes, 0);
	for (const file of kept.filter(isSent)) {
		if (sent <= options.budgetBytes * MOST_SENT) break;
		await rm(file.path, { force: true });
		sent -= file.bytes;
		kept.splice(kept.indexOf(file), 1);
	}
	let total = kept.reduce((sum, k) => sum + k.bytes, 0);
	for (const file of kept) {
		if (total <= options.budgetBytes) break;
		await rm(file.path, { force: true });
		total -= file.bytes;
	}
	return total;
}

/** Share of the budget that pictures of people may take. */
const MOST_SENT = 0.25;

function isSent({ path }: { path: string }): boolean {
	return basename(path).startsWith("report-");
}

/**
 * Copies what is remembered of a camera's view to an incident's evidence, by the folders of both: a picture alone does
 * not tell what was there before.
 */
export async function keepView(
	folders: { past: string; evidence: string },
	incidentId: string,
	cameraId: string,
): Promise<void> {
	const kept = join(folders.evidence, "incidents", incidentId, `past-${cameraId}`);
	await cp(join(folders.past, `${cameraId}.fixed`), kept, { recursive: true });
}
