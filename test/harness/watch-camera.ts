import { SystemClock } from "../../gateway/base/clock.ts";
import { SystemRandom } from "../../gateway/base/random.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { StreamCapture } from "../../gateway/watch/capture/stream.ts";

/**
 * watch-camera.ts URL: takes an RTSP camera's pictures, for tests in which it must run in another network namespace;
 * prints a line for each keyframe.
 */
const [url = ""] = process.argv.slice(2);
const events = {
	header: () => {},
	fragment: ({ key }: { key: boolean }) => void (key && process.stdout.write("key\n")),
};
const capture = new StreamCapture({ type: "rtsp", url }, events, {
	clock: new SystemClock(),
	random: new SystemRandom(),
	log: createLog("warn"),
});
await capture.start();
process.once("SIGTERM", () => void capture.stop());
