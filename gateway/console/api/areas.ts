import { covers } from "../../model/register.ts";
import type { Change } from "../views/schemas.ts";
import type { Who } from "./auth.ts";

/**
 * Whether an incident is within the areas of whoever asks. One without a grid is everybody's: nobody knows yet whose it
 * is.
 */
export function isWithin({ areas }: Pick<Who, "areas">, { grids }: { grids: readonly { code: string }[] }): boolean {
	return areas.length === 0 || grids.length === 0 || grids.some(({ code }) => covers([...areas], code));
}

/** Whether a person's areas and those of whoever asks have anything in common: either may be a part of the other. */
export function isOf({ areas }: Pick<Who, "areas">, grids: readonly string[]): boolean {
	return areas.length === 0 || grids.some((g) => areas.some((a) => g.startsWith(a) || a.startsWith(g)));
}

/** Whether a change is any of his. */
export function concerns(who: Who, change: Change): boolean {
	return !("incident" in change) || isWithin(who, change.incident);
}
