import { join } from "node:path";
import { defined } from "../base/omit.ts";
import type { Phrase } from "../base/phrase.ts";
import { say } from "../base/say.ts";
import { localTime } from "../base/time-zone.ts";
import type { ConsoleBackend } from "../console/backend.ts";
import { baseMapOf } from "../console/base-map.ts";
import { evidenceFiles } from "../console/evidence-files.ts";
import { writePoseProposal } from "../console/pose-proposal.ts";
import { boardOf } from "../console/views/board.ts";
import { briefingOf } from "../console/views/briefing.ts";
import { cameraView } from "../console/views/camera.ts";
import { deskRosterOf } from "../console/views/desk-roster.ts";
import { incidentView } from "../console/views/incident.ts";
import { mapOf, peopleOnMap } from "../console/views/map.ts";
import { likeliest, rangersNear } from "../console/views/rangers.ts";
import { dryRunView, personView, previewView, type RegisterBackend, withoutPhone } from "../console/views/register.ts";
import type { Health } from "../console/views/schemas.ts";
import { summaryOf } from "../console/views/summary.ts";
import { towerView } from "../console/views/tower.ts";
import { silentWitnesses } from "../console/views/witnesses.ts";
import { Desk } from "../engine/desk.ts";
import { dryRun } from "../engine/dry-run.ts";
import { sameSecret } from "../engine/replies.ts";
import { submitReport } from "../engine/report-intake.ts";
import { mayEnd } from "../judge/duty/duty.ts";
import { pointInForce } from "../judge/lifecycle/operating-point.ts";
import type { Auditor } from "../ledger/auditor.ts";
import { whyNotTold } from "../ledger/explain.ts";
import type { Scores } from "../model/camera.ts";
import type { Incident } from "../model/incident.ts";
import { holds } from "../model/register.ts";
import { sendTestMessage } from "../notify/test-message.ts";
import { findingsIn } from "../register/check.ts";
import { RegisterError } from "../register/import-fault.ts";
import { probabilityOf } from "../watch/detect/manifest.ts";
import type { Core } from "./core.ts";
import type { Inputs } from "./inputs.ts";
import type { Notifications } from "./notifications.ts";

/** What the console's backend reads and acts on. */
export type BackendDeps = Core & Inputs & Notifications & { auditor: Auditor };

const RECENT = 50;
/** How far ahead the register is looked at for the page. */
const CHECKED_DAYS = 31;
const HOUR_MS = 3_600_000;

/** The gateway as the console sees it. */
export function createConsoleBackend(deps: BackendDeps): ConsoleBackend {
	return {
		...statusViews(deps),
		...deviceViews(deps),
		...mapViews(deps),
		...incidents(deps),
		...deskOrders(deps),
		...people(deps),
		register: registerDesk(deps),
		...intakes(deps),
		...evidenceFiles(deps.evidence.folder, join(deps.dataDir, "past")),
		...phones(deps),
		onChange: (listener) => deps.feed.subscribe(listener),
	};
}

type Part<K extends keyof ConsoleBackend> = Pick<ConsoleBackend, K>;

/** Parts that cannot start, and channels that do not work; undefined when all do. */
function partFaultsOf({ parts, channels }: BackendDeps): Phrase[] | undefined {
	const faults = [...parts.faults, ...Object.values(channels).flatMap((channel) => channel.fault ?? [])];
	return faults.length === 0 ? undefined : faults;
}

function statusViews(deps: BackendDeps): Part<"tower" | "health"> {
	const { config, options, clock, context, models, auditor, keeper, register, cap, cameras, detector, sense, tally } =
		deps;
	const tower = () => {
		const { manifest } = models.current;
		const probabilities = (scores: Scores) => ({
			smoke: probabilityOf(manifest, "smoke", scores.smoke),
			flame: probabilityOf(manifest, "flame", scores.flame),
		});
		const point = pointInForce(context.current, clock.now());
		return towerView({
			tower: config.tower,
			context: context.current,
			now: clock.now(),
			point: point.name,
			needs: probabilities(point.scores),
			quiet: probabilities(context.current.points.quiet),
			exercise: options.exercise,
			version: options.version ?? "",
			faults: {
				audit: auditor.differences,
				register: register.faults,
				notices: cap?.exchange.notices ?? [],
				...defined({
					model: models.fault,
					config: options.inForce.fault,
					store: keeper.fault,
					parts: partFaultsOf(deps),
				}),
			},
			...defined({ publicUrl: config.publicUrl }),
		});
	};
	const health = (): Health => ({
		framesScored: cameras.reduce((n, c) => n + c.state.framesScored, 0),
		framesFailed: cameras.reduce((n, c) => n + c.state.framesFailed, 0),
		camerasBlind: cameras.filter((c) => c.state.blind).length,
		camerasLearning: cameras.filter((c) => c.state.learning).length,
		detectorRestarts: detector.restarts,
		...defined({ store: keeper.fault, parts: partFaultsOf(deps) }),
		counters: { ...sense.tally.totals(), ...tally.totals() },
	});
	return { tower, health };
}

