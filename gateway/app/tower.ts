import { cp, rm } from "node:fs/promises";
import type { Agent } from "node:https";
import type { Server } from "node:net";
import { join, resolve } from "node:path";
import type { AnchoredClock, Timer } from "../base/clock.ts";
import { type Service, ServiceStack, together } from "../base/lifecycle.ts";
import type { Random } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import { Console } from "../console/api/server.ts";
import type { Change, TowerPort } from "../console/port.ts";
import { maskOver } from "../judge/incident/nuisance.ts";
import { progressOf } from "../judge/ladder/handover.ts";
import type { World } from "../judge/world.ts";
import type { Effect, Incident, JudgeEvent } from "../model/incident.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import { type ConfigInForce, faultNow, resolveSecret } from "../ops/config/source.ts";
import { mostStrangers } from "../ops/health/limits.ts";
import { Watchdog } from "../ops/health/watchdog.ts";
import type { Log } from "../ops/log/log.ts";
import type { Dispatcher } from "../reach/outbox/dispatcher.ts";
import { Sense } from "../sense/sense.ts";
import { AccountStore } from "../store/accounts.ts";
import { CapStore } from "../store/cap.ts";
import { CommandStore } from "../store/commands.ts";
import type { Database } from "../store/database.ts";
import { JudgementStore } from "../store/judgement.ts";
import type { LinkStore } from "../store/links.ts";
import { MessageStore } from "../store/messages.ts";
import { OutboxStore } from "../store/outbox.ts";
import { PrivacyStore } from "../store/privacy.ts";
import { Retention } from "../store/retention.ts";
import { RulingStore } from "../store/rulings.ts";
import type { Camera } from "../watch/camera.ts";
import { type EvidenceOptions, enforceBudget } from "../watch/capture/evidence.ts";
import type { Detector } from "../watch/detect/detector.ts";
import { Auditor } from "./auditor.ts";
import { buildCap, type CapDesk } from "./cap.ts";
import { ClockWatch } from "./clock-watch.ts";
import { Drawer } from "./drawer.ts";
import { dropFirstPassword } from "./first-password.ts";
import { centreLine, towerLine } from "./handover.ts";
import { buildHeartbeat } from "./heartbeat.ts";
import { lockData } from "./lock.ts";
import { Models } from "./models.ts";
import { Parts } from "./parts.ts";
import { createPort } from "./port.ts";
import { Pump } from "./pump.ts";
import { buildReach } from "./reach-room.ts";
import { ReachWatch } from "./reach-watch.ts";
import { RegisterDesk } from "./register-desk.ts";
import { AGAIN_MS, Restating } from "./restating.ts";
import { buildSeals } from "./seals.ts";
import { StoreKeeper } from "./store-keeper.ts";
import { terrainOf } from "./terrain.ts";
import { buildVision } from "./vision.ts";
import { buildWorld } from "./world.ts";

export interface TowerOptions {
	inForce: ConfigInForce;
	/** Everything the tower says is an exercise: simulations and drills. */
	exercise: boolean;
	clock: AnchoredClock;
	random: Random;
	log: Log;
	onFirstPassword: (user: string, password: string) => void;
	webPushAgent?: Agent;
	/** Crash tests end the process here; see failPointFromEnvironment. */
	failPoint?: (name: string) => void;
	/** Go on without a part that cannot start, and try it again: nobody is at the tower. Otherwise that is an error. */
	goesOn?: boolean;
	version?: string;
}

const CONFIG_LOOK_MS = 3_000;
const HOUSEKEEPING_MS = 600_000;
/** What changes of sensors within this goes to the pages together. */
const SENSORS_MS = 1_000;
const RULINGS_LOOK_MS = 10_000;

