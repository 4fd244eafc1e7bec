import { open } from "node:fs/promises";
import type { Clock, Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Delivery } from "../../model/incident.ts";
import { accepted, byStatus, type Channel, failed, type Outcome, postJson, retry } from "./channel.ts";

export interface SirenOptions {
	/** Value file of an output (as /sys/class/gpio/gpio17/value): 1 sounds, 0 rests. */
	output?: string;
	/** Or a relay or loudspeaker that takes a POST of JSON {seconds, text}. */
	url?: string;
	seconds: number;
}

/** A siren or loudspeaker beside the tower. An exercise never sounds it: whoever hears a siren runs. */
export class SirenChannel implements Channel {
	readonly #sirens: Record<string, SirenOptions>;
	readonly #clock: Clock;
	readonly #sounding = new Map<string, Timer>();

	constructor(sirens: Record<string, SirenOptions>, clock: Clock) {
		this.#sirens = sirens;
		this.#clock = clock;
	}

	async send(delivery: Delivery, _reply: unknown, signal: AbortSignal): Promise<Outcome> {
		const siren = this.#sirens[delivery.address];
		if (!siren) return failed(`no siren of the name "${delivery.address}" is configured`);
		if (delivery.message.status === "exercise") return failed("an exercise sounds no siren");
		const { output, url, seconds } = siren;
		if (output !== undefined) return this.#sound(output, seconds);
		if (url === undefined) return failed("neither output nor url is configured");
		const response = await postJson(url, JSON.stringify({ seconds, text: delivery.message.body }), {}, signal);
		if ("fault" in response) return retry(response.fault);
		return byStatus(response.status, `HTTP ${response.status}`, response.retryAfter);
	}

	async stop(): Promise<void> {
		for (const [output, timer] of this.#sounding) {
			timer.cancel();
			await write(output, "0").catch(() => {});
		}
		this.#sounding.clear();
	}

	async #sound(output: string, seconds: number): Promise<Outcome> {
		try {
			await write(output, "1");
		} catch (error) {
			return retry(messageOf(error));
		}
		this.#sounding.get(output)?.cancel();
		const off = () => {
			this.#sounding.delete(output);
			write(output, "0").catch(() => {});
		};
		this.#sounding.set(output, this.#clock.after("siren", seconds * 1000, off));
		return accepted(`sounds for ${seconds} s`);
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
