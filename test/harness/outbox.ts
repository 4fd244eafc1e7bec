import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { accepted, type Channel, type Outcome } from "../../gateway/notify/channels/channel.ts";
import { Dispatcher } from "../../gateway/notify/outbox/dispatcher.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import type { DeliveryState } from "../../gateway/store/outbox.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { SqliteJudgementStore } from "../../gateway/store/sqlite/judgement.ts";
import { SqliteOutboxStore } from "../../gateway/store/sqlite/outbox.ts";
import { until } from "./harness.ts";

/** An outbox in a store of its own, emptied by a dispatcher whose clock stands still until it is put forward. */
export class TestOutbox {
	readonly #folder: string;
	readonly db: Database;
	readonly store: SqliteOutboxStore;
	readonly judgements: SqliteJudgementStore;
	readonly clock = new ManualClock(0);
	dispatcher: Dispatcher | undefined;
	/** What has gone over the channel `test`, and what becomes of the next; accepted where nothing is said. */
	readonly sent: string[] = [];
	readonly outcomes: Outcome[] = [];
	readonly channel: Channel = {
		send: async (d) => {
			this.sent.push(d.id);
			return this.outcomes.shift() ?? accepted("ok");
		},
	};

	static async open(): Promise<TestOutbox> {
		const folder = mkdtempSync(join(tmpdir(), "lookout-outbox-"));
		return new TestOutbox(folder, await Database.open(join(folder, "store.db")));
	}

	private constructor(folder: string, db: Database) {
		this.#folder = folder;
		this.db = db;
		this.store = new SqliteOutboxStore(db);
		this.judgements = new SqliteJudgementStore(db);
	}

	async start(channels: Record<string, Channel> = { test: this.channel }, timeoutMs = 1000): Promise<void> {
		const options = { channels, timeoutMs, replyOf: async () => undefined };
		const { store, clock } = this;
		this.dispatcher = new Dispatcher(options, { store, clock, random: new SeededRandom(1), log: createLog("silent") });
		await this.dispatcher.start();
	}

	/** Lets the dispatcher work until the store agrees; the clock stands still meanwhile. */
	settled(id: string, state: DeliveryState): Promise<void> {
		return until(async () => (await this.store.state(id)) === state, 10_000, `${id} to be ${state}`);
	}

	/** Puts the clock forward, a second at a time, until something is so. */
	goOn(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
		const look = async () => {
			this.clock.advance(1000);
			return isSo();
		};
		return until(look, 10_000, what);
	}

	async close(): Promise<void> {
		await this.dispatcher?.stop();
		await this.db.close();
		rmSync(this.#folder, { recursive: true });
	}
}
