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

const DRILL = "drill:";

/** The source of a fire that is made for a drill, by whoever practises. */
export function drillSource(by: string): string {
	return `${DRILL}${by}`;
}

/** Who practises with an incident; undefined where it is no drill. Its sources are kept for as long as it is. */
export function drilledBy({ sources }: { sources: readonly string[] }): string | undefined {
	return sources.find((source) => source.startsWith(DRILL))?.slice(DRILL.length);
}
