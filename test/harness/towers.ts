import { azimuthDeg, destination, distanceM, type Position } from "../../gateway/geo/position.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { EMPTY_REGISTER, type Grid, type Register } from "../../gateway/model/register.ts";
import { Fleet } from "./fleet.ts";
import { camera, contextWith, fire, person, T0, tower } from "./judging.ts";

/** Three towers that may see one fire, and their centre, which knows the ground. */

export const SECOND = 1000;
export const MIN = 60 * SECOND;
/** Two towers, six kilometres apart. */
export const AT: Record<string, Position> = {
	t1: tower,
	t2: destination(tower, 90, 6000),
	t3: destination(tower, 45, 9000),
};

/** Squares of about 1.1 km, so that a wedge touches many and a crossing few. */
export const grids: Grid[] = Array.from({ length: 144 }, (_, n) => {
	const [west, south] = [tower.lon - 0.06 + (n % 12) * 0.012, tower.lat - 0.06 + Math.floor(n / 12) * 0.01];
	const [east, north] = [west + 0.012, south + 0.01];
	const code = `A${String(n).padStart(3, "0")}`;
	const ring: [number, number][] = [
		[west, south],
		[east, south],
		[east, north],
		[west, north],
		[west, south],
	];
	return { code, name: code, polygons: [[ring]] };
});
export const register = {
	...EMPTY_REGISTER,
	grids,
	people: [
		person("ranger", "ranger", "village"),
		person("supervisor", "supervisor", "village"),
		person("town", "chief", "township"),
		person("officer", "officer", "county"),
	],
};
export const worldOf = (id: string, own: Register = register): DecisionContext => ({
	...contextWith(own),
	towerId: id,
	towerName: `塔${id}`,
});
/** Flat ground a hundred metres below the lenses. */
export const FLAT = { heightM: () => 700 };
export const fleet = () =>
	new Fleet({ t1: worldOf("t1"), t2: worldOf("t2"), t3: worldOf("t3"), centre: centreOf(worldOf("centre")) });
export const centreOf = (context: DecisionContext): DecisionContext => ({ ...context, terrain: FLAT });

/** A tower sees smoke over a place, its lower edge where the ground is. */
export function seen(by: string, place: Position, at = T0, n = 1): JudgeEvent {
	const from = AT[by] as Position;
	const bearing = azimuthDeg(from, place);
	const elevationDeg = (Math.atan2(-80, distanceM(from, place)) * 180) / Math.PI;
	const extra = {
		pose: { ...camera(`cam${n}`, bearing), position: from },
		trackId: `${by}-${n}`,
		elevationDeg,
		elevationErrorDeg: 0.15,
	};
	const event = fire(bearing, `cam${n}`, at, extra);
	return { ...event, id: `${by}.${event.id}` };
}

/** The same, by another camera of the tower. */
export function fireOf(event: JudgeEvent, cameraId: string): JudgeEvent {
	return event.type === "sighting" ? { ...event, sighting: { ...event.sighting, cameraId, trackId: cameraId } } : event;
}

export const PLACE = destination(tower, 40, 4500);
export const exported = (tower: string, incident: Incident): JudgeEvent => ({
	type: "handover",
	id: `x${incident.id}${incident.state}`,
	at: T0,
	handover: { side: "centre", tower, what: "incident", incident },
});
export const desk = (): Incident["involved"][number] => ({
	personId: "duty-desk",
	name: "desk",
	role: "officer",
	level: "county",
	share: 1,
	notifiedAt: T0,
	ladder: "verify",
	task: "verify",
});
export const byTower = (incidents: Incident[], t: string) =>
	incidents.find((i) => i.takenFrom?.tower === t) as Incident;
export const count = (f: Fleet, who: string, by?: string) =>
	f.sent.filter((s) => s.who === who && (by === undefined || s.by === by)).length;
