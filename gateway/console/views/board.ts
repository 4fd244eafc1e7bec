import { dialled } from "../../base/phone-number.ts";
import type { DecisionContext } from "../../model/context.ts";
import { holds } from "../../model/register.ts";
import type { Board } from "../backend.ts";

/** Who answers for each grid now, for the public notice; chiefs from the village up, rangers of the grid. */
export function boardOf(context: DecisionContext, now: number, phones: boolean): Board {
	const levels = new Map<string, number>();
	for (const p of context.register.people) levels.set(p.level, (levels.get(p.level) ?? 0) + 1);
	const grids = context.register.grids
		.filter((g) => holds(g, now))
		.map(({ code, name }) => {
			const duties = context.duty
				.responsible([{ code, name, share: 1 }], now)
				.filter((d) => d.deputyOf === undefined && d.condition === undefined);
			const of = (role: string) =>
				duties
					.filter((d) => d.role === role)
					.sort((a, b) => (levels.get(b.level) ?? 0) - (levels.get(a.level) ?? 0))
					.map(({ person: { name: who, title, phone } }) => ({
						name: who,
						title,
						...(phones && phone !== undefined ? { phone: dialled(phone) } : {}),
					}));
			return { code, name, chiefs: of("chief"), rangers: of("ranger") };
		});
	return { at: now, grids };
}
