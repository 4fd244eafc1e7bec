import { withFirstNames, withNamesOfToday } from "../../model/first-names.ts";
import type { Incident } from "../../model/incident.ts";
import type { Row } from "./database.ts";

/** An incident as it stands in the column `body`. */
export function bodyOf(incident: Incident): string {
	return JSON.stringify(withFirstNames(incident));
}

/** The incident of a row with the column `body`. Throws SyntaxError where that is damaged. */
export function incidentIn(row: Row): Incident {
	return withNamesOfToday<Incident>(JSON.parse(String(row["body"])) as object);
}
