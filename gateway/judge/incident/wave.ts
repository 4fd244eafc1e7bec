import { distanceM } from "../../base/geo.ts";
import type { Answer, Effect, FirePlace, GridShare, Incident, Involved } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Alarm } from "../../model/sensor.ts";
import { allClear } from "../ladder/all-clear.ts";
import { deliveries, ledger, withTimes } from "../ladder/ladder.ts";
import { answersFor } from "../ladder/people.ts";
import type { World } from "../world.ts";
import type { Change } from "./ending.ts";

/**
 * A wave: sensors far apart that raise the same within seconds, as lightning or a gust full of gas makes them. The first few are
 * fires of their own; what comes after is one incident with many places. Everybody who answers for any of them is told once,
 * and whoever answers for one of them ends that one alone.
 */

/** Alarms of a wave follow one another within this, ms. */
const WAVE_MS = 60_000;
/** So many fires of their own, of the same kind and by sensors alone, before it is a wave. */
const LEAST = 5;
/** Farther apart they have nothing to do with one another, metres: a thunderstorm's cell. */
const LINK_M = 10_000;
const MOST_PLACES = 500;
const KINDS = ["smoke", "gas", "flame", "temperatureRise"];

/** The wave that an alarm belongs to, if there is one. */
export function waveOf(incidents: Incident[], a: Alarm): Incident | undefined {
	return incidents.find((i) => {
		if (!i.places || i.partOf !== undefined || !isAlike(i, a) || i.places.length >= MOST_PLACES) return false;
		const last = Math.max(...i.places.map((p) => p.at));
		return Math.abs(a.at - last) <= WAVE_MS && i.places.some((p) => distanceM(p.position, a.position) <= LINK_M);
	});
}

/** Whether an alarm that belongs to no incident begins a wave. */
export function beginsWave(incidents: Incident[], a: Alarm): boolean {
	if (!KINDS.includes(a.kind)) return false;
	const alike = incidents.filter((i) => isAlike(i, a) && i.evidence.every((e) => e.source === "sensor") && Math.abs(a.at - i.decisiveAt) <= WAVE_MS);
	const near = alike.filter((i) => i.place.points.some((p) => distanceM(p, a.position) <= LINK_M));
	return near.length >= LEAST;
}

function isAlike({ kind, status, evidence, state }: Incident, a: Alarm): boolean {
	return (
		kind === "fire" && state !== "out" && (status === "exercise") === a.exercise && evidence.some((e) => e.source === "sensor" && e.what === a.kind)
	);
}

/** An incident with another place, or with one of its places seen again: what was said to be over there burns again. */
export function withPlace(world: World, incident: Incident, a: Alarm, now: number): Incident {
	const { places } = incident;
	if (!places || !KINDS.includes(a.kind)) return incident;
	const known = places.find((p) => p.id === a.nodeId);
	const grids = gridsOf(world, a, now);
	const place: FirePlace = { id: a.nodeId, position: a.position, at: a.at, grids };
	return { ...incident, places: known ? places.map((p) => (p === known ? place : p)) : [...places, place].slice(0, MOST_PLACES) };
}

function gridsOf(world: World, { position }: Alarm, now: number): GridShare[] {
	const here = world.grids.shares([{ ...position, weight: 1 }], now);
	const nearest = here.length > 0 ? undefined : world.grids.nearest(position, now);
	return nearest ? [nearest] : here;
}

/** The grids of all places, each with the most that any of them says: a place is a fire, and not a share of one. */
export function gridsOfPlaces(places: FirePlace[]): GridShare[] {
	const most = new Map<string, GridShare>();
	for (const grid of places.flatMap((p) => p.grids)) if (!((most.get(grid.code)?.share ?? -1) >= grid.share)) most.set(grid.code, grid);
	return [...most.values()].sort((a, b) => b.share - a.share || a.code.localeCompare(b.code));
}

