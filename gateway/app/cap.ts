import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { World } from "../judge/world.ts";
import type { Incident, JudgeEvent } from "../model/incident.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { writeCap } from "../reach/cap/alert.ts";
import { atomFeed } from "../reach/cap/feed.ts";
import { type CapOptions, nextCap, sayingOf } from "../reach/cap/life.ts";
import { readCap } from "../reach/cap/read.ts";
import type { CapStore } from "../store/cap.ts";

export interface CapParts {
	options: CapOptions;
	store: CapStore;
	world: () => World;
	submit: (event: JudgeEvent) => Promise<unknown>;
	/** Address under which the feed and its messages are read. */
	base: () => string;
	clock: Clock;
	random: Random;
	log: Log;
}

const FEED_LENGTH = 100;
/** Same words and time fields as one line of a headline, for the feed. */
const HEADLINE = /<headline>([^<]*)<\/headline>/;

/** Publishes fires as CAP messages, serves their feed, and takes in those of neighbours. */
export class CapDesk {
	readonly #parts: CapParts;
	#tail: Promise<void> = Promise.resolve();

	constructor(parts: CapParts) {
		this.#parts = parts;
	}

	/** Says what has changed. Incidents that are open are looked at again after a restart, so that none is left unsaid. */
	publish(incidents: Incident[]): void {
		const { log } = this.#parts;
		this.#tail = this.#tail.then(async () => {
			for (const incident of incidents) {
				await this.#say(incident).catch((error) => log.error({ why: messageOf(error), incident: incident.id }, "a CAP message could not be kept"));
			}
		});
	}

	async stop(): Promise<void> {
		await this.#tail;
	}

	async feed(): Promise<{ xml: string; etag: string }> {
		const { store, options, base } = this.#parts;
		const rows = await store.feed(FEED_LENGTH);
		const entries = rows.map((r) => ({
			identifier: r.identifier,
			sent: r.sent,
			title: HEADLINE.exec(r.xml)?.[1] ?? r.identifier,
			url: `${base()}/cap/${encodeURIComponent(r.identifier.replace("urn:uuid:", ""))}.xml`,
		}));
		return atomFeed(`urn:lookout:${options.towerId}:cap`, options.senderName, `${base()}/cap/feed.atom`, entries);
	}

	async message(uuid: string): Promise<string | undefined> {
		const row = await this.#parts.store.byIdentifier(`urn:uuid:${uuid}`);
		return row?.origin === "own" ? row.xml : undefined;
	}

	/**
	 * A neighbour's message: kept, and, when it tells of a fire with a place, judged like an alarm. Faults come back
	 * as texts. The same message twice is taken once.
	 */
	async intake(xml: string): Promise<{ taken: boolean } | { faults: string[] }> {
		const { store, clock, submit } = this.#parts;
		const reading = readCap(xml);
		if (!reading.ok) return { faults: reading.faults };
		const { alert } = reading;
		const now = clock.now();
		const tells = alert.isFire && alert.msgType === "Alert" && (alert.expires === undefined || alert.expires > now);
		const real = alert.status === "Actual" || alert.status === "Exercise";
		if (tells && real && alert.place) {
			const { lat, lon, errorM } = alert.place;
			const id = `cap:${alert.identifier}`;
			const told = { id, nodeId: `cap:${alert.sender}`.slice(0, 100), kind: "neighbour" as const, position: { lat, lon }, errorM, at: now };
			// judged before it is kept: what comes again after a crash is judged once, by its own identifier
			await submit({ type: "alarm", id, at: now, alarm: { ...told, exercise: alert.status === "Exercise" } });
		}
		const origin = `in:${alert.sender}`;
		return { taken: await store.add({ identifier: alert.identifier, sent: alert.sent, origin, saying: alert.msgType, xml }) };
	}

	async #say(incident: Incident): Promise<void> {
		const { options, store, world, clock, random } = this.#parts;
		const parts = [incident.id, ...(incident.witnesses ?? []).map((w) => w.incidentId)];
		const said = (await Promise.all(parts.map((id) => store.ofIncident(id)))).flat().sort((a, b) => a.sent - b.sent);
		const before = said.map(({ identifier, sent, saying }) => ({
			identifier,
			sent,
			saying,
			sender: options.sender,
		}));
		const now = clock.now();
		const alert = nextCap(options, incident, world().register.grids, before, now, random.uuid());
		if (!alert) return;
		await store.add({
			identifier: alert.identifier,
			incident: incident.id,
			sent: now,
			origin: "own",
			saying: sayingOf(incident),
			xml: writeCap(alert),
		});
	}
}

/** CAP for other systems, where the configuration asks for it. */
export function buildCap({ tower, publicUrl, reach }: Config, secret: (value: string) => string, parts: Omit<CapParts, "options">) {
	if (!reach.cap) return undefined;
	const { feedToken, intakeToken, contact, sender, senderName, restriction } = reach.cap;
	const options: CapOptions = {
		...{ towerId: tower.id, towerName: tower.name, sender, senderName, restriction },
		...(publicUrl === undefined ? {} : { web: publicUrl }),
		...(contact === undefined ? {} : { contact }),
	};
	const resolved = (value: string | undefined) => (value === undefined ? undefined : secret(value));
	return { desk: new CapDesk({ options, ...parts }), feedToken: resolved(feedToken), intakeToken: resolved(intakeToken) };
}
