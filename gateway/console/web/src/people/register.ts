import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { TABLES, type Table } from "../../../../model/register-edit.ts";
import { call } from "../api.ts";
import type { RegisterRows } from "../api-types.ts";
import { useMay } from "../context.ts";

export { TABLES, type Table };
export type Cells = RegisterRows["rows"][number]["cells"];

/** A table of the register in force. */
export function useRows(table: Table, enabled = true) {
	return useQuery({
		queryKey: ["register", "rows", table],
		queryFn: () => call("GET /api/register/rows/{table}", { path: { table } }),
		enabled,
	});
}

/** Asks anew for all that rests on the register. */
export function useRegisterChanged(): () => void {
	const queries = useQueryClient();
	return useCallback(() => {
		for (const key of ["register", "people", "person", "grids", "map"])
			void queries.invalidateQueries({ queryKey: [key] });
	}, [queries]);
}

/** Names of people by their ids, and of grids and areas by their codes; what has none stands as it is. */
export function useNames(): (id: string) => string {
	const mayKnow = useMay("personal");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people"), enabled: mayKnow });
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const units = useRows("units", mayKnow);
	const names = new Map([
		...(people.data ?? []).map((p): [string, string] => [p.id, p.name || p.id]),
		...(grids.data ?? []).map((g): [string, string] => [g.code, g.name]),
		...(units.data?.rows ?? []).map(({ key, cells }): [string, string] => [key, cells["name"] ?? key]),
	]);
	return (id) => names.get(id) ?? id;
}

/** Areas and grids with their names, the larger ones first. */
export function useAreas(): { value: string; label: string }[] {
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const units = useRows("units", useMay("personal"));
	return [
		...(units.data?.rows ?? []).map(({ key, cells }) => ({ value: key, label: `${cells["name"] ?? ""} ${key}` })),
		...(grids.data ?? []).map((g) => ({ value: g.code, label: `${g.name} ${g.code}` })),
	];
}
