import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../test/harness/harness.ts";
import { thirdPartyModel } from "../../../test/harness/third-party.ts";
import { ManualClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import { say } from "../../base/say.ts";
import type { Frame } from "../../model/camera.ts";
import { createLog } from "../../ops/log/log.ts";
import { Detector } from "./detector.ts";
import { openModel } from "./manifest.ts";

const frame: Frame = {
	cameraId: "c",
	preset: "fixed",
	capturedAt: 0,
	hash: "h",
	width: 320,
	height: 192,
	rgb: new Uint8Array(320 * 192 * 3),
};

describe("the detector's process", () => {
	let folder: string;
	let detector: Detector;
	let clock: ManualClock;
	const complaints: string[] = [];

	const open = async (memoryMiB: number) => {
		const model = openModel(thirdPartyModel(folder, "v8"));
		detector = new Detector(
			{ model: () => model, threads: 1, memoryMiB, onFailing: (why) => complaints.push(say("en", why)) },
			clock,
			new SeededRandom(1),
			createLog("silent"),
		);
		await detector.start();
	};
	/** Lets the process be started again after its end, and waits until it is there. */
	const restarted = async (restarts: number) => {
		await until(() => detector.restarts === restarts, 10_000, `restart ${restarts}`);
		// no further than it takes: time that runs on would find the new process late
		for (let step = 0; detector.pid === undefined && step < 200; step++) clock.advance(500);
		expect(detector.pid).toBeDefined();
	};

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-detector-"));
		clock = new ManualClock();
		complaints.length = 0;
	});
	afterEach(async () => {
		const stopped = detector.stop();
		await stopped;
		rmSync(folder, { recursive: true });
	});

	it("a process that is stopped and says nothing is replaced, and the frames it was asked about are given back", async () => {
		await open(4096);
		await detector.analyse(frame);
		process.kill(detector.pid as number, "SIGSTOP");
		const asked = [detector.analyse(frame), detector.analyse({ ...frame, cameraId: "d" })].map((a) =>
			a.catch((error: Error) => error.message),
		);
		await until(() => clock.waiting().includes("detector.progress"), 5_000, "it to be asked");
		clock.advance(20_000);
		for (const outcome of await Promise.all(asked)) expect(outcome).toMatch(/LK0404/);
		await restarted(1);
		expect((await detector.analyse(frame)).candidates).toEqual([]);
	});

	it("answers again after it was killed; killed once in a while it is not called unreliable", async () => {
		await open(4096);
		for (let n = 1; n <= 5; n++) {
			expect((await detector.analyse(frame)).candidates).toEqual([]);
			process.kill(detector.pid as number, "SIGKILL");
			await restarted(n);
		}
		expect(complaints).toEqual([]);
	}, 60_000);

	it("that ends again and again without an answer makes its model one that cannot be relied on, once", async () => {
		await open(4096);
		for (let n = 1; n <= 5; n++) {
			process.kill(detector.pid as number, "SIGKILL");
			await restarted(n);
		}
		expect(complaints).toEqual(["its process ended 4 times in a row (SIGKILL)"]);
	}, 60_000);

	it("that grows too large is ended, and after the third time within an hour its model cannot be relied on", async () => {
		await open(1);
		for (let n = 1; n <= 3; n++) {
			await detector.analyse(frame); // it is there, and has its size
			clock.advance(20_000);
			await restarted(n);
		}
		expect(complaints[0]).toBe("its process grew beyond 1 MiB 3 times within an hour");
	}, 60_000);
});
