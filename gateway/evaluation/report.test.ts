import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Footage } from "../watch/capture/stills.ts";
import type { Model } from "../watch/detect/manifest.ts";
import { alertsAt } from "./evaluate.ts";
import { report, reportPage } from "./report.ts";
import type { ScoredFrame, SequenceResult } from "./result.ts";
import { scoreSequence } from "./score.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2020, 0, 1);
const box = { x: 0.45, y: 0.45, w: 0.05, h: 0.05 };

/** Twenty clean minutes with a flicker at minute 5, then ten with a box, and smoke that grows from 2 to 5. */
function scored(folder: string, level: number): SequenceResult {
	const file = join(folder, "f.jpg");
	writeFileSync(file, "a picture");
	const frame = (i: number) => ({
		file,
		at: T0 + i * MINUTE,
		smoke: i >= 20,
		boxes: i < 20 ? [] : [[0.4, 0.4, 0.2, 0.2] as [number, number, number, number]],
	});
	const footage: Footage = {
		name: "s",
		camera: "c",
		ignition: T0 + 20 * MINUTE,
		frames: Array.from({ length: 30 }, (_, i) => frame(i)),
	};
	const frames: ScoredFrame[] = footage.frames.map(({ at, smoke }, i) => {
		const score = i === 5 ? 3.5 : i >= 22 ? 2 + (i - 22) * 0.5 : 0;
		const seen =
			score > 1
				? [{ at, box: i === 5 ? { ...box, x: 0.1 } : box, score, trackId: i === 5 ? 1 : 2, what: "smoke" as const }]
				: [];
		return { at, positive: smoke, top: score, candidates: seen };
	});
	const alertScores = { smoke: level, flame: level };
	const alerts = alertsAt(frames, alertScores);
	return {
		footage,
		network: "n.onnx",
		alertScores,
		seenInTraining: false,
		alerts,
		frames,
		score: scoreSequence(footage, alerts),
	};
}
const model = { manifest: { name: "m", sha256: "0123456789abcdef" } } as Model;

it("a lower point finds earlier and rings falsely, a higher one the other way round; a track rings once", () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-report-"));
	const [fast, quiet] = [scored(folder, 3), scored(folder, 4)];
	expect(report([fast], model, "fast").overall).toMatchObject({
		events: 1,
		detected: 1,
		medianMinutes: 4,
		falseAlarms: 1,
	});
	expect(report([quiet], model, "quiet").overall).toMatchObject({
		events: 1,
		detected: 1,
		medianMinutes: 6,
		falseAlarms: 0,
	});
	expect(fast.alerts).toHaveLength(2);
	const page = reportPage([fast], report([fast], model, "fast"));
	expect(page.match(/<img /g)).toHaveLength(2);
	expect(page).toContain("detected 4 min after the first labelled smoke; 1 false alarm(s)");
	expect(page).toContain("data:image/jpeg;base64,YSBwaWN0dXJl");
	rmSync(folder, { recursive: true });
});

it("says how an event's smoke stands out from its own clean frames, and what rang falsely over which deceiver", () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-report-"));
	const event = scored(folder, 3);
	const fog = { ...event, footage: { ...event.footage, deceiver: "fog" } };
	const figures = report([event, fog], model, "fast");
	// of 20 clean frames one (3.5) beats the first five smoking ones (0, 0, 2, 2.5, 3), and nineteen tie with two of them
	expect(figures.overall.withinEventAuc).toBeCloseTo((20 * 10 - 5 - 19) / 200);
	expect(figures.deceivers).toEqual({ fog: { cameraHours: 19 / 60, falseAlarms: 1 } });
	rmSync(folder, { recursive: true });
});

it("a sequence that was trained on is shown and not counted", () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-report-"));
	const seen = { ...scored(folder, 3), seenInTraining: true };
	const figures = report([seen], model, "fast");
	expect(figures.sequences[0]).toMatchObject({ seenInTraining: true, minutesFromFirstSmoke: 4 });
	expect(figures.overall).toMatchObject({ events: 0, detected: 0, falseAlarms: 0, falseAlarmsPerCameraDay: null });
	rmSync(folder, { recursive: true });
});
