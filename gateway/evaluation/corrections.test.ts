import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Footage } from "../watch/capture/stills.ts";
import { type Correction, corrected, readCorrections } from "./corrections.ts";
import { scoreSequence } from "./score.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2020, 0, 1);
const footage: Footage = {
	name: "s",
	camera: "c",
	ignition: T0 + 20 * MINUTE,
	frames: Array.from({ length: 30 }, (_, i) => ({
		file: "",
		at: T0 + i * MINUTE,
		smoke: i < 20 ? false : i < 24 ? null : true,
		boxes: i < 24 ? [] : [[0.4, 0.4, 0.2, 0.2] as [number, number, number, number]],
	})),
};
const iso = (minute: number) => new Date(T0 + minute * MINUTE).toISOString();
const early: Correction = {
	sequence: "s",
	from: iso(15),
	to: iso(23),
	box: [0.4, 0.4, 0.1, 0.1],
	what: "smoke",
	why: "a thin column is there already",
};
const alert = (minute: number, x: number) => ({
	at: T0 + minute * MINUTE,
	box: { x, y: 0.42, w: 0.05, h: 0.05 },
	score: 3,
});

it("smoke that has no label yet moves the first smoke and the ignition, and an alert on it is no false alarm", () => {
	expect(scoreSequence(footage, [alert(16, 0.42)]).falseAlarms).toHaveLength(1);
	const c = corrected(footage, [alert(16, 0.42)], [early]);
	expect(scoreSequence(c.footage, c.alerts)).toMatchObject({
		falseAlarms: [],
		detectedAt: T0 + 16 * MINUTE,
		firstSmoke: T0 + 15 * MINUTE,
	});
	expect(corrected(footage, [], [{ ...early, sequence: "another" }]).footage).toEqual(footage);
});

it("a place that can be neither counts as neither", () => {
	const ignore: Correction = { ...early, what: "ignore", from: iso(5), to: iso(9), box: [0, 0.4, 0.1, 0.1] };
	const c = corrected(footage, [alert(6, 0.02), alert(10, 0.02), alert(6, 0.5)], [ignore]);
	expect(c.alerts).toEqual([alert(10, 0.02), alert(6, 0.5)]);
});

it("says what is wrong with a file of corrections", () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-corrections-"));
	const file = join(folder, "c.json");
	writeFileSync(file, JSON.stringify([{ ...early, why: "" }]));
	expect(() => readCorrections(file)).toThrow(/LK0405 .*c\.json\/0\/why/);
	expect(() => readCorrections(join(folder, "none.json"))).toThrow(/LK0405/);
	writeFileSync(file, JSON.stringify([early]));
	expect(readCorrections(file)).toEqual([early]);
	rmSync(folder, { recursive: true });
});
