import type { Clock } from "../base/clock.ts";
import { defined } from "../base/omit.ts";
import type { Phrase } from "../base/phrase.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import type { Effect, JudgeEvent } from "../model/event.ts";
import { MESSAGE_NAMES, withFirstNames } from "../model/first-names.ts";
import type { Handover } from "../model/handover.ts";
import { type CentreMessage, NOT_OPEN, type Progress, VIA_CENTRE } from "../model/lease.ts";
import type { Log } from "../ops/log/log.ts";
import { Line } from "./line.ts";
import { ackIn, centreMessageIn, centreMessageOut, incidentIn } from "./messages.ts";
import type { Opener } from "./seal.ts";
import type { LinkSettings } from "./settings.ts";

/** How this gateway signs, and how it knows the other end. */
export interface Seals {
	seal: (topic: string, body: object) => Promise<string>;
	opener: Opener;
	/** Another start of the other end was heard of: a store may have been set aside or brought back there. */
	onEpoch: (name: string) => void;
}

/** Under what name a tower knows its centre's key: it has one centre. */
export const CENTRE = "centre";

interface Parts {
	config: LinkSettings;
	seals: Seals;
	secret: (value: string) => string;
	/** Judged when it resolves. */
	submit: (event: JudgeEvent) => Promise<{ kind: "accepted" | "dropped" } | { kind: "refused"; reason: Phrase }>;
	clock: Clock;
	random: Random;
	log: Log;
	/** Counts what is refused, and says it once a second. */
	tally: Tally;
}

const text = (value: unknown) => (typeof value === "string" ? value.slice(0, 200) : "");

const WHY = {
	noKey: "no public key of it is configured",
	unsigned: "it is not signed",
	wrong: "it is not signed by that key",
	repeated: "it was said before",
};

/** A tower's end of the line to its centre: what the centre says is judged, and answered after it is on the disk. */
export function towerLine(parts: TowerParts): Line | undefined {
	const { config, secret, log, seals } = parts;
	const { centre, timeoutS } = config.reach;
	if (!centre) return undefined;
	if (centre.key === undefined)
		log.warn({}, "reach.centre.key is not set: nothing that the centre says counts, and it can take no ladder over");
	const base = `fw/1/${config.tower.id}`;
	const line: Line = new Line(
		{
			...login(centre, secret),
			clientId: `tower-${config.tower.id}-line`,
			topics: [`${base}/down`],
			timeoutMs: timeoutS * 1000,
			seal: seals.seal,
			onMessage: async (topic, body, said) => {
				const heard = await heardFromCentre(parts, topic, body, said);
				// not waited for: what comes next is looked at meanwhile
				if (heard)
					judged(parts, heard).then(
						(answer) => line.say(`${base}/up`, answer),
						(err) => log.error({ err }, "what the centre said could not be judged"),
					);
			},
		},
		log,
	);
	return line;
}

interface TowerParts extends Parts {
	progress: (incidentId: string) => Progress | undefined;
	/** The centre asks for what is over here. */
	isOver: (incidentId: string) => void;
}

type Body = Record<string, unknown>;

interface Heard {
	id: string;
	message: CentreMessage;
}

/** What the centre says, where it is its word and whole. */
async function heardFromCentre(parts: Parts, topic: string, body: Body, said: string): Promise<Heard | undefined> {
	const { seals, tally, log, clock } = parts;
	const trust = await seals.opener.verify(topic, CENTRE, said);
	if (!trust.trusted) {
		tally.count("centre.refused", `${topic}: ${WHY[trust.why]}`);
		return undefined;
	}
	if (trust.newEpoch) seals.onEpoch(CENTRE);
	const id = text(body["id"]);
	const message = centreMessageIn(body, clock.now());
	if (id !== "" && message) return { id, message };
	log.warn({ what: text(body["what"]) }, "centre line: invalid message, dropped");
	return undefined;
}

