import type { IncidentSummary } from "../api-types.ts";

/** Where it is, in a word; of a fault the device: many of them stand in one grid. */
export function whereOf({
	kind,
	grids,
	source,
	id,
}: Pick<IncidentSummary, "kind" | "grids" | "source" | "id">): string {
	const device = source.id === "" ? id : source.id.replace(/^(report|drill):/, "").replace(/#.*$/, "");
	return kind === "fire" ? (grids[0]?.name ?? device) : device;
}
