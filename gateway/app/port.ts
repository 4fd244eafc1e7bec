import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { sizeOfJpeg } from "../base/jpeg.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import { isFileName } from "../base/text.ts";
import type { Change, TowerPort } from "../console/port.ts";
import { mayEnd } from "../judge/duty/duty.ts";
import { pointInForce } from "../judge/incident/point.ts";
import type { World } from "../judge/world.ts";
import { LONGEST_MAINTENANCE_MS } from "../model/maintenance.ts";
import { DUTY_DESK, holds } from "../model/register.ts";
import type { Config } from "../ops/config/schema.ts";
import type { ConfigInForce } from "../ops/config/source.ts";
import type { Channel } from "../reach/channels/channel.ts";
import { sameSecret } from "../reach/replies.ts";
import type { Sense } from "../sense/sense.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { JudgementStore } from "../store/judgement.ts";
import type { LinkStore } from "../store/links.ts";
import type { OutboxStore } from "../store/outbox.ts";
import type { RulingStore } from "../store/rulings.ts";
import type { Camera } from "../watch/camera.ts";
import type { EvidenceOptions } from "../watch/capture/evidence.ts";
import type { Detector } from "../watch/detect/detector.ts";
import type { Answers } from "./answers.ts";
import { boardOf } from "./board.ts";
import { briefingOf } from "./briefing.ts";
import { calledIn } from "./called.ts";
import type { CapDesk } from "./cap.ts";
import type { Companion } from "./companion.ts";
import type { Drawer } from "./drawer.ts";
import type { Models } from "./models.ts";
import { whyNotTold } from "./papers.ts";
import type { Pump } from "./pump.ts";
import type { StoreKeeper } from "./store-keeper.ts";

export interface PortParts {
	config: Config;
	inForce: ConfigInForce;
	exercise: boolean;
	clock: Clock;
	random: Random;
	accounts: AccountStore;
	judgements: JudgementStore;
	outbox: OutboxStore;
	rulings: RulingStore;
	pump: Pump;
	sense: Sense;
	cameras: Camera[];
	detector: Detector;
	drawer: Drawer;
	models: Models;
	companion: Companion | undefined;
	tally: Tally;
	evidence: EvidenceOptions;
	links: LinkStore;
	answers: Answers;
	receiptToken: string | undefined;
	cap: { desk: CapDesk; feedToken: string | undefined; intakeToken: string | undefined } | undefined;
	vapidPublicKey: string | undefined;
	channels: Record<string, Channel>;
	world: () => World;
	registerFault: () => string | undefined;
	auditFault: () => string | undefined;
	store: StoreKeeper;
	/** Parts of the tower that cannot start. */
	partFaults: () => string[];
	rebuildWorld: () => Promise<void>;
	onChange: (listener: (change: Change) => void) => () => void;
	version: string;
}

const RECENT = 50;
const DAY_MS = 86_400_000;