/** A place of which somebody had said that it is over is raised again: those who answer for it hear so, and nobody else. */
export function placeFlares(world: World, before: Incident, incident: Incident, id: string, now: number): Change | undefined {
	const place = before.places?.find((p) => p.id === id);
	if (place?.over === undefined || incident.state === "controlled" || incident.state === "out") return undefined;
	const own = incident.involved.filter((i) => answersFor(world, i.personId, place, now));
	const bare = ({ clearedAt: _, answer: __, answeredAt: ___, feedbackBy: ____, lapsedAt: _____, ...i }: Involved): Involved => i;
	const next: Incident = { ...incident, involved: incident.involved.map((i) => (own.includes(i) ? bare(i) : i)) };
	const people = own.map((i) => i.personId);
	const told = own.flatMap((i) =>
		deliveries(world, next, world.duty.person(i.personId)?.addresses ?? [], `placeAgain.${id}.${now}`, now, i.personId, i.task),
	);
	return { incident: withTimes(world, next), effects: [ledger(next, now, "placeAgain", "rule", { places: [id], people }), ...told] };
}

const ENDS: readonly Answer["answer"][] = ["false", "permitted", "controlled", "out"];
const SEES_FIRE: readonly Answer["answer"][] = ["confirmed", "onScene"];

/**
 * What a word does to the places of a wave: undefined where it is one about all of it, or the incident is none. With `whole` it was
 * the last place, and the word counts for the incident.
 */
export function placeWord(world: World, incident: Incident, a: Answer, now: number): (Change & { whole?: Answer["answer"] }) | undefined {
	const { places } = incident;
	if (!places || a.personId === DUTY_DESK) return undefined;
	const own = places.filter((p) => answersFor(world, a.personId, p, now));
	if (SEES_FIRE.includes(a.answer) && own.some((p) => p.over !== undefined)) {
		const bare = ({ over: _, by: __, overAt: ___, ...p }: FirePlace): FirePlace => p;
		const next = { ...incident, places: places.map((p) => (own.includes(p) ? bare(p) : p)) };
		return { incident: next, effects: [ledger(next, now, "placeAgain", a.personId, { places: own.map((p) => p.id) })] };
	}
	if (!ENDS.includes(a.answer)) return undefined;
	// what was under control is put out by its own
	const open = places.filter((p) => p.over === undefined || (a.answer === "out" && p.over === "controlled"));
	const ended = open.filter((p) => own.includes(p));
	if (ended.length === 0) return undefined;
	const whole =
		ended.length < open.length
			? undefined
			: lastWord(
					places.filter((p) => !ended.includes(p)),
					a,
				);
	if (whole === a.answer) return { incident, effects: [], whole };
	const over = { over: a.answer as FirePlace["over"] & string, by: a.personId, overAt: now };
	const next: Incident = { ...incident, places: places.map((p) => (ended.includes(p) ? { ...p, ...over } : p)), changedAt: now };
	const entry = ledger(next, now, `place:${a.answer}`, a.personId, { places: ended.map((p) => p.id), left: open.length - ended.length });
	const cleared = clearedOf(world, next, a, now);
	return { incident: withTimes(world, cleared.incident), effects: [entry, ...cleared.effects], ...(whole === undefined ? {} : { whole }) };
}

/** What all places together come to, when the last of them is over. */
function lastWord(others: FirePlace[], a: Answer): Answer["answer"] {
	const all = [...others.flatMap((p) => p.over ?? []), a.answer];
	if (all.includes("controlled")) return "controlled";
	return all.includes("out") ? "out" : a.answer;
}

/** Whoever answers for places that are over, and for no other, hears that it is over. A place under control is still one. */
function clearedOf(world: World, incident: Incident, a: Answer, now: number): Change {
	if (a.answer === "controlled") return { incident, effects: [] };
	const open = incident.places?.filter((p) => p.over === undefined || p.over === "controlled") ?? [];
	const free = incident.involved.filter(
		(i) => i.clearedAt === undefined && i.personId !== a.personId && !open.some((p) => answersFor(world, i.personId, p, now)),
	);
	if (free.length === 0) return { incident, effects: [] };
	const over: Incident = { ...incident, state: a.answer as Incident["state"], involved: free, ...(a.cause === undefined ? {} : { cause: a.cause }) };
	const effects = allClear(world, over, a.personId, now).map(
		(e): Effect => (e.type === "ledger" ? { ...e, entry: { ...e.entry, what: "placeClear" } } : e),
	);
	const involved = incident.involved.map((i) => (free.includes(i) ? { ...i, clearedAt: now } : i));
	return { incident: { ...incident, involved }, effects };
}
