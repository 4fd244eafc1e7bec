import { describe, expect, it } from "vitest";
import type { Footage } from "../watch/capture/stills.ts";
import { frameFigures, poissonInterval, scoreSequence } from "./score.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2020, 0, 1);
/** Forty clean minutes, three unknown, then ten with one box in the middle. */
const footage = (boxes = 10): Footage => ({
	name: "s",
	camera: "c",
	ignition: T0 + 40 * MINUTE,
	frames: Array.from({ length: 53 }, (_, i) => ({
		file: "",
		at: T0 + i * MINUTE,
		smoke: i < 40 ? false : i < 43 ? null : true,
		boxes: i >= 43 && i < 43 + boxes ? [[0.4, 0.4, 0.2, 0.2] as [number, number, number, number]] : [],
	})),
});
const alert = (minute: number, x = 0.45) => ({
	at: T0 + minute * MINUTE,
	box: { x, y: 0.45, w: 0.05, h: 0.05 },
	score: 5,
});

describe("scoring of a sequence", () => {
	it("counts from the first labelled smoke, and an alert up to five frames early on the spot", () => {
		expect(scoreSequence(footage(), [alert(45)])).toMatchObject({
			event: true,
			detectedAt: T0 + 45 * MINUTE,
			falseAlarms: [],
		});
		expect(scoreSequence(footage(), [alert(40)])).toMatchObject({ detectedAt: T0 + 40 * MINUTE, falseAlarms: [] });
	});

	it("calls false what comes before the fire, or in the wrong place of a labelled sequence", () => {
		expect(scoreSequence(footage(), [alert(20)]).falseAlarms).toHaveLength(1);
		expect(scoreSequence(footage(), [alert(45, 0.05)])).toMatchObject({ detectedAt: null });
		expect(scoreSequence(footage(), [alert(45, 0.05)]).falseAlarms).toHaveLength(1);
	});

	it("takes footage that is known to be clean throughout as clean time to its end, and every alert in it as false", () => {
		const { frames } = footage();
		const made = {
			name: "fog",
			camera: "c",
			ignition: null,
			deceiver: "fog",
			frames: frames.map((f) => ({ ...f, smoke: false, boxes: [] })),
		};
		expect(scoreSequence(made, [alert(10), alert(52)])).toMatchObject({ event: false, cleanHours: 52 / 60 });
		expect(scoreSequence(made, [alert(10), alert(52)]).falseAlarms).toHaveLength(2);
		expect(scoreSequence({ ...made, frames }, [alert(10)])).toMatchObject({ cleanHours: 0, falseAlarms: [] });
	});

	it("leaves sequences with hardly a box out of recall, and lists their alerts apart", () => {
		const score = scoreSequence(footage(2), [alert(45, 0.05)]);
		expect([score.event, score.falseAlarms.length, score.unexplained.length]).toEqual([false, 0, 1]);
	});
});

it("gives the exact Poisson interval (tables of Garwood: 0 → 3.69, 10 → 4.80…18.39)", () => {
	expect(poissonInterval(0, 1)[1]).toBeCloseTo(3.689, 2);
	expect(poissonInterval(10, 1)[0]).toBeCloseTo(4.795, 2);
	expect(poissonInterval(10, 1)[1]).toBeCloseTo(18.39, 2);
});

it("frame figures of a small example", () => {
	const frames = [0.9, 0.8, 0.3]
		.map((score) => ({ positive: true, score }))
		.concat([0.7, 0.2].map((score) => ({ positive: false, score })));
	const figures = frameFigures(frames, 0.5);
	expect(figures).toMatchObject({ accuracy: 0.6, precision: 2 / 3, recall: 2 / 3 });
	expect(figures.auroc).toBeCloseTo(5 / 6);
});
