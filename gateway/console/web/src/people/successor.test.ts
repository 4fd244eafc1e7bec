import { expect, it } from "vitest";
import { handedOver } from "./successor.ts";

const old = {
	id: "chief-31",
	name: "旧",
	role: "chief",
	level: "village",
	grids: "500",
	phone: "1",
	channels: "webpush",
};
const next = { name: "新", phone: "2", channels: "webpush;sms", at: "2026-12-01T08:00:00+08:00" };
const row = (cells: Record<string, string>) => ({ key: cells["id"] ?? "", cells });

it("a post goes to somebody new with all that hangs on it, and the one before keeps his past", () => {
	const people = [row(old), row({ id: "deputy", deputyOf: "chief-31" }), row({ id: "chief-31.2" })];
	const shift = (from: string, to: string) => row({ post: "chief@500", person: "chief-31", from, to });
	const roster = [shift("2026-11-01", "2026-11-02"), shift("2026-12-05", "2026-12-06")];
	const teams = [row({ id: "t", leader: "chief-31" }), row({ id: "u", leader: "other" })];
	const edits = handedOver(old, next, { people, roster, teams });
	expect(edits.map(({ table, before, after }) => [table, before?.["id"] ?? before?.["from"], after])).toEqual([
		["people", "chief-31", { ...old, to: next.at }],
		[
			"people",
			undefined,
			expect.objectContaining({ id: "chief-31.3", name: "新", phone: "2", from: next.at, grids: "500" }),
		],
		["people", "deputy", { id: "deputy", deputyOf: "chief-31.3" }],
		["teams", "t", { id: "t", leader: "chief-31.3" }],
		["roster", "2026-12-05", expect.objectContaining({ person: "chief-31.3" })],
	]);
});
