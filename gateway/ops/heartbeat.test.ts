import { createServer } from "node:http";
import { expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { Heartbeat } from "./heartbeat.ts";
import { createLog } from "./log/log.ts";

it("beats at once and at its times, with what the tower says of itself; an outside that is gone stops nothing", async () => {
	const got: Record<string, unknown>[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk) => {
			body += chunk;
		});
		request.on("end", () => {
			got.push(JSON.parse(body) as Record<string, unknown>);
			response.writeHead(got.length === 2 ? 500 : 204).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
	const clock = new ManualClock(1000);
	const status = async () => ({ well: true, ledger: { n: 7, hash: "h" } });
	const heartbeat = new Heartbeat({ url, everyMs: 60_000, timeoutMs: 2000, status }, clock, createLog("silent"));
	await heartbeat.start();
	for (const n of [1, 2, 3]) {
		await until(() => got.length === n, 5000, `beat ${n}`);
		clock.advance(60_000);
	}
	await heartbeat.stop();
	expect(got[0]).toEqual({ at: 1000, well: true, ledger: { n: 7, hash: "h" } });
	expect(got[1]?.["at"]).toBe(61_000);
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});
