/** Forest fire danger as declared for a day: 1 low ... 5 extreme (森林火险等级, five levels as in LY/T 1172-95). */
export interface Danger {
	level: 1 | 2 | 3 | 4 | 5;
	/** Code of the area that it is of; everywhere where there is none. */
	area?: string;
	/** Who declared it. */
	by: string;
	at: number;
	/** No longer known after this, ms since 1970. */
	until: number;
}

/** What was declared: for everywhere, and for areas that have a level of their own. */
export interface Dangers {
	danger?: Danger | undefined;
	areaDangers?: readonly Danger[];
}

/** The level of the ground of a grid, of the smallest area that has one; undefined where nobody has said. */
export function dangerOf({ danger, areaDangers = [] }: Dangers, grid: string, now: number): Danger | undefined {
	const own = areaDangers.filter(({ area = "", until }) => until > now && grid.startsWith(area));
	const [nearest] = own.toSorted((a, b) => (b.area?.length ?? 0) - (a.area?.length ?? 0));
	return nearest ?? (danger && danger.until > now ? danger : undefined);
}

/** The highest level that is in force anywhere; undefined where nobody has said one for everywhere. */
export function highestDanger({ danger, areaDangers = [] }: Dangers, now: number): Danger["level"] | undefined {
	if (!danger || danger.until <= now) return undefined;
	const levels = areaDangers.filter((d) => d.until > now).map((d) => d.level);
	return Math.max(danger.level, ...levels) as Danger["level"];
}
