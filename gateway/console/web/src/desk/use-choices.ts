import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../api.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { postOf } from "../i18n.ts";
import { useNames } from "../people/register.ts";

/** People of the register to choose from: whoever was told stands first. */
export function useChoices({ involved }: Incident): { value: string; label: string }[] {
	const { w } = useReader();
	const nameOf = useNames();
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	return useMemo(() => {
		const told = new Set(involved.map((i) => i.personId));
		const all = (people.data ?? [])
			.filter((p) => p.leftAt === undefined)
			.sort((a, b) => Number(told.has(b.id)) - Number(told.has(a.id)));
		return all.map((p) => ({
			value: p.id,
			label: `${p.name} · ${p.title ?? postOf(w, p)} · ${nameOf(p.grids[0] ?? "")} · ${p.phone ?? ""}`,
		}));
	}, [people.data, involved, w, nameOf]);
}
