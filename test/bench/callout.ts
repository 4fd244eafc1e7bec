import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../gateway/base/clock.ts";
import { SystemRandom } from "../../gateway/base/random.ts";
import type { Delivery } from "../../gateway/model/delivery.ts";
import { WebhookChannel } from "../../gateway/notify/channels/webhook.ts";
import { Dispatcher } from "../../gateway/notify/outbox/dispatcher.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { SqliteJudgementStore } from "../../gateway/store/sqlite/judgement.ts";
import { SqliteOutboxStore } from "../../gateway/store/sqlite/outbox.ts";
import { median, round, sleep } from "./proc.ts";

const RECIPIENTS = 1000;
const RUNS = 5;
/** A provider answers after this. */
const ANSWER_MS = 20;

/**
 * A call-out of a county: a thousand recipients in one judgement, from its commit to the last message accepted and on
 * the disk, over plain HTTP to a provider that takes 20 ms for each. Each attempt stands in the ledger.
 */
export async function massCallOut() {
	const seconds: number[] = [];
	for (let run = 0; run < RUNS; run++) seconds.push(await once(run));
	return {
		recipients: RECIPIENTS,
		runs: RUNS,
		secondsMedian: round(median(seconds), 2),
		secondsWorst: round(Math.max(...seconds), 2),
	};
}

async function once(run: number): Promise<number> {
	const folder = mkdtempSync(join(tmpdir(), "lookout-callout-"));
	const clock = new SystemClock();
	let got = 0;
	const server = createServer((request, response) => {
		request.resume();
		request.on("end", () => {
			got++;
			setTimeout(() => response.writeHead(204).end(), ANSWER_MS);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
	const db = await Database.open(join(folder, "store.db"));
	const [store, judgements] = [new SqliteOutboxStore(db), new SqliteJudgementStore(db)];
	const channels = { webhook: new WebhookChannel({ county: { url, secret: "k" } }, clock) };
	const dispatcher = new Dispatcher(
		{ channels, timeoutMs: 5000, replyOf: async () => undefined },
		{ store, clock, random: new SystemRandom(), log: createLog("silent") },
	);
	await dispatcher.start();
	const incidentId = `FF-${run}`;
	const began = clock.monotonic();
	await judgements.commit({
		eventId: "e",
		at: clock.now(),
		incidents: [],
		ledger: [],
		stops: [],
		deliveries: deliveries(incidentId, clock.now()),
	});
	dispatcher.wake();
	for (;;) {
		const row = await db.get("SELECT COUNT(*) AS c FROM outbox WHERE state='accepted'");
		if (Number(row?.["c"]) === RECIPIENTS) break;
		if (clock.monotonic() - began > 60_000)
			throw new Error(`after a minute ${String(row?.["c"])} of ${RECIPIENTS} are accepted`);
		await sleep(10);
	}
	const seconds = (clock.monotonic() - began) / 1000;
	if (got !== RECIPIENTS) throw new Error(`${got} messages for ${RECIPIENTS} recipients`);
	await dispatcher.stop();
	await db.close();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	rmSync(folder, { recursive: true });
	return seconds;
}

function deliveries(incidentId: string, now: number): Delivery[] {
	return Array.from({ length: RECIPIENTS }, (_, i) => ({
		id: `${incidentId}-${i}`,
		incidentId,
		key: `${incidentId}-${i}`,
		personId: `p${i}`,
		channel: "webhook",
		address: "county",
		lane: "alarm" as const,
		createdAt: now,
		message: {
			title: "疑似林火",
			body: "请核实",
			short: "疑似林火",
			confirmed: true,
			incidentId,
			kind: "fire" as const,
			status: "exercise" as const,
			state: "confirmed" as const,
			at: now,
		},
	}));
}
