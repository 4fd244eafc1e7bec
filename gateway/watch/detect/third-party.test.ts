import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ThirdPartyFile, thirdPartyModel } from "../../../test/harness/third-party.ts";
import { SystemClock } from "../../base/clock.ts";
import { proveModel } from "./detector.ts";
import type { NetworkInput } from "./logits.ts";
import { filesOf, openModel, pointsOf, probabilityOf } from "./manifest.ts";
import { openNetwork } from "./network.ts";

const [WIDTH, HEIGHT] = [320, 192];
/** A dark picture with one bright square: 40 pixels wide, its left upper corner at (200, 60). */
function picture(): NetworkInput {
	const rgb = new Uint8Array(WIDTH * HEIGHT * 3).fill(12);
	for (let y = 60; y < 100; y++) rgb.fill(240, (y * WIDTH + 200) * 3, (y * WIDTH + 240) * 3);
	return { rgb, half: new Uint8Array((WIDTH * HEIGHT * 3) / 4), comparison: undefined, width: WIDTH, height: HEIGHT };
}

describe("other people's networks", () => {
	let folder: string;
	let n = 0;
	const made = (file: ThirdPartyFile, changes = {}, foreign = {}) =>
		thirdPartyModel(join(folder, String(n++)), file, changes, foreign);

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-foreign-"));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	it.each(["v5", "v8", "v10"] as const)("a %s detector's boxes fall where the picture shows them", async (layout) => {
		const network = await openNetwork(filesOf(openModel(made(layout))), 1);
		const { smoke, flame } = await network.infer(picture());
		expect(smoke?.columns).toBe(40);
		const cell = (x: number, y: number) => smoke?.logits[y * 40 + x] as number;
		// the square fills one cell of the stand-in's grid: 40 pixels of the picture are 8 of its 64
		expect(cell(27, 9)).toBeGreaterThan(2);
		for (const [x, y] of [
			[10, 9],
			[35, 9],
			[27, 3],
			[27, 20],
		] as const)
			expect(cell(x, y)).toBeLessThan(-2);
		expect(Math.max(...(flame?.logits ?? [0]))).toBeLessThan(-2);
		await network.close();
	});

	it("a classifier says whether, and its word holds for the whole picture", async () => {
		const network = await openNetwork(filesOf(openModel(made("classifier"))), 1);
		const bright = { ...picture(), rgb: new Uint8Array(WIDTH * HEIGHT * 3).fill(230) };
		const [dark, light] = [await network.infer(picture()), await network.infer(bright)];
		expect(new Set(light.smoke?.logits).size).toBe(1);
		expect(light.smoke?.logits[0]).toBeGreaterThan(2);
		expect(dark.smoke?.logits[0]).toBeLessThan(-1);
		expect(light.flame).toBeUndefined();
		await network.close();
	});

	it("needs no points of its own: its confidence counts as a probability", () => {
		const { manifest } = openModel(made("v8"));
		expect(pointsOf(manifest).fast).toEqual({ smoke: 1, flame: 1 });
		expect(probabilityOf(manifest, "smoke", 1)).toBeCloseTo(0.5);
		expect(
			pointsOf({ ...manifest, foreign: { kind: "classifier", inputSize: 64, classes: ["smoke"] } }).fast.flame,
		).toBe(Number.POSITIVE_INFINITY);
	});

	it("says what is wrong with a file or a manifest", () => {
		expect(() => openModel(made("v8", { sha256: "0".repeat(64) }))).toThrow(/LK0403 .*SHA-256/);
		expect(() => openModel(made("v8", {}, { layout: "v9" }))).toThrow(
			/manifest\.json: foreign\.layout must be equal to one of/,
		);
		expect(() => openModel(made("v8", {}, { inputSize: "large" }))).toThrow(/foreign\.inputSize must be integer/);
		expect(() => openModel(join(folder, "nowhere"))).toThrow(/LK0403/);
	});

	it("says what is wrong with shapes before the model is used", async () => {
		const clock = new SystemClock();
		const proved = (file: ThirdPartyFile, foreign = {}) => proveModel(openModel(made(file, {}, foreign)), clock);
		expect(await proved("v8")).toBeUndefined();
		expect(await proved("v8", { layout: "v5" })).toMatch(
			/a v5 output for 2 classes has the shape 1 x 6 x 7, this one has 1 x 6 x 64/,
		);
		expect(await proved("v8", { classes: ["smoke"] })).toMatch(/1 x 5 x 64, this one has 1 x 6 x 64/);
		expect(await proved("v8", { inputSize: 96 })).toMatch(/Got invalid dimensions for input/);
		expect(await proved("v5", { classes: ["dog", "cat"] })).toMatch(/name a class `smoke` or `flame`/);
		expect(await proved("classifier", { classes: ["a", "b", "smoke"] })).toMatch(
			/a classifier of 3 classes gives as many numbers/,
		);
	}, 60_000);
});
