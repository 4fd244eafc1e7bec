import { execFileSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { createLog } from "../../ops/log/log.ts";
import { LiveViews, type StreamView, type Viewer } from "./live.ts";

class TestViewer extends EventEmitter implements Viewer {
	bufferedAmount = 0;
	received = 0;
	closed: number | undefined;
	send(data: Buffer): void {
		this.received += data.length;
	}
	close(code: number): void {
		this.closed = code;
	}
	terminate(): void {
		this.closed = 1006;
		this.emit("close");
	}
}

describe("live view", () => {
	let folder: string;
	let video: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-live-"));
		video = join(folder, "v.mp4");
		execFileSync("ffmpeg", [
			"-hide_banner",
			"-loglevel",
			"error",
			"-f",
			"lavfi",
			"-i",
			"testsrc2=s=320x180:r=10:d=60",
			"-c:v",
			"libx264",
			"-preset",
			"ultrafast",
			"-pix_fmt",
			"yuv420p",
			"-movflags",
			"frag_keyframe+empty_moov",
			video,
		]);
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	it("feeds its viewers, drops the one that does not follow, and ends some time after the last has gone", async () => {
		const clock = new ManualClock();
		const copy = readFileSync(video);
		let stopped = 0;
		const stream: StreamView = (camera, write) => {
			if (camera !== "east") return undefined;
			write(copy);
			return () => void stopped++;
		};
		const views = new LiveViews(stream, clock, createLog("silent"));
		const [quick, slow, lost] = [new TestViewer(), new TestViewer(), new TestViewer()];
		views.watch("nowhere", lost);
		expect(lost.closed).toBe(4404);
		slow.bufferedAmount = 10 << 20;
		views.watch("east", quick);
		views.watch("east", slow);
		await until(() => quick.received >= 20_000, 20_000, "video at the quick viewer");
		expect(slow.closed).toBe(1006);
		expect(slow.received).toBe(0);
		expect(views.dropped).toBe(1);
		quick.emit("close");
		expect(clock.waiting()).toEqual(["live.linger"]);
		clock.advance(3000);
		expect(clock.waiting()).toEqual([]);
		expect(stopped).toBe(1);
		await views.stop();
	});

	it("tells its viewers when the stream ends", async () => {
		let end = () => {};
		const stream: StreamView = (_camera, _write, ended) => {
			end = ended;
			return () => {};
		};
		const views = new LiveViews(stream, new ManualClock(), createLog("silent"));
		const viewer = new TestViewer();
		views.watch("east", viewer);
		end();
		expect(viewer.closed).toBe(4410);
		await views.stop();
	});
});
