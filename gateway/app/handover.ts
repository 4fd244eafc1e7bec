import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { VIA_CENTRE } from "../judge/incident/words.ts";
import type { CentreMessage, Handover, Progress } from "../model/handover.ts";
import { ANSWERS, type Answer, type Effect, type JudgeEvent } from "../model/incident.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { Line } from "../reach/uplink/line.ts";
import { incidentIn, isProgress } from "./wire.ts";

interface Parts {
	config: Config;
	secret: (value: string) => string;
	/** Judged when it resolves; with the reason where it was refused. */
	submit: (event: JudgeEvent) => Promise<string | undefined>;
	clock: Clock;
	random: Random;
	log: Log;
}

const SAID = ["take", "beat", "grant", "told", "answer"];
const text = (value: unknown) => (typeof value === "string" ? value.slice(0, 200) : "");

/** A tower's end of the line to its centre: what the centre says is judged, and answered after it is on the disk. */
export function towerLine({
	config,
	secret,
	submit,
	clock,
	log,
	progress,
}: Parts & { progress: (incidentId: string) => Progress | undefined }): Line | undefined {
	const { centre, timeoutS } = config.reach;
	if (!centre) return undefined;
	const base = `fw/1/${config.tower.id}`;
	const line: Line = new Line(
		{
			...login(centre, secret),
			clientId: `tower-${config.tower.id}-line`,
			topics: [`${base}/down`],
			timeoutMs: timeoutS * 1000,
			onMessage: (_topic, body) => {
				const id = text(body["id"]);
				const message = centreMessage(body);
				if (id === "" || !message) return log.warn({ what: text(body["what"]) }, "centre line: a message that is not whole");
				const { incidentId, what } = message;
				const handover: Handover = { side: "tower", message };
				// said again until we say that we have heard it: the same word counts once
				const event: JudgeEvent =
					message.what === "answer"
						? { type: "answer", id: `said:${message.answer.id}:${incidentId}`, at: clock.now(), answer: { ...message.answer, via: VIA_CENTRE } }
						: { type: "handover", id, at: clock.now(), handover };
				const of = message.what === "answer" ? { of: what, answerId: message.answer.id } : { of: what };
				submit(event).then(
					(refused) => line.say(`${base}/up`, { id, incidentId, ...of, ok: refused === undefined, progress: progress(incidentId) }),
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
}: Parts): { line: Line; send: (effect: Extract<Effect, { type: "send" }>) => void } | undefined {
	const { centre } = config;
	if (!centre) return undefined;
	const line = new Line(
		{
			...login(centre, secret),
			clientId: `centre-${config.tower.id}`,
			topics: centre.towers.flatMap((t) => [`fw/1/${t}/incident`, `fw/1/${t}/up`]),
			timeoutMs: config.reach.timeoutS * 1000,
			onMessage: (topic, body) => {
				const [, , tower = "", kind] = topic.split("/");
				const handover = kind === "incident" ? incidentOf(tower, body) : ackOf(tower, body);
				const id = text(body["id"]);
				if (!handover || id === "") return log.warn({ tower, kind }, "line of a tower: a message that is not whole");
				submit({ type: "handover", id: `${kind}:${id}`, at: clock.now(), handover }).catch((err) =>
					log.error({ err }, "what a tower said could not be judged"),
				);
			},
		},
		log,
	);
	return { line, send: ({ tower, message }) => line.say(`fw/1/${tower}/down`, { id: random.uuid(), ...message }) };
}

/** What came over the line is anybody's word: only whole messages reach the judge. */
function centreMessage(body: Record<string, unknown>): CentreMessage | undefined {
	const [incidentId, what] = [text(body["incidentId"]), text(body["what"])];
	if (incidentId === "") return undefined;
	switch (what) {
		case "take":
		case "beat":
			return { incidentId, what };
		case "grant": {
			const { ladder, index } = body as { ladder?: unknown; index?: unknown };
			const whole = (ladder === "verify" || ladder === "suppress") && Number.isInteger(index);
			return whole ? { incidentId, what, ladder, index: index as number } : undefined;
		}
		case "told": {
			const { progress } = progressIn(body["progress"]);
			return progress && { incidentId, what, progress };
		}
		case "answer": {
			const a = body["answer"] as Partial<Answer> | null | undefined;
			const whole =
				a &&
				[a.id, a.incidentId, a.personId, a.personName].every((v) => typeof v === "string") &&
				typeof a.at === "number" &&
				(ANSWERS as readonly unknown[]).includes(a.answer);
			return whole ? { incidentId, what, answer: a as Answer } : undefined;
		}
		default:
			return undefined;
	}
}

function incidentOf(tower: string, body: Record<string, unknown>): Handover | undefined {
	const incident = incidentIn(body["incident"]);
	return incident && { side: "centre", tower, what: "incident", incident };
}

function ackOf(tower: string, body: Record<string, unknown>): Handover | undefined {
	const of = text(body["of"]);
	if (!SAID.includes(of)) return undefined;
	return {
		side: "centre",
		tower,
		what: "ack",
		incidentId: text(body["incidentId"]),
		of: of as CentreMessage["what"],
		ok: body["ok"] === true,
		...(text(body["answerId"]) === "" ? {} : { answerId: text(body["answerId"]) }),
		...progressIn(body["progress"]),
	};
}

function progressIn(value: unknown): { progress?: Progress } {
	return isProgress(value) ? { progress: value as Progress } : {};
}

function login({ url, username, password }: { url: string; username?: string; password?: string }, secret: (value: string) => string) {
	return { url, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password: secret(password) }) };
}
