import type { Incident } from "./incident.ts";
import type { CentreMessage, Progress } from "./lease.ts";

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
