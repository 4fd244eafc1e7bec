import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sizeOfJpeg } from "../base/jpeg.ts";
import { isFileName } from "../base/text.ts";
import type { ConsoleBackend } from "./backend.ts";

const MINUTE_MS = 60_000;

/**
 * Pictures and videos by their names, and the small pictures of each minute that a view's past is made of; a name from
 * outside is never joined to a path before it is known to be one.
 */
export function evidenceFiles(
	evidence: string,
	past: string,
): Pick<
	ConsoleBackend,
	"keepPicture" | "picturePath" | "videos" | "videoPath" | "past" | "pastPath" | "footage" | "footagePath"
> {
	const pictures = join(evidence, "pictures");
	const inside = (folder: string, name: string) => (isFileName(name) ? join(folder, name) : undefined);
	const ringFolder = (cameraId: string) => inside(join(evidence, "ring"), cameraId);
	const videoFolder = (incidentId: string) => inside(join(evidence, "incidents"), incidentId);
	const pastFolder = (cameraId: string, incidentId: string | undefined) => {
		if (!isFileName(cameraId)) return undefined;
		if (incidentId === undefined) return join(past, `${cameraId}.fixed`);
		const folder = videoFolder(incidentId);
		return folder && join(folder, `past-${cameraId}`);
	};
	return {
		past: async (cameraId, incidentId) => {
			const folder = pastFolder(cameraId, incidentId);
			const names = folder ? await readdir(folder).catch(() => []) : [];
			return names
				.map((name) => Number(/^(\d+)\.jpg$/.exec(name)?.[1]) * MINUTE_MS)
				.filter((at) => at > 0)
				.sort((a, b) => a - b);
		},
		pastPath: (cameraId, at, incidentId) => {
			const folder = pastFolder(cameraId, incidentId);
			return folder && join(folder, `${Math.floor(at / MINUTE_MS)}.jpg`);
		},
		footage: async (cameraId) => {
			const folder = ringFolder(cameraId);
			const names = folder ? await readdir(folder).catch(() => []) : [];
			const all = names.map((name) => Number(/^(\d+)\.mp4$/.exec(name)?.[1])).filter((from) => from > 0);
			return all.sort((a, b) => a - b).slice(0, -1); // the newest is still being written
		},
		footagePath: (cameraId, from) => {
			const folder = ringFolder(cameraId);
			return folder && join(folder, `${from}.mp4`);
		},
		keepPicture: async (jpeg) => {
			sizeOfJpeg(jpeg); // what is no picture is refused here, and not by whoever opens it
			const name = `report-${createHash("sha256").update(jpeg).digest("hex").slice(0, 24)}.jpg`;
			await mkdir(pictures, { recursive: true });
			await writeFile(join(pictures, name), jpeg);
			return name;
		},
		picturePath: (name) => inside(pictures, name),
		videos: async (incidentId) => {
			const folder = videoFolder(incidentId);
			return folder ? (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".mp4")).sort() : [];
		},
		videoPath: (incidentId, name) => {
			const folder = videoFolder(incidentId);
			return folder && inside(folder, name);
		},
	};
}

/** Deletes pictures that people have sent, by their names. */
export async function deletePictures(evidence: string, names: string[]): Promise<void> {
	const named = names.filter(isFileName);
	await Promise.all(named.map((name) => rm(join(evidence, "pictures", name), { force: true })));
}
