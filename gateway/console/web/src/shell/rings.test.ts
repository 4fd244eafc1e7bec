import { expect, it } from "vitest";
import type { IncidentSummary } from "../api-types.ts";
import { ringOf, stillRinging } from "./rings.ts";

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

it("one that flares up again rings although it had been answered before", () => {
	const again = [ringOf(fire("a", 2))];
	expect(stillRinging(again, [fire("a", 2)])).toBe(again);
	expect(stillRinging(again, [fire("a", 3)])).toEqual([]);
});
