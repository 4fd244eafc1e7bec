import type { RecordAges } from "../model/register.ts";
import type { RegisterSettings } from "./settings.ts";

/** How long the rows of people count as true. */
export function recordAges({ register: { renewDays, verifyDays } }: RegisterSettings): RecordAges {
	return { renewMs: renewDays * DAY_MS, ...(verifyDays === 0 ? {} : { verifyMs: verifyDays * DAY_MS }) };
}

const DAY_MS = 86_400_000;
