import type { Clock } from "../base/clock.ts";
import type { Incident } from "../model/incident.ts";
import type { ConsoleBackend } from "./backend.ts";
import { incidentView } from "./views/incident.ts";
import type { Change, IncidentSummary } from "./views/schemas.ts";
import { summaryOf } from "./views/summary.ts";

/** What the pages are shown when something of it changes. */
export type Views = Pick<ConsoleBackend, "tower" | "cameras" | "sensors" | "candidates">;

/** Is told a change; of an incident its summary as well. */
export type Listener = (change: Change, summary?: IncidentSummary) => void;

/** Changes of sensors within this go to the pages together, ms. */
const SENSORS_MS = 1_000;

/**
 * Tells the pages what has changed. Rooms say only that something has; what is shown of it is asked of the views, which
 * are there once the gateway is built. Before that, and while no page listens, nothing is worked out.
 */
export class ChangeFeed {
	readonly #clock: Clock;
	readonly #listeners = new Set<Listener>();
	/** Sensors of which the pages do not know yet. */
	readonly #sensors = new Set<string>();
	#views: Views | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	show(views: Views): void {
		this.#views = views;
	}

	/** Calls back with each change; gives back how to stop. */
	subscribe(listener: Listener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	towerChanged(): void {
		this.#tell((views) => ({ type: "tower", tower: views.tower() }));
	}

	camerasChanged(): void {
		this.#tell((views) => ({ type: "cameras", cameras: views.cameras() }));
	}

	candidatesChanged(): void {
		this.#tell((views) => ({ type: "candidates", candidates: views.candidates() }));
	}

	incidentChanged(incident: Incident): void {
		this.#tell(() => ({ type: "incident", incident: incidentView(incident) }), incident);
	}

	/** Something was heard of an incident's messages. */
	deliveryChanged(incidentId: string): void {
		this.#tell(() => ({ type: "delivery", incidentId }));
	}

	sensorChanged(id: string): void {
		this.#sensors.add(id);
		if (this.#sensors.size > 1) return;
		this.#clock.after("console.sensors", SENSORS_MS, () => {
			const changed = new Set(this.#sensors);
			this.#sensors.clear();
			this.#tell((views) => ({ type: "sensors", sensors: views.sensors(changed) }));
		});
	}

	#tell(change: (views: Views) => Change, incident?: Incident): void {
		if (!this.#views || this.#listeners.size === 0) return;
		const made = change(this.#views);
		const summary = incident && summaryOf(incident);
		for (const listener of this.#listeners) listener(made, summary);
	}
}
