import type { Clock, Timer } from "../../base/clock.ts";
import { errorMessage } from "../../base/errors.ts";
import type { Phrase } from "../../base/phrase.ts";
import type { Random } from "../../base/random.ts";
import { phrase, words } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import { localMinute, offsetName } from "../../base/time-zone.ts";
import { distanceM, type Position } from "../../geo/position.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import type { Alarm } from "../../model/sensor.ts";
import type { Log } from "../../ops/log/log.ts";
import type { CapStore } from "../../store/cap.ts";
import { writeCap } from "./alert.ts";
import { atomFeed } from "./feed.ts";
import { type CapOptions, nextCap, sayingOf } from "./life.ts";
import { type CapIn, type CapPlace, headlineOf, readCap } from "./read.ts";

/** A message of a neighbour that rang nobody. */
export interface CapNotice {
	at: number;
	sender: string;
	headline: string;
	sent: number;
	why: string;
}

/** Clocks of two offices differ by less; what was sent longer ago is old news. */
const MOST_AHEAD_MS = 600_000;
const MOST_OLD_MS = 86_400_000;
/** An all-clear and the fire it ends are named by the same office with places so far apart at most, metres. */
const SAME_FIRE_M = 1_500;
/** Fires of neighbours that ring within a minute, and places of one message. */
const MOST_AT_ONCE = 10;
const MOST_PLACES = 10;
/** An area that is wider says nothing of where it burns, metres. */
const WIDEST_M = 30_000;
const MOST_NOTICES = 20;
/** Why a message that is no end of a fire tells of none that burns now; undefined where it does. */
function whyIdle({ kind, sent, effective, expires }: CapIn, now: number, timeZone: string): Phrase | undefined {
	const time = (ms: number) => `${localMinute(ms, timeZone)} (${offsetName(ms, timeZone)})`;
	if (kind === "warning") return phrase("cap.warning");
	if (kind === "other") return phrase("cap.noFire");
	if (expires !== undefined && expires <= now) return phrase("cap.expired", { time: time(expires) });
	const from = Math.max(sent, effective ?? 0);
	if (from > now + MOST_AHEAD_MS) return phrase("cap.notYet", { time: time(from) });
	return sent < now - MOST_OLD_MS ? phrase("cap.old", { time: time(sent) }) : undefined;
}

/** Whether something that the neighbour has told of an incident lies so near. */
function near(incident: Incident, place: CapPlace, metres: number): boolean {
	const points = [
		...incident.evidence.flatMap((e) => (e as { position?: Position }).position ?? []),
		...(incident.place.best ? [incident.place.best] : []),
	];
	return points.some((p) => distanceM(p, place) <= metres);
}

/** Of some fires those that a neighbour's message means by places: what he has told of, or, of an all-clear, any. */
function firesAt(
	fires: Incident[],
	{ sender, kind }: CapIn,
	{ places, nearM }: { places: CapPlace[]; nearM: number },
): Incident[] {
	const source = `cap:${sender}`.slice(0, 100);
	const his = fires.filter((i) => i.evidence.some((e) => e.sourceId === source));
	const told = his.filter((i) => places.some((p) => near(i, p, nearM)));
	if (told.length > 0 || kind !== "allClear") return told;
	return fires.filter((i) => places.some((p) => near(i, p, p.errorM + nearM)));
}

function saysOf({ msgType, kind }: CapIn): `cap.says.${"cancel" | "allClear" | "update"}` {
	if (msgType === "Cancel") return "cap.says.cancel";
	return kind === "allClear" ? "cap.says.allClear" : "cap.says.update";
}

function joined(parts: string[], by: string): string {
	return parts.filter((part) => part !== "").join(by);
}

export interface CapExchangeDeps {
	/** Incidents that are open. */
	open: () => Incident[];
	/** Another message is among the notices. */
	onNotice?: () => void;
	options: CapOptions;
	store: CapStore;
	context: () => DecisionContext;
	submit: (event: JudgeEvent) => Promise<unknown>;
	/** Address under which the feed and its messages are read. */
	base: () => string;
	clock: Clock;
	random: Random;
	log: Log;
}

