import type { Mask, Sighting } from "../model/camera.ts";
import type { Candidate } from "../model/candidate.ts";

/** Candidates shown at most; the oldest leave first. */
const MOST = 40;
const KEPT_MS = 24 * 3_600_000;

/** Sightings that became no incident: they ring nobody, and people can look at them. Kept in memory for a day. */
export class Candidates {
	readonly #byTrack = new Map<string, Candidate>();

	/** `mask`: the mask that hides it, if one does. */
	add(s: Sighting, mask?: Mask): void {
		const known = this.#byTrack.get(s.trackId);
		// the strongest look of a track says most
		if (known && known.probability > s.probability) return;
		this.#byTrack.delete(s.trackId);
		this.#byTrack.set(s.trackId, {
			trackId: s.trackId,
			cameraId: s.cameraId,
			at: s.capturedAt,
			firstSeenAt: s.firstSeenAt,
			probability: s.probability,
			bearingDeg: s.bearingDeg,
			boxes: s.boxes,
			what: s.what,
			...(mask ? { maskedBy: mask.author } : {}),
			...(s.picture === undefined ? {} : { picture: s.picture }),
		});
		for (const track of this.#byTrack.keys()) if (this.#byTrack.size > MOST) this.#byTrack.delete(track);
	}

	/** A track that has become an incident is no candidate any more. */
	remove(trackId: string): void {
		this.#byTrack.delete(trackId);
	}

	/** Newest first. */
	list(now: number): Candidate[] {
		return [...this.#byTrack.values()].filter((c) => now - c.at < KEPT_MS).sort((a, b) => b.at - a.at);
	}
}
