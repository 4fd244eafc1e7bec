import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import type { Phrase } from "../base/phrase.ts";
import { phrase, say } from "../base/say.ts";
import type { Service } from "../base/service.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import type { Editor, EditResult, RowChange, RowEdit, Table } from "../model/register-edit.ts";
import type { Log } from "../ops/log/log.ts";
import type { Ledger } from "../store/ledger.ts";
import type { RegisterEditStore } from "../store/register-edits.ts";
import { RegisterEditor } from "./editor.ts";
import { GridIndex } from "./grid-index.ts";
import { PARTS } from "./import.ts";
import { linesOf, RegisterError } from "./import-fault.ts";
import { registerInForce } from "./in-force.ts";
import type { RegisterSettings } from "./settings.ts";

const POLL_MS = 5_000;

export interface RegisterWatcherDeps {
	config: RegisterSettings;
	baseDir: string;
	ledger: Ledger;
	edits: RegisterEditStore;
	clock: Clock;
	log: Log;
}

/**
 * The register of a running tower: its files, with what people have changed beside them. The files are looked at every
 * five seconds, and taken up once two looks in a row find them the same: a roster that was saved counts from then on,
 * one that is half saved or wrong changes nothing and is shown. Incidents that are open keep their plan; whoever is
 * told next stands in the new register.
 */
export class RegisterWatcher implements Service {
	readonly #parts: RegisterWatcherDeps;
	readonly #editor: RegisterEditor;
	/** What the files say. */
	#files: Register = EMPTY_REGISTER;
	#register: Register = EMPTY_REGISTER;
	#grids = new GridIndex([]);
	#faults: readonly Phrase[] = [];
	/** Why the edits cannot be put together with the files. */
	#editFaults: readonly Phrase[] = [];
	#taken = "";
	#seen = "";
	#timer: Timer | undefined;
	#polling: Promise<void> = Promise.resolve();
	/** Another register is in force, or its fault has changed. */
	onChange: () => void = () => {};

	constructor(parts: RegisterWatcherDeps) {
		this.#parts = parts;
		const { edits: store, clock, config } = parts;
		const reading = { levels: config.register.levels, timeZone: config.tower.timeZone };
		const renew = () => {
			this.#compose();
			this.onChange();
		};
		this.#editor = new RegisterEditor({ store, clock, reading, register: () => this.#register, renew });
	}

	get register(): Register {
		return this.#register;
	}

	get grids(): GridIndex {
		return this.#grids;
	}

	get faults(): readonly Phrase[] {
		return [...this.#editFaults, ...this.#faults];
	}

	/** What was edited, where files say something else, and what a file would change. */
	get editor(): Pick<RegisterEditor, "edits" | "differences" | "preview" | "rows" | "file" | "areas"> {
		return this.#editor;
	}

	/** See `RegisterEditor`. One at a time, and not while files are taken up. */
	change(edits: readonly RowEdit[], by: Editor, note: string): Promise<EditResult> {
		return this.#inTurn(() => this.#editor.change(edits, by, note));
	}

	undo(n: number, by: Editor): Promise<EditResult> {
		return this.#inTurn(() => this.#editor.undo(n, by));
	}

	settle(table: Table, key: string, take: "file" | "edit", by: Editor): Promise<EditResult> {
		return this.#inTurn(() => this.#editor.settle(table, key, take, by));
	}

	/** Takes up what the files hold now. A tower without a register still watches: the fault is shown. */
	async load(): Promise<void> {
		const { config, baseDir, log } = this.#parts;
		if (this.#files === EMPTY_REGISTER) await this.#editor.load();
		this.#taken = this.#seen = this.#stamp();
		const { register, faults, fellBack } = await registerInForce(config, baseDir);
		this.#faults = faults;
		const said = faults.map((fault) => say("en", fault));
		if (said.length > 0) log.error({ faults: said }, "LK0501 the register is not as it should be");
		// a fault changes nothing of what is in force: the kept one may be older
		if (this.#files !== EMPTY_REGISTER && (fellBack || register.version === this.#files.version)) return;
		for (const remark of register.remarks ?? []) log.info({ remark: say("en", remark) }, "register");
		this.#files = register;
		const absorbed = this.#compose();
		if (!fellBack) await this.#editor.absorb(absorbed);
	}

	/** Files and edits together; those rows of which the files have come to say what was edited. */
	#compose(): RowChange[] {
		try {
			const { register, absorbed } = this.#editor.apply(this.#files);
			this.#editFaults = [];
			if (register.version === this.#register.version) return absorbed;
			this.#register = register;
			this.#grids = new GridIndex(register.grids);
			return absorbed;
		} catch (error) {
			if (!(error instanceof RegisterError)) throw error;
			// of a tower that has just started nothing else is there
			if (this.#register === EMPTY_REGISTER) {
				this.#register = this.#files;
				this.#grids = new GridIndex(this.#files.grids);
			}
			this.#editFaults = [phrase("register.editsDoNotFit"), ...linesOf(error.faults)];
			this.#parts.log.error({ err: error }, "LK0501 files and edits of the register do not fit together");
			return [];
		}
	}

	async #inTurn<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#polling.then(work);
		this.#polling = done.then(
			() => {},
			() => {},
		);
		return done;
	}

	async start(): Promise<void> {
		this.#timer = this.#parts.clock.every("register.poll", POLL_MS, () => {
			this.#polling = this.#polling.then(() => this.#poll());
		});
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#polling;
	}

	async #poll(): Promise<void> {
		const { ledger, clock, log } = this.#parts;
		const now = this.#stamp();
		const settled = now === this.#seen;
		this.#seen = now;
		if (!settled || now === this.#taken) return;
		const [before, faults] = [this.#register.version, this.faults.join()];
		try {
			await this.load();
			const { version, people, grids } = this.#register;
			if (version !== before) {
				const detail = { from: before, to: version, people: people.length, grids: grids.length };
				log.info(detail, "another register is in force");
				await ledger.append([{ at: clock.now(), incidentId: "", what: "register", who: "rule", detail }]);
			}
			if (version !== before || this.faults.join() !== faults) this.onChange();
		} catch (err) {
			log.error({ err }, "the register could not be looked at");
		}
	}

	/** Size and time of each file: what changes when one is saved. */
	#stamp(): string {
		const { config, baseDir } = this.#parts;
		return PARTS.map((part) => {
			const name = config.register[part];
			const stat = name === undefined ? undefined : statSync(resolve(baseDir, name), { throwIfNoEntry: false });
			return stat ? `${stat.size}:${stat.mtimeMs}` : "";
		}).join("|");
	}
}
