import type { Change } from "../api.ts";
import type { DeskState, IncidentSummary } from "../api-types.ts";
import { isOpen } from "../states.ts";

/**
 * The gateway beats every ten seconds: after two and a half of them without a word what stands on the page may be old.
 */
const FROZEN_S = 25;
/** Incidents that are over and are kept in a page that lives for days. */
const MOST_OVER = 50;
/** Incidents of which it is remembered that they are no news, before those are forgotten that are not held. */
const MOST_NEWS = 1_000;
/** Changes of one incident within this ask once for its details, ms. */
const TOUCHED_MS = 200;

/** What the page knows, and how fresh that is. */
export interface Known {
	state: DeskState | undefined;
	isConnected: boolean;
	/** Since the gateway was heard of, whole seconds. */
	silentS: number;
	/** Nothing was heard for so long that what stands here may be old. */
	isFrozen: boolean;
	/** The gateway's time, ms since 1970; moves on each second. */
	now: number;
}

/** A change that somebody may want to hear of: a fire that is new, flares up again, or reaches nobody. */
export interface News {
	incident: IncidentSummary;
}

/** Who is told of what. */
export interface Hooks {
	/** What is known of an incident has changed. */
	onTouched: (incidentId: string) => void;
	onNews: (news: News) => void;
	/** What there is when the page opens. */
	onOpened: (incidents: readonly IncidentSummary[]) => void;
	/** The connection cannot be had: the log-in may have run out. */
	onRefused: () => void;
	/** It is there again: whatever was asked for meanwhile may be old, or have failed. */
	onAgain: () => void;
}

type Heard = Change | { type: "state"; state: DeskState };

/**
 * The live feed of the page: keeps what the gateway tells, connects anew when it falls silent, and tells the parts of
 * the page. Nothing here knows how it is shown.
 */
export class Feed {
	#known: Known = { state: undefined, isConnected: false, silentS: 0, isFrozen: false, now: Date.now() };
	#source: EventSource | undefined;
	#heardAt = Date.now();
	#connectedAt = Date.now();
	#offset = 0;
	#timer: ReturnType<typeof setInterval> | undefined;
	/** What is no news any more, by incident. */
	readonly #news = new Map<string, Set<string>>();
	readonly #touched = new Set<string>();
	readonly #listeners = new Set<() => void>();
	readonly #hooks: Hooks;

	constructor(hooks: Hooks) {
		this.#hooks = hooks;
	}

	readonly subscribe = (listener: () => void) => {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	};
	readonly known = () => this.#known;

	start(): void {
		this.#connect();
		this.#timer = setInterval(() => this.#tick(), 1000);
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#source?.close();
	}

	#connect(): void {
		this.#source?.close();
		const source = new EventSource("/api/events?of=desk");
		this.#source = source;
		this.#connectedAt = Date.now();
		source.onopen = () => this.#set({ isConnected: true });
		source.onerror = () => {
			this.#set({ isConnected: false });
			this.#hooks.onRefused();
		};
		const on = (name: string, handle: (data: unknown) => void) =>
			source.addEventListener(name, (e) => {
				this.#heardAt = Date.now();
				handle(JSON.parse((e as MessageEvent<string>).data));
			});
		on("beat", () => this.#set({ isConnected: true }));
		on("state", (state) => this.#hear({ type: "state", state: state as DeskState }));
		for (const type of CHANGES) on(type, (change) => this.#hear(change as Change));
	}

	#tick(): void {
		const silentS = Math.floor((Date.now() - this.#heardAt) / 1000);
		const isFrozen = this.#known.state !== undefined && silentS >= FROZEN_S;
		this.#set({ silentS, isFrozen, now: Date.now() + this.#offset });
		if (silentS >= FROZEN_S && Date.now() - this.#connectedAt >= FROZEN_S * 1000) this.#connect();
	}

	#hear(heard: Heard): void {
		if (heard.type === "state") return this.#hearAll(heard.state);
		if (heard.type === "summary") this.#hearOf(heard.incident);
		if (heard.type === "summary") this.#touch(heard.incident.id);
		if (heard.type === "delivery") this.#touch(heard.incidentId);
		const { state } = this.#known;
		if (state) this.#set({ state: changedBy(state, heard) });
	}

	#hearAll(state: DeskState): void {
		this.#offset = state.now - Date.now();
		const isAgain = this.#known.state !== undefined;
		for (const i of state.incidents) {
			// what is there when the page opens is no news; what came while nothing was heard is
			if (isAgain && isOpen(i)) this.#hearOf(i);
			else this.#news.set(i.id, new Set([newsOf(i)]));
		}
		if (isAgain) this.#hooks.onAgain();
		else this.#hooks.onOpened(state.incidents);
		this.#set({ state, now: state.now, silentS: 0, isFrozen: false });
	}

	#hearOf(incident: IncidentSummary): void {
		const key = newsOf(incident);
		const known = this.#news.get(incident.id) ?? new Set();
		if (known.has(key)) return;
		this.#news.set(incident.id, known.add(key));
		if (this.#news.size > MOST_NEWS) this.#forget();
		this.#hooks.onNews({ incident });
	}

	/** Of what the page holds no more nothing need be known: a page lives for weeks. */
	#forget(): void {
		const held = new Set(this.#known.state?.incidents.map((i) => i.id));
		for (const id of this.#news.keys()) if (!held.has(id)) this.#news.delete(id);
	}

	#touch(id: string): void {
		if (this.#touched.has(id)) return;
		this.#touched.add(id);
		setTimeout(() => {
			this.#touched.delete(id);
			this.#hooks.onTouched(id);
		}, TOUCHED_MS);
	}

	#set(known: Partial<Known>): void {
		this.#known = { ...this.#known, ...known };
		for (const listener of this.#listeners) listener();
	}
}

const CHANGES: readonly Change["type"][] = ["summary", "delivery", "cameras", "sensors", "candidates", "tower", "duty"];

function changedBy(state: DeskState, heard: Change): DeskState {
	switch (heard.type) {
		case "summary":
			return { ...state, incidents: withIncident(state.incidents, heard.incident) };
		case "cameras":
			return { ...state, cameras: heard.cameras };
		case "sensors":
			return { ...state, sensors: state.sensors.map((s) => heard.sensors.find(({ id }) => id === s.id) ?? s) };
		case "candidates":
			return { ...state, candidates: heard.candidates };
		case "tower":
			return { ...state, tower: heard.tower };
		case "duty":
			return { ...state, duty: heard.duty };
		default:
			return state;
	}
}

/** Newest first; of those that are over no more than a page needs. */
function withIncident(incidents: IncidentSummary[], changed: IncidentSummary): IncidentSummary[] {
	const all = [changed, ...incidents.filter((i) => i.id !== changed.id)].sort((a, b) => b.openedAt - a.openedAt);
	let over = 0;
	return all.filter((i) => isOpen(i) || i.closedAt === undefined || ++over <= MOST_OVER);
}

/**
 * What is worth a sound of an incident: that it is there, that it flares up again, that it reaches nobody, that it goes
 * on although somebody has ended it.
 */
function newsOf({ id, kind, rekindled = 0, people, heldOpen }: IncidentSummary): string {
	const isUnheard = kind === "fire" && people.told > 0 && people.notReached === people.told;
	return `${id} ${rekindled} ${isUnheard} ${heldOpen?.at ?? ""}`;
}
