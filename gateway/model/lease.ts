import { phrase } from "../base/say.ts";
import type { Answer } from "./answer.ts";
import type { Involved, LadderName, LadderProgress } from "./escalation.ts";

/** How a centre stands to an incident of a tower. */
export interface Taken {
	tower: string;
	/** asked: the tower escalates until it has said yes; held: we do, a group at a time, each permitted by the tower. */
	lease: "asked" | "held";
	askedAt: number;
	heardAt: number;
	heartbeatAt: number;
	/** The group we have asked to notify and not notified yet. */
	permission?: { ladder: LadderName; index: number; round: number; askedAt: number };
	/** Those on duty have been told that the tower has fallen silent. */
	alarmed?: boolean;
	/** Everybody who was told has declined: the next group is due now. */
	advanceNow?: boolean;
}

/** What a centre says to a tower: I claim the ladders, may I notify this group, I have notified it, I am here. */
export type CentreMessage = { incidentId: string } & (
	| { what: "claim" }
	| { what: "heartbeat" }
	| { what: "permission"; ladder: LadderName; index: number }
	| { what: "notified"; progress: Progress }
	| { what: "answer"; answer: Answer }
);

/** How far the ladders have advanced, and by whom it is seen to. */
export interface Progress {
	verify: LadderProgress;
	suppress: LadderProgress;
	involved: Involved[];
	/** When the tower has last seen it, ms since 1970. */
	seenAt?: number;
}

/** How a tower knows a centre's word: rights were looked at there, and a register of its own is not asked again. */
export const VIA_CENTRE = "centre";

/** Said to a centre that asks for what is over here. */
export const NOT_OPEN = phrase("refused.notOpen");
