import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportLayers, LAYER_KINDS, type LayerKind } from "./layers.ts";

let folder: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-layers-"));
	exportLayers({ folder, seed: 40, count: 1 }, () => {});
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Share of the canvas that is covered in each minute, and where its middle is. */
function minutesOf(kind: LayerKind): { cover: number; x: number; y: number }[] {
	const meta = JSON.parse(readFileSync(join(folder, `${kind}-40.json`), "utf8"));
	const bytes = readFileSync(join(folder, `${kind}-40.bin`));
	const plane = meta.width * meta.height;
	expect(bytes.length).toBe(meta.minutes * 2 * plane);
	return Array.from({ length: meta.minutes }, (_, minute) => {
		let [sum, x, y] = [0, 0, 0];
		for (let i = 0; i < plane; i++) {
			const c = (bytes[minute * 2 * plane + i] as number) / 255;
			sum += c;
			x += c * (i % meta.width);
			y += c * Math.floor(i / meta.width);
		}
		return { cover: sum / plane, x: x / sum, y: y / sum };
	});
}

describe("made layers", () => {
	it("are the same for the same seed", () => {
		const again = mkdtempSync(join(tmpdir(), "lookout-layers-"));
		exportLayers({ folder: again, seed: 40, count: 1 }, () => {});
		for (const kind of LAYER_KINDS)
			expect(
				Buffer.compare(readFileSync(join(again, `${kind}-40.bin`)), readFileSync(join(folder, `${kind}-40.bin`))),
			).toBe(0);
		rmSync(again, { recursive: true });
	});

	it("a plume starts small at its foot, grows for minutes and leans away", () => {
		const minutes = minutesOf("plume");
		expect(minutes[0]?.cover).toBeLessThan(0.2 * (minutes[8]?.cover ?? 0));
		expect(Math.abs((minutes[0]?.x ?? 0) - 128)).toBeLessThan(12);
		expect(minutes[8]?.y ?? 0).toBeLessThan(minutes[0]?.y ?? 0);
	});

	it("steam neither grows nor ends; fog and glare grow; a drop comes at once and stays; an insect is gone after a frame", () => {
		const cover = (kind: LayerKind) => minutesOf(kind).map((m) => m.cover);
		const steam = cover("steam");
		expect(Math.max(...steam) / Math.min(...steam)).toBeLessThan(2);
		for (const kind of ["fog", "glare"] as const) expect(cover(kind)[20]).toBeGreaterThan(1.3 * (cover(kind)[2] ?? 0));
		const drop = cover("drop");
		expect(drop[0]).toBeGreaterThan(0.02);
		expect(drop[20]).toBe(drop[0]);
		expect(
			cover("insect")
				.slice(1)
				.every((c) => c === 0),
		).toBe(true);
		expect(cover("insect")[0]).toBeGreaterThan(0);
	});
});
