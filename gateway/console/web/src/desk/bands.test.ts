import { describe, expect, it } from "vitest";
import type { IncidentSummary } from "../api-types.ts";
import { bandOf, rowsOf } from "./bands.ts";

const nobody = { told: 0, notReached: 0, answered: 0, going: 0, onScene: 0, late: 0 };
const fire = (more: Partial<IncidentSummary> = {}): IncidentSummary => ({
	id: "FF-1",
	kind: "fire",
	status: "actual",
	state: "detected",
	openedAt: 0,
	changedAt: 0,
	grids: [{ code: "500114104201-02", name: "二号网格", share: 1 }],
	missing: [],
	source: { kind: "camera", id: "east", what: "smoke" },
	sources: 1,
	place: { method: "bearing" },
	people: { ...nobody, told: 4 },
	...more,
});

describe("the bands of the queue", () => {
	it("what nobody has answered, what reached nobody and who is late need the desk; the rest is under way", () => {
		const by = (people: Partial<IncidentSummary["people"]>) =>
			bandOf(fire({ people: { ...nobody, told: 4, ...people } }));
		expect(by({})).toBe("needsYou");
		expect(by({ answered: 1, going: 1 })).toBe("underWay");
		expect(by({ answered: 1, notReached: 4 })).toBe("needsYou");
		expect(by({ answered: 1, going: 1, late: 1 })).toBe("needsYou");
		expect(by({ answered: 2, onScene: 1, late: 1 })).toBe("underWay");
	});

	it("what is out or false waits for its file, and is over once that is closed", () => {
		expect(bandOf(fire({ state: "out" }))).toBe("toClose");
		expect(bandOf(fire({ state: "false" }))).toBe("toClose");
		expect(bandOf(fire({ state: "false", closedAt: 1 }))).toBe("recent");
		expect(bandOf(fire({ state: "closed", closedAt: 1 }))).toBe("recent");
	});

	it("stand in order, what is confirmed first, then the newest; faults and other towers' sight of one fire stand in none", () => {
		const all = [
			fire({ id: "new", openedAt: 9 }),
			fire({ id: "old", openedAt: 1 }),
			fire({ id: "sure", openedAt: 5, confirmedAt: 6 }),
			fire({ id: "same", primaryId: "sure" }),
			fire({ id: "blind", kind: "coverageLost" }),
			fire({ id: "going", people: { ...nobody, told: 2, answered: 1 } }),
		];
		expect(
			rowsOf(all, new Set(), undefined).map((r) => (r.is === "card" ? r.incident.id : r.is === "band" && r.band)),
		).toEqual(["needsYou", "sure", "new", "old", "underWay", "going"]);
	});

	it("what several speak of, or a device has seen, stands before what one caller has said", () => {
		const call = { kind: "person" as const, id: "report:1", what: "report" };
		const all = [
			fire({ id: "call", openedAt: 9, source: call }),
			fire({ id: "seen", openedAt: 5, picture: { name: "a.jpg" } }),
			fire({ id: "both", openedAt: 1, sources: 2, picture: { name: "b.jpg" } }),
		];
		const order = rowsOf(all, new Set(), undefined).flatMap((r) => (r.is === "card" ? [r.incident.id] : []));
		expect(order).toEqual(["both", "seen", "call"]);
	});

	it("many fires stand by township, that of the chosen one open, and others as somebody opens them", () => {
		const at = (code: string, n: number) =>
			fire({ id: `${code}${n}`, grids: [{ code: `${code}201-0${n}`, name: code, share: 1 }] });
		const each = Array.from({ length: 20 }, (_, n) => n + 1);
		const all = ["500114104", "500114105"].flatMap((code) => each.map((n) => at(code, n)));
		const kinds = (unfolded: string[], selected?: string) =>
			rowsOf(all, new Set(unfolded), selected).map((r) => (r.is === "area" ? `${r.count}` : r.is));
		expect(kinds([])).toEqual(["band", "20", "20"]);
		expect(kinds([], "5001141053")).toEqual(["band", "20", "20", ...Array(20).fill("card")]);
		expect(kinds(["needsYou 500114104"])).toEqual(["band", "20", ...Array(20).fill("card"), "20"]);
	});
});
