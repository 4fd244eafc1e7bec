import { ask } from "../api.ts";
import type { IncidentPage } from "../api-types.ts";

/** Rows of the list of all incidents, the newest first, by what `GET /api/incidents` may be asked. */
export const listed = (asked: Record<string, string>): Promise<IncidentPage> => ask("/api/incidents", asked);
