import type { FastifyReply, FastifyRequest } from "fastify";
import { defined } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { isEnd } from "../../model/incident-states.ts";
import type { Person } from "../../model/register.ts";
import type { IncidentRecord } from "../backend.ts";
import { phoneIncident } from "../views/incident.ts";
import {
	Done,
	EnrolmentOpened,
	PhoneView,
	type PhoneView as PhoneViewType,
	Receipt,
	TestMessage,
} from "../views/schemas.ts";
import { linkBody, phoneAnswerBody, receiptParams, shownBody, subscribeBody, tokenBody } from "./bodies.ts";
import { sendFile } from "./files.ts";
import { Hourly } from "./hourly.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** Bytes of a body that anybody may send. */
const SMALL_BODY = 16_384;
/** Pictures and words that one person may send within an hour: a link must not fill the disk. */
const MOST_PICTURES = 20;
const MOST_WORDS = 200;

interface Link {
	token: string;
	key: string;
}
interface Opened {
	record: IncidentRecord;
	person: Person;
}
interface Refused {
	status: number;
	reason: Phrase;
}

/**
 * What a person's phone may do without a log-in: open the one incident its link names, answer it, and enrol once.
 * The token comes in the body of a POST: a GET, which chat robots send to every link they see, does nothing.
 */
export function phoneRoutes(app: App, services: Services): void {
	linkRoutes(app, services);
	answerRoute(app, services);
	receiptRoutes(app, services);
	enrolmentRoutes(app, services);
}

/** What a link opens in the browser that holds its key, or why not. */
async function open({ backend }: Services, { token, key }: Link): Promise<Opened | Refused> {
	const who = await backend.readLink(token, key);
	if (who?.usedElsewhere) return { status: 410, reason: phrase("api.linkUsed") };
	const record = who && (await backend.incident(who.incidentId));
	const person = backend.people().find((p) => p.id === who?.personId);
	return record && person ? { record, person } : { status: 404, reason: phrase("api.linkNotValid") };
}

/** What an answer says after it was judged; `refusedAs`: the status of a refusal. */
function done(reply: FastifyReply, judged: { refused?: Phrase } | undefined, refusedAs: number) {
	if (!judged) return refuse(reply, 409, phrase("api.incidentClosed"));
	return judged.refused === undefined ? { ok: true as const } : refuse(reply, refusedAs, judged.refused);
}

function linkRoutes(app: App, services: Services): void {
	const { backend, clock, known } = services;
	const views = new Hourly(MOST_WORDS, clock);
	app.post(
		"/api/phone/incident",
		{ schema: { summary: "The incident of a link.", body: linkBody, response: answers(PhoneView) } },
		async (request, reply) => {
			const opened = await open(services, request.body);
			if ("status" in opened) return refuse(reply, opened.status, opened.reason);
			known(request);
			const { person, record } = opened;
			if (views.take(person.id))
				await backend.answer(record.incident.id, person.id, person.name, { answer: "seen", via: "phone" });
			return phoneView(services, opened);
		},
	);
	app.post(
		"/api/phone/picture",
		{ schema: { summary: "The newest picture of its evidence, JPEG.", body: linkBody } },
		async (request, reply) => {
			const opened = await open(services, request.body);
			const name = "record" in opened ? newestPicture(opened.record) : undefined;
			return name
				? sendFile(reply, backend.picturePath(name), "image/jpeg")
				: refuse(reply, 404, phrase("api.noPicture"));
		},
	);
	// to the person's own addresses, wherever it is asked from
	app.post(
		"/api/phone/again",
		{ schema: { summary: "Asks for the message once more.", body: linkBody, response: answers(Done) } },
		async ({ body: { token, key } }, reply) => {
			const who = await backend.readLink(token, key);
			const person = backend.people().find((p) => p.id === who?.personId);
			if (!who || !person) return refuse(reply, 404, phrase("api.linkNotValid"));
			const said = { answer: "again", via: "phone" } as const;
			return done(reply, await backend.answer(who.incidentId, person.id, person.name, said), 429);
		},
	);
}

function newestPicture({ incident }: IncidentRecord): string | undefined {
	return incident.evidence.findLast((e) => e.picture)?.picture;
}

function phoneView({ backend }: Services, { record, person }: Opened): PhoneViewType {
	const { incident, briefing } = record;
	const { name, timeZone } = backend.tower();
	const own = incident.involved.find((i) => i.personId === person.id);
	return {
		tower: { name, timeZone },
		person: { name: person.name },
		incident: phoneIncident(incident, person.id),
		mayEnd: backend.mayEnd(person.id, incident.grids),
		briefing,
		...defined({ mine: own?.answer, task: own?.task, picture: newestPicture(record) }),
	};
}

