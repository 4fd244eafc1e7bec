import { createReadStream, existsSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../base/clock.ts";
import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Said } from "../../model/answer.ts";
import type { Incident } from "../../model/incident.ts";
import type { Person } from "../../model/register.ts";
import type { ConsoleBackend, IncidentView } from "../backend.ts";
import type { Auth } from "./auth.ts";
import { Hourly } from "./hourly.ts";
import { bareAnswer, unnamed } from "./personal.ts";
import { refuse } from "./refuse.ts";
import { linkBody, phoneAnswerBody, receiptParams, shownBody, subscribeBody, tokenBody } from "./schemas.ts";

/** Bytes of a body that anybody may send. */
const SMALL_BODY = 16_384;
interface Link {
	token: string;
	key: string;
}
/** Nothing more is said of it, but its file may wait to be closed. */
const OVER = ["false", "permitted", "closed"];

/** Pictures and words that one person may send within an hour: a link must not fill the disk. */
const MOST_PICTURES = 20;
const MOST_WORDS = 200;

/**
 * What a fire is to whoever holds a link to it: what to know to go there. Other people's words, places and numbers are
 * the desk's.
 */
function shownTo(i: Incident): Partial<Incident> {
	const {
		id,
		towerName,
		kind,
		status,
		state,
		openedAt,
		changedAt,
		decisiveAt,
		firstSeenAt,
		place,
		grids,
		missing,
		hints,
		places,
	} = i;
	const optional = {
		towerName,
		hints,
		places,
		confirmedAt: i.confirmedAt,
		sizeHa: i.sizeHa,
		rekindled: i.rekindled,
		cause: i.cause,
		closedAt: i.closedAt,
	};
	return {
		id,
		kind,
		status,
		state,
		openedAt,
		changedAt,
		decisiveAt,
		firstSeenAt,
		place,
		grids,
		missing,
		...defined(optional),
		evidence: i.evidence.slice(-5).map((e) => ({ ...omit(e, "note"), sourceId: unnamed(e.sourceId) })),
		...(i.ending ? { ending: { until: i.ending.until, answer: bareAnswer(i.ending.answer) } } : {}),
	};
}

/**
 * What a person's phone may do without a log-in: open the one incident its link names, answer it, and enrol once.
 * The token comes in the body of a POST: a GET, which chat robots send to every link they see, does nothing.
 */
