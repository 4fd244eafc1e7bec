import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { phrase } from "../base/say.ts";
import type { Box, Mask } from "../model/camera.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Danger } from "../model/danger.ts";
import type { JudgeEvent } from "../model/event.ts";
import { LONGEST_MAINTENANCE_MS, type Maintenance } from "../model/maintenance.ts";
import { DUTY_DESK } from "../model/register.ts";
import type { JudgementStore } from "../store/judgement.ts";
import type { RulingStore } from "../store/rulings.ts";
import { type EventProcessor, type Refused, refusedOf } from "./event-processor.ts";

export interface DeskDeps {
	processor: EventProcessor;
	judgements: JudgementStore;
	rulings: RulingStore;
	context: () => DecisionContext;
	/** Puts what was laid down in force: judge and pages go by it when this resolves. */
	refresh: () => Promise<void>;
	/** Ids of the cameras, and of the sensors, of this tower. */
	cameras: readonly string[];
	sensors: readonly string[];
	clock: Clock;
	random: Random;
}

type Unstamped<E> = E extends JudgeEvent ? Omit<E, "at" | "id"> : never;
/** An order of the desk, before it has its time and its id. */
type DeskOrder = Unstamped<Extract<JudgeEvent, { type: "undo" | "reopen" | "release" }>>;

const DAY_MS = 86_400_000;

/**
 * What the duty desk alone may do: take back an end, open again, release a guard; and lay down masks, the danger level
 * and maintenance.
 */
export class Desk {
	readonly #deps: DeskDeps;

	constructor(deps: DeskDeps) {
		this.#deps = deps;
	}

	/** Takes an end back while its time for that runs. */
	async undo(incidentId: string, by: string): Promise<Refused> {
		return this.#submit({ type: "undo", incidentId, personId: DUTY_DESK, personName: by });
	}

	/** Opens an incident again that is out or over; undefined where there is none of that id. */
	async reopen(incidentId: string, by: string, reason: string): Promise<Refused | undefined> {
		const open = this.#open(incidentId);
		if (open && open.state !== "out") return { refused: phrase("refused.stillOpen") };
		if (!open && !(await this.#deps.judgements.incident(incidentId))) return undefined;
		return this.#submit({ type: "reopen", incidentId, personId: DUTY_DESK, personName: by, reason });
	}

	/** Burnt ground need not be guarded any more. */
	async release(incidentId: string, taskId: string, by: string): Promise<Refused> {
		return this.#submit({ type: "release", incidentId, taskId, personId: DUTY_DESK, personName: by });
	}

	/** Silences a part of a view for some days; undefined when there is no such camera. */
	async addMask(
		cameraId: string,
		{ box, reason, days, author }: { box: Box; reason: string; days: number; author: string },
	): Promise<Mask | undefined> {
		const { cameras, rulings, clock, random, refresh } = this.#deps;
		if (!cameras.includes(cameraId)) return undefined;
		const createdAt = clock.now();
		const until = createdAt + days * DAY_MS;
		const mask = { id: random.uuid(), cameraId, preset: "fixed", box, author, reason, createdAt, until };
		await rulings.addMask(mask);
		await refresh();
		return mask;
	}

	async endMask(id: string, by: string): Promise<void> {
		await this.#deps.rulings.endMask(id, by, this.#deps.clock.now());
		await this.#deps.refresh();
	}

	/** A danger level holds for a day. */
	async declareDanger(declared: Pick<Danger, "level" | "area" | "by">): Promise<void> {
		const at = this.#deps.clock.now();
		await this.#deps.rulings.declareDanger({ ...declared, at, until: at + DAY_MS });
		await this.#deps.refresh();
	}

	/** `unknown` names devices that are no camera or sensor of this tower; nothing is begun then. */
	async startMaintenance(
		devices: string[],
		by: string,
		reason: string,
		minutes: number,
	): Promise<{ maintenance: Maintenance } | { unknown: string[] }> {
		const { cameras, sensors, rulings, clock, random, refresh } = this.#deps;
		const unknown = devices.filter((d) => !cameras.includes(d) && !sensors.includes(d));
		if (unknown.length > 0) return { unknown };
		const at = clock.now();
		const until = at + Math.min(minutes * 60_000, LONGEST_MAINTENANCE_MS);
		const maintenance = { id: random.uuid(), devices: [...new Set(devices)], by, reason, at, until };
		await rulings.addMaintenance(maintenance);
		await refresh();
		return { maintenance };
	}

	/** False when there is none of that id that goes on. */
	async endMaintenance(id: string, by: string): Promise<boolean> {
		const { rulings, clock, random, processor, refresh } = this.#deps;
		if (!(await rulings.endMaintenance(id, by, clock.now()))) return false;
		await refresh();
		// what burns still is anybody's again, now
		const at = clock.now();
		await processor.submit({ type: "tick", id: `tick:${at}:${random.uuid()}`, at });
		return true;
	}

	#open(incidentId: string) {
		return this.#deps.processor.incidents.find((i) => i.id === incidentId);
	}

	async #submit(order: DeskOrder): Promise<Refused> {
		const { processor, clock, random } = this.#deps;
		return refusedOf(await processor.submit({ ...order, at: clock.now(), id: random.uuid() }));
	}
}
