import { open } from "node:fs/promises";
import type { Clock, Timer } from "../../base/clock.ts";
import { errorMessage } from "../../base/errors.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Log } from "../../ops/log/log.ts";
import { accepted, byFault, byStatus, type Channel, failed, type Outcome, postJson, retry } from "./channel.ts";

export interface SirenOptions {
	/** Value file of an output (as /sys/class/gpio/gpio17/value): 1 sounds, 0 rests. */
	output?: string;
	/** Or a relay or loudspeaker that takes a POST of JSON {seconds, text}. */
	url?: string;
	seconds: number;
}

/** Until when each siren sounds, ms since 1970, over a restart. */
export interface Soundings {
	get(name: string): Promise<number | undefined>;
	set(name: string, until: number): Promise<void>;
}

/** An output that cannot be switched off is tried again this soon. */
const AGAIN_MS = 1_000;

/** A siren or loudspeaker beside the tower. An exercise never sounds it: whoever hears a siren runs. */
export class SirenChannel implements Channel {
	readonly #sirens: Record<string, SirenOptions>;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #soundings: Soundings;
	readonly #ends = new Map<string, Timer>();
	#stopped = false;

	constructor(sirens: Record<string, SirenOptions>, soundings: Soundings, clock: Clock, log: Log) {
		this.#sirens = sirens;
		this.#soundings = soundings;
		this.#clock = clock;
		this.#log = log;
	}

	/** Brings outputs to rest that a crash has left sounding, or lets them sound the rest of their time. */
	async open(): Promise<void> {
		for (const [name, { output, seconds }] of Object.entries(this.#sirens)) {
			if (output === undefined) continue;
			const until = (await this.#soundings.get(name)) ?? 0;
			// a clock that has jumped cannot make it sound longer than it was meant to
			const restMs = Math.min(until - this.#clock.now(), seconds * 1000);
			if (restMs > 0)
				await write(output, "1").catch((error) =>
					this.#log.error({ name, why: errorMessage(error) }, "the siren cannot be sounded"),
				);
			this.#restAfter(name, output, Math.max(0, restMs));
		}
	}

	async send(delivery: Delivery, _reply: unknown, signal: AbortSignal): Promise<Outcome> {
		const siren = this.#sirens[delivery.address];
		if (!siren) return failed(phrase("attempt.notConfigured", { what: "siren", name: delivery.address }));
		if (delivery.message.status === "exercise") return failed(phrase("attempt.exerciseSiren"));
		const { output, url, seconds } = siren;
		if (output !== undefined) return this.#sound(delivery.address, output, seconds);
		if (url === undefined) return failed(phrase("attempt.noSirenOutput"));
		const response = await postJson(url, JSON.stringify({ seconds, text: delivery.message.body }), {}, signal);
		if ("fault" in response) return byFault(response);
		return byStatus(response.status, `HTTP ${response.status}`, response.retryAfter);
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		for (const [name, timer] of this.#ends) {
			timer.cancel();
			const output = this.#sirens[name]?.output;
			if (output !== undefined)
				await write(output, "0").catch((error) =>
					this.#log.error({ name, why: errorMessage(error) }, "the siren cannot be switched off"),
				);
		}
		this.#ends.clear();
	}

	async #sound(name: string, output: string, seconds: number): Promise<Outcome> {
		try {
			// first that it sounds and until when: a crash in between leaves one that is brought to rest, and none that
			// sounds for ever
			await this.#soundings.set(name, this.#clock.now() + seconds * 1000);
			await write(output, "1");
		} catch (error) {
			return retry(errorMessage(error));
		}
		this.#restAfter(name, output, seconds * 1000);
		return accepted(phrase("attempt.sounds", { seconds }));
	}

	#restAfter(name: string, output: string, ms: number, failures = 0): void {
		this.#ends.get(name)?.cancel();
		const rest = () =>
			write(output, "0").then(
				() => void this.#ends.delete(name),
				(error) => {
					if (failures === 0)
						this.#log.error(
							{ name, why: errorMessage(error) },
							"LK0602 the siren cannot be switched off, trying again",
						);
					if (!this.#stopped) this.#restAfter(name, output, AGAIN_MS, failures + 1);
				},
			);
		this.#ends.set(
			name,
			this.#clock.after("siren", ms, () => void rest()),
		);
	}
}

/** Writes into a file that must be there already: an output, not a file that is made by mistake. */
async function write(path: string, value: string): Promise<void> {
	const file = await open(path, "r+");
	try {
		await file.writeFile(value);
	} finally {
		await file.close();
	}
}
