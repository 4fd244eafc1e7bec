import { covers, type Register } from "../model/register.ts";
import type { Cells, RowChange, Table } from "../model/register-edit.ts";
import { GridIndex } from "./grid-index.ts";

/** Of which areas the rows of a register are: whoever is for some of them reads and changes only what lies within. */
export class RowAreas {
	readonly #register: Register;
	#index: GridIndex | undefined;

	constructor(register: Register) {
		this.#register = register;
	}

	/** Whether a row lies within areas, all of it; everything does where there are none. */
	isWithin(areas: readonly string[], table: Table, cells: Cells): boolean {
		return areCovered(areas, this.#codes(table, cells));
	}

	/** Whether all that a change was and becomes lies within areas. */
	mayChange(areas: readonly string[], { table, before, after }: Omit<RowChange, "key">): boolean {
		return [before, after].every((cells) => !cells || this.isWithin(areas, table, cells));
	}

	/** The same of what the check names: a person, a team, a place, a post, or the code of a grid or an area. */
	concerns(areas: readonly string[], what: string): boolean {
		const { people, teams, places } = this.#register;
		const of = people.find((p) => p.id === what)?.grids ?? teams.find((t) => t.id === what)?.grids;
		if (of) return areCovered(areas, of);
		const place = places.find((p) => p.id === what);
		if (place) return areCovered(areas, this.#at(place.position));
		return areCovered(areas, /^(?:for|team):|@/.test(what) ? this.#ofPost(what) : [what]);
	}

	#codes(table: Table, cells: Cells): readonly string[] {
		const { grids = "", grid = "", code = "", post = "", lat, lon } = cells;
		if (table === "roster") return this.#ofPost(post);
		if (table === "cards") return [grid];
		if (table === "units" || table === "grids") return [code];
		if (table !== "places" && grids !== "") return grids.split(";");
		return lat === undefined || lon === undefined ? [] : this.#at({ lat: Number(lat), lon: Number(lon) });
	}

	/** A post is of an area, in a person's place, or at the head of a team. */
	#ofPost(post: string): readonly string[] {
		const [, kind, who] = /^(for|team):(.+)$/.exec(post) ?? [];
		const { people, teams } = this.#register;
		if (kind === "for") return people.find((p) => p.id === who)?.grids ?? [];
		if (kind === "team") return teams.find((t) => t.id === who)?.grids ?? [];
		return [post.split("@")[1] ?? ""];
	}

	/** Grids at a place, whenever they hold. */
	#at(place: { lat: number; lon: number }): string[] {
		this.#index ??= new GridIndex(this.#register.grids.map(({ code, name, polygons }) => ({ code, name, polygons })));
		return [...this.#index.at(place, 0)].map(({ code }) => code);
	}
}

/** What is of no area is only of whoever is for all of them. */
function areCovered(areas: readonly string[], codes: readonly string[]): boolean {
	if (areas.length === 0) return true;
	return codes.length > 0 && codes.every((code) => covers([...areas], code));
}
