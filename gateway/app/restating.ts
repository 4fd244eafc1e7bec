import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { messageOf } from "../judge/ladder/message.ts";
import type { World } from "../judge/world.ts";
import type { Incident } from "../model/incident.ts";
import type { Log } from "../ops/log/log.ts";
import type { Channel } from "../reach/channels/channel.ts";

interface Parts {
	/** The way to the centre, where there is one. */
	channel: () => Channel | undefined;
	world: () => World;
	open: () => Incident[];
	/** Also what is over. */
	incident: (id: string) => Promise<Incident | undefined>;
	timeoutMs: number;
	clock: Clock;
	random: Random;
	log: Log;
}

/** A fire that the centre has not taken is told again this often, ms, and so many of them at a time. */
export const AGAIN_MS = 30_000;
/** The first word is on its way so long, ms. */
const FIRST_MS = 10_000;
const MOST_AT_ONCE = 20;
/** One that it asks after in vain is told again no oftener than this, ms. */
const ASKED_MS = 10_000;

/**
 * The centre's broker acknowledges what nobody there has read: a centre that was away for some seconds would never hear of a fire, or
 * of its end. So a tower says again what is open and not taken, and what is over where the centre still asks for it. Heard
 * twice it counts once.
 */
export class Restating {
	readonly #parts: Parts;
	/** When each was last said again, monotonic ms. */
	readonly #said = new Map<string, number>();

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Says again the open fires that the centre has not taken, the newest first. */
	all(): void {
		const now = this.#parts.clock.now();
		const waiting = this.#parts.open().filter((i) => i.kind === "fire" && !i.handedTo && !i.maintenance && now - i.openedAt >= FIRST_MS);
		for (const incident of waiting.slice(-MOST_AT_ONCE)) this.#say(incident, AGAIN_MS / 2);
	}

	/** The centre has asked for one that is not open here: it hears how it ended. */
	asked(incidentId: string): void {
		const { incident, log } = this.#parts;
		incident(incidentId).then(
			(known) => known && this.#say(known, ASKED_MS),
			(err) => log.error({ err }, "what the centre has asked for could not be read"),
		);
	}

	#say(incident: Incident, pauseMs: number): void {
		const { channel, world, timeoutMs, clock, random, log } = this.#parts;
		const line = channel();
		const monotonic = clock.monotonic();
		if (!line || monotonic - (this.#said.get(incident.id) ?? Number.NEGATIVE_INFINITY) < pauseMs) return;
		for (const [id, at] of this.#said) if (monotonic - at > AGAIN_MS) this.#said.delete(id);
		this.#said.set(incident.id, monotonic);
		const at = clock.now();
		const about = { incidentId: incident.id, channel: "centre", address: "", lane: "state" as const, message: messageOf(world(), incident, at) };
		line
			.send({ id: random.uuid(), key: "", createdAt: at, ...about }, undefined, AbortSignal.timeout(timeoutMs))
			.catch((err) => log.warn({ err }, "the centre could not be told again"));
	}
}
