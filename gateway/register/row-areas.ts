import { destination, distanceM } from "../geo/position.ts";
import { covers, type Register } from "../model/register.ts";
import type { Cells, RowChange, Table } from "../model/register-edit.ts";
import { GridIndex } from "./grid-index.ts";

/** Metres of a degree of latitude, a little less than it has. */
const M_OF_LATITUDE = 110_000;
/** Places on the edge of a circle that are looked at. */
const RING = 72;

/** Of which areas the rows of a register are: whoever is for some of them reads and changes only what lies within. */
export class RowAreas {
	readonly #register: Register;
	#index: GridIndex | undefined;

	constructor(register: Register) {
		this.#register = register;
	}

	/** Whether a row lies within areas, all of it; everything does where there are none. */
	isWithin(areas: readonly string[], table: Table, cells: Cells): boolean {
		return areas.length === 0 || areCovered(areas, this.#codes(table, cells));
	}

	/** Whether all that a change was and becomes lies within areas. */
	mayChange(areas: readonly string[], { table, before, after }: Omit<RowChange, "key">): boolean {
		return [before, after].every((cells) => !cells || this.isWithin(areas, table, cells));
	}

	/** The same of what the check names: a person, a team, a place, a post, or the code of a grid or an area. */
	concerns(areas: readonly string[], what: string): boolean {
		const { people, teams, places } = this.#register;
		const of = gridsOf(people, what) ?? gridsOf(teams, what);
		if (of) return areCovered(areas, of);
		const place = places.find((p) => p.id === what);
		if (place) return areCovered(areas, this.#at(place.position));
		return areCovered(areas, /^(?:for|team):|@/.test(what) ? this.#ofPost(what) : [what]);
	}

	#codes(table: Table, cells: Cells): readonly string[] {
		const { grids = "", grid = "", code = "", post = "", lat, lon, radiusM } = cells;
		if (table === "roster") return this.#ofPost(post);
		if (table === "cards") return [grid];
		if (table === "units" || table === "grids") return [code];
		// around a place it holds for whatever ground is there, however few grids it names
		if (radiusM !== undefined) return this.#around({ lat: Number(lat), lon: Number(lon) }, Number(radiusM));
		if (table !== "places" && grids !== "") return grids.split(/[;；、]/).map((g) => g.trim());
		return lat === undefined ? [] : this.#at({ lat: Number(lat), lon: Number(lon) });
	}

	/** A post is of an area, in a person's place, or at the head of a team. */
	#ofPost(post: string): readonly string[] {
		const [, kind, who = ""] = /^(for|team):(.+)$/.exec(post) ?? [];
		const { people, teams } = this.#register;
		if (kind === undefined) return [post.split("@")[1] ?? ""];
		return gridsOf(kind === "for" ? people : teams, who) ?? [];
	}

	/** Grids within metres of a place, whenever they hold; none, so nobody's, where it reaches beyond all of them. */
	#around(at: { lat: number; lon: number }, radiusM: number): readonly string[] {
		const ring = Array.from({ length: RING }, (_, i) => destination(at, (360 * i) / RING, radiusM));
		const onRing = ring.map((p) => this.#at(p));
		const far = radiusM / M_OF_LATITUDE;
		const corners = this.#register.grids.filter(({ polygons }) =>
			polygons.flat(2).some(([lon, lat]) => Math.abs(lat - at.lat) < far && distanceM(at, { lat, lon }) <= radiusM),
		);
		if (onRing.some((codes) => codes.length === 0)) return [];
		return [...new Set([...this.#at(at), ...onRing.flat(), ...corners.map(({ code }) => code)])];
	}

	/** Grids at a place, whenever they hold. */
	#at(place: { lat: number; lon: number }): string[] {
		this.#index ??= new GridIndex(this.#register.grids.map(({ code, name, polygons }) => ({ code, name, polygons })));
		return [...this.#index.at(place, 0)].map(({ code }) => code);
	}
}

const gridsOf = (all: readonly { id: string; grids: string[] }[], id: string): string[] | undefined =>
	all.find((one) => one.id === id)?.grids;

/** What is of no area is only of whoever is for all of them. */
function areCovered(areas: readonly string[], codes: readonly string[]): boolean {
	if (areas.length === 0) return true;
	return codes.length > 0 && codes.every((code) => covers([...areas], code));
}
