import type { Answer } from "./answer.ts";
import type { Level, Role, Tier } from "./register.ts";

/** Who goes and looks, and who puts it out: two ladders side by side. */
export type LadderName = "verify" | "suppress";

/** What a person is asked to do: 核实, 知悉, 待命, 集结, 出动. Stored and sent as `task`. */
export const INSTRUCTIONS = ["verify", "inform", "standBy", "assemble", "go"] as const;

export type Instruction = (typeof INSTRUCTIONS)[number];

/** Some people of one step of a ladder, and when they are told. The plan in force is kept with its incident. */
export interface PlanStep {
	ladder: LadderName;
	/** Milliseconds after the incident opened. */
	afterMs: number;
	/** Of these levels and roles; all of them where undefined, deputies and people on condition excepted. */
	level?: Level;
	roles?: Role[];
	/** Heads of the teams of these tiers instead of people by role. */
	tiers?: Tier[];
	/** Whether deputies are meant rather than principals. */
	deputies?: boolean;
	task: Instruction;
	/** `orConfirmed`: at its time, or at once when the fire is confirmed; `confirmed`: at its time, but not before. */
	when: "always" | "orConfirmed" | "confirmed";
	/** Only once it is sized so, hectares. */
	minHa?: number;
	/** Only people on whose ground so much of the region lies, 0...1. */
	minShare?: number;
	/** Answers that are needed before this ladder is paused. */
	needs: number;
}

/** How far one ladder has advanced. */
export interface LadderProgress {
	/** Indices of the groups of steps that were told, in the order of telling. */
	done: number[];
	notifiedAt?: number;
	/** How often the last group has been told again. */
	rounds: number;
	/** When the next group is due, ms since 1970; undefined while the ladder is paused or at its end. */
	nextAt?: number;
}

/** Where a person stands with an incident. */
export interface Involved {
	personId: string;
	name: string;
	title?: string;
	role: string;
	level: Level;
	/** The best share of the grids that made us tell this person. */
	share: number;
	notifiedAt: number;
	ladder: LadderName;
	task: Instruction;
	/** The team this person heads here, or whose deputy or substitute it is. */
	team?: string;
	inPlaceOf?: string;
	/** On a centre: the other tower that has told this person of the same fire. */
	elsewhere?: string;
	answer?: Answer["answer"];
	answeredAt?: number;
	/** Since when he has been on his way, however often he has said so again, ms since 1970. */
	goingSince?: number;
	/** When the feedback that an answer promised is due, ms since 1970. */
	feedbackBy?: number;
	/** The promised feedback did not come: the answer counts no longer. */
	lapsedAt?: number;
	/** When the person has last asked for the message again, and how often. */
	again?: { at: number; times: number };
	/** On a centre: `tower:` and the id of the tower at which this person has answered. */
	via?: string;
	/** Nothing could be sent: whoever told had no address of this person. */
	unreached?: boolean;
	/** None of this person's addresses has taken the message in time, ms since 1970. */
	notReachedAt?: number;
}
