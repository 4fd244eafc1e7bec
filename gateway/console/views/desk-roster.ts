import type { Register } from "../../model/register.ts";
import type { Duty } from "./schemas.ts";

const POSTS = ["officer", "dutyLeader"] as const;

/** Who should be at the desk by the roster: of each post those who are on now, and whoever comes next. */
export function deskRosterOf({ shifts, people }: Register, now: number): Duty["roster"] {
	const names = new Map(people.map((p) => [p.id, p.name]));
	return POSTS.flatMap((role) => {
		const own = shifts.filter((s) => s.post.startsWith(`${role}@`) && s.to > now).sort((a, b) => a.from - b.from);
		const current = own.filter((s) => s.from <= now);
		const coming = own.filter((s) => s.from > now);
		const first = coming[0]?.from;
		return [...current, ...coming.filter((s) => s.from === first)].map(({ person, from, to }) => {
			return { role, name: names.get(person) ?? person, from, to, isNow: from <= now };
		});
	});
}
