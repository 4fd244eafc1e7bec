import { expect, it } from "vitest";
import { withFirstNames, withNamesOfToday } from "./first-names.ts";
import type { Incident } from "./incident.ts";

const progress = { done: [0], rounds: 0, notifiedAt: 5 };
const involved = [{ personId: "chief", notifiedAt: 5 }];
const incident = {
	id: "FF-t1-20260405060000-cf3b10",
	primaryId: "FF-t2-20260405060000-cf3b10",
	linkedIncidents: [{ tower: "t2", incidentId: "FF-t2-20260405060000-cf3b10" }],
	finalAnswer: { answer: "false" },
	ladder: { plan: [], stepsForward: 1, why: [], verify: progress, suppress: progress },
	involved,
	tasks: [{ id: "guard", groupsNotified: 2, notified: ["chief"] }],
	escalatesFrom: 7,
	takenFrom: {
		tower: "t2",
		lease: "held",
		askedAt: 1,
		heardAt: 1,
		heartbeatAt: 1,
		advanceNow: true,
		permission: { ladder: "verify", index: 0, round: 0, askedAt: 1 },
	},
	ending: { answer: { answer: "out" }, until: 9, before: involved },
	// none of these is one of the fields that were called otherwise
	missing: ["told", "ahead"],
	place: { points: [{ lat: 1, lon: 2, weight: 1 }] },
} as unknown as Incident;

it("an incident is written under the first names of its fields, at every depth, and read back as it was", () => {
	const written = withFirstNames(incident);
	const first = { done: [0], rounds: 0, toldAt: 5 };
	expect(written).toEqual({
		id: incident.id,
		partOf: incident.primaryId,
		witnesses: incident.linkedIncidents,
		lastWord: { answer: "false" },
		ladder: { plan: [], ahead: 1, why: [], verify: first, suppress: first },
		involved: [{ personId: "chief", toldAt: 5 }],
		tasks: [{ id: "guard", climbed: 2, told: ["chief"] }],
		climbsFrom: 7,
		takenFrom: {
			tower: "t2",
			lease: "held",
			askedAt: 1,
			heardAt: 1,
			beatAt: 1,
			hurry: true,
			grant: { ladder: "verify", index: 0, round: 0, askedAt: 1 },
		},
		ending: { answer: { answer: "out" }, until: 9, before: [{ personId: "chief", toldAt: 5 }] },
		missing: ["told", "ahead"],
		place: incident.place,
	});
	expect(withNamesOfToday<Incident>(JSON.parse(JSON.stringify(written)) as object)).toEqual(incident);
});