export function phoneRoutes(
	app: FastifyInstance,
	port: ConsoleBackend,
	auth: Auth,
	known: (request: FastifyRequest) => void,
	clock: Clock,
): void {
	const [pictures, words, views] = [MOST_PICTURES, MOST_WORDS, MOST_WORDS].map((most) => new Hourly(most, clock)) as [
		Hourly,
		Hourly,
		Hourly,
	];
	/**
	 * A large body is not read before it is known whose it is: reading one stops everything else for some milliseconds.
	 * The page says its token ahead of the picture.
	 */
	async function provenFirst(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
		const size = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
		if (size <= SMALL_BODY) return;
		const { "x-link-token": token, "x-link-key": key } = request.headers;
		const opened = typeof token === "string" && typeof key === "string" ? await open({ token, key }) : undefined;
		if (!opened || "code" in opened) return refuse(reply, 404, phrase("api.linkNotValid"));
		known(request);
	}
	/** What a link opens in the browser that holds `key`, or why not. */
	async function open({
		token,
		key,
	}: Link): Promise<{ view: IncidentView; person: Person } | { code: number; reason: Phrase }> {
		const who = await port.readLink(token, key);
		if (who?.usedElsewhere) return { code: 410, reason: phrase("api.linkUsed") };
		const view = who && (await port.incident(who.incidentId));
		const person = port.people().find((p) => p.id === who?.personId);
		return view && person ? { view, person } : { code: 404, reason: phrase("api.linkNotValid") };
	}
	app.post("/api/phone/incident", { schema: { body: linkBody } }, async (request, reply) => {
		const opened = await open(request.body as Link);
		if ("code" in opened) return refuse(reply, opened.code, opened.reason);
		known(request);
		const { view, person } = opened;
		if (views.take(person.id))
			await port.answer(view.incident.id, person.id, person.name, { answer: "seen", via: "phone" });
		const { evidence, involved, grids, tasks = [] } = view.incident;
		const newest = evidence.findLast((e) => e.picture);
		const own = involved.find((i) => i.personId === person.id);
		return {
			tower: port.tower(),
			person: { name: person.name },
			incident: {
				...shownTo(view.incident),
				tasks: tasks.filter((t) => t.personId === person.id),
				answered: involved.filter((i) => i.answer && i.answer !== "seen").map(({ name, answer }) => ({ name, answer })),
			},
			mine: own?.answer,
			task: own?.task,
			mayEnd: port.mayEnd(person.id, grids),
			picture: newest?.picture,
			briefing: view.briefing,
		};
	});
	app.post("/api/phone/picture", { schema: { body: linkBody } }, async (request, reply) => {
		const opened = await open(request.body as Link);
		const name = "view" in opened ? opened.view.incident.evidence.findLast((e) => e.picture)?.picture : undefined;
		const path = name && port.picturePath(name);
		return path && existsSync(path)
			? reply.type("image/jpeg").send(createReadStream(path))
			: refuse(reply, 404, phrase("api.noPicture"));
	});
	app.post(
		"/api/phone/answer",
		{ schema: { body: phoneAnswerBody }, bodyLimit: 3_000_000, onRequest: provenFirst },
		async (request, reply) => {
			const { token, key, picture, ...said } = request.body as Omit<Said, "via"> & Link;
			const opened = await open({ token, key });
			if ("code" in opened) return refuse(reply, opened.code, opened.reason);
			const { incident } = opened.view;
			// that it burns all the same is heard after a verdict too
			const isOver = incident.closedAt !== undefined || (OVER.includes(incident.state) && said.answer !== "close");
			if (isOver && said.answer !== "confirmed") return refuse(reply, 409, phrase("api.incidentClosed"));
			if (!words.take(opened.person.id)) return refuse(reply, 429, phrase("api.enoughWords"));
			if (picture !== undefined && !pictures.take(opened.person.id))
				return refuse(reply, 429, phrase("api.enoughPictures"));
			let kept: { picture?: string } = {};
			try {
				if (picture !== undefined) kept = { picture: await port.keepPicture(Buffer.from(picture, "base64")) };
			} catch {
				return refuse(reply, 422, phrase("api.notJpeg"));
			}
			// taken before it is judged: a browser that hears nothing says it again and is known
			if (!(await port.takeLink(token, key))) return refuse(reply, 410, phrase("api.linkUsed"));
			const done = await port.answer(incident.id, opened.person.id, opened.person.name, {
				...said,
				...kept,
				via: "phone",
			});
			if (!done) return refuse(reply, 409, phrase("api.incidentClosed"));
			return done.refused === undefined ? { ok: true } : refuse(reply, 422, done.refused);
		},
	);
	// to the person's own addresses, wherever it is asked from
	app.post("/api/phone/again", { schema: { body: linkBody } }, async (request, reply) => {
		const { token, key } = request.body as Link;
		const who = await port.readLink(token, key);
		const person = port.people().find((p) => p.id === who?.personId);
		if (!who || !person) return refuse(reply, 404, phrase("api.linkNotValid"));
		const done = await port.answer(who.incidentId, person.id, person.name, { answer: "again", via: "phone" });
		if (!done) return refuse(reply, 409, phrase("api.incidentClosed"));
		return done.refused === undefined ? { ok: true } : refuse(reply, 429, done.refused);
	});
	// a phone that has shown a push says so; the id is unguessable, and nothing is told in return
	app.post("/api/phone/shown", { schema: { body: shownBody } }, async (request, reply) => {
		await port.shown((request.body as { delivery: string }).delivery);
		return reply.code(204).send();
	});
	const ofProvider = async (request: FastifyRequest, reply: FastifyReply) => {
		if (!port.isProvider((request.params as { token: string }).token))
			return refuse(reply, 404, phrase("api.noAddress"));
	};
	app.post(
		"/api/receipts/:token/:kind",
		{ schema: { params: receiptParams }, bodyLimit: 1_000_000, onRequest: ofProvider },
		async (request, reply) => {
			const { token, kind } = request.params as { token: string; kind: "sms" | "voice" | "reply" };
			const taken = await port.provider(token, kind, request.body);
			return taken === undefined ? refuse(reply, 404, phrase("api.noAddress")) : { code: 0, msg: "ok", taken };
		},
	);
	app.post("/api/enrol/open", { schema: { body: tokenBody } }, async (request, reply) => {
		const personId = await auth.enrolment((request.body as { token: string }).token);
		const person = port.people().find((p) => p.id === personId);
		if (!person) return refuse(reply, 404, phrase("api.enrolmentUsed"));
		return { name: person.name, tower: port.tower().name, key: port.webPushKey() };
	});
	app.post("/api/enrol/subscribe", { schema: { body: subscribeBody } }, async (request, reply) => {
		const { token, subscription, device } = request.body as {
			token: string;
			device: string;
			subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
		};
		const personId = await auth.enrolment(token);
		if (!personId) return refuse(reply, 404, phrase("api.enrolmentUsed"));
		await port.subscribe(personId, subscription, device);
		await auth.consumeEnrolment(token);
		return port.testMessage(personId);
	});
}
