import { resolve } from "node:path";
import type { Clock } from "../base/clock.ts";
import { defined } from "../base/omit.ts";
import { loadTerrain } from "../geo/height-grid.ts";
import { terrainRemarks } from "../geo/siting.ts";
import type { Terrain } from "../geo/terrain.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import type { CameraPose, Mask } from "../model/camera.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Danger } from "../model/danger.ts";
import type { PlanStep } from "../model/escalation.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { Address, Person, Register, Role } from "../model/register.ts";
import type { CameraConfig, Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { recordAges } from "../register/ages.ts";
import type { GridIndex } from "../register/grid-index.ts";
import type { RegisterWatcher } from "../register/watcher.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { RulingStore } from "../store/rulings.ts";
import { type Manifest, pointsOf, scoreOf } from "../watch/detect/manifest.ts";
import type { ModelSelector } from "../watch/detect/model-selector.ts";

/** The ladders' steps as the judge takes them. */
export function planOf(config: Config): PlanStep[] {
	return config.ladder.steps.map(({ afterS, roles, deputies, tiers, minHa, minShare, ...step }) => ({
		...step,
		afterMs: afterS * 1000,
		task: step.task ?? TASK_OF[step.ladder],
		...defined({ roles: roles as Role[] | undefined, tiers, deputies: deputies || undefined, minHa, minShare }),
	}));
}

/** What people of a step are asked where the step does not say. */
const TASK_OF = { verify: "verify", suppress: "go" } as const;

/**
 * Which operating point counts: the configured one, the one that suits the danger level, or a probability of one's own.
 */
export function policyOf({ detector }: Config, manifest: Manifest): DecisionContext["policy"] {
	const { point, minProbability } = detector;
	if (minProbability === undefined) return point;
	const scores = {
		smoke: scoreOf(manifest, "smoke", minProbability),
		flame: scoreOf(manifest, "flame", minProbability),
	};
	return { name: `p ≥ ${minProbability}`, scores };
}

/** Inputs of the decision context beside the configuration. */
export interface Circumstances {
	register: Register;
	grids: GridIndex;
	terrain: Terrain | undefined;
	manifest: Manifest;
	/** People with a phone, who hear by Web Push whether or not the register says so. */
	enrolled: Set<string>;
	masks: Mask[];
	danger: Danger | undefined;
	areaDangers: Danger[];
	maintenance: Maintenance[];
}

/** The decision context of a moment. */
export function buildContext(config: Config, now: Circumstances): DecisionContext {
	const { grids, terrain, manifest, masks, danger, areaDangers, maintenance } = now;
	const listeners = listenersOf(config);
	const told = { ...now.register, people: now.register.people.map((p) => withPhone(p, now.enrolled)) };
	return {
		towerId: config.tower.id,
		towerName: config.tower.name,
		language: config.tower.language,
		timeZone: config.tower.timeZone,
		register: told,
		grids,
		duty: new DutyIndex(told),
		...defined({ terrain }),
		ladder: {
			steps: planOf(config),
			feedbackMs: config.ladder.feedbackS * 1000,
			sceneMs: config.ladder.sceneS * 1000,
			repeatMs: config.ladder.repeatS * 1000,
			silentMs: config.ladder.silentS * 1000,
			undoMs: config.ladder.undoS * 1000,
			fallback: config.ladder.fallback,
		},
		points: pointsOf(manifest),
		policy: policyOf(config, manifest),
		...defined({ danger }),
		areaDangers,
		masks,
		maintenance,
		records: recordAges(config),
		mergeMs: config.ladder.mergeMinutes * 60_000,
		mergeM: config.ladder.mergeM,
		minShare: config.ladder.minShare,
		listeners,
		evidence: { preMs: config.evidence.preMinutes * 60_000, postMs: config.evidence.postMinutes * 60_000 },
	};
}

function withPhone(person: Person, enrolled: Set<string>): Person {
	const { id, addresses } = person;
	if (!enrolled.has(id) || addresses.some((a) => a.channel === "webpush")) return person;
	return { ...person, addresses: [...addresses, { channel: "webpush", address: "" }] };
}

/** Who hears of each change of an incident. */
function listenersOf({ reach: { centre, webhooks = {} } }: Config): Address[] {
	const hooks = Object.entries(webhooks).filter(([, hook]) => hook.listens);
	return [
		...(centre ? [{ channel: "centre", address: "" }] : []),
		...hooks.map(([address]) => ({ channel: "webhook", address })),
	];
}

export function poseOf(camera: CameraConfig): CameraPose {
	const { id, lat, lon, heightM, azimuthDeg, tiltDeg, fovDeg, azimuthErrorDeg, rangeM } = camera;
	return {
		cameraId: id,
		position: { lat, lon },
		heightM,
		azimuthDeg,
		tiltDeg,
		fovDeg,
		azimuthErrorDeg,
		preset: "fixed",
		rangeM,
	};
}

export interface ContextDeps {
	config: Config;
	register: RegisterWatcher;
	terrain: Terrain | undefined;
	models: ModelSelector;
	accounts: AccountStore;
	rulings: RulingStore;
	clock: Clock;
}

/** The decision context of now, from everything that it rests on. */
export async function contextNow(deps: ContextDeps): Promise<DecisionContext> {
	const { config, register, terrain, models, accounts, rulings, clock } = deps;
	const enrolled = new Set((await accounts.subscriptions()).map((s) => s.personId));
	const now = clock.now();
	const inForce = {
		masks: await rulings.masks(now),
		danger: await rulings.danger(now),
		areaDangers: await rulings.areaDangers(now),
		maintenance: await rulings.maintenance(now),
	};
	const { grids } = register;
	const { manifest } = models.current;
	return buildContext(config, { register: register.register, grids, terrain, manifest, enrolled, ...inForce });
}

/**
 * The terrain a configuration names. Without heights a tower knows the bearing and not the distance, and says so on
 * every card.
 */
export async function terrainOf(config: Config, baseDir: string, log: Log): Promise<Terrain | undefined> {
	const { terrain } = config;
	if (terrain?.dem === undefined) return undefined;
	try {
		const heights = await loadTerrain(resolve(baseDir, terrain.dem));
		for (const remark of terrainRemarks(config, heights)) log.warn({ remark }, "terrain");
		return heights;
	} catch (err) {
		log.error({ err }, "the terrain cannot be used");
		return undefined;
	}
}
