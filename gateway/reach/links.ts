import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * A person's key to one incident: it stands in the fragment of the link, which no chat robot and no server log
 * sees, and works for that person and that incident only.
 */
export function personToken(secret: string, incidentId: string, personId: string): string {
	const mac = createHmac("sha256", secret).update(`${incidentId}\n${personId}`).digest("base64url").slice(0, 27);
	return `${Buffer.from(incidentId).toString("base64url")}.${Buffer.from(personId).toString("base64url")}.${mac}`;
}

/** The incident and person of a token, or undefined when it is not one of ours. */
export function readPersonToken(secret: string, token: string): { incidentId: string; personId: string } | undefined {
	const [incident, person, mac, ...rest] = token.slice(0, 500).split(".");
	if (!incident || !person || !mac || rest.length > 0) return undefined;
	const incidentId = Buffer.from(incident, "base64url").toString();
	const personId = Buffer.from(person, "base64url").toString();
	const expected = Buffer.from(personToken(secret, incidentId, personId).split(".")[2] ?? "");
	const given = Buffer.from(mac);
	return expected.length === given.length && timingSafeEqual(expected, given) ? { incidentId, personId } : undefined;
}
