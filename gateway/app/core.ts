import type { Agent } from "node:https";
import { resolve } from "node:path";
import type { AnchoredClock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import { urlOf } from "../console/api/address.ts";
import { ChangeFeed } from "../console/changes.ts";
import { Candidates } from "../engine/candidates.ts";
import { ContextSource } from "../engine/context-source.ts";
import { EventProcessor } from "../engine/event-processor.ts";
import type { Config } from "../ops/config/schema.ts";
import { type ConfigInForce, resolveSecret } from "../ops/config/source.ts";
import type { Log } from "../ops/log/log.ts";
import { Parts } from "../ops/parts.ts";
import { RegisterWatcher } from "../register/watcher.ts";
import { openKeeper, type StoreKeeper } from "../store/keeper.ts";
import { lockData } from "../store/lock.ts";
import { type Stores, storeFile } from "../store/open.ts";
import { ModelSelector } from "../watch/detect/model-selector.ts";
import { contextNow, terrainOf } from "./context.ts";

export interface GatewayOptions {
	inForce: ConfigInForce;
	/** Everything the gateway says is an exercise: simulations and drills. */
	exercise: boolean;
	clock: AnchoredClock;
	random: Random;
	log: Log;
	/** Told the address that makes the first administrator of the console, at each start at which there is none. */
	onFirstLink: (url: string) => void;
	webPushAgent?: Agent;
	/** Crash tests end the process here; see failPointFromEnvironment. */
	failPoint?: (name: string) => void;
	/** Go on without a part that cannot start, and try it again: nobody is at the tower. Otherwise that is an error. */
	goesOn?: boolean;
	version?: string;
}

/**
 * What the other rooms are built upon: the store, the register, the decision context, and the judge behind its queue.
 */
export interface Core {
	options: GatewayOptions;
	config: Config;
	dataDir: string;
	clock: AnchoredClock;
	random: Random;
	log: Log;
	tally: Tally;
	failPoint: (name: string) => void;
	/** Resolves a secret that may name a file or a variable. Throws where that is not there. */
	secret: (value: string) => string;
	/** The same for a part that goes on without it: undefined where it is not set or not there. */
	optionalSecret: (name: string, value: string | undefined) => string | undefined;
	feed: ChangeFeed;
	parts: Parts;
	keeper: StoreKeeper;
	stores: Stores;
	register: RegisterWatcher;
	models: ModelSelector;
	context: ContextSource;
	processor: EventProcessor;
	candidates: Candidates;
	/** Address of the pages on this machine: as it is configured, and with the port in use once they are served. */
	pages: { url: string };
	/** Lets go of the store and of the data folder. */
	close: () => Promise<void>;
}

/** Opens the store and reads what judgement rests on. Nothing runs yet. Throws LK0201, LK0204, LK0403. */
export async function buildCore(options: GatewayOptions): Promise<Core> {
	const { inForce, clock, log } = options;
	const dataDir = resolve(inForce.baseDir, inForce.config.dataDir);
	const lock = await lockData(dataDir);
	const feed = new ChangeFeed(clock);
	const opening = openKeeper(storeFile(dataDir), clock, log, () => feed.towerChanged());
	const close = async () => {
		await (await opening.catch(() => undefined))?.close();
		lock.close();
	};
	try {
		return { ...(await assemble(options, dataDir, feed, await opening)), close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function assemble(
	options: GatewayOptions,
	dataDir: string,
	feed: ChangeFeed,
	keeper: StoreKeeper,
): Promise<Omit<Core, "close">> {
	const { inForce, clock, random, log, goesOn = false, failPoint = () => {} } = options;
	const { config, baseDir } = inForce;
	const tally = new Tally(clock, (name, count, last) => log.warn({ count, last }, name));
	const parts = new Parts(clock, log, { goesOn, onFault: () => feed.towerChanged() });
	const { stores } = keeper;
	const { accounts, rulings, judgements, registerEdits: edits } = stores;
	const register = new RegisterWatcher({ config, baseDir, ledger: judgements.ledger, edits, clock, log });
	await register.load();
	const terrain = await terrainOf(config, baseDir, log);
	const models = new ModelSelector(accounts, clock, log);
	await models.choose(config.detector.model);
	const build = () => contextNow({ config, register, terrain, models, accounts, rulings, clock });
	const onChange = () => {
		feed.towerChanged();
		feed.camerasChanged();
	};
	const context = new ContextSource({ build, onChange, clock, log });
	await context.rebuild();
	register.onChange = () => context.renew();
	const processor = new EventProcessor(
		{ context: () => context.current, failPoint, tally, onClock: () => clock.follow() },
		{ store: judgements, clock, random, log },
	);
	processor.onJudged((changed) => {
		for (const incident of changed) feed.incidentChanged(incident);
	});
	const secret = (value: string) => resolveSecret(value, baseDir);
	const optionalSecret = (name: string, value: string | undefined) =>
		value === undefined ? undefined : parts.attempt(name, () => secret(value));
	const candidates = new Candidates();
	const pages = { url: urlOf(config.console) };
	return {
		options,
		config,
		dataDir,
		clock,
		random,
		log,
		tally,
		failPoint,
		secret,
		optionalSecret,
		feed,
		parts,
		keeper,
		stores,
		register,
		models,
		context,
		processor,
		candidates,
		pages,
	};
}

/** Ends the process on the spot at the point named in LOOKOUT_FAIL_POINT, as a power cut would. For crash tests. */
export function failPointFromEnvironment(): (name: string) => void {
	const wanted = process.env["LOOKOUT_FAIL_POINT"];
	return (name) => {
		if (wanted !== undefined && name === wanted) process.kill(process.pid, "SIGKILL");
	};
}
