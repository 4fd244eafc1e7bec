import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Service } from "../../base/service.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { Log } from "../../ops/log/log.ts";
import type { StoreFault } from "../fault.ts";
import { Database } from "./database.ts";
import { SqliteJudgementStore } from "./judgement.ts";

const MEND_MS = 5_000;
/** A transaction takes milliseconds; a disk that has had one for so long is said to be silent. */
const SILENT_MS = 5_000;
const LISTEN_MS = 1_000;
const CHECK_AFTER_MS = 60_000;
const COPY_AFTER_MS = 600_000;
const DAY_MS = 86_400_000;
/** How long daily copies and stores that were set aside are kept. */
const KEEP_MS = 30 * DAY_MS;
/** Room for some ten thousand alarms with what follows from them. */
const RESERVE_BYTES = 16 << 20;

const SILENT: StoreFault = { why: "silent", state: "waiting" };

/**
 * Keeps the tower's store usable: opens it whatever state it is in, mends it, copies it once a day, and says what is
 * wrong.
 */
export class SqliteKeeper implements Service {
	readonly db: Database;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #onFault: () => void;
	readonly #timers: Timer[] = [];
	#work: Promise<unknown> = Promise.resolve();
	/** Which transaction the disk had when it was looked at, and since when. */
	#seen: { writing: number | undefined; since: number } = { writing: undefined, since: 0 };
	#isSilent = false;

	private constructor(db: Database, clock: Clock, log: Log, onFault: () => void) {
		this.db = db;
		this.#clock = clock;
		this.#log = log;
		this.#onFault = onFault;
	}

	/** `onFault` is told whenever what is wrong has changed. Throws LK0201 for a store of a newer program. */
	static async open(path: string, clock: Clock, log: Log, onFault: () => void): Promise<SqliteKeeper> {
		let keeper: SqliteKeeper | undefined;
		const told = (fault: StoreFault | undefined) => {
			if (keeper) keeper.#tell(fault);
		};
		const db = await Database.open(path, { onFault: told, copy: () => newestCopy(path), reserveBytes: RESERVE_BYTES });
		keeper = new SqliteKeeper(db, clock, log, onFault);
		if (db.fault) keeper.#tell(db.fault);
		return keeper;
	}

	get fault(): StoreFault | undefined {
		return this.#isSilent ? SILENT : this.db.fault;
	}

	/** Somebody knows that another store is in use: it need not be said any more. False when it is not said. */
	async acknowledge(by: string): Promise<boolean> {
		const { fault } = this;
		if (fault?.state !== "replaced") return false;
		const entry = { at: this.#clock.now(), incidentId: "", what: "store:seen" as const, who: by, detail: { ...fault } };
		await new SqliteJudgementStore(this.db).ledger.append([entry]);
		this.db.acknowledge();
		return true;
	}

	async start(): Promise<void> {
		const every = (name: string, ms: number, work: () => Promise<unknown>) =>
			this.#timers.push(this.#clock.every(name, ms, () => this.#alone(name, work)));
		every("store.mend", MEND_MS, () => this.db.mend());
		this.#timers.push(this.#clock.every("store.listen", LISTEN_MS, () => this.#listen()));
		every("store.copy", DAY_MS, () => this.#copy());
		this.#timers.push(
			this.#clock.after("store.check", CHECK_AFTER_MS, () => this.#alone("store.check", () => this.db.check())),
		);
		this.#timers.push(
			this.#clock.after("store.firstCopy", COPY_AFTER_MS, () => this.#alone("store.copy", () => this.#copy())),
		);
	}

	/** A disk that hangs gives no error: it must be noticed by what does not come. */
	#listen(): void {
		const { writing } = this.db;
		const now = this.#clock.monotonic();
		if (writing !== this.#seen.writing) this.#seen = { writing, since: now };
		const isSilent = writing !== undefined && now - this.#seen.since >= SILENT_MS;
		if (isSilent === this.#isSilent) return;
		this.#isSilent = isSilent;
		this.#tell(this.fault);
	}

	async stop(): Promise<void> {
		for (const timer of this.#timers.splice(0)) timer.cancel();
		await this.#work;
	}

	/** One after the other, and none twice while the one before is not done. */
	#alone(name: string, work: () => Promise<unknown>): void {
		this.#work = this.#work.then(work).catch((err) => this.#log.error({ err, name }, "the upkeep of the store failed"));
	}

	async #copy(): Promise<void> {
		this.#prune();
		const folder = copiesOf(this.db.path);
		if (!this.db.isDurable || this.db.isShort) return;
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		// without readings it is smaller than the store; twice that leaves room for alarms whatever comes
		const { bavail, bsize } = statfsSync(folder);
		if (bavail * bsize < 2 * statSync(this.db.path).size)
			return this.#log.warn({}, "no room for the daily copy of the store");
		await this.db.copyTo(join(folder, `${new Date(this.#clock.now()).toISOString().slice(0, 10)}.db`));
	}

	/**
	 * Old copies and stores that were set aside go; on a full disk all but the newest copy. It stays in any case: the
	 * clock may be wrong.
	 */
	#prune(): void {
		const newest = newestCopy(this.db.path);
		const keepMs = this.db.isShort ? 0 : KEEP_MS;
		for (const file of keptFiles(this.db.path)) {
			const age = this.#clock.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
			if (file !== newest && age > keepMs) rmSync(file, { force: true });
		}
	}

	#tell(fault: StoreFault | undefined): void {
		const [code, what] = fault
			? ["LK0203", `the store: ${fault.why}, ${fault.state}`]
			: ["LK0203", "the store is as it should be again"];
		this.#log[fault ? "error" : "warn"]({ fault }, `${code} ${what}`);
		if (this.db.isShort) this.#prune();
		this.#onFault();
		const entry: LedgerEntry = {
			at: this.#clock.now(),
			incidentId: "",
			what: fault ? `store:${fault.state}` : "store:well",
			who: "rule",
			detail: { ...fault },
		};
		// it goes where everything goes now, and to the disk with it
		new SqliteJudgementStore(this.db).ledger
			.append([entry])
			.catch((err) => this.#log.error({ err }, "what is wrong with the store is not in the ledger"));
	}
}

function copiesOf(path: string): string {
	return join(dirname(path), "copies");
}

function newestCopy(path: string): string | undefined {
	const copies = namesIn(copiesOf(path)).filter((n) => n.endsWith(".db"));
	const newest = copies.sort().at(-1);
	return newest && join(copiesOf(path), newest);
}

/** What a folder holds, as far as it can be read. */
function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

/** Daily copies, and stores that were set aside: they hold what the store held. */
export function keptFiles(path: string): string[] {
	const folder = copiesOf(path);
	const copies = namesIn(folder).map((n) => join(folder, n));
	const beside = namesIn(dirname(path)).filter((n) => n.includes(".damaged-"));
	return [...copies, ...beside.map((n) => join(dirname(path), n))];
}