/** Open fires are looked at this often, ms. */
const RENEW_MS = 60_000;
const FEED_LENGTH = 100;

/** Publishes fires as CAP messages, serves their feed, and takes in those of neighbours. */
export class CapExchange implements Service {
	readonly #parts: CapExchangeDeps;
	#tail: Promise<void> = Promise.resolve();
	/** Fires that may ring now, and when that was reckoned, monotonic ms. */
	#left = MOST_AT_ONCE;
	#rang: number | undefined;
	#notices: CapNotice[] = [];
	#timer: Timer | undefined;

	constructor(parts: CapExchangeDeps) {
		this.#parts = parts;
	}

	/**
	 * Says what has changed. Incidents that are open are looked at again after a restart, so that none is left unsaid.
	 */
	publish(incidents: Incident[]): void {
		const { log } = this.#parts;
		this.#tail = this.#tail.then(async () => {
			for (const incident of incidents) {
				await this.#say(incident).catch((error) =>
					log.error({ why: errorMessage(error), incident: incident.id }, "a CAP message could not be kept"),
				);
			}
		});
	}

	/** What was judged when the process ended is said now; open fires are renewed before their messages expire. */
	async start(): Promise<void> {
		this.publish(this.#parts.open());
		this.#timer = this.#parts.clock.every("cap.renew", RENEW_MS, () => this.publish(this.#parts.open()));
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#tail;
	}

	async feed(): Promise<{ xml: string; etag: string }> {
		const { store, options, base, context } = this.#parts;
		const rows = await store.feed(FEED_LENGTH);
		const entries = rows.map((r) => ({
			identifier: r.identifier,
			sent: r.sent,
			title: headlineOf(r.xml) ?? r.identifier,
			url: `${base()}/cap/${encodeURIComponent(r.identifier.replace("urn:uuid:", ""))}.xml`,
		}));
		const head = {
			id: `urn:lookout:${options.towerId}:cap`,
			title: options.senderName,
			self: `${base()}/cap/feed.atom`,
		};
		return atomFeed(head, entries, context().timeZone);
	}

	async message(uuid: string): Promise<string | undefined> {
		const row = await this.#parts.store.byIdentifier(`urn:uuid:${uuid}`);
		return row?.origin === "own" ? row.xml : undefined;
	}

	/** What neighbours have said of late that rang nobody, and why; the newest first. */
	get notices(): readonly CapNotice[] {
		return this.#notices;
	}

	/**
	 * A neighbour's message: kept, and judged like an alarm where it tells of a fire with a place that burns now. What it
	 * says of a fire that is known (an update, its end, that it was none) is brought to the desk on the card of that
	 * fire, and ends nothing by itself. `why` says why nothing was judged; faults are phrases. The same message of the
	 * same sender is taken once.
	 */
	async intake(xml: string): Promise<{ taken: boolean; judged: boolean; why?: string } | { faults: Phrase[] }> {
		const { store } = this.#parts;
		const reading = readCap(xml);
		if (!reading.ok) return { faults: reading.faults };
		const { alert } = reading;
		// identifiers are a sender's own; ours are unique by themselves
		const key = `${alert.sender} ${alert.identifier}`;
		if (await store.byIdentifier(key)) return { taken: false, judged: false, why: phrase("cap.takenBefore") };
		// judged before it is kept: what comes again after a crash is judged once, by its own identifier
		const why = await this.#judge(alert, key);
		// by its own time it could be forgotten at once, and come again
		const taken = await store.add({
			identifier: key,
			sent: this.#parts.clock.now(),
			origin: `in:${alert.sender}`,
			saying: alert.msgType,
			xml,
		});
		if (why !== undefined) this.#notice(alert, why);
		return { taken, judged: why === undefined, why };
	}

	/** Why a message leads to nothing, or undefined when it was judged. */
	async #judge(alert: CapIn, key: string): Promise<Phrase | undefined> {
		const { status, msgType } = alert;
		if (status !== "Actual" && status !== "Exercise") return phrase("cap.status", { status });
		if (msgType === "Ack" || msgType === "Error") return phrase("cap.type", { type: msgType });
		const known = await this.#knownFires(alert);
		const idle = this.#whyIdle(alert);
		// what speaks of a fire that is open here is for the desk, whatever it is called and however old
		if (idle !== undefined && known.length === 0) return idle;
		const silent = idle === undefined ? await this.#ring(alert, key) : undefined;
		if (silent !== undefined) return silent;
		for (const fire of known) await this.#note(alert, key, fire);
		return undefined;
	}

	/** Why a message tells of no fire that burns now, or undefined when it does. */
	#whyIdle(alert: CapIn): Phrase | undefined {
		if (alert.msgType === "Cancel") return phrase("cap.cancelsUnknown");
		if (alert.kind === "allClear") return phrase("cap.allClearUnknown");
		return whyIdle(alert, this.#parts.clock.now(), this.#parts.context().timeZone);
	}

	/** An alarm for each place of a message that tells of a fire; why there is none, or undefined when there is. */
	async #ring(alert: CapIn, key: string): Promise<Phrase | undefined> {
		const isDrawn = alert.places.length > 0;
		const places = isDrawn ? alert.places : this.#placesOfCodes(alert.geocodes);
		if (places.length === 0) return phrase("cap.noPlace");
		const near = places.filter((p) => !isDrawn || p.errorM <= WIDEST_M).slice(0, MOST_PLACES);
		if (near.length === 0) return phrase("cap.tooWide");
		if (!this.#mayRing(near.length)) return phrase("cap.tooMany");
		const note = await this.#noteOf(alert);
		const at = this.#parts.clock.now();
		for (const [i, { lat, lon, errorM }] of near.entries()) {
			const id = `cap:${key}${i === 0 ? "" : `:${i}`}`;
			const alarm: Alarm = {
				id,
				nodeId: `cap:${alert.sender}`.slice(0, 100),
				kind: "neighbour",
				position: { lat, lon },
				errorM,
				at,
				note,
				exercise: alert.status === "Exercise",
			};
			await this.#parts.submit({ type: "alarm", id, at, alarm });
		}
		return undefined;
	}

	/** What a neighbour's alarm says at the desk. */
	async #noteOf(alert: CapIn): Promise<string> {
		const unseen = alert.msgType === "Update" && !(await this.#hasSeen(alert));
		const says = unseen ? words(this.#parts.context().language, "cap.says.updateUnseen") : "";
		return joined([alert.headline, says], " · ").slice(0, 200);
	}

	/**
	 * So many fires at once, and one more a minute: whoever holds the token must not ring a county all night. What is
	 * more is shown on the page.
	 */
	#mayRing(fires: number): boolean {
		const now = this.#parts.clock.monotonic();
		const since = this.#rang === undefined ? Number.POSITIVE_INFINITY : now - this.#rang;
		this.#left = Math.min(MOST_AT_ONCE, this.#left + since / 60_000);
		this.#rang = now;
		if (this.#left < 1) return false;
		this.#left = Math.max(0, this.#left - fires);
		return true;
	}

	/** Brings what a neighbour says to the card of the fire; the desk decides. */
	async #note(alert: CapIn, key: string, incident: Incident): Promise<void> {
		const { clock, submit, context } = this.#parts;
		const { language } = context();
		const [at, id] = [clock.now(), `cap:${key}:note:${incident.id}`];
		const answer: Answer = {
			id,
			incidentId: incident.id,
			personId: `cap:${alert.sender}`,
			personName: alert.sender,
			answer: "seen",
			at,
			via: "cap",
			note: joined([words(language, saysOf(alert)), alert.headline], ": ").slice(0, 300),
		};
		await submit({ type: "answer", id, at, answer });
	}

	/**
	 * The open fires that a message speaks of: by what it refers to, or, for an all-clear or an update, by its places.
	 */
	async #knownFires(alert: CapIn): Promise<Incident[]> {
		const { store, open } = this.#parts;
		const rows = await Promise.all(alert.references.map((r) => store.byIdentifier(`${r.sender} ${r.identifier}`)));
		const before = rows.flatMap((row) => {
			const reading = row && readCap(row.xml);
			return reading?.ok ? reading.alert.places : [];
		});
		const fires = open().filter((i) => i.kind === "fire");
		const referred = firesAt(fires, alert, { places: before, nearM: 50 });
		if (referred.length > 0) return referred.slice(0, MOST_PLACES);
		if (alert.kind !== "allClear" && alert.msgType !== "Update") return [];
		return firesAt(fires, alert, { places: alert.places, nearM: SAME_FIRE_M }).slice(0, MOST_PLACES);
	}

	async #hasSeen(alert: CapIn): Promise<boolean> {
		const rows = await Promise.all(
			alert.references.map((r) => this.#parts.store.byIdentifier(`${r.sender} ${r.identifier}`)),
		);
		return rows.some((row) => row !== undefined);
	}

	/** Grids whose codes begin like one that a message names: their middle, and how far they reach. */
	#placesOfCodes(codes: string[]): CapPlace[] {
		const { grids } = this.#parts.context().register;
		const points = grids
			.filter((g) => codes.some((c) => c.length >= 6 && g.code.startsWith(c)))
			.flatMap((g) => g.polygons.flatMap((rings) => rings[0] ?? []));
		if (points.length === 0) return [];
		const lat = points.reduce((s, p) => s + p[1], 0) / points.length;
		const lon = points.reduce((s, p) => s + p[0], 0) / points.length;
		return [
			{
				lat,
				lon,
				errorM: Math.round(Math.max(100, ...points.map(([x, y]) => distanceM({ lat, lon }, { lat: y, lon: x })))),
			},
		];
	}

	#notice({ sender, headline, sent }: CapIn, why: string): void {
		const { clock, log, onNotice } = this.#parts;
		this.#notices = [{ at: clock.now(), sender, headline, sent, why }, ...this.#notices].slice(0, MOST_NOTICES);
		log.info({ sender, why }, "a CAP message rang nobody");
		onNotice?.();
	}

	async #say(incident: Incident): Promise<void> {
		const { options, store, context, clock, random } = this.#parts;
		const parts = [incident.id, ...(incident.linkedIncidents ?? []).map((w) => w.incidentId)];
		const said = (await Promise.all(parts.map((id) => store.ofIncident(id)))).flat().sort((a, b) => a.sent - b.sent);
		const before = said.map(({ identifier, sent, saying }) => ({
			identifier,
			sent,
			saying,
			sender: options.sender,
		}));
		const now = clock.now();
		const { grids } = context().register;
		const alert = nextCap(options, incident, { grids, sent: before, now, uuid: random.uuid() });
		if (!alert) return;
		await store.add({
			identifier: alert.identifier,
			incident: incident.id,
			sent: now,
			origin: "own",
			saying: sayingOf(incident),
			xml: writeCap(alert, context()),
		});
	}
}

/** What CAP needs of a configuration; tokens may name a file or a variable. */
export interface CapSettings {
	tower: { id: string; name: string };
	publicUrl?: string | undefined;
	reach: {
		cap?:
			| (Pick<CapOptions, "sender" | "senderName" | "restriction" | "contact"> & {
					feedToken?: string | undefined;
					intakeToken?: string | undefined;
			  })
			| undefined;
	};
}

/** CAP for other systems, where the configuration asks for it. */
export function buildCap(
	{ tower, publicUrl, reach }: CapSettings,
	secret: (value: string) => string,
	parts: Omit<CapExchangeDeps, "options">,
) {
	if (!reach.cap) return undefined;
	const { feedToken, intakeToken, contact, sender, senderName, restriction } = reach.cap;
	const options: CapOptions = {
		towerId: tower.id,
		towerName: tower.name,
		sender,
		senderName,
		restriction,
		web: publicUrl,
		contact,
	};
	const resolved = (value: string | undefined) => (value === undefined ? undefined : secret(value));
	return {
		exchange: new CapExchange({ options, ...parts }),
		feedToken: resolved(feedToken),
		intakeToken: resolved(intakeToken),
	};
}
