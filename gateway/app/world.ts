import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { LookoutError } from "../base/errors.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import type { GridIndex } from "../judge/locate/grids.ts";
import type { World } from "../judge/world.ts";
import type { CameraPose, Mask } from "../model/camera.ts";
import type { Danger } from "../model/danger.ts";
import type { PlanStep } from "../model/incident.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { Address, RecordAges, Register, Role } from "../model/register.ts";
import type { Terrain } from "../model/terrain.ts";
import type { CameraConfig, Config } from "../ops/config/schema.ts";
import { importRegister, PARTS, type RegisterFiles } from "../register/import.ts";
import { decodeFile } from "../register/table.ts";
import { type Manifest, pointsOf, scoreOf } from "../watch/detect/manifest.ts";

/** The register the configuration names. Throws LK0501 with every fault. */
export async function loadRegister(config: Config, baseDir: string): Promise<Register> {
	const files: RegisterFiles = {};
	for (const part of PARTS) {
		const name = config.register[part];
		if (name === undefined) continue;
		const path = resolve(baseDir, name);
		if (!existsSync(path))
			throw new LookoutError("LK0501", `the register file ${name} does not exist`, { hint: `Put it there, or mend register.${part}.` });
		if (!statSync(path).isFile())
			throw new LookoutError("LK0501", `register.${part}: ${name} is no file`, { hint: "Name a CSV, XLSX or GeoJSON file." });
		files[part] = await decodeFile(name, readFileSync(path));
	}
	return importRegister(files, config.register.levels);
}

/** Addresses on channels that the configuration does not set up: they reach nobody. A line for each. */
export function addressFaults({ reach, register: { people: file = "people" } }: Config, register: Register): string[] {
	const named: Record<string, Record<string, unknown> | undefined> = {
		robot: reach.robots,
		webhook: reach.webhooks,
		mqtt: reach.mqtt,
		siren: reach.sirens,
	};
	const set: Record<string, unknown> = {
		webpush: reach.webPush,
		sms: reach.sms,
		voice: reach.voice,
		modem: reach.modem,
		email: reach.email,
		ntfy: reach.ntfy,
	};
	const faults = new Map<string, string[]>();
	const say = (fault: string, person: string) => faults.set(fault, [...(faults.get(fault) ?? []), person]);
	for (const { id, addresses } of register.people) {
		for (const { channel, address } of addresses) {
			const list = named[channel];
			if (channel in named && !list?.[address])
				say(`"${channel}:${address}" is not set up; names under reach: ${Object.keys(list ?? {}).join(", ") || "none"}`, id);
			else if (channel in set && !set[channel])
				say(`"${channel}" is not set up under reach (reach.${channel === "webpush" ? "webPush" : channel})`, id);
		}
	}
	// a channel that is missing is one fault, however many people are told over it
	return [...faults].map(([fault, people]) => {
		const who = people.slice(0, 5).join(", ");
		return `${file} channels: ${fault}: ${people.length > 5 ? `${people.length} people, ${who} and others` : who}`;
	});
}

/** The ladders' steps as the judge takes them. */
export function planOf(config: Config): PlanStep[] {
	return config.ladder.steps.map(({ ladder, afterS, level, roles, tiers, deputies, task, when, needs, minHa, minShare }) => ({
		...{ ladder, afterMs: afterS * 1000, when, needs, task: task ?? (ladder === "verify" ? "verify" : "go") },
		...(level === undefined ? {} : { level }),
		...(roles === undefined ? {} : { roles: roles as Role[] }),
		...(tiers === undefined ? {} : { tiers }),
		...(deputies ? { deputies } : {}),
		...(minHa === undefined ? {} : { minHa }),
		...(minShare === undefined ? {} : { minShare }),
	}));
}

/** How long the rows of people count as true. */
export function recordAges({ register: { renewDays, verifyDays } }: Config): RecordAges {
	return { renewMs: renewDays * DAY_MS, ...(verifyDays === 0 ? {} : { verifyMs: verifyDays * DAY_MS }) };
}
const DAY_MS = 86_400_000;

/** Which operating point counts: the configured one, the one that suits the danger level, or a probability of one's own. */
export function policyOf({ detector }: Config, manifest: Manifest): World["policy"] {
	const { point, minProbability } = detector;
	if (minProbability === undefined) return point;
	const scores = { smoke: scoreOf(manifest, "smoke", minProbability), flame: scoreOf(manifest, "flame", minProbability) };
	return { name: `p ≥ ${minProbability}`, scores };
}

/** What judgement rests on. `enrolled`: people with a phone, who hear by Web Push whether or not the register says so. */
export function buildWorld(
	config: Config,
	register: Register,
	ground: { grids: GridIndex; terrain: Terrain | undefined },
	manifest: Manifest,
	now: { enrolled: Set<string>; masks: Mask[]; danger: Danger | undefined; maintenance: Maintenance[] },
): World {
	const { enrolled, masks, danger, maintenance } = now;
	const listeners: Address[] = config.reach.centre ? [{ channel: "centre", address: "" }] : [];
	const people = register.people.map((p) =>
		enrolled.has(p.id) && !p.addresses.some((a) => a.channel === "webpush")
			? { ...p, addresses: [...p.addresses, { channel: "webpush", address: "" }] }
			: p,
	);
	const told = { ...register, people };
	return {
		towerId: config.tower.id,
		towerName: config.tower.name,
		language: config.tower.language,
		register: told,
		grids: ground.grids,
		duty: new DutyIndex(told),
		...(ground.terrain ? { terrain: ground.terrain } : {}),
		ladder: {
			steps: planOf(config),
			feedbackMs: config.ladder.feedbackS * 1000,
			sceneMs: config.ladder.sceneS * 1000,
			repeatMs: config.ladder.repeatS * 1000,
			silentMs: config.ladder.silentS * 1000,
			undoMs: config.ladder.undoS * 1000,
			...(config.ladder.fallback === undefined ? {} : { fallback: config.ladder.fallback }),
		},
		points: pointsOf(manifest),
		policy: policyOf(config, manifest),
		...(danger ? { danger } : {}),
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

export function poseOf(camera: CameraConfig): CameraPose {
	const { id, lat, lon, heightM, azimuthDeg, tiltDeg, fovDeg, azimuthErrorDeg, rangeM } = camera;
	return { cameraId: id, position: { lat, lon }, heightM, azimuthDeg, tiltDeg, fovDeg, azimuthErrorDeg, preset: "fixed", rangeM };
}
