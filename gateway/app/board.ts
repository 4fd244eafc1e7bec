import { dialled } from "../base/phone.ts";
import type { Board } from "../console/port.ts";
import type { World } from "../judge/world.ts";
import { holds } from "../model/register.ts";

/** Who answers for each grid now, for the public notice; chiefs from the village up, rangers of the grid. */
export function boardOf(world: World, now: number, phones: boolean): Board {
	const levels = new Map<string, number>();
	for (const p of world.register.people) levels.set(p.level, (levels.get(p.level) ?? 0) + 1);
	const grids = world.register.grids
		.filter((g) => holds(g, now))
		.map(({ code, name }) => {
			const duties = world.duty.responsible([{ code, name, share: 1 }], now).filter((d) => d.deputyOf === undefined && d.condition === undefined);
			const of = (role: string) =>
				duties
					.filter((d) => d.role === role)
					.sort((a, b) => (levels.get(b.level) ?? 0) - (levels.get(a.level) ?? 0))
					.map(({ person: { name: who, title, phone } }) => ({
						name: who,
						...(title === undefined ? {} : { title }),
						...(phones && phone !== undefined ? { phone: dialled(phone) } : {}),
					}));
			return { code, name, chiefs: of("chief"), rangers: of("ranger") };
		});
	return { at: now, grids };
}
