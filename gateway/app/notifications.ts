import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "../base/service.ts";
import { isFileName, isLoopback } from "../base/text.ts";
import { AnswerIntake } from "../engine/answer-intake.ts";
import { messageOf } from "../judge/escalation/message.ts";
import { progressOf } from "../judge/handover/progress.ts";
import { centreLine, towerLine } from "../link/lines.ts";
import { Restating } from "../link/restating.ts";
import { buildSeals, type GatewaySeals } from "../link/seals.ts";
import { traitsOf } from "../model/channel.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Incident } from "../model/incident.ts";
import { buildCap } from "../notify/cap/exchange.ts";
import type { Channel, Reply } from "../notify/channels/channel.ts";
import type { Budget } from "../notify/outbox/budget.ts";
import { Dispatcher } from "../notify/outbox/dispatcher.ts";
import { worded } from "../notify/outbox/wording.ts";
import type { LinkStore } from "../store/answer-links.ts";
import { buildChannels } from "./channels.ts";
import type { Core } from "./core.ts";

/** The ways out to people, neighbours and the centre, and the way back for what they say. None is started yet. */
export interface Notifications {
	links: LinkStore;
	answers: AnswerIntake;
	dispatcher: Dispatcher;
	channels: Record<string, Channel>;
	vapidPublicKey: string | undefined;
	cap: ReturnType<typeof buildCap>;
	/** Keeps what was heard of the other ends of the line. */
	seals: Service;
	/** Lines to the centre or to the towers, with the names they are known by. */
	lines: [string, Service][];
}

export async function buildNotifications(core: Core): Promise<Notifications> {
	const { config, stores, parts, processor, clock, random, log, tally, context, feed, dataDir } = core;
	const { accounts, outbox, judgements } = stores;
	const seals = await buildSeals(config, dataDir, { accounts, ledger: judgements.ledger, clock, log });
	const { fault } = seals;
	if (fault !== undefined)
		parts.attempt("the key of this gateway", () => {
			throw fault;
		});
	const links = stores.links(await accounts.secret("linkSecret", random), random);
	const answers = new AnswerIntake({
		processor,
		links,
		outbox,
		clock,
		random,
		tally,
		context: () => context.current,
		onReceipt: (incidentId: string) => feed.deliveryChanged(incidentId),
	});
	const incident = async (id: string) =>
		processor.incidents.find((i) => i.id === id) ?? (await judgements.incident(id));
	const { channels, vapidPublicKey } = await buildChannels(core, {
		seal: seals.seal,
		picture: async (name) =>
			isFileName(name) ? readFile(join(dataDir, "evidence", "pictures", name)).catch(() => undefined) : undefined,
		incident: async (id) => (await incident(id)) ?? null,
		onSms: (from, text) =>
			void answers.sms(from, text).catch((err) => log.error({ err }, "a reply by SMS could not be judged")),
	});
	const dispatcher = buildDispatcher(core, links, channels);
	const cap = parts.attempt("CAP", () => capOf(core));
	processor.onJudged((changed, effects) => {
		cap?.exchange.publish(changed);
		if (effects.some((e) => e.type === "deliver")) dispatcher.wake();
	});
	const lines = buildLines(core, seals, channels, incident);
	return { links, answers, dispatcher, channels, vapidPublicKey, cap, seals: seals.service, lines };
}

function capOf(core: Core): ReturnType<typeof buildCap> {
	const { config, stores, processor, clock, random, log, context, feed, secret } = core;
	return buildCap(config, secret, {
		store: stores.cap,
		open: () => processor.incidents,
		onNotice: () => feed.towerChanged(),
		context: () => context.current,
		submit: (event) => processor.submit(event),
		base: () => addressOfPages(core),
		clock,
		random,
		log,
	});
}

/** Address under which people reach this gateway's pages. */
function addressOfPages({ config, pages }: Core): string {
	return (config.publicUrl ?? pages.url).replace(/\/$/, "");
}

function buildDispatcher(core: Core, links: LinkStore, channels: Record<string, Channel>): Dispatcher {
	const { config, stores, clock, random, log, failPoint, feed } = core;
	const replyOf = async (d: Delivery): Promise<Reply | undefined> => {
		// a group sees no personal link: whoever taps it would answer in another's name
		if (!d.personId || traitsOf(d.channel).reaches === "group") return undefined;
		const { slug, code } = await links.ensure(d.incidentId, d.personId, clock.now());
		const address = addressOfPages(core);
		// an address that nobody outside can open is not sent: the code is answered with
		const isOutside = config.publicUrl !== undefined || !isLoopback(new URL(address).hostname.replace(/^\[|\]$/g, ""));
		return { link: isOutside ? `${address}/i.html#${slug}` : "", code };
	};
	return new Dispatcher(
		{
			channels,
			timeoutMs: config.reach.timeoutS * 1000,
			language: config.tower.language,
			budgets: config.reach.budgets as Record<string, Budget>,
			replyOf,
			onAttempt: (d) => feed.deliveryChanged(d.incidentId),
			failPoint,
		},
		{ store: stores.outbox, clock, random, log },
	);
}

/** The lines of a tower to its centre, and of a centre to its towers: those that the configuration names. */
function buildLines(
	core: Core,
	seals: GatewaySeals,
	channels: Record<string, Channel>,
	incident: (id: string) => Promise<Incident | undefined>,
): [string, Service][] {
	const { config, parts, processor, clock, random, log, tally, context, secret } = core;
	const deps = { config, secret, submit: processor.submit.bind(processor), seals, clock, random, log, tally };
	const lines: [string, Service][] = [];
	const restating = new Restating({
		tell: (i) =>
			tellCentre(
				core,
				channels["centre"],
				worded(messageOf(context.current, i, clock.now()), config.tower.language),
				i.id,
			),
		open: () => processor.incidents,
		incident,
		clock,
		log,
	});
	const progress = (id: string) => {
		const open = processor.incidents.find((i) => i.id === id);
		return open && progressOf(open);
	};
	const uplink = parts.attempt("line to the centre", () =>
		towerLine({ ...deps, progress, isOver: (id) => restating.asked(id) }),
	);
	if (uplink) lines.push(["line to the centre", uplink], ["restating", restating]);
	const isKnown = async (id: string) => (await core.stores.judgements.incident(id)) !== undefined;
	const centre = parts.attempt("lines to the towers", () => centreLine({ ...deps, isKnown }));
	if (centre) {
		lines.push(["lines to the towers", centre.line]);
		processor.onJudged((_, effects) => {
			for (const effect of effects) if (effect.type === "send") centre.send(effect);
		});
	}
	return lines;
}

/** Publishes an incident to the centre beside the outbox; undefined where there is no way to it. */
function tellCentre(
	{ clock, random, config }: Core,
	channel: Channel | undefined,
	message: Delivery["message"],
	incidentId: string,
): Promise<unknown> | undefined {
	const delivery: Delivery = {
		id: random.uuid(),
		incidentId,
		key: "",
		channel: "centre",
		address: "",
		lane: "state",
		message,
		createdAt: clock.now(),
	};
	return channel?.send(delivery, undefined, AbortSignal.timeout(config.reach.timeoutS * 1000));
}
