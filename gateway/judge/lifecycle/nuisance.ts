import { type Box, overlap } from "../../base/box.ts";
import type { Mask, Sighting } from "../../model/camera.ts";
import type { Incident } from "../../model/incident.ts";
import type { JudgeState, Nuisance } from "../judgement/state.ts";
import type { PlacedEvidence } from "../location/locate.ts";

/** How long a person's "false" holds for the track it was said of. */
const SETTLED_MS = 30 * 60_000;
/** Share of the smaller of two boxes that they must have in common to be the same place. */
const SAME_PLACE = 0.5;
/**
 * How long a place is remembered for it, and how near in the hour of the day it must be (after firecam's week and
 * hour).
 */
const REMEMBERED_MS = 7.5 * 86_400_000;
const HOURS = 1;
/** Share of a sighting's box that a mask must hide to silence it: what grows beyond a mask rings. */
const HIDDEN = 0.7;
const HOUR_MS = 3_600_000;

type Memory = Pick<JudgeState, "settledTracks" | "nuisances">;

/** What an ended incident leaves behind: its tracks settled for a while, and, where a person said false, nuisances. */
export function remember(memory: Memory, ended: Incident, now: number): Memory {
	const seen = (ended.evidence as PlacedEvidence[]).filter((e) => e.source === "camera" && e.trackId);
	const settledTracks = { ...memory.settledTracks };
	for (const e of seen) settledTracks[e.trackId as string] = ended.changedAt + SETTLED_MS;
	for (const [track, until] of Object.entries(settledTracks)) if (until <= now) delete settledTracks[track];
	const nuisances = memory.nuisances.filter((n) => n.until > now);
	const until = ended.changedAt + REMEMBERED_MS;
	if (ended.state === "false" && ended.status === "actual" && until > now) {
		// one for each track: the newest box of it
		const newest = new Map(seen.filter((e) => e.pose && e.boxes?.[0]).map((e) => [e.trackId, e]));
		for (const e of newest.values())
			nuisances.push({
				cameraId: e.sourceId,
				preset: e.pose?.preset ?? "",
				box: e.boxes?.[0] as Box,
				at: e.at,
				until,
				incidentId: ended.id,
			});
	}
	return { settledTracks, nuisances };
}

/** What people have called false at this place and hour of the day. It raises the bar to `quiet`, and hides nothing. */
export function nuisancesAt(state: Memory, s: Sighting, now: number): Nuisance[] {
	const own = state.nuisances.filter((n) => n.until > now && isOfView(n, s));
	return own.filter((n) => hoursApart(n.at, s.capturedAt) <= HOURS && touches(n.box, s));
}

/** Whether a person has settled what stands at this place, under whatever number: a restart numbers tracks anew. */
export function isSettled(state: Memory, s: Sighting, now: number): boolean {
	if ((state.settledTracks[s.trackId] ?? 0) > now) return true;
	const own = state.nuisances.filter((n) => isOfView(n, s));
	const fresh = own.filter((n) => now < n.until - REMEMBERED_MS + SETTLED_MS);
	return fresh.some((n) => s.boxes.some((b) => isSame(n.box, b)));
}

/** Whether something was said of the very view of a sighting. */
function isOfView({ cameraId, preset }: { cameraId: string; preset: string }, s: Sighting): boolean {
	return cameraId === s.cameraId && preset === s.pose.preset;
}

function isSame(a: Box, b: Box): boolean {
	return overlap(a, b) >= SAME_PLACE * Math.min(a.w * a.h, b.w * b.h);
}

/** The mask that hides a sighting, if one does. */
export function maskOver(masks: Mask[], s: Sighting, now: number): Mask | undefined {
	if (s.boxes.length === 0) return undefined;
	const own = masks.filter((m) => m.until > now && isOfView(m, s));
	return own.find((m) => s.boxes.every((b) => overlap(b, m.box) >= HIDDEN * Math.max(1e-9, b.w * b.h)));
}

function touches(box: Box, s: Sighting): boolean {
	return s.boxes.some((b) => overlap(b, box) > 0);
}

/** Distance of two times on the circle of a day, hours. */
function hoursApart(a: number, b: number): number {
	const apart = Math.abs(a - b) % (24 * HOUR_MS);
	return Math.min(apart, 24 * HOUR_MS - apart) / HOUR_MS;
}
