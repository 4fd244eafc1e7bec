import type { Answer } from "./answer.ts";
import type { Coverage, Sighting } from "./camera.ts";
import type { Delivery } from "./delivery.ts";
import type { Handover } from "./handover.ts";
import type { CentreMessage } from "./lease.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { Alarm } from "./sensor.ts";

/** Something that the judge must look at; `id` makes a repetition harmless. */
export type JudgeEvent =
	| { type: "sighting"; id: string; at: number; sighting: Sighting }
	| { type: "alarm"; id: string; at: number; alarm: Alarm }
	| { type: "coverage"; id: string; at: number; coverage: Coverage }
	| { type: "answer"; id: string; at: number; answer: Answer }
	| { type: "handover"; id: string; at: number; handover: Handover }
	/** Whoever has ended it takes that back, while nobody has heard of it. */
	| { type: "undo"; id: string; at: number; incidentId: string; personId: string; personName: string }
	/** What was ended is open again, by the word of somebody with the right. */
	| { type: "reopen"; id: string; at: number; incidentId: string; personId: string; personName: string; reason: string }
	/** A task is done with, by the word of somebody with the right. */
	| {
			type: "release";
			id: string;
			at: number;
			incidentId: string;
			taskId: string;
			personId: string;
			personName: string;
	  }
	/** None of a person's addresses has taken any message of an incident. */
	| { type: "notReached"; id: string; at: number; incidentId: string; personId: string }
	/**
	 * The wall clock was set by `byMs`; what is open keeps its pauses. After a restart of unknown length everything open
	 * is due.
	 */
	| { type: "clock"; id: string; at: number; byMs: number; why: "jump" | "restart" }
	| { type: "tick"; id: string; at: number };

/** What the judge wants done, besides its new state. */
export type Effect =
	| { type: "deliver"; delivery: Omit<Delivery, "id"> }
	/** What waits to be sent is not sent any more: what asks for something, or what says that it is over. */
	| { type: "stop"; incidentId: string; personId?: string; of?: "alarm" | "allClear" }
	/** What these people were told of one incident they were told of the other. */
	| { type: "rehome"; from: string; to: string; people: string[] }
	/** What waits to be sent waits until then, or, without a time, no longer. */
	| { type: "hold"; incidentId: string; until?: number }
	| { type: "ledger"; entry: LedgerEntry }
	/** From a centre to a tower; not kept, since what is not answered is asked again. */
	| { type: "send"; tower: string; message: CentreMessage }
	| { type: "keepEvidence"; incidentId: string; cameraId: string; fromMs: number; toMs: number };
