import { failed } from "../api.ts";
import type { IncidentPage } from "../api-types.ts";

/** Rows of the list of all incidents, the newest first, by what `GET /api/incidents` may be asked. */
export async function listed(asked: Record<string, string>): Promise<IncidentPage> {
	const response = await fetch(`/api/incidents?${new URLSearchParams(asked)}`, { signal: AbortSignal.timeout(15_000) });
	if (!response.ok) throw await failed(response);
	return (await response.json()) as IncidentPage;
}
