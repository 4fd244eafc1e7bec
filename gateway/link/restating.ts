import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { Incident } from "../model/incident.ts";
import type { Log } from "../ops/log/log.ts";

interface Deps {
	/**
	 * Tells the centre of an incident as it is now; undefined while there is no way to it. Never thrown away: it may be
	 * refused.
	 */
	tell: (incident: Incident) => Promise<unknown> | undefined;
	open: () => Incident[];
	/** Also what is over. */
	incident: (id: string) => Promise<Incident | undefined>;
	clock: Clock;
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
 * The centre's broker acknowledges what nobody there has read: a centre that was away for some seconds would never hear
 * of a fire, or of its end. So a tower says again what is open and not taken, and what is over where the centre still
 * asks for it. Heard twice it counts once.
 */
export class Restating implements Service {
	readonly #deps: Deps;
	/** When each was last said again, monotonic ms. */
	readonly #said = new Map<string, number>();
	#timer: Timer | undefined;

	constructor(deps: Deps) {
		this.#deps = deps;
	}

	async start(): Promise<void> {
		this.#timer = this.#deps.clock.every("link.restating", AGAIN_MS, () => this.all());
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
	}

	/** Says again the open fires that the centre has not taken, the newest first. */
	all(): void {
		const now = this.#deps.clock.now();
		const waiting = this.#deps
			.open()
			.filter((i) => i.kind === "fire" && !i.handedTo && !i.maintenance && now - i.openedAt >= FIRST_MS);
		for (const incident of waiting.slice(-MOST_AT_ONCE)) this.#say(incident, AGAIN_MS / 2);
	}

	/** The centre has asked for one that is not open here: it hears how it ended. */
	asked(incidentId: string): void {
		const { incident, log } = this.#deps;
		incident(incidentId).then(
			(known) => known && this.#say(known, ASKED_MS),
			(err) => log.error({ err }, "what the centre has asked for could not be read"),
		);
	}

	#say(incident: Incident, pauseMs: number): void {
		const { tell, clock, log } = this.#deps;
		const monotonic = clock.monotonic();
		if (monotonic - (this.#said.get(incident.id) ?? Number.NEGATIVE_INFINITY) < pauseMs) return;
		const telling = tell(incident);
		if (!telling) return;
		for (const [id, at] of this.#said) if (monotonic - at > AGAIN_MS) this.#said.delete(id);
		this.#said.set(incident.id, monotonic);
		telling.catch((err) => log.warn({ err }, "the centre could not be told again"));
	}
}
