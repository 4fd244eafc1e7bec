import { cpus } from "node:os";
import { massCallOut } from "./callout.ts";
import { cameras } from "./cameras.ts";
import { detectorCost } from "./cost.ts";
import { desk } from "./desk.ts";
import { liveView } from "./desk-live.ts";
import { incidentFilters } from "./filters.ts";
import { frameLatency } from "./fires.ts";
import { alarmLatency, alarmLatencyLoaded } from "./latency.ts";
import { placeErrors } from "./locate.ts";
import { memorySlope } from "./memory.ts";
import { responsibleNow } from "./register.ts";
import { season } from "./season.ts";
import { startTimes } from "./start.ts";
import { storedReadings } from "./stored.ts";
import { acknowledgedAfterSync, telemetry } from "./telemetry.ts";

/**
 * `npm run bench [-- PART ...]`: measures what the design promises. Parts run one after the other on a quiet machine.
 */
const PARTS: Record<string, () => Promise<unknown>> = {
	telemetry,
	acknowledgedAfterSync,
	cameras,
	detectorCost,
	alarmLatency,
	alarmLatencyLoaded,
	frameLatency,
	startTimes,
	storedReadings,
	memorySlope,
	season,
	responsibleNow,
	massCallOut,
	placeErrors,
	desk,
	liveView,
	incidentFilters,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((w) => !(w in PARTS));
if (unknown.length > 0) {
	console.error(`no part "${unknown.join('", "')}"; parts: ${Object.keys(PARTS).join(", ")}`);
	process.exit(2);
}
console.log(JSON.stringify({ machine: `${cpus().length} × ${cpus()[0]?.model}`, node: process.version }));
for (const [name, run] of Object.entries(PARTS)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	console.log(JSON.stringify({ [name]: await run() }));
}
process.exit(0);
