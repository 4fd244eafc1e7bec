import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { Tally } from "../../base/tally.ts";
import type { Frame } from "../../model/camera.ts";
import type { Candidate } from "./candidate-tracker.ts";
import { Companion } from "./companion.ts";
import type { Detector } from "./detector.ts";
import type { Model } from "./manifest.ts";

const [here, there] = [
	{ x: 0.1, y: 0.1, w: 0.1, h: 0.1 },
	{ x: 0.7, y: 0.7, w: 0.1, h: 0.1 },
];
const seen = (trackId: number, box: Candidate["box"], score = 5): Candidate => ({
	what: "smoke",
	trackId,
	box,
	score,
	firstSeenAt: 0,
});
const points = { fast: 3, quiet: 4 };
const model = {
	folder: "",
	manifest: { name: "other", points, calibration: { slope: 1, offset: -3 } },
} as unknown as Model;

let folder: string;
let clock: ManualClock;
let says: Candidate[];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-companion-"));
	clock = new ManualClock();
	says = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function companion(role: "opinion" | "shadow") {
	const detector = { analyse: async () => ({ learning: false, candidates: says }) } as unknown as Detector;
	const evidence = { folder, preMs: 0, postMs: 0, budgetBytes: 1e9 };
	const c = new Companion(
		{ model, role, ownScores: () => ({ smoke: 3, flame: 3 }), evidence },
		() => detector,
		clock,
		new Tally(clock, () => {}),
	);
	return {
		c,
		look: async (own: Candidate[], theirs: Candidate[]) => {
			says = theirs;
			const at = clock.now();
			const frame: Frame = {
				cameraId: "east",
				preset: "fixed",
				capturedAt: at,
				hash: "h",
				width: 16,
				height: 8,
				rgb: new Uint8Array(16 * 8 * 3),
			};
			const { frames } = c.view();
			c.compare(frame, own);
			await until(() => c.view().frames === frames + 1, 5_000, "it to have looked");
		},
	};
}

it("counts what both ring for, and keeps what only one rang for, with a picture", async () => {
	const { c, look } = companion("shadow");
	await look([seen(1, here)], []);
	clock.advance(60_000);
	await look([seen(1, here)], [seen(9, here)]);
	await look([seen(1, here)], [seen(9, here), seen(10, there)]);
	expect(c.view()).toMatchObject({ agreed: 1, differences: [] });
	clock.advance(121_000);
	await look([seen(2, { ...there, y: 0.3 }), seen(3, here, 2.9)], []);
	clock.advance(121_000);
	await look([], []);
	await until(() => c.view().differences.every((d) => d.picture), 5_000, "the pictures to be kept");
	const { agreed, differences, frames } = c.view();
	expect({ agreed, frames }).toEqual({ agreed: 1, frames: 5 });
	expect(differences.map((d) => [d.side, d.box])).toEqual([
		["own", { ...there, y: 0.3 }],
		["companion", there],
	]);
	expect(readdirSync(join(folder, "pictures"))).toContain(differences[0]?.picture);
});

it("gives its opinion of a place while it is fresh, and none as a shadow", async () => {
	const adviser = companion("opinion");
	const of = (cameraId: string, box: Candidate["box"], firstSeenAt = 0) => ({ cameraId, boxes: [box], firstSeenAt });
	await adviser.look([], [seen(9, here, 3)]);
	expect(adviser.c.opinionOn(of("east", here))).toEqual({ model: "other", probability: 0.5 });
	expect(adviser.c.opinionOn(of("east", there))).toEqual({ model: "other", probability: 0 });
	expect(adviser.c.opinionOn(of("west", here))).toBeUndefined();
	expect(adviser.c.opinionOn(of("east", here, clock.now() + 1))).toBeUndefined(); // it has not looked since
	clock.advance(121_000);
	expect(adviser.c.opinionOn(of("east", here))).toBeUndefined();
	const shadow = companion("shadow");
	await shadow.look([], [seen(9, here, 3)]);
	expect(shadow.c.opinionOn(of("east", here))).toBeUndefined();
});