/** What the heartbeat carries: whether the tower needs somebody, its health, and the end of its ledger. */
export async function statusOf(deps: BackendDeps) {
	const { config, stores, register, keeper, auditor } = deps;
	const health = statusViews(deps).health();
	const faults = [auditor.differences[0], register.faults[0], keeper.fault, ...(health.parts ?? [])];
	const well = health.camerasBlind === 0 && faults.every((fault) => fault === undefined);
	// whoever hears it has no catalogue
	const parts = health.parts?.map((fault) => say("en", fault));
	const ledger = await stores.judgements.ledger.tail();
	return { tower: config.tower.id, well, ...health, ...defined({ parts }), ledger };
}

function deviceViews({
	config,
	clock,
	context,
	cameras,
	sense,
	candidates,
	companion,
}: BackendDeps): Part<"cameras" | "sensors" | "sensorHistory" | "candidates" | "companion" | "snapshot" | "view"> {
	const cameraOf = (id: string) => cameras.find((c) => c.state.id === id);
	return {
		cameras: () =>
			cameras.map(({ state }, i) => {
				const masks = context.current.masks.filter((m) => m.cameraId === state.id && m.until > clock.now());
				return cameraView(state, config.cameras[i], masks);
			}),
		sensors: (only) =>
			sense
				.nodes()
				.filter(({ id }) => !only || only.has(id))
				.map(({ id, name, position, lastAt, silent, isShared, refused, readings }) => ({
					id,
					name,
					...position,
					silent,
					readings,
					...defined({ isShared: isShared || undefined, refused, lastAt }),
				})),
		sensorHistory: (id, hours) => sense.history(id, { from: clock.now() - hours * HOUR_MS, to: clock.now() }),
		candidates: () => candidates.list(clock.now()),
		companion: () => companion?.view(),
		snapshot: async (cameraId) => cameraOf(cameraId)?.snapshot(),
		view: (cameraId, write, ended) => cameraOf(cameraId)?.view(write, ended),
	};
}

/** What stands on the map, and what is known of its ground. */
function mapViews(deps: BackendDeps): Part<"map" | "baseMap" | "terrain" | "lens" | "proposePose"> {
	const { config, context, clock, processor, parts, options, secret } = deps;
	const { id, name, lat, lon } = config.tower;
	const cameras = config.cameras.map((c) => ({
		id: c.id,
		name: c.name,
		lat: c.lat,
		lon: c.lon,
		azimuthDeg: c.azimuthDeg,
		fovDeg: c.fovDeg,
		rangeM: c.rangeM,
	}));
	const { map } = config.console;
	const base =
		map &&
		parts.attempt("console.map", () =>
			baseMapOf(map.tianditu ? { tianditu: { key: secret(map.tianditu.key) } } : map, options.inForce.baseDir),
		);
	return {
		map: () => {
			const { register, terrain } = context.current;
			const view = { tower: { id, name, lat, lon }, cameras, hasTerrain: terrain !== undefined };
			const box = terrain?.box && { box: [...terrain.box] };
			const people = peopleOnMap(processor.incidents);
			const under = base && { base: base.view };
			return { version: register.version, ...view, ...box, ...under, people, ...mapOf(register, clock.now()) };
		},
		baseMap: () => base,
		terrain: () => context.current.terrain,
		lens: (cameraId) => {
			const camera = config.cameras.find((c) => c.id === cameraId);
			if (!camera) return undefined;
			const { lat, lon, heightM, azimuthDeg, tiltDeg, fovDeg } = camera;
			return { position: { lat, lon }, heightM, azimuthDeg, tiltDeg, fovDeg };
		},
		proposePose: (cameraId, pose, by) => {
			if (!config.cameras.some((c) => c.id === cameraId)) return undefined;
			const at = localTime(clock.now(), config.tower.timeZone).slice(0, 16);
			return writePoseProposal(deps.dataDir, cameraId, pose, { by, at });
		},
	};
}

