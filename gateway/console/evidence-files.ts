import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sizeOfJpeg } from "../base/jpeg.ts";
import { isFileName } from "../base/text.ts";
import type { ConsoleBackend } from "./backend.ts";

/** Pictures and videos by their names; a name from outside is never joined to a path before it is known to be one. */
export function evidenceFiles(
	evidence: string,
): Pick<ConsoleBackend, "keepPicture" | "picturePath" | "videos" | "videoPath"> {
	const pictures = join(evidence, "pictures");
	const inside = (folder: string, name: string) => (isFileName(name) ? join(folder, name) : undefined);
	const videoFolder = (incidentId: string) => inside(join(evidence, "incidents"), incidentId);
	return {
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
