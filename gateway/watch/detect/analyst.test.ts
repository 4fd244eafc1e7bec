import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Analyst } from "./analyst.ts";
import type { Network, NetworkInput } from "./logits.ts";

const [WIDTH, HEIGHT] = [320, 192];
const MINUTE = 60_000;
/** The network as far as it matters here: it sees nothing. */
const blank = {
	needsPast: true,
	infer: async ({ comparison }: NetworkInput) =>
		comparison
			? { smoke: { logits: new Float32Array((WIDTH * HEIGHT) / 64).fill(-4), rows: HEIGHT / 8, columns: WIDTH / 8 } }
			: {},
} as unknown as Network;

/** Dark squares on grey, moved to the right by `shift`. */
function picture(shift = 0): Uint8Array {
	const rgb = new Uint8Array(WIDTH * HEIGHT * 3).fill(150);
	for (let n = 0; n < 60; n++) {
		const [x0, y0] = [((n * 53) % (WIDTH + 60)) - 30 + shift, (n * 37) % HEIGHT];
		for (let y = y0; y < Math.min(HEIGHT, y0 + 9 + (n % 7)); y++)
			for (let x = Math.max(0, x0); x < Math.min(WIDTH, x0 + 12 + (n % 11)); x++)
				rgb.fill(40 + (n % 5) * 15, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
	}
	return rgb;
}

describe("a view and its past", () => {
	let folder: string;
	let analyst: Analyst;
	const analyse = (shift: number, at: number) => analyst.analyse(picture(shift), WIDTH, HEIGHT, at);

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-analyst-"));
		analyst = new Analyst(blank, { candidateScore: 1 }, folder);
		for (let m = 0; m < 20; m++) await analyse(0, m * MINUTE);
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	it("survive a gust that shakes the camera for a moment", async () => {
		expect((await analyse(0, 20 * MINUTE)).learning).toBe(false);
		expect(await analyse(16, 20 * MINUTE + 5_000)).toEqual({ learning: false, candidates: [], unsteady: "shaken" });
		const after = await analyse(0, 20 * MINUTE + 10_000);
		expect(after).toMatchObject({ learning: false });
		expect(after.top).toBeDefined();
	});

	it("are not judged while the light of the whole picture is another, and know it after some minutes", async () => {
		const dark = picture().map((v) => v * 0.6);
		const at = (minute: number) => analyst.analyse(dark, WIDTH, HEIGHT, minute * MINUTE);
		for (let m = 20; m < 24; m++) expect((await at(m)).unsteady).toBe("light");
		for (let m = 24; m < 28; m++) await at(m);
		const known = await at(28);
		expect(known.unsteady).toBeUndefined();
		expect(known.top).toBeDefined();
	});

	it("are learnt anew when the camera was turned, also on the disk", async () => {
		expect((await analyse(12, 20 * MINUTE)).moved).toBeUndefined();
		const turned = await analyse(12, 21 * MINUTE);
		expect(turned).toEqual({ learning: true, candidates: [], moved: { shift: { dx: 12, dy: 0 }, since: 20 * MINUTE } });
		expect(readdirSync(folder)).toEqual(["21.jpg"]);
		for (let m = 22; m < 29; m++) expect((await analyse(12, m * MINUTE)).learning).toBe(true);
		for (let m = 29; m < 45; m++) await analyse(12, m * MINUTE);
		const learnt = await analyse(12, 45 * MINUTE);
		expect(learnt.learning).toBe(false);
		expect(learnt.moved).toBeUndefined();
	});
});