/** An incident, open or not; undefined when there is none of that id. */
async function incidentOf({ processor, stores }: BackendDeps, id: string): Promise<Incident | undefined> {
	return processor.incidents.find((i) => i.id === id) ?? (await stores.judgements.incident(id));
}

/** An incident with everything that the store holds of it. */
async function recordOf(deps: BackendDeps, id: string) {
	const incident = await incidentOf(deps, id);
	if (!incident) return undefined;
	const { outbox, judgements } = deps.stores;
	return { incident, deliveries: await outbox.ofIncident(id), ledger: await judgements.ledger.ofIncident(id) };
}

function incidents(
	deps: BackendDeps,
): Part<
	| "incidents"
	| "summaries"
	| "incidentList"
	| "now"
	| "channelCounts"
	| "since"
	| "incident"
	| "whyNotTold"
	| "startDrill"
	| "report"
> {
	const { processor, stores, context, clock, random, options } = deps;
	const recent = async () => {
		const open = processor.incidents;
		const isOpen = new Set(open.map((i) => i.id));
		const others = (await stores.judgements.recentIncidents(RECENT)).filter((i) => !isOpen.has(i.id));
		return [...open, ...others].sort((a, b) => b.openedAt - a.openedAt);
	};
	const intake = { context: () => context.current, processor, clock, random, exercise: options.exercise };
	return {
		incidents: async () => (await recent()).map(incidentView),
		summaries: async () => (await recent()).map(summaryOf),
		incidentList: () => stores.incidentList,
		now: () => clock.now(),
		since: async () => stores.judgements.ledger.since(),
		channelCounts: (...asked) => stores.outbox.channelCounts(...asked),
		incident: async (id) => {
			const record = await recordOf(deps, id);
			if (!record) return undefined;
			const users = new Map((await stores.users.users()).map((u) => [u.id, u.name]));
			const briefing = briefingOf(context.current, record.incident, clock.now());
			const from = likeliest(record.incident);
			const rangers = from ? rangersNear(context.current.register, from, clock.now()) : [];
			const seeing = deps.config.cameras.filter(
				({ id }) => !deps.cameras.some((c) => c.state.id === id && c.state.blind),
			);
			const unseenBy = silentWitnesses(seeing, context.current.terrain, record.incident);
			return { ...record, users, briefing, rangers, unseenBy };
		},
		whyNotTold: async (id, personId) => {
			const record = await recordOf(deps, id);
			return record && whyNotTold(context.current, record, personId);
		},
		startDrill: (by, where) => submitReport(intake, { kind: "drill", by, where }),
		report: (by, where, note) => submitReport(intake, { kind: "report", by, where, ...defined({ note }) }),
	};
}

/** What the desk alone says and lays down; see `Desk`. */
function deskOrders(deps: BackendDeps): Part<DeskOrders> {
	const { processor, stores, context, config, clock, random, answers, keeper } = deps;
	const { judgements, rulings } = stores;
	const desk = new Desk({
		processor,
		judgements,
		rulings,
		clock,
		random,
		context: () => context.current,
		refresh: () => context.refresh(),
		cameras: config.cameras.map(({ id }) => id),
		sensors: config.sensors.map(({ id }) => id),
	});
	return {
		answer: (...said) => answers.say(...said),
		undo: (...order) => desk.undo(...order),
		reopen: (...order) => desk.reopen(...order),
		release: (...order) => desk.release(...order),
		addMask: (...mask) => desk.addMask(...mask),
		endMask: (...mask) => desk.endMask(...mask),
		declareDanger: (...danger) => desk.declareDanger(...danger),
		startMaintenance: (...order) => desk.startMaintenance(...order),
		endMaintenance: (...order) => desk.endMaintenance(...order),
		acknowledgeStore: (by) => keeper.acknowledge(by),
	};
}

type DeskOrders = "answer" | "acknowledgeStore" | keyof Desk;

