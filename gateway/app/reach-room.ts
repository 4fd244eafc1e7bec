import { readFile } from "node:fs/promises";
import type { Agent } from "node:https";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import { isFileName, isLoopback } from "../base/text.ts";
import type { World } from "../judge/world.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import type { Channel } from "../reach/channels/channel.ts";
import type { Budget } from "../reach/outbox/budget.ts";
import { Dispatcher } from "../reach/outbox/dispatcher.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { Database } from "../store/database.ts";
import type { JudgementStore } from "../store/judgement.ts";
import { LinkStore } from "../store/links.ts";
import type { OutboxStore } from "../store/outbox.ts";
import { Answers } from "./answers.ts";
import type { Parts } from "./parts.ts";
import type { Pump } from "./pump.ts";
import { buildChannels } from "./reach.ts";

export interface ReachParts {
	config: Config;
	baseDir: string;
	db: Database;
	accounts: AccountStore;
	judgements: JudgementStore;
	outbox: OutboxStore;
	pump: Pump;
	world: () => World;
	consoleUrl: () => string;
	/** Something was heard of an incident's messages. */
	onNews: (incidentId: string) => void;
	failPoint: (name: string) => void;
	webPushAgent?: Agent;
	/** Folder of the evidence pictures. */
	pictures: string;
	/** Signs what goes to the centre. */
	seal: (topic: string, body: object) => Promise<string>;
	clock: Clock;
	random: Random;
	log: Log;
	tally: Tally;
	parts: Parts;
}

export interface Reach {
	links: LinkStore;
	answers: Answers;
	dispatcher: Dispatcher;
	channels: Record<string, Channel>;
	vapidPublicKey: string | undefined;
	/** Address under which people reach this gateway's pages. */
	linkBase: () => string;
}

/** The way out to people and their way back: channels, the dispatcher before them, links, and what is answered. */
export async function buildReach(p: ReachParts): Promise<Reach> {
	const { config, pump, judgements, outbox, clock, random, log } = p;
	const links = new LinkStore(p.db, await p.accounts.secret("linkSecret", random), random);
	const answers = new Answers({ pump, links, outbox, clock, random, tally: p.tally, world: p.world, onReceipt: p.onNews });
	const outside = {
		...(p.webPushAgent ? { webPushAgent: p.webPushAgent } : {}),
		seal: p.seal,
		picture: async (name: string) => (isFileName(name) ? readFile(join(p.pictures, name)).catch(() => undefined) : undefined),
		incident: async (id: string) => pump.incidents.find((i) => i.id === id) ?? (await judgements.incident(id)) ?? null,
		onSms: (from: string, text: string) => void answers.sms(from, text).catch((err) => log.error({ err }, "a reply by SMS could not be judged")),
	};
	const { channels, vapidPublicKey } = await buildChannels(config, p.baseDir, p.accounts, { clock, random, log, parts: p.parts }, outside);
	const linkBase = () => (config.publicUrl ?? p.consoleUrl()).replace(/\/$/, "");
	const dispatcher = new Dispatcher(
		{
			channels,
			timeoutMs: config.reach.timeoutS * 1000,
			language: config.tower.language,
			budgets: config.reach.budgets as Record<string, Budget>,
			// a group sees no personal link: whoever taps it would answer in another's name
			replyOf: async (d) => {
				if (!d.personId || d.channel === "robot") return undefined;
				const { slug, code } = await links.ensure(d.incidentId, d.personId, clock.now());
				// an address that nobody outside can open is not sent: the code is answered with
				const isOutside = config.publicUrl !== undefined || !isLoopback(new URL(linkBase()).hostname.replace(/^\[|\]$/g, ""));
				return { link: isOutside ? `${linkBase()}/i.html#${slug}` : "", code };
			},
			onAttempt: (d) => p.onNews(d.incidentId),
			failPoint: p.failPoint,
		},
		outbox,
		clock,
		random,
		log,
	);
	return { links, answers, dispatcher, channels, vapidPublicKey, linkBase };
}
