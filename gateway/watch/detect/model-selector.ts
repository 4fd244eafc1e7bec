import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { faultPhrase } from "../../base/errors.ts";
import type { Phrase } from "../../base/phrase.ts";
import { saidError } from "../../base/said-error.ts";
import { phrase, say } from "../../base/say.ts";
import type { Log } from "../../ops/log/log.ts";
import { proveModel } from "./detector.ts";
import { type Model, openModel, SHIPPED_MODEL } from "./manifest.ts";

/** Setting: the mark of the model that was last found good, and its name. */
const GOOD = "model.good";
const MARK_LENGTH = 64;

/** Where it is kept which model has proved itself. */
interface Settings {
	setting(key: string): Promise<string | undefined>;
	setSetting(key: string, value: string): Promise<void>;
}

/** The model in use, and what was wrong with the one that was asked for. */
export class ModelSelector {
	readonly #settings: Settings;
	readonly #clock: Clock;
	readonly #log: Log;
	#current: Model | undefined;
	fault: Phrase | undefined;

	constructor(settings: Settings, clock: Clock, log: Log) {
		this.#settings = settings;
		this.#clock = clock;
		this.#log = log;
	}

	get current(): Model {
		if (!this.#current) throw new Error("LK0001 no model is open yet");
		return this.#current;
	}

	/**
	 * Takes the model asked for if it is good, else the last one that was, else the shipped one. Throws LK0403 when none
	 * is.
	 */
	async choose(asked: string): Promise<void> {
		const good = await this.#settings.setting(GOOD);
		const last = good?.slice(MARK_LENGTH + 1) || undefined;
		let fault: unknown;
		for (const name of new Set([asked, ...(last ? [last] : []), SHIPPED_MODEL])) {
			try {
				const { model, mark } = await this.#proven(name, good);
				this.#current = model;
				if (name === asked) await this.#settings.setSetting(GOOD, `${mark} ${name}`);
				else this.#refuse(asked, name, faultPhrase(fault));
				return;
			} catch (error) {
				fault ??= error;
			}
		}
		throw fault;
	}

	/** A model that can be used; throws where it cannot. `good`: the mark of the last one that could. */
	async #proven(name: string, good: string | undefined): Promise<{ model: Model; mark: string }> {
		const model = openModel(name);
		const mark = markOf(model);
		// a model that has proved itself need not do so at every start, and the shipped one has in our tests
		const isKnown = name === SHIPPED_MODEL || good === `${mark} ${name}`;
		const why = isKnown ? undefined : await proveModel(model, this.#clock);
		if (why !== undefined) throw saidError("LK0403", phrase("fault.modelUnusable", { model: name, why: [why] }));
		return { model, mark };
	}

	/** Puts the shipped model in place of one that cannot be relied on. False when it is that one already. */
	fallBack(why: Phrase): boolean {
		if (this.current.manifest.name === SHIPPED_MODEL) return false;
		const { name } = this.current.manifest;
		this.#current = openModel(SHIPPED_MODEL);
		// the next start must not trust it unproved
		this.#settings.setSetting(GOOD, "").catch((err) => this.#log.error({ err }, "the setting could not be written"));
		this.#refuse(name, SHIPPED_MODEL, phrase("fault.modelTakenOut", { model: name, why: [why] }));
		return true;
	}

	#refuse(asked: string, instead: string, why: Phrase): void {
		this.fault = why;
		this.#log.error({ asked, instead, why: say("en", why) }, "another model than the one asked for is in use");
	}
}

/** Stands for a model as it is on the disk: its manifest holds the hashes of its files. */
function markOf({ manifest }: Model): string {
	return createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
}