/** The tower as the console sees it. */
export function createPort(p: PortParts): TowerPort {
	const { config, clock, random } = p;
	const safe = (folder: string, name: string) => (isFileName(name) ? join(folder, name) : undefined);
	const videoFolder = (incidentId: string) => safe(join(p.evidence.folder, "incidents"), incidentId);
	return {
		tower: () => ({
			id: config.tower.id,
			name: config.tower.name,
			language: config.tower.language,
			exercise: p.exercise,
			lat: config.tower.lat,
			lon: config.tower.lon,
			version: p.version,
			point: pointInForce(p.world(), clock.now()).name,
			...(p.models.fault === undefined ? {} : { modelFault: p.models.fault }),
			...dangerNow(p.world(), clock.now()),
			maintenance: (p.world().maintenance ?? []).filter((m) => m.until > clock.now()),
			...(p.inForce.fault === undefined ? {} : { configFault: p.inForce.fault }),
			...(p.auditFault() === undefined ? {} : { auditFault: p.auditFault() as string }),
			...(p.store.fault === undefined ? {} : { storeFault: p.store.fault }),
			...(p.partFaults().length === 0 ? {} : { partFaults: p.partFaults() }),
			...(p.registerFault() === undefined ? {} : { registerFault: p.registerFault() as string }),
			...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
			...(p.cap?.desk.notices.length ? { neighbours: [...p.cap.desk.notices] } : {}),
		}),
		incidents: async () => {
			const open = p.pump.incidents;
			const isOpen = new Set(open.map((i) => i.id));
			const others = (await p.judgements.recentIncidents(RECENT)).filter((i) => !isOpen.has(i.id));
			return [...open, ...others].sort((a, b) => b.openedAt - a.openedAt);
		},
		incident: async (id) => {
			const incident = p.pump.incidents.find((i) => i.id === id) ?? (await p.judgements.incident(id));
			if (!incident) return undefined;
			const briefing = briefingOf(p.world(), incident, clock.now());
			return { incident, deliveries: await p.outbox.ofIncident(id), ledger: await p.judgements.ledger.ofIncident(id), briefing };
		},
		cameras: () =>
			p.cameras.map(({ state }, i) => ({
				id: state.id,
				name: state.name,
				azimuthDeg: config.cameras[i]?.azimuthDeg ?? 0,
				fovDeg: config.cameras[i]?.fovDeg ?? 0,
				learning: state.learning,
				...(state.blind ? { blind: state.blind } : {}),
				...(state.unsteady ? { unsteady: state.unsteady } : {}),
				...(state.lastFrameAt === undefined ? {} : { lastFrameAt: state.lastFrameAt }),
				restarts: state.stream.restarts,
				...(state.stream.reason === undefined ? {} : { noPicture: state.stream.reason }),
				lastLines: state.stream.lastLines.slice(-3),
				live: ["rtsp", "mjpeg", "file"].includes(config.cameras[i]?.source.type ?? ""),
				masks: p.world().masks.filter((m) => m.cameraId === state.id && m.until > clock.now()),
			})),
		sensors: (only) =>
			(only ? p.sense.nodes().filter(({ id }) => only.has(id)) : p.sense.nodes()).map(
				({ id, name, position, lastAt, silent, isShared, refused, readings }) => ({
					id,
					name,
					...position,
					silent,
					...(isShared ? { isShared } : {}),
					...(refused ? { refused } : {}),
					readings,
					...(lastAt === undefined ? {} : { lastAt }),
				}),
			),
		candidates: () => p.drawer.list(clock.now()),
		companion: () => p.companion?.view(),
		people: () => p.world().register.people,
		addMask: async (cameraId, box, reason, days, author) => {
			const camera = p.cameras.find((c) => c.state.id === cameraId);
			if (!camera) return undefined;
			const now = clock.now();
			const mask = { id: random.uuid(), cameraId, preset: "fixed", box, author, reason, createdAt: now, until: now + days * DAY_MS };
			await p.rulings.addMask(mask);
			await p.rebuildWorld();
			return mask;
		},
		endMask: async (id, by) => {
			await p.rulings.endMask(id, by, clock.now());
			await p.rebuildWorld();
		},
		startMaintenance: async (devices, by, reason, minutes) => {
			const known = new Set([...config.cameras, ...config.sensors].map(({ id }) => id));
			const unknown = devices.filter((d) => !known.has(d));
			if (unknown.length > 0) return { unknown };
			const at = clock.now();
			const until = at + Math.min(minutes * 60_000, LONGEST_MAINTENANCE_MS);
			const maintenance = { id: random.uuid(), devices: [...new Set(devices)], by, reason, at, until };
			await p.rulings.addMaintenance(maintenance);
			await p.rebuildWorld();
			return { maintenance };
		},
		endMaintenance: async (id, by) => {
			if (!(await p.rulings.endMaintenance(id, by, clock.now()))) return false;
			await p.rebuildWorld();
			// what burns still is anybody's again, now
			const at = clock.now();
			await p.pump.submit({ type: "tick", id: `tick:${at}:${random.uuid()}`, at });
			return true;
		},
		acknowledgeStore: (by) => p.store.acknowledge(by),
		declareDanger: async (level, by) => {
			const now = clock.now();
			await p.rulings.declareDanger({ level, by, at: now, until: now + DAY_MS });
			await p.rebuildWorld();
		},
		health: () => ({
			framesScored: p.cameras.reduce((n, c) => n + c.state.framesScored, 0),
			framesFailed: p.cameras.reduce((n, c) => n + c.state.framesFailed, 0),
			camerasBlind: p.cameras.filter((c) => c.state.blind).length,
			camerasLearning: p.cameras.filter((c) => c.state.learning).length,
			detectorRestarts: p.detector.restarts,
			...(p.store.fault === undefined ? {} : { store: p.store.fault }),
			...(p.partFaults().length === 0 ? {} : { parts: p.partFaults() }),
			counters: { ...p.sense.tally.totals(), ...p.tally.totals() },
		}),
		answer: (incidentId, personId, personName, said) => p.answers.say(incidentId, personId, personName, said),
		undo: async (incidentId) => {
			if (!p.pump.incidents.find((i) => i.id === incidentId)?.ending) return false;
			const [at, id] = [clock.now(), random.uuid()];
			await p.pump.submit({ type: "undo", id, at, incidentId, personId: DUTY_DESK, personName: "duty desk 值班台" });
			return p.pump.incidents.some((i) => i.id === incidentId && i.ending === undefined);
		},
		reopen: async (incidentId, by, reason) => {
			const isOver = p.pump.incidents.find((i) => i.id === incidentId)?.state === "out";
			if (!isOver && p.pump.incidents.some((i) => i.id === incidentId)) return { refused: "it is open" };
			if (!isOver && !(await p.judgements.incident(incidentId))) return undefined;
			const [at, id] = [clock.now(), random.uuid()];
			const refused = await p.pump.submit({ type: "reopen", id, at, incidentId, personId: DUTY_DESK, personName: by, reason });
			if (refused !== undefined) return { refused };
			return p.pump.incidents.some((i) => i.id === incidentId) ? {} : { refused: "it is too old to be opened again" };
		},
		release: async (incidentId, taskId, by) => {
			const isOpenTask = () => p.pump.incidents.find((i) => i.id === incidentId)?.tasks?.some((t) => t.id === taskId && t.doneAt === undefined);
			if (!isOpenTask()) return false;
			const [at, id] = [clock.now(), random.uuid()];
			await p.pump.submit({ type: "release", id, at, incidentId, taskId, personId: DUTY_DESK, personName: by });
			return !isOpenTask();
		},
		board: () => {
			const { publicBoard } = config.console;
			return publicBoard === "none" ? undefined : boardOf(p.world(), clock.now(), publicBoard === "phones");
		},
		grids: () => {
			const held = p.world().register.grids.filter((g) => holds(g, clock.now()));
			return held.map(({ code, name }) => ({ code, name })).sort((a, b) => a.code.localeCompare(b.code));
		},
		startDrill: (by, where) => calledIn(p, { kind: "drill", by, where }),
		report: (by, where, note) => calledIn(p, { kind: "report", by, where, ...(note === undefined ? {} : { note }) }),
		whyNotTold: async (incidentId, personId) => {
			const incident = p.pump.incidents.find((i) => i.id === incidentId) ?? (await p.judgements.incident(incidentId));
			if (!incident) return undefined;
			const papers = { incident, deliveries: await p.outbox.ofIncident(incidentId), ledger: await p.judgements.ledger.ofIncident(incidentId) };
			return whyNotTold(p.world(), papers, personId);
		},
		mayEnd: (personId, grids) => mayEnd(p.world().duty, personId, grids, clock.now()),
		isProvider: (token) => tokenFits(p.receiptToken, token),
		mayBringCap: (token) => tokenFits(p.cap?.intakeToken, token),
		provider: async (token, kind, body) => (tokenFits(p.receiptToken, token) ? p.answers.provider(kind, body) : undefined),
		capFeed: async (token) => (tokenFits(p.cap?.feedToken, token) ? p.cap?.desk.feed() : undefined),
		capMessage: async (token, uuid) => (tokenFits(p.cap?.feedToken, token) ? p.cap?.desk.message(uuid) : undefined),
		capIntake: async (token, xml) => (tokenFits(p.cap?.intakeToken, token) ? p.cap?.desk.intake(xml) : undefined),
		shown: (deliveryId) => p.answers.shown(deliveryId),
		keepPicture: async (jpeg) => {
			sizeOfJpeg(jpeg); // what is no picture is refused here, and not by whoever opens it
			const name = `report-${createHash("sha256").update(jpeg).digest("hex").slice(0, 24)}.jpg`;
			await mkdir(join(p.evidence.folder, "pictures"), { recursive: true });
			await writeFile(join(p.evidence.folder, "pictures", name), jpeg);
			return name;
		},
		picturePath: (name) => safe(join(p.evidence.folder, "pictures"), name),
		videos: async (incidentId) => {
			const folder = videoFolder(incidentId);
			return folder ? (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".mp4")).sort() : [];
		},
		videoPath: (incidentId, name) => {
			const folder = videoFolder(incidentId);
			return folder && safe(folder, name);
		},
		snapshot: async (cameraId) => p.cameras.find((c) => c.state.id === cameraId)?.snapshot(),
		view: (cameraId, write, ended) => p.cameras.find((c) => c.state.id === cameraId)?.view(write, ended),
		readLink: (token, key) => p.links.read(token, key, clock.now()),
		takeLink: (token, key) => p.links.use(token, key, clock.now()),
		webPushKey: () => p.vapidPublicKey,
		subscribe: async (personId, { endpoint, keys }, device) => {
			await p.accounts.addSubscription({ endpoint, personId, ...keys, createdAt: clock.now(), device });
			await p.rebuildWorld();
		},
		testMessage: async (personId) => {
			const channel = p.channels["webpush"];
			if (!channel) return { accepted: false, detail: "Web Push is not set up (reach.webPush)" };
			const at = clock.now();
			const zh = config.tower.language === "zh";
			const message = {
				title: zh ? "瞭望：手机已登记" : "Lookout: phone enrolled",
				body: zh ? "这是一条测试消息，火情将这样送达。" : "This is a test message; alerts arrive like this.",
				short: zh ? "瞭望测试消息" : "Lookout test message",
				confirmed: false,
				incidentId: "",
				kind: "fire" as const,
				status: "exercise" as const,
				state: "detected" as const,
				at,
			};
			const outcome = await channel.send(
				{ id: random.uuid(), key: "", incidentId: "", personId, channel: "webpush", address: "", lane: "state", message, createdAt: at },
				undefined,
				AbortSignal.timeout(config.reach.timeoutS * 1000),
			);
			return { accepted: outcome.kind === "accepted", detail: outcome.detail };
		},
		onChange: p.onChange,
	};
}

function tokenFits(expected: string | undefined, given: string): boolean {
	return expected !== undefined && sameSecret(given, expected);
}

function dangerNow({ danger }: World, now: number): { danger?: NonNullable<World["danger"]> } {
	return danger && danger.until > now ? { danger } : {};
}
