import type { Clock } from "../base/clock.ts";
import type { Phrase } from "../base/phrase.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import type { Effect, JudgeEvent } from "../model/event.ts";
import type { Handover } from "../model/handover.ts";
import { NOT_OPEN, type Progress, VIA_CENTRE } from "../model/lease.ts";
import type { Log } from "../ops/log/log.ts";
import { Line } from "./line.ts";
import { ackIn, centreMessageIn, incidentIn } from "./messages.ts";
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
export function towerLine({
	config,
	secret,
	submit,
	clock,
	log,
	tally,
	seals,
	progress,
	isOver,
}: Parts & {
	progress: (incidentId: string) => Progress | undefined /** The centre asks for what is over here. */;
	isOver: (incidentId: string) => void;
}): Line | undefined {
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
				const trust = await seals.opener.look(topic, CENTRE, said);
				if (!trust.trusted) return tally.count("centre.refused", `${topic}: ${WHY[trust.why]}`);
				if (trust.newEpoch) seals.onEpoch(CENTRE);
				const id = text(body["id"]);
				const message = centreMessageIn(body, clock.now());
				if (id === "" || !message)
					return log.warn({ what: text(body["what"]) }, "centre line: a message that is not whole");
				const { incidentId, what } = message;
				const handover: Handover = { side: "tower", message };
				// said again until we say that we have heard it: the same word counts once
				const event: JudgeEvent =
					message.what === "answer"
						? {
								type: "answer",
								id: `said:${message.answer.id}:${incidentId}`,
								at: clock.now(),
								answer: { ...message.answer, via: VIA_CENTRE },
							}
						: { type: "handover", id: `down:${id}`, at: clock.now(), handover };
				const of = message.what === "answer" ? { of: what, answerId: message.answer.id } : { of: what };
				submit(event).then(
					(result) => {
						line.say(`${base}/up`, {
							id,
							incidentId,
							...of,
							ok: result.kind !== "refused",
							progress: progress(incidentId),
						});
						if (result.kind === "refused" && result.reason === NOT_OPEN) isOver(incidentId);
					},
					(err) => log.error({ err }, "what the centre said could not be judged"),
				);
			},
		},
		log,
	);
	return line;
}

/** A centre's end of the lines to its towers. `send` carries out what the judge wants said. */
export function centreLine({
	config,
	secret,
	submit,
	clock,
	random,
	log,
	tally,
	seals,
	isKnown,
}: Parts & {
	/** Whether an incident of this id is kept here, open or not. */ isKnown: (incidentId: string) => Promise<boolean>;
}): { line: Line; send: (effect: Extract<Effect, { type: "send" }>) => void } | undefined {
	const { centre } = config;
	if (!centre) return undefined;
	const unknown = centre.towers.filter((t) => centre.keys[t] === undefined);
	if (unknown.length > 0)
		log.warn(
			{ towers: unknown.slice(0, 20), count: unknown.length },
			"towers without a key in centre.keys: their fires are shown as not signed",
		);
	const incidentOf = (tower: string, value: unknown): Handover | undefined => {
		const incident = incidentIn(value, tower, clock.now());
		return incident && { side: "centre", tower, what: "incident", incident };
	};
	const line = new Line(
		{
			...login(centre, secret),
			clientId: `centre-${config.tower.id}`,
			topics: centre.towers.flatMap((t) => [`fw/1/${t}/incident`, `fw/1/${t}/up`]),
			timeoutMs: config.reach.timeoutS * 1000,
			seal: seals.seal,
			onMessage: async (topic, body, said) => {
				const [, , tower = "", kind] = topic.split("/");
				const trust = await seals.opener.look(topic, tower, said);
				if (!trust.trusted) {
					tally.count("centre.refused", `${topic}: ${WHY[trust.why]}`);
					const theirs = kind === "incident" ? incidentIn(body["incident"], tower, clock.now()) : undefined;
					// one that was ended here is not opened again by a message that somebody has kept
					if (!theirs || (await isKnown(theirs.id))) return;
					const handover: Handover = { side: "centre", tower, what: "incident", incident: theirs, unsigned: true };
					await submit({ type: "handover", id: `unsigned:${theirs.id}`, at: clock.now(), handover });
					return;
				}
				if (trust.newEpoch) seals.onEpoch(tower);
				const handover = kind === "incident" ? incidentOf(tower, body["incident"]) : ackIn(body, tower, clock.now());
				const id = text(body["id"]);
				if (!handover || id === "") return log.warn({ tower, kind }, "line of a tower: a message that is not whole");
				submit({ type: "handover", id: `${kind}:${tower}:${id}`, at: clock.now(), handover }).catch((err) =>
					log.error({ err }, "what a tower said could not be judged"),
				);
			},
		},
		log,
	);
	return { line, send: ({ tower, message }) => line.say(`fw/1/${tower}/down`, { id: random.uuid(), ...message }) };
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
