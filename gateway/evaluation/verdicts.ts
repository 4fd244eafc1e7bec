import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { decodeJpeg, encodeJpeg } from "../base/jpeg.ts";
import { isFileName } from "../base/text.ts";
import type { Evidence, Incident } from "../model/incident.ts";
import { PictureDecoder } from "../watch/capture/decoder.ts";
import { double } from "../watch/detect/history.ts";

/**
 * Footage in the `sequence.json` format from what people have said of incidents, one folder for each camera of each:
 * the half hour of the view's past that was kept with it, then the pictures of its evidence. A camera's view is
 * written at the width the detector works at; the past was kept at half of that, and is only ever used so.
 */
export interface ExportOptions {
	incidents: Incident[];
	/** Folder of the evidence: `pictures` and `incidents` lie in it. */
	evidence: string;
	to: string;
	width: number;
	clock: Clock;
}

interface ExportedFrame {
	file: string;
	time: string;
	smoke: boolean | null;
	boxes: [number, number, number, number][] | null;
}

const MINUTE_MS = 60_000;
/**
 * Smoke is often there for minutes before a detector sees it: frames so near before the first sight are not called
 * clean.
 */
const UNSURE_MS = 10 * MINUTE_MS;

/** What people have said an incident was; undefined while they have said nothing that teaches. */
export function verdictOf(incident: Incident): "smoke" | "false" | undefined {
	if (incident.kind !== "fire" || incident.status !== "actual") return undefined;
	if (incident.state === "false") return "false";
	// a permitted burn is smoke all the same; who is on the scene has seen it
	const seen = incident.state === "permitted" || incident.involved.some((i) => i.answer === "onScene");
	return seen ? "smoke" : undefined;
}

/** What one camera saw of one incident, and where its footage goes. */
interface Exported extends Pick<ExportOptions, "evidence" | "width" | "clock"> {
	incident: Incident;
	cameraId: string;
	verdict: "smoke" | "false";
	folder: string;
}

/** Writes one folder for each camera that a verdict can teach; the names of the folders. */
export async function exportVerdicts({ incidents, to, ...deps }: ExportOptions): Promise<string[]> {
	const written: string[] = [];
	for (const incident of incidents) {
		const verdict = verdictOf(incident);
		if (!verdict) continue;
		for (const cameraId of new Set(incident.evidence.filter((e) => e.picture).map((e) => e.sourceId))) {
			const name = `${incident.id}_${cameraId}`;
			const exported = { ...deps, incident, cameraId, verdict, folder: join(to, name) };
			const frames = [...(await past(exported)), ...(await pictures(exported))];
			if (!frames.some((f) => f.smoke !== null)) continue;
			const meta = {
				name,
				camera: cameraId,
				source: `verdict "${incident.state}" on ${incident.id}`,
				ignition: verdict === "smoke" ? new Date(incident.firstSeenAt).toISOString() : null,
				frames: frames.sort((a, b) => a.time.localeCompare(b.time)),
			};
			await writeFile(join(exported.folder, "sequence.json"), JSON.stringify(meta, null, 1));
			written.push(name);
		}
	}
	return written;
}

async function past(x: Exported): Promise<ExportedFrame[]> {
	const kept = join(x.evidence, "incidents", x.incident.id, `past-${x.cameraId}`);
	const minutes = (await readdir(kept).catch(() => [] as string[])).filter((n) => /^\d+\.jpg$/.test(n));
	const frames: ExportedFrame[] = [];
	for (const name of minutes) {
		const at = Number(name.slice(0, -4)) * MINUTE_MS;
		const clean = x.verdict === "false" || at < x.incident.firstSeenAt - UNSURE_MS;
		const { width, height, rgb } = decodeJpeg(await readFile(join(kept, name)));
		const file = await write(x, at, { width: 2 * width, height: 2 * height, rgb: double(rgb, 2 * width, 2 * height) });
		frames.push({ file, time: new Date(at).toISOString(), smoke: clean ? false : null, boxes: null });
	}
	return frames;
}

async function pictures(x: Exported): Promise<ExportedFrame[]> {
	const mine = x.incident.evidence.filter((e) => e.sourceId === x.cameraId && e.picture);
	const frames: ExportedFrame[] = [];
	const decoder = new PictureDecoder({ widest: () => x.width }, x.clock);
	for (const [picture, seen] of Map.groupBy(mine, (e: Evidence) => e.picture as string)) {
		if (!isFileName(picture)) continue;
		const from = join(x.evidence, "pictures", picture);
		if (!existsSync(from)) continue; // given up for the disk budget
		const at = seen[0]?.at ?? 0;
		const boxes = seen
			.flatMap((e) => e.boxes ?? [])
			.map(({ x: left, y, w, h }): [number, number, number, number] => [left, y, w, h]);
		const smoke = x.verdict === "smoke";
		const decoded = await decoder.decode({ bytes: await readFile(from), format: "jpeg" });
		frames.push({
			file: await write(x, at, decoded),
			time: new Date(at).toISOString(),
			smoke,
			boxes: smoke ? boxes : null,
		});
	}
	await decoder.stop();
	return frames;
}

/** A picture in the size the detector looked at; all frames of a sequence have one size. */
async function write(
	{ folder }: Exported,
	at: number,
	picture: { width: number; height: number; rgb: Uint8Array },
): Promise<string> {
	await mkdir(join(folder, "frames"), { recursive: true });
	const file = `frames/${Math.floor(at / 1000)}.jpg`;
	await writeFile(join(folder, file), encodeJpeg(picture.rgb, picture.width, picture.height));
	return file;
}
