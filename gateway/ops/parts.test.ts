import { expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { say } from "../base/say.ts";
import { createLog } from "./log/log.ts";
import { Parts } from "./parts.ts";

const said: { part: string; msg: string; err?: unknown }[] = [];
const log = createLog("info", { write: (line) => void said.push(JSON.parse(line)) });

it("a part that cannot start is tried again until it runs, and a stop ends that", async () => {
	const clock = new ManualClock();
	let faultsSaid = 0;
	const parts = new Parts(clock, log, { goesOn: true, onFault: () => faultsSaid++ });
	let taken = true;
	let running = 0;
	let tried = 0;
	const kept = parts.kept("console", {
		start: async () => {
			tried++;
			if (taken) throw new LookoutError("LK0701", "the port is taken", { hint: "Stop the other one." });
			running++;
		},
		stop: async () => {
			running = 0;
		},
	});
	await kept.start(new AbortController().signal);
	expect(parts.faults.map((fault) => say("zh", fault))).toEqual([
		"LK0701 网页服务无法监听端口：the port is taken. Stop the other one.",
	]);
	expect(said.at(-1)).toMatchObject({
		part: "console",
		msg: expect.stringMatching(/^LK0006 .* LK0701 the port is taken\. Stop the other one\. .* every five seconds\.$/),
	});
	expect(said.at(-1)).not.toHaveProperty("err");
	clock.advance(5_000);
	// the next try is set once this one has failed
	await until(() => clock.waiting().includes("part.again"), 5_000, "the next try");
	expect([tried, faultsSaid, running]).toEqual([2, 1, 0]); // said once
	taken = false;
	clock.advance(5_000);
	await until(() => running === 1, 5_000, "it to run");
	expect(parts.faults).toEqual([]);
	await kept.stop();
	taken = true;
	await kept.start(new AbortController().signal);
	await kept.stop();
	taken = false;
	expect(clock.waiting().includes("part.again")).toBe(false);
	expect([tried, running]).toEqual([4, 0]);
});

it("where somebody sits before it, what cannot start is an error", async () => {
	const parts = new Parts(new ManualClock(), log, { goesOn: false, onFault: () => {} });
	expect(() =>
		parts.attempt("CAP", () => {
			throw new LookoutError("LK0101", "no such secret");
		}),
	).toThrow(/LK0101/);
});