/** One gateway: builds the rooms, joins them, starts them in order and stops them in reverse. */
export class Tower implements Service {
	readonly #options: TowerOptions;
	readonly #stack: ServiceStack;
	readonly #listeners = new Set<(change: Change) => void>();
	readonly cameras: Camera[] = [];
	readonly tally: Tally;
	#lock: Server | undefined;
	#db: Database | undefined;
	#world: World | undefined;
	#links: LinkStore | undefined;
	#cap: CapDesk | undefined;
	#send: ((effect: Extract<Effect, { type: "send" }>) => void) | undefined;
	#register: RegisterDesk | undefined;
	#timers: Timer[] = [];
	#keeping: Promise<void> | undefined;
	#parts:
		| { pump: Pump; sense: Sense; console: Console; dispatcher: Dispatcher; detector: Detector; outbox: OutboxStore; judgements: JudgementStore }
		| undefined;

	constructor(options: TowerOptions) {
		this.#options = options;
		this.#stack = new ServiceStack((name, err) => options.log.error({ err, name }, "did not stop cleanly"));
		this.tally = new Tally(options.clock, (name, count, last) => options.log.warn({ count, last }, name));
	}

	/** The running parts. Throws before `start`. */
	get parts() {
		if (!this.#parts) throw new Error("LK0001 the tower has not started");
		return this.#parts;
	}

	get register(): Register {
		return this.#register?.register ?? EMPTY_REGISTER;
	}

	get consoleUrl(): string {
		return this.parts.console.url;
	}

	async start(signal: AbortSignal): Promise<void> {
		const { inForce, clock, random, log, exercise } = this.#options;
		const { config, baseDir } = inForce;
		const failPoint = this.#options.failPoint ?? (() => {});
		const dataDir = resolve(baseDir, config.dataDir);
		this.#lock = await lockData(dataDir);
		const keeper = await StoreKeeper.open(
			join(dataDir, "lookout.db"),
			clock,
			log,
			() => this.#parts && this.#change({ type: "tower", tower: port.tower() }),
		);
		const { db } = keeper;
		this.#db = db;
		const goesOn = this.#options.goesOn ?? false;
		const parts = new Parts(clock, log, { goesOn, onFault: () => this.#parts && this.#change({ type: "tower", tower: port.tower() }) });
		const accounts = new AccountStore(db);
		const messages = new MessageStore(db);
		const judgements = new JudgementStore(db);
		const outbox = new OutboxStore(db);
		const rulings = new RulingStore(db);
		const register = new RegisterDesk({ config, baseDir, ledger: judgements.ledger, clock, log });
		this.#register = register;
		await register.load();
		const terrain = await terrainOf(config, baseDir, log);
		const models = new Models(accounts, clock, log);
		await models.choose(config.detector.model);
		const auditor = new Auditor({ judgements, outbox, clock, log });
		const drawer = new Drawer();
		const rebuild = async () => {
			const enrolled = new Set((await accounts.subscriptions()).map((s) => s.personId));
			const now = clock.now();
			const laidDown = { masks: await rulings.masks(now), danger: await rulings.danger(now), maintenance: await rulings.maintenance(now) };
			const ground = { grids: register.grids, terrain };
			this.#world = buildWorld(config, register.register, ground, models.current.manifest, { enrolled, ...laidDown });
		};
		/** After a ruling of the desk, an enrolment, another model or register: judge and page go by the new world. */
		const refresh = async () => {
			await rebuild();
			this.#change({ type: "tower", tower: port.tower() });
			this.#change({ type: "cameras", cameras: port.cameras() });
		};
		const fault = (err: unknown) => log.error({ err }, "the judge's world could not be renewed");
		const renew = () => void refresh().catch(fault);
		await rebuild();
		const pump = new Pump(
			{
				world: () => this.#world as World,
				onJudged: (changed, effects) => this.#onJudged(changed, effects),
				failPoint,
				tally: this.tally,
				onClock: () => clock.follow(),
			},
			judgements,
			clock,
			random,
			log,
		);
		const seals = await buildSeals(config, dataDir, { accounts, ledger: judgements.ledger, clock, log });
		if ("fault" in seals) parts.attempt("the key of this gateway", () => rethrow(seals.fault));
		const reach = await buildReach({
			...{ seal: seals.seal, pictures: join(dataDir, "evidence", "pictures") },
			...{ config, baseDir, db, accounts, judgements, outbox, pump, clock, random, log, tally: this.tally, failPoint, parts },
			...(this.#options.webPushAgent ? { webPushAgent: this.#options.webPushAgent } : {}),
			world: () => this.#world as World,
			consoleUrl: () => this.parts.console.url,
			onNews: (incidentId) => this.#change({ type: "delivery", incidentId }),
		});
		const { links, answers, dispatcher, linkBase } = reach;
		this.#links = links;
		const ends = {
			config,
			secret: (value: string) => resolveSecret(value, baseDir),
			submit: (event: JudgeEvent) => pump.submit(event),
			...{ seals, clock, random, log, tally: this.tally },
		};
		const isKnown = async (id: string) => (await judgements.incident(id)) !== undefined;
		const centre = parts.attempt("lines to the towers", () => centreLine({ ...ends, isKnown }));
		this.#send = centre?.send;
		const clockWatch = new ClockWatch(clock, random, log, accounts, ends.submit);
		const cap = parts.attempt("CAP", () =>
			buildCap(config, ends.secret, {
				store: new CapStore(db),
				open: () => pump.incidents,
				onNotice: () => this.#change({ type: "tower", tower: port.tower() }),
				world: () => this.#world as World,
				submit: ends.submit,
				base: linkBase,
				clock,
				random,
				log,
			}),
		);
		this.#cap = cap?.desk;
		/** Sensors of which the pages do not know yet. */
		const changed = new Set<string>();
		const sense = new Sense(
			{
				...config.broker,
				mostStrangers: mostStrangers(),
				towerId: config.tower.id,
				commands: new CommandStore(db),
				keeps: () => db.isDurable && !db.isShort,
				nodes: config.sensors.map(({ id, name, lat, lon, credential, silentAfterS }) => ({
					id,
					name,
					position: { lat, lon },
					credential,
					silentAfterMs: silentAfterS * 1000,
				})),
				exercise,
				mayForget: () => clockWatch.isTrusted,
				onEvent: (event) => {
					failPoint("stored:alarm");
					void pump.submit(event);
				},
				onChange: ({ id }) => {
					changed.add(id);
					if (changed.size > 1) return;
					clock.after("tower.sensors", SENSORS_MS, () => {
						if (this.#listeners.size > 0) this.#change({ type: "sensors", sensors: port.sensors(changed) });
						changed.clear();
					});
				},
			},
			clock,
			log,
			messages,
		);
		const vision = buildVision(
			{
				...{ config, baseDir, dataDir, exercise, models },
				world: () => this.#world as World,
				onSighting: (sighting) =>
					void pump.submit({ type: "sighting", id: sighting.id, at: clock.now(), sighting }).then(() => {
						// what became no incident, whether for its score, a mask or a person's word, is there to be looked at
						if (pump.incidents.some((i) => i.evidence.some((e) => e.trackId === sighting.trackId))) drawer.remove(sighting.trackId);
						else drawer.add(sighting, maskOver(this.#world?.masks ?? [], sighting, clock.now()));
						this.#change({ type: "candidates", candidates: port.candidates() });
					}),
				onCoverage: (coverage) => void pump.submit({ type: "coverage", id: coverage.id, at: clock.now(), coverage }),
				onScored: () => this.#change({ type: "cameras", cameras: port.cameras() }),
				onModel: () => renew(),
				onMoved: (cameraId) => {
					// drawn over another view: what stands there now must be able to ring
					rulings.endMasksOf(cameraId, "rule: the camera was turned", clock.now()).then(renew, fault);
				},
			},
			{ clock, random, log, tally: this.tally },
		);
		const { detector, companion, evidence } = vision;
		const faults = () => [...parts.faults, ...Object.values(reach.channels).flatMap((c) => c.fault ?? [])];
		const secretOf = (name: string, value: string | undefined) =>
			value === undefined ? undefined : parts.attempt(name, () => resolveSecret(value, baseDir));
		this.cameras.push(...vision.cameras);
		const port: TowerPort = createPort({
			config,
			inForce,
			exercise,
			clock,
			random,
			accounts,
			judgements,
			outbox,
			rulings,
			pump,
			sense,
			cameras: this.cameras,
			detector,
			drawer,
			companion,
			tally: this.tally,
			evidence,
			links,
			answers,
			cap,
			receiptToken: secretOf("receiptToken", config.reach.receiptToken),
			vapidPublicKey: reach.vapidPublicKey,
			channels: reach.channels,
			world: () => this.#world as World,
			registerFault: () => register.fault,
			auditFault: () => auditor.fault,
			store: keeper,
			partFaults: faults,
			models,
			rebuildWorld: refresh,
			onChange: (listener) => {
				this.#listeners.add(listener);
				return () => this.#listeners.delete(listener);
			},
			version: this.#options.version ?? "",
		});
		const { viewerPassword, ...listener } = config.console;
		const viewersPassword = secretOf("viewerPassword", viewerPassword);
		const viewer = viewersPassword === undefined ? {} : { viewerPassword: viewersPassword };
		const console_ = new Console(
			{
				...{ ...listener, ...viewer, port_: port, mostStrangers: mostStrangers() },
				...{ onFirstPassword: this.#options.onFirstPassword, onDesk: () => dropFirstPassword(dataDir) },
			},
			accounts,
			clock,
			random,
			log,
		);
		this.#parts = { pump, sense, console: console_, dispatcher, detector, outbox, judgements };
		// judge and outbox first: nothing may come in before there is somewhere for it to go
		this.#stack.add("watchdog", new Watchdog(clock));
		this.#stack.add("store", keeper);
		this.#stack.add("line", seals.service);
		this.#stack.add("judge", pump);
		this.#stack.add("clock", clockWatch);
		const kept = (name: string, service: Service) => (goesOn ? parts.kept(name, service) : service);
		const add = (name: string, service: Service) => this.#stack.add(name, kept(name, service));
		add("sense", sense);
		// a detector opens its model and a camera waits for its keyframe, while the rest starts
		add("detector", detector);
		if (companion) add("companion", companion);
		this.#stack.add("cameras", together(this.cameras.map((camera) => kept(`camera ${camera.state.id}`, camera))));
		add("console", console_);
		add("outbox", dispatcher);
		add("reach watch", new ReachWatch(outbox, ends.submit, clock, log));
		const progress = (id: string) => {
			const incident = pump.incidents.find((i) => i.id === id);
			return incident && progressOf(incident);
		};
		const restating = new Restating({
			...{ channel: () => reach.channels["centre"], world: () => this.#world as World, open: () => pump.incidents },
			...{ incident: (id: string) => judgements.incident(id), timeoutMs: config.reach.timeoutS * 1000, clock, random, log },
		});
		const uplink = parts.attempt("line to the centre", () => towerLine({ ...ends, progress, isOver: (id) => restating.asked(id) }));
		if (uplink) {
			add("line to the centre", uplink);
			this.#timers.push(clock.every("tower.restating", AGAIN_MS, () => restating.all()));
		}
		if (centre) add("lines to the towers", centre.line);
		register.onChange = renew;
		add("register", register);
		add("auditor", auditor);
		const heartbeat = buildHeartbeat(
			config,
			async () => {
				const health = port.health();
				const well = health.camerasBlind === 0 && [auditor.fault, register.fault, keeper.fault, ...faults()].every((f) => f === undefined);
				return { tower: config.tower.id, well, ...health, ledger: await judgements.ledger.tail() };
			},
			clock,
			log,
		);
		if (heartbeat) add("heartbeat", heartbeat);
		try {
			for (const event of await messages.pending()) void pump.submit(event);
			await this.#stack.start(signal);
		} catch (error) {
			await this.stop();
			throw error;
		}
		// what was judged when the process ended is said now; open fires are renewed before their messages expire
		cap?.desk.publish(pump.incidents);
		if (cap) this.#timers.push(clock.every("tower.cap", 60_000, () => cap.desk.publish(pump.incidents)));
		this.#timers.push(clock.every("tower.config", CONFIG_LOOK_MS, () => this.#lookAtConfig(port)));
		this.#timers.push(clock.every("tower.rulings", RULINGS_LOOK_MS, () => this.#rulingsEnded(clock.now()) && renew()));
		this.#keepHouse(evidence, new Retention(db), new PrivacyStore(db), clockWatch);
	}

	/** Whether a danger level, a mask or a maintenance has run out since the world was made: the page must not show it any more. */
	#rulingsEnded(now: number): boolean {
		const { danger, masks = [], maintenance = [] } = this.#world ?? {};
		return [...masks, ...maintenance, ...(danger ? [danger] : [])].some((r) => r.until <= now);
	}

	#keepHouse(evidence: EvidenceOptions, retention: Retention, privacy: PrivacyStore, clockWatch: ClockWatch): void {
		const { clock, log, inForce } = this.#options;
		const keepMs = inForce.config.privacy.keepDays * 86_400_000;
		let erasedUntil = 0;
		const keep = async () => {
			const { pictures, doneUntil } = await privacy.retain(clock.now() - keepMs, erasedUntil);
			await Promise.all(pictures.map((name) => rm(join(evidence.folder, "pictures", name), { force: true })));
			erasedUntil = doneUntil;
			while (this.#timers.length > 0 && (await retention.slice(clock.now())));
		};
		const timer = clock.every("tower.housekeeping", HOUSEKEEPING_MS, () => {
			enforceBudget(evidence).catch((err) => log.error({ err }, "evidence could not be pruned"));
			this.#links?.retain(clock.now()).catch((err) => log.error({ err }, "old links could not be forgotten"));
			// not twice at once where the disk is slow, and not by an age that a wrong clock has made
			if (this.#keeping || !clockWatch.isTrusted) return;
			this.#keeping = keep()
				.catch((err) => log.error({ err }, "what has had its time could not be taken out of the store"))
				.finally(() => {
					this.#keeping = undefined;
				});
		});
		this.#timers.push(timer);
	}

	#lookAtConfig(port: TowerPort): void {
		const { inForce, log } = this.#options;
		if (inForce.file === undefined) return;
		const fault = faultNow(inForce.file, inForce.version);
		if (fault === inForce.fault) return;
		if (fault === undefined) delete inForce.fault;
		else inForce.fault = fault;
		log.warn({ fault }, "LK0101 the configuration file has changed; the one in force stays");
		this.#change({ type: "tower", tower: port.tower() });
	}

	async stop(): Promise<void> {
		for (const timer of this.#timers.splice(0)) timer.cancel();
		await this.#stack.stop();
		await this.#keeping;
		await this.#cap?.stop();
		this.tally.flush();
		await this.#db?.close();
		this.#lock?.close();
	}

	#onJudged(changed: Incident[], effects: Effect[]): void {
		for (const effect of effects) {
			if (effect.type === "send") this.#send?.(effect);
			if (effect.type !== "keepEvidence") continue;
			for (const camera of this.cameras) {
				if (camera.state.id !== effect.cameraId) continue;
				camera.keepEvidence(effect.incidentId, effect.fromMs, effect.toMs);
				this.#keepPast(effect.incidentId, effect.cameraId);
			}
		}
		this.#cap?.publish(changed);
		for (const incident of changed) this.#change({ type: "incident", incident });
		if (effects.some((e) => e.type === "deliver")) this.parts.dispatcher.wake();
	}

	/** The view's half hour before an incident goes with its evidence: without it a verdict could teach nothing. */
	#keepPast(incidentId: string, cameraId: string): void {
		const { inForce, log } = this.#options;
		const dataDir = resolve(inForce.baseDir, inForce.config.dataDir);
		const to = join(dataDir, "evidence/incidents", incidentId, `past-${cameraId}`);
		cp(join(dataDir, "past", `${cameraId}.fixed`), to, { recursive: true }).catch((err) =>
			log.warn({ err, incidentId }, "the past could not be kept"),
		);
	}

	#change(change: Change): void {
		for (const listener of this.#listeners) listener(change);
	}
}

function rethrow(error: unknown): never {
	throw error;
}

/** Ends the process on the spot at the point named in LOOKOUT_FAIL_POINT, as a power cut would. For crash tests. */
export function failPointFromEnvironment(): (name: string) => void {
	const wanted = process.env["LOOKOUT_FAIL_POINT"];
	return (name) => {
		if (wanted !== undefined && name === wanted) process.kill(process.pid, "SIGKILL");
	};
}
