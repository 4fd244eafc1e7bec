import { expect, it } from "vitest";
import type { IncidentSummary } from "../api-types.ts";
import { ringOf, stillRinging, untaken } from "./rings.ts";

const fire = (id: string, answered = 0, state = "detected") =>
	({ id, state, people: { answered, told: 3, notReached: 0 } }) as IncidentSummary;

it("rings until somebody has taken it, at whatever desk or phone", () => {
	const rings = [fire("a"), fire("b"), fire("c")].map(ringOf);
	expect(stillRinging(rings, [fire("a"), fire("b"), fire("c")])).toBe(rings);
	expect(stillRinging(rings, [fire("a"), fire("b", 1), fire("c", 0, "false")])).toEqual([rings[0]]);
	expect(stillRinging(rings, [])).toEqual([]);
	// the word of a desk counts for nobody who goes there, and yet somebody has taken it
	const byDesk = { ...fire("a"), deskAnsweredAt: 5 };
	expect(stillRinging(rings, [byDesk, fire("b"), fire("c")])).toEqual(rings.slice(1));
	expect(stillRinging([ringOf(byDesk)], [byDesk])).toHaveLength(1);
});

it("a page that opens rings for the fires that nobody has answered", () => {
	const all = [
		{ ...fire("new"), kind: "fire", openedAt: 3 },
		{ ...fire("old"), kind: "fire", openedAt: 1 },
		{ ...fire("answered", 1), kind: "fire", openedAt: 2 },
		{ ...fire("by the desk"), kind: "fire", openedAt: 2, deskAnsweredAt: 2 },
		{ ...fire("over", 0, "false"), kind: "fire", openedAt: 2 },
		{ ...fire("of another tower"), kind: "fire", openedAt: 2, primaryId: "old" },
		{ ...fire("a sensor"), kind: "sensorFault", openedAt: 2 },
	] as IncidentSummary[];
	expect(untaken(all).map(({ id }) => id)).toEqual(["old", "new"]);
});

it("one that flares up again rings although it had been answered before", () => {
	const again = [ringOf(fire("a", 2))];
	expect(stillRinging(again, [fire("a", 2)])).toBe(again);
	expect(stillRinging(again, [fire("a", 3)])).toEqual([]);
});
