import type { Language } from "../base/say.ts";
import type { Position } from "../geo/position.ts";
import type { Terrain } from "../geo/terrain.ts";
import type { Mask, PointName, Scores } from "./camera.ts";
import type { Danger } from "./danger.ts";
import type { DutyLookup } from "./duty.ts";
import type { PlanStep } from "./escalation.ts";
import type { GridShare, RegionPoint } from "./incident.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Address, Grid, RecordAges, Register } from "./register.ts";

/** Which grids a place or a region lies in. Times are ms since 1970. */
export interface GridLookup {
	/** Share of the region's weight inside each grid that holds then, largest first. */
	shares(points: RegionPoint[], at: number): GridShare[];
	/** Share of the region's weight that lies in no grid, 0...1. */
	outside(points: RegionPoint[], at: number): number;
	/** The grids a place lies in. */
	at(p: Position, at: number): Set<Grid>;
	/** The grid with the corner nearest to a place, for a region that touches none. */
	nearest(p: Position, at: number): GridShare | undefined;
}

/** Everything outside an event that judgement rests on. Immutable: a new register makes a new context. */
export interface DecisionContext {
	towerId: string;
	towerName: string;
	language: Language;
	/** In which people read times, as `Asia/Shanghai`. */
	timeZone: string;
	register: Register;
	grids: GridLookup;
	duty: DutyLookup;
	/** Heights of the ground, where they are known. */
	terrain?: Terrain;
	ladder: {
		steps: PlanStep[];
		/** From "going" to "on scene", where no arrival was promised. */
		feedbackMs: number;
		/** From "on scene" to "controlled", "false" or another word. */
		sceneMs: number;
		/** Shortest pause before the last step is told again while nobody answers. */
		repeatMs: number;
		/** After so much silence of the centre a tower escalates again, and the centre has stopped before. */
		silentMs: number;
		/** How long an end can be undone, ms; nobody hears of it before. */
		undoMs: number;
		/** Who is told when the register names nobody: a person's id. */
		fallback?: string;
	};
	/** The detector's operating points: from these scores a sighting opens an incident. */
	points: Record<PointName, Scores>;
	/** Which of them counts: one of them always, the one that suits the danger level, or scores of one's own. */
	policy: PointName | "danger" | { name: string; scores: Scores };
	/** The danger level that was declared, while it is known. */
	danger?: Danger;
	/** Levels of areas, which count there in its place. */
	areaDangers?: readonly Danger[];
	masks: Mask[];
	/** Devices that somebody works on. */
	maintenance?: Maintenance[];
	/** How long a row of people counts as true. */
	records: RecordAges;
	mergeMs: number;
	mergeM: number;
	minShare: number;
	/** Who hears of every change without being asked to act: the centre, webhooks. */
	listeners: Address[];
	/** Minutes of video around the decisive frame. */
	evidence: { preMs: number; postMs: number };
}

/** The grids whose people are told: the likeliest, and all with a share worth it. */
export function touched(context: DecisionContext, grids: GridShare[]): GridShare[] {
	return grids.filter((g, i) => i === 0 || g.share >= context.minShare);
}
