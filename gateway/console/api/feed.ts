import type { FastifyReply } from "fastify";
import type { Clock, Timer } from "../../base/clock.ts";
import { phrase } from "../../base/say.ts";
import type { ConsoleBackend } from "../backend.ts";
import type { Change, DeskState, Duty, IncidentSummary, State } from "../views/schemas.ts";
import { concerns, isWithin } from "./areas.ts";
import type { Who } from "./auth.ts";
import type { DutyBook } from "./duty-book.ts";
import {
	camerasForViewers,
	changeWithoutPersonal,
	dutyWithoutNames,
	summaryWithoutPersonal,
	towerForViewers,
	withoutPersonal,
} from "./personal.ts";
import { refuse } from "./refuse.ts";

const HEARTBEAT_MS = 10_000;
/** Unread bytes after which a viewer is dropped; its page connects again and asks for the whole state. */
const MOST_UNREAD = 1 << 20;
/** Feeds of the desk, and of those who only look on: the one cannot shut out the other. */
const MOST_FEEDS = { desk: 50, viewer: 20 };

/** The live feed of the page: server-sent events, one line per change. */
export class Feed {
	readonly #backend: ConsoleBackend;
	readonly #duty: DutyBook;
	readonly #clock: Clock;
	readonly #open = { desk: new Set<() => void>(), viewer: new Set<() => void>() };

	constructor(backend: ConsoleBackend, duty: DutyBook, clock: Clock) {
		this.#backend = backend;
		this.#duty = duty;
		this.#clock = clock;
	}

	/** Who is on duty at the desk, and who should be. */
	#dutyView(): Duty {
		return { shifts: [...this.#duty.shifts], roster: this.#backend.deskRoster() };
	}

	/** The whole state, as far as it is for whoever asks. */
	async snapshot(who: Who): Promise<State> {
		const incidents = (await this.#backend.incidents()).filter((i) => isWithin(who, i));
		const isBare = !who.rights.has("personal");
		return { ...this.#allButIncidents(isBare), incidents: isBare ? incidents.map(withoutPersonal) : incidents };
	}

	/** The same for the desk's page: of each incident what a list shows. */
	async deskSnapshot(who: Who): Promise<DeskState> {
		const incidents = (await this.#backend.summaries()).filter((i) => isWithin(who, i));
		const isBare = !who.rights.has("personal");
		return { ...this.#allButIncidents(isBare), incidents: isBare ? incidents.map(summaryWithoutPersonal) : incidents };
	}

	#allButIncidents(bare: boolean): Omit<DeskState, "incidents"> {
		const backend = this.#backend;
		const [cameras, sensors, candidates] = [backend.cameras(), backend.sensors(), backend.candidates()];
		const duty = this.#dutyView();
		return {
			now: this.#clock.now(),
			tower: bare ? towerForViewers(backend.tower()) : backend.tower(),
			cameras: bare ? camerasForViewers(cameras) : cameras,
			sensors,
			candidates,
			duty: bare ? dutyWithoutNames(duty) : duty,
		};
	}

	/** `short`: of each incident what a list shows, and no more. */
	async open(reply: FastifyReply, who: Who, short = false): Promise<FastifyReply> {
		const bare = !who.rights.has("personal");
		const kind = bare ? "viewer" : "desk";
		const open = this.#open[kind];
		if (open.size >= MOST_FEEDS[kind]) return refuse(reply, 503, phrase("api.tooManyViewers"));
		reply.hijack();
		const raw = reply.raw;
		raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
		const send = (event: string, data: unknown) => {
			if (raw.writableLength > MOST_UNREAD) raw.destroy();
			else raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
		};
		// changes while the state is being read wait behind it: an older state must not overwrite a newer change
		let waiting: Change[] | undefined = [];
		const tell = (whole: Change, summary?: IncidentSummary) => {
			if (!concerns(who, whole)) return;
			const shown: Change = short && summary ? { type: "summary", incident: summary } : whole;
			const change = bare ? changeWithoutPersonal(shown) : shown;
			if (waiting) waiting.push(change);
			else send(change.type, change);
		};
		const stopListening = this.#backend.onChange(tell);
		const stopDuty = this.#duty.onChange(() => tell({ type: "duty", duty: this.#dutyView() }));
		const heartbeat: Timer = this.#clock.every("feed.heartbeat", HEARTBEAT_MS, () =>
			send("beat", { now: this.#clock.now() }),
		);
		const close = () => {
			heartbeat.cancel();
			stopListening();
			stopDuty();
			open.delete(close);
			raw.end();
		};
		open.add(close);
		raw.once("close", close);
		raw.on("error", close);
		send("state", await (short ? this.deskSnapshot(who) : this.snapshot(who)));
		for (const change of waiting) send(change.type, change);
		waiting = undefined;
		return reply;
	}

	stop(): void {
		for (const close of [...this.#open.desk, ...this.#open.viewer]) close();
	}
}
