import type { IncidentSummary } from "../api-types.ts";

/** Where it is, in a word; of a fault the device: many of them stand in one grid. */
export function whereOf(
	{ kind, grids, source, id }: Pick<IncidentSummary, "kind" | "grids" | "source" | "id">,
	nameOf: (source: string) => string = (source) => source.replace(/^(report|drill):/, "").replace(/#.*$/, ""),
): string {
	const device = source.id === "" ? id : nameOf(source.id);
	return kind === "fire" ? (grids[0]?.name ?? device) : device;
}
