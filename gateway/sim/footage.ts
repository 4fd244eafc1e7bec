import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, delay } from "../base/clock.ts";
import { encodeJpeg } from "../base/jpeg.ts";
import { SimCamera } from "./camera.ts";
import { type Size, shrink } from "./picture.ts";
import { smallWorld } from "./world.ts";

const MINUTE_MS = 60_000;

/**
 * Writes the minutes before now as the past frames of a view, in the size the detector keeps them, so that a
 * simulated tower has the memory a real one has after half an hour.
 */
export async function writePast(
	camera: SimCamera,
	folder: string,
	clock: Clock,
	{ minutes, size }: { minutes: number; size: Size },
): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const now = Math.floor(clock.now() / MINUTE_MS);
	for (let minute = now - minutes; minute < now; minute++) {
		await delay(clock, "sim.past", 0); // seconds of rendering in one piece would make every timer fire late
		const small = shrink(camera.render(minute * MINUTE_MS), camera.view, size);
		writeFileSync(join(folder, `${minute}.jpg`), encodeJpeg(small, size.width, size.height));
	}
}

export interface ExportOptions {
	seed: number;
	folder: string;
	startMs: number;
	/**
	 * Minutes before the fire and after it; one frame each. Without any after it there is no fire, and all of it is
	 * clean.
	 */
	before: number;
	after: number;
}

/** Renders the country of a seed, with its fire, as footage in the `sequence.json` format, labels included. */
export function exportFootage({ seed, folder, startMs, before, after }: ExportOptions): void {
	const world = smallWorld(seed);
	const ignition = startMs + before * MINUTE_MS;
	const fire = world.fireAt(ignition);
	const view = world.cameras[0];
	if (!view) return;
	const camera = new SimCamera({ ...view, width: 640, height: 480 }, world.terrain, () => (after > 0 ? [fire] : []));
	const frames = [];
	mkdirSync(join(folder, "frames"), { recursive: true });
	for (let i = 0; i < before + after; i++) {
		const at = startMs + i * MINUTE_MS;
		const file = `frames/${Math.floor(at / 1000)}.jpg`;
		writeFileSync(join(folder, file), encodeJpeg(camera.render(at, false), 640, 480));
		const boxes = camera.boxes(at);
		frames.push({
			file,
			time: new Date(at).toISOString(),
			smoke: at < ignition ? false : boxes.length > 0 ? true : null,
			boxes,
		});
	}
	const meta = {
		name: `made-${seed}`,
		camera: `made/${seed}`,
		width: 640,
		height: 480,
		source: "rendered by lookout simulate",
		licence: "Apache-2.0",
		ignition: after > 0 ? new Date(ignition).toISOString() : null,
		...(after > 0 ? {} : { deceiver: "rendered" }),
		frames,
	};
	writeFileSync(join(folder, "sequence.json"), JSON.stringify(meta, null, 1));
}
