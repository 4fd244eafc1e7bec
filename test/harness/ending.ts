import type { DecisionContext } from "../../gateway/model/context.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { EMPTY_REGISTER } from "../../gateway/model/register.ts";
import { contextWith, defaultPlan, fire, grid, person, play, T0 } from "./judging.ts";

/** A village's fire from its first alarm to its end, for tests of how fires end. */

export const MIN = 60_000;
export const HOUR = 60 * MIN;
export const DAY = 24 * HOUR;
export const at = (minutes: number) => T0 + minutes * MIN;
export const people = [
	person("officer", "officer", "county"),
	person("chief", "chief", "village", {
		addresses: ["webpush", "voice", "siren"].map((channel) => ({ channel, address: "x" })),
	}),
	person("ranger", "ranger", "village"),
	person("town", "chief", "township"),
	person("county", "chief", "county", {
		addresses: [
			{ channel: "sms", address: "y" },
			{ channel: "voice", address: "y" },
		],
	}),
	person("leader", "leader", "village"),
];
export const teams = [
	{ id: "v", name: "村队", tier: "village" as const, base: { lat: 29.5, lon: 108.7 }, grids: ["A"], leader: "leader" },
];
export const register = { ...EMPTY_REGISTER, version: "v", grids: [grid("A01")], people, teams };
export const context = contextWith(register, { steps: defaultPlan() });
export const undoing = contextWith(register, { steps: defaultPlan(), undoMs: MIN });
export const started = (own: DecisionContext = context, ...more: JudgeEvent[]) => play([fire(45), ...more], own);
export const undo = (to: { incident?: Incident | undefined }, when: number): JudgeEvent => ({
	type: "undo",
	id: `undo${when}`,
	at: when,
	incidentId: to.incident?.id ?? "",
	personId: "duty-desk",
	personName: "desk",
});
export const reopen = (to: { incident?: Incident | undefined }, when: number, personId = "duty-desk"): JudgeEvent => ({
	type: "reopen",
	id: `reopen${when}`,
	at: when,
	incidentId: to.incident?.id ?? "",
	personId,
	personName: personId,
	reason: "烟又起",
});
export type Played = ReturnType<typeof play>;
export const clears = (p: Played) => p.messages.filter((m) => m.task === "standDown");
export const names = (list: { who: string }[]) => [...new Set(list.map((m) => m.who))].sort();