function answerRoute(app: App, services: Services): void {
	const { backend, clock, known } = services;
	const pictures = new Hourly(MOST_PICTURES, clock);
	const words = new Hourly(MOST_WORDS, clock);
	/**
	 * A large body is not read before it is known whose it is: reading one stops everything else for some milliseconds.
	 * The page says its token ahead of the picture.
	 */
	async function provenFirst(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
		const size = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
		if (size <= SMALL_BODY) return;
		const { "x-link-token": token, "x-link-key": key } = request.headers;
		const isLink = typeof token === "string" && typeof key === "string";
		const opened = isLink ? await open(services, { token, key }) : undefined;
		if (!opened || "status" in opened) return refuse(reply, 404, phrase("api.linkNotValid"));
		known(request);
	}
	/** Why a person may not say this now; undefined when he may. */
	function refusalOf(
		{ record: { incident }, person }: Opened,
		answer: string,
		hasPicture: boolean,
	): Refused | undefined {
		// that it burns all the same is heard after a verdict too
		const isOver = incident.closedAt !== undefined || (isEnd(incident.state) && answer !== "close");
		if (isOver && answer !== "confirmed") return { status: 409, reason: phrase("api.incidentClosed") };
		if (!words.take(person.id)) return { status: 429, reason: phrase("api.enoughWords") };
		if (hasPicture && !pictures.take(person.id)) return { status: 429, reason: phrase("api.enoughPictures") };
		return undefined;
	}
	app.post(
		"/api/phone/answer",
		{
			schema: { summary: "What a person says of it.", body: phoneAnswerBody, response: answers(Done) },
			bodyLimit: 3_000_000,
			onRequest: provenFirst,
		},
		async (request, reply) => {
			const { token, key, picture, ...said } = request.body;
			const opened = await open(services, { token, key });
			if ("status" in opened) return refuse(reply, opened.status, opened.reason);
			const refused = refusalOf(opened, said.answer, picture !== undefined);
			if (refused) return refuse(reply, refused.status, refused.reason);
			let kept: string | undefined;
			try {
				kept = picture === undefined ? undefined : await backend.keepPicture(Buffer.from(picture, "base64"));
			} catch {
				return refuse(reply, 422, phrase("api.notJpeg"));
			}
			// taken before it is judged: a browser that hears nothing says it again and is known
			if (!(await backend.takeLink(token, key))) return refuse(reply, 410, phrase("api.linkUsed"));
			const { record, person } = opened;
			const words = { ...said, ...defined({ picture: kept }), via: "phone" };
			return done(reply, await backend.answer(record.incident.id, person.id, person.name, words), 422);
		},
	);
}

function receiptRoutes(app: App, { backend }: Services): void {
	// a phone that has shown a push says so; the id is unguessable, and nothing is told in return
	app.post(
		"/api/phone/shown",
		{ schema: { summary: "A phone has shown a message.", body: shownBody } },
		async ({ body: { delivery } }, reply) => {
			await backend.shown(delivery);
			return reply.code(204).send();
		},
	);
	const ofProvider = async (request: FastifyRequest, reply: FastifyReply) => {
		if (!backend.isProvider((request.params as { token: string }).token))
			return refuse(reply, 404, phrase("api.noAddress"));
	};
	app.post(
		"/api/receipts/:token/:kind",
		{
			schema: { summary: "Receipts and replies of a provider.", params: receiptParams, response: answers(Receipt) },
			bodyLimit: 1_000_000,
			onRequest: ofProvider,
		},
		async ({ params: { token, kind }, body }, reply) => {
			const taken = await backend.provider(token, kind, body);
			return taken === undefined ? refuse(reply, 404, phrase("api.noAddress")) : { code: 0 as const, msg: "ok", taken };
		},
	);
}

function enrolmentRoutes(app: App, { backend, auth }: Services): void {
	app.post(
		"/api/enrol/open",
		{ schema: { summary: "Whose phone a link enrols.", body: tokenBody, response: answers(EnrolmentOpened) } },
		async (request, reply) => {
			const personId = await auth.enrolment(request.body.token);
			const person = backend.people().find((p) => p.id === personId);
			if (!person) return refuse(reply, 404, phrase("api.enrolmentUsed"));
			return { name: person.name, tower: backend.tower().name, ...defined({ key: backend.webPushKey() }) };
		},
	);
	app.post(
		"/api/enrol/subscribe",
		{
			schema: { summary: "Enrols a phone, and sends it a test.", body: subscribeBody, response: answers(TestMessage) },
		},
		async ({ body: { token, subscription, device } }, reply) => {
			const personId = await auth.enrolment(token);
			if (!personId) return refuse(reply, 404, phrase("api.enrolmentUsed"));
			await backend.subscribe(personId, subscription, device);
			await auth.consumeEnrolment(token);
			return backend.testMessage(personId);
		},
	);
}
