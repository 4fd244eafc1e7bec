import type { Answer, Climb, Incident, Involved, LadderName } from "./incident.ts";

/** How a centre stands to an incident of a tower. */
export interface Taken {
	tower: string;
	/** asked: the tower climbs until it has said yes; held: we climb, a group at a time, each granted by the tower. */
	lease: "asked" | "held";
	askedAt: number;
	heardAt: number;
	beatAt: number;
	/** The group we have asked to tell and not told yet. */
	grant?: { ladder: LadderName; index: number; round: number; askedAt: number };
	/** Those on duty have been told that the tower has fallen silent. */
	alarmed?: boolean;
	/** Everybody who was told has declined: the next group is due now. */
	hurry?: boolean;
}

/** What a centre says to a tower: take the ladders over, may I tell this group, I have told it, I am here. */
export type CentreMessage = { incidentId: string } & (
	| { what: "take" }
	| { what: "beat" }
	| { what: "grant"; ladder: LadderName; index: number }
	| { what: "told"; progress: Progress }
	| { what: "answer"; answer: Answer }
);

/** How far the ladders are climbed, and by whom it is seen to. */
export interface Progress {
	verify: Climb;
	suppress: Climb;
	involved: Involved[];
	/** When the tower has last seen it, ms since 1970. */
	seenAt?: number;
}

/** What passes between a tower and its centre, as the judge of either sees it. */
export type Handover =
	| { side: "tower"; message: CentreMessage }
	/** `unsigned`: nobody vouches that it is that tower's word. */
	| { side: "centre"; tower: string; what: "incident"; incident: Incident; unsigned?: boolean }
	| {
			side: "centre";
			tower: string;
			what: "ack";
			incidentId: string;
			of: CentreMessage["what"];
			ok: boolean;
			answerId?: string;
			progress?: Progress;
	  };
