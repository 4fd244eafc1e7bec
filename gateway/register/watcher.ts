import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import type { Phrase } from "../base/phrase.ts";
import { say } from "../base/say.ts";
import type { Service } from "../base/service.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import type { Log } from "../ops/log/log.ts";
import type { Ledger } from "../store/ledger.ts";
import { GridIndex } from "./grid-index.ts";
import { PARTS } from "./import.ts";
import { registerInForce } from "./in-force.ts";
import type { RegisterSettings } from "./settings.ts";

const POLL_MS = 5_000;

export interface RegisterWatcherDeps {
	config: RegisterSettings;
	baseDir: string;
	ledger: Ledger;
	clock: Clock;
	log: Log;
}

/**
 * The register of a running tower. Its files are looked at every five seconds, and taken up once two looks in a row
 * find them the same: a roster that was saved counts from then on, one that is half saved or wrong changes nothing and
 * is shown. Incidents that are open keep their plan; whoever is told next stands in the new register.
 */
export class RegisterWatcher implements Service {
	readonly #parts: RegisterWatcherDeps;
	#register: Register = EMPTY_REGISTER;
	#grids = new GridIndex([]);
	#faults: readonly Phrase[] = [];
	#taken = "";
	#seen = "";
	#timer: Timer | undefined;
	#polling: Promise<void> = Promise.resolve();
	/** Another register is in force, or its fault has changed. */
	onChange: () => void = () => {};

	constructor(parts: RegisterWatcherDeps) {
		this.#parts = parts;
	}

	get register(): Register {
		return this.#register;
	}

	get grids(): GridIndex {
		return this.#grids;
	}

	get faults(): readonly Phrase[] {
		return this.#faults;
	}

	/** Takes up what the files hold now. A tower without a register still watches: the fault is shown. */
	async load(): Promise<void> {
		const { config, baseDir, log } = this.#parts;
		this.#taken = this.#seen = this.#stamp();
		const { register, faults, fellBack } = await registerInForce(config, baseDir);
		this.#faults = faults;
		const said = faults.map((fault) => say("en", fault));
		if (said.length > 0) log.error({ faults: said }, "LK0501 the register is not as it should be");
		// a fault changes nothing of what is in force: the kept one may be older
		if (this.#register !== EMPTY_REGISTER && (fellBack || register.version === this.#register.version)) return;
		for (const remark of register.remarks ?? []) log.info({ remark: say("en", remark) }, "register");
		this.#register = register;
		this.#grids = new GridIndex(register.grids);
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
		const [before, faults] = [this.#register.version, this.#faults.join()];
		try {
			await this.load();
			const { version, people, grids } = this.#register;
			if (version !== before) {
				const detail = { from: before, to: version, people: people.length, grids: grids.length };
				log.info(detail, "another register is in force");
				await ledger.append([{ at: clock.now(), incidentId: "", what: "register", who: "rule", detail }]);
			}
			if (version !== before || this.#faults.join() !== faults) this.onChange();
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
