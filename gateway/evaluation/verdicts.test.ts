import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SystemClock } from "../base/clock.ts";
import { encodeJpeg } from "../base/jpeg.ts";
import type { Incident } from "../model/incident.ts";
import { readFootage } from "../watch/capture/stills.ts";
import { exportVerdicts } from "./verdicts.ts";

const T = Date.UTC(2026, 3, 5, 6, 10, 20);
const MINUTE = 60_000;
const jpeg = (width: number, height: number) =>
	Buffer.from(encodeJpeg(new Uint8Array(width * height * 3).fill(90), width, height));

function incident(id: string, state: Incident["state"], answer?: "onScene"): Incident {
	const box = { x: 0.5, y: 0.25, w: 0.125, h: 0.25 };
	const seen = (at: number, picture: string) => ({
		source: "camera" as const,
		sourceId: "east",
		what: "smoke",
		at,
		boxes: [box],
		picture,
	});
	return {
		id,
		state,
		kind: "fire",
		status: "actual",
		firstSeenAt: T,
		evidence: [seen(T + 20_000, "a.jpg"), seen(T + 80_000, "b.jpg"), seen(T + 140_000, "gone.jpg")],
		involved: answer ? [{ personId: "p", answer }] : [],
	} as unknown as Incident;
}

it("a verdict becomes footage that can be read back: the past, then the evidence, smoke with boxes or none", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-verdicts-"));
	const evidence = join(folder, "evidence");
	mkdirSync(join(evidence, "pictures"), { recursive: true });
	for (const name of ["a.jpg", "b.jpg"]) writeFileSync(join(evidence, "pictures", name), jpeg(640, 384));
	const minute = Math.floor(T / MINUTE);
	for (const id of ["yes", "no", "open"]) {
		const past = join(evidence, "incidents", id, "past-east");
		mkdirSync(past, { recursive: true });
		for (const ago of [0, 5, 12, 25]) writeFileSync(join(past, `${minute - ago}.jpg`), jpeg(160, 96));
	}
	const incidents = [incident("yes", "dispatched", "onScene"), incident("no", "false"), incident("open", "closed")];
	const to = join(folder, "out");
	expect(await exportVerdicts({ incidents, evidence, to, width: 320, clock: new SystemClock() })).toEqual([
		"yes_east",
		"no_east",
	]);
	const yes = readFootage(join(to, "yes_east"));
	expect(yes.frames.map((f) => [f.smoke, f.boxes.length])).toEqual([
		[false, 0],
		[false, 0],
		[null, 0],
		[null, 0],
		[true, 1],
		[true, 1],
	]);
	expect(yes.ignition).toBe(T);
	expect(yes.frames[4]?.boxes[0]).toEqual([0.5, 0.25, 0.125, 0.25]);
	const no = readFootage(join(to, "no_east"));
	expect(no.frames.map((f) => f.smoke)).toEqual([false, false, false, false, false, false]);
	expect(no.ignition).toBeNull();
	// all of one size, as training wants them: 320 x 192
	const sizes = no.frames.map((f) => readFileSync(f.file)).map((b) => b.indexOf(Buffer.from([0xff, 0xc0])) + 5);
	expect(no.frames.map((f, i) => readFileSync(f.file).readUInt32BE(sizes[i] ?? 0))).toEqual(
		Array(6).fill((192 << 16) + 320),
	);
	rmSync(folder, { recursive: true });
});
