import type { Phrase } from "../base/phrase.ts";
import type { Position } from "../geo/position.ts";
import type { Answer } from "./answer.ts";

/** Position, picture or words from the scene. */
export interface Report {
	personId: string;
	at: number;
	what: Answer["answer"];
	position?: Position;
	picture?: string;
	note?: string;
}

/** What became of a report: its incident, or why there is none. */
export type Opening = { incidentId: string } | { refused: Phrase };

/** A grid by its code, or a place in WGS84 degrees. */
export type Where = { grid: string } | { lat: number; lon: number };
