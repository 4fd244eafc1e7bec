import type { Box, SightingKind } from "./camera.ts";

/** What a camera may have seen: kept and shown, rings nobody. */
export interface Candidate {
	what: SightingKind;
	/** Who drew the mask that silences it. */
	maskedBy?: string;
	trackId: string;
	cameraId: string;
	at: number;
	firstSeenAt: number;
	/** 0...1 */
	probability: number;
	bearingDeg: number;
	boxes: Box[];
	picture?: string;
}

/** A second model and where it and the model in use do not agree, newest first. */
export interface CompanionState {
	model: string;
	role: "opinion" | "shadow";
	frames: number;
	/** Alerts that both gave. */
	agreed: number;
	/** Why it does not look on any more. */
	fault?: string;
	differences: {
		side: "own" | "companion";
		cameraId: string;
		at: number;
		box: Box;
		probability: number;
		picture?: string;
	}[];
}
