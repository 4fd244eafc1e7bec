import type { Scores, SightingKind } from "../model/camera.ts";
import type { Footage } from "../watch/capture/stills.ts";
import type { Alert, SequenceScore } from "./score.ts";

/** What the detector said of one frame. */
export interface ScoredFrame {
	at: number;
	/** Whether it shows smoke; null when that is not known. */
	positive: boolean | null;
	/** Highest score anywhere; undefined while the detector was learning. */
	top: number | undefined;
	candidates: (Alert & { trackId: number; what: SightingKind })[];
}

/** One scored sequence: what the rules say, and the trace that calibration needs. */
export interface SequenceResult {
	footage: Footage;
	network: string;
	/** Scores from which a candidate was an alert. */
	alertScores: Scores;
	seenInTraining: boolean;
	alerts: Alert[];
	score: SequenceScore;
	frames: ScoredFrame[];
}
