import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { CentreMessage, Effect, Handover, Incident, JudgeEvent, Progress } from "../model/incident.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { Line } from "../reach/uplink/line.ts";

interface Parts {
	config: Config;
	secret: (value: string) => string;
	/** Judged when it resolves; with the reason where it was refused. */
	submit: (event: JudgeEvent) => Promise<string | undefined>;
	clock: Clock;
	random: Random;
	log: Log;
}

const SAID = ["take", "beat", "grant", "told", "release", "answer"];
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
				const [id, incidentId, what] = [text(body["id"]), text(body["incidentId"]), text(body["what"])];
				if (id === "" || incidentId === "" || !SAID.includes(what)) return;
				const message = body as unknown as CentreMessage;
				const handover: Handover = { side: "tower", message };
				const event: JudgeEvent =
					message.what === "answer"
						? { type: "answer", id, at: clock.now(), answer: message.answer }
						: { type: "handover", id, at: clock.now(), handover };
				submit(event).then(
					(refused) => line.say(`${base}/up`, { id, incidentId, of: what, ok: refused === undefined, progress: progress(incidentId) }),
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
				if (!handover || id === "") return;
				submit({ type: "handover", id: `${kind}:${id}`, at: clock.now(), handover }).catch((err) =>
					log.error({ err }, "what a tower said could not be judged"),
				);
			},
		},
		log,
	);
	return { line, send: ({ tower, message }) => line.say(`fw/1/${tower}/down`, { id: random.uuid(), ...message }) };
}

function incidentOf(tower: string, body: Record<string, unknown>): Handover | undefined {
	const incident = body["incident"] as Partial<Incident> | null | undefined;
	const whole =
		incident &&
		typeof incident.id === "string" &&
		incident.kind === "fire" &&
		Array.isArray(incident.evidence) &&
		Array.isArray(incident.ladder?.plan);
	return whole ? { side: "centre", tower, what: "incident", incident: incident as Incident } : undefined;
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
		...progressIn(body["progress"]),
	};
}

function progressIn(value: unknown): { progress?: Progress } {
	const p = value as Partial<Progress> | null | undefined;
	const whole = p && Array.isArray(p.verify?.done) && Array.isArray(p.suppress?.done) && Array.isArray(p.involved);
	return whole ? { progress: p as Progress } : {};
}

function login({ url, username, password }: { url: string; username?: string; password?: string }, secret: (value: string) => string) {
	return { url, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password: secret(password) }) };
}
