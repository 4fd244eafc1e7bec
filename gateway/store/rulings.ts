import type { Mask } from "../model/camera.ts";
import type { Danger } from "../model/danger.ts";
import type { Maintenance } from "../model/maintenance.ts";

/**
 * What people have laid down for the judge: masks, and the danger level of the day. Nothing is deleted: it is a record.
 */
export interface RulingStore {
	masks(now: number): Promise<Mask[]>;
	addMask(m: Mask): Promise<void>;
	endMask(id: string, by: string, now: number): Promise<void>;
	/** Ends all masks of a camera. */
	endMasksOf(cameraId: string, by: string, now: number): Promise<void>;
	/** What somebody works on now. */
	maintenance(now: number): Promise<Maintenance[]>;
	addMaintenance(maintenance: Maintenance): Promise<void>;
	/** False when there is none of that id that goes on. */
	endMaintenance(id: string, by: string, now: number): Promise<boolean>;
	/** The level in force for everywhere; undefined when none was declared, or the last one is over. */
	danger(now: number): Promise<Danger | undefined>;
	/** The levels in force for areas, one for each. */
	areaDangers(now: number): Promise<Danger[]>;
	/** For an area beside what else is in force; for everywhere in place of all. */
	declareDanger(danger: Danger): Promise<void>;
}