function people({ config, context, clock }: BackendDeps): Part<"people" | "grids" | "board" | "mayEnd" | "deskRoster"> {
	return {
		people: () => context.current.register.people,
		deskRoster: () => deskRosterOf(context.current.register, clock.now()),
		grids: () => {
			const held = context.current.register.grids.filter((g) => holds(g, clock.now()));
			return held.map(({ code, name }) => ({ code, name })).sort((a, b) => a.code.localeCompare(b.code));
		},
		board: () => {
			const { publicBoard } = config.console;
			return publicBoard === "none" ? undefined : boardOf(context.current, clock.now(), publicBoard === "phones");
		},
		mayEnd: (personId, grids) => mayEnd(context.current.duty, personId, grids, clock.now()),
	};
}

/** The register as the pages read and change it. */
function registerDesk({ config, register, context, clock, stores }: BackendDeps): RegisterBackend {
	const phones = async () => new Set((await stores.accounts.subscriptions()).map((s) => s.personId));
	const faultsOf = (error: unknown) => (error instanceof RegisterError ? error.faults : undefined);
	return {
		rows: (...asked) => register.editor.rows(...asked),
		file: (...asked) => register.editor.file(...asked),
		inForce: () => register.register,
		edits: (areas) => ({
			edits: [...register.editor.edits(areas)],
			differences: [...register.editor.differences(areas)],
		}),
		change: (...said) => register.change(...said),
		undo: (...said) => register.undo(...said),
		settle: (...said) => register.settle(...said),
		preview: (...file) => previewView(register.editor.preview(...file), faultsOf),
		findings: async (areas) =>
			[
				...findingsIn(config, register.register, { now: clock.now(), days: CHECKED_DAYS }),
				...withoutPhone(register.register, await phones(), clock.now()),
			].filter(({ what }) => register.editor.areas.concerns(areas, what)),
		dryRun: async (question) => {
			const run = dryRun(context.current, question);
			return run && dryRunView(context.current.register, await phones(), run);
		},
		person: async (id) => {
			const heardAt = (await stores.outbox.lastHeard()).get(id);
			const phones = await stores.accounts.subscriptions(id);
			return personView(context.current.register, id, { phones, heardAt }, clock.now());
		},
	};
}

/** What other systems bring and fetch, each with its own token. */
function intakes({
	config,
	answers,
	cap,
	optionalSecret,
}: BackendDeps): Part<"isProvider" | "mayBringCap" | "provider" | "capFeed" | "capMessage" | "capIntake" | "shown"> {
	const receiptToken = optionalSecret("receiptToken", config.reach.receiptToken);
	const isProvider = (token: string) => tokenFits(receiptToken, token);
	const mayReadCap = (token: string) => tokenFits(cap?.feedToken, token);
	const mayBringCap = (token: string) => tokenFits(cap?.intakeToken, token);
	return {
		isProvider,
		mayBringCap,
		provider: async (token, kind, body) => (isProvider(token) ? answers.provider(kind, body) : undefined),
		capFeed: async (token) => (mayReadCap(token) ? cap?.exchange.feed() : undefined),
		capMessage: async (token, uuid) => (mayReadCap(token) ? cap?.exchange.message(uuid) : undefined),
		capIntake: async (token, xml) => (mayBringCap(token) ? cap?.exchange.intake(xml) : undefined),
		shown: (deliveryId) => answers.shown(deliveryId),
	};
}

function tokenFits(expected: string | undefined, given: string): boolean {
	return expected !== undefined && sameSecret(given, expected);
}

/** Phones: links in messages, and Web Push. */
function phones(deps: BackendDeps): Part<"readLink" | "takeLink" | "webPushKey" | "subscribe" | "testMessage"> {
	const { links, vapidPublicKey, stores, context, clock, random, channels, config } = deps;
	const timeoutMs = config.reach.timeoutS * 1000;
	return {
		readLink: (token, key) => links.read(token, key, clock.now()),
		takeLink: (token, key) => links.use(token, key, clock.now()),
		webPushKey: () => vapidPublicKey,
		subscribe: async (personId, { endpoint, keys }, device) => {
			await stores.accounts.addSubscription({ endpoint, personId, ...keys, createdAt: clock.now(), device });
			await context.refresh();
		},
		testMessage: async (personId) => {
			const channel = channels["webpush"];
			const test = { channel, language: config.tower.language, timeoutMs, clock, random };
			const { kind, detail } = await sendTestMessage(test, personId);
			return { accepted: kind === "accepted", detail };
		},
	};
}