/** What the centre hears when its word is on the disk here. */
async function judged({ submit, clock, progress, isOver }: TowerParts, { id, message }: Heard): Promise<Body> {
	const { incidentId, what } = message;
	const result = await submit(eventOf(message, id, clock.now()));
	if (result.kind === "refused" && result.reason === NOT_OPEN) isOver(incidentId);
	const answerId = message.what === "answer" ? message.answer.id : undefined;
	const known = progress(incidentId);
	return {
		id,
		incidentId,
		of: MESSAGE_NAMES[what],
		...defined({ answerId, progress: known && withFirstNames(known) }),
		ok: result.kind !== "refused",
	};
}

/** Said again until we say that we have heard it: the same word counts once. */
function eventOf(message: CentreMessage, id: string, at: number): JudgeEvent {
	if (message.what !== "answer")
		return { type: "handover", id: `down:${id}`, at, handover: { side: "tower", message } };
	const answer = { ...message.answer, via: VIA_CENTRE };
	return { type: "answer", id: `said:${answer.id}:${message.incidentId}`, at, answer };
}

/** A centre's end of the lines to its towers. `send` carries out what the judge wants said. */
export function centreLine(
	parts: CentreParts,
): { line: Line; send: (effect: Extract<Effect, { type: "send" }>) => void } | undefined {
	const { config, secret, random, log, seals } = parts;
	const { centre } = config;
	if (!centre) return undefined;
	const unknown = centre.towers.filter((t) => centre.keys[t] === undefined);
	if (unknown.length > 0)
		log.warn(
			{ towers: unknown.slice(0, 20), count: unknown.length },
			"towers without a key in centre.keys: their fires are shown as not signed",
		);
	const line = new Line(
		{
			...login(centre, secret),
			clientId: `centre-${config.tower.id}`,
			topics: centre.towers.flatMap((t) => [`fw/1/${t}/incident`, `fw/1/${t}/up`]),
			timeoutMs: config.reach.timeoutS * 1000,
			seal: seals.seal,
			onMessage: (topic, body, said) => heardFromTower(parts, topic, body, said),
		},
		log,
	);
	return {
		line,
		send: ({ tower, message }) => line.say(`fw/1/${tower}/down`, { id: random.uuid(), ...centreMessageOut(message) }),
	};
}

interface CentreParts extends Parts {
	/** Whether an incident of this id is kept here, open or not. */
	isKnown: (incidentId: string) => Promise<boolean>;
}

/** What a tower says is judged; of an incident that nobody vouches for, that there is one. */
async function heardFromTower(parts: CentreParts, topic: string, body: Body, said: string): Promise<void> {
	const { seals, tally, log, clock, submit } = parts;
	const [, , tower = "", kind] = topic.split("/");
	const trust = await seals.opener.verify(topic, tower, said);
	if (!trust.trusted) {
		tally.count("centre.refused", `${topic}: ${WHY[trust.why]}`);
		return kind === "incident" ? heardUnsigned(parts, tower, body) : undefined;
	}
	if (trust.newEpoch) seals.onEpoch(tower);
	const at = clock.now();
	const handover = kind === "incident" ? handoverOf(tower, body, at) : ackIn(body, tower, at);
	const id = text(body["id"]);
	if (!handover || id === "") return log.warn({ tower, kind }, "line of a tower: invalid message, dropped");
	submit({ type: "handover", id: `${kind}:${tower}:${id}`, at, handover }).catch((err) =>
		log.error({ err }, "what a tower said could not be judged"),
	);
}

function handoverOf(tower: string, body: Body, now: number): OfIncident | undefined {
	const incident = incidentIn(body["incident"], tower, now);
	return incident && { side: "centre", tower, what: "incident", incident };
}

type OfIncident = Extract<Handover, { what: "incident" }>;

async function heardUnsigned({ clock, submit, isKnown }: CentreParts, tower: string, body: Body): Promise<void> {
	const at = clock.now();
	const theirs = handoverOf(tower, body, at);
	// one that was ended here is not opened again by a message that somebody has kept
	if (!theirs || (await isKnown(theirs.incident.id))) return;
	const handover: Handover = { ...theirs, unsigned: true };
	await submit({ type: "handover", id: `unsigned:${theirs.incident.id}`, at, handover });
}

function login(
	{ url, username, password }: { url: string; username?: string; password?: string },
	secret: (value: string) => string,
) {
	return {
		url,
		username,
		...(password === undefined ? {} : { password: secret(password) }),
	};
}
