import { expect, it } from "vitest";
import { contextWith, grid, person, T0 } from "../../test/harness/judging.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { dryRun } from "./dry-run.ts";

const context = contextWith({
	...EMPTY_REGISTER,
	version: "r1",
	grids: [grid("A01")],
	people: [
		person("chief", "chief", "village"),
		person("mute", "ranger", "village", { addresses: [] }),
		person("town", "chief", "township"),
		person("crew", "leader", "village"),
		person("gone", "ranger", "village", { to: T0 - 1 }),
	],
	teams: [
		{ id: "t", name: "T", tier: "village", base: { lat: 29.5, lon: 108.7 }, grids: ["A"], leader: "crew", strength: 9 },
	],
});
const told = (run: ReturnType<typeof dryRun>) =>
	(run?.told ?? []).map(({ personId, afterS, task, channels }) => [personId, afterS, task, channels.join()]);

it("says who would be told, when, over what, by the very rules that count, and who could not be reached", () => {
	const run = dryRun(context, { where: { grid: "A01" }, at: T0 });
	expect(told(run)).toEqual(
		expect.arrayContaining([
			["chief", 0, "verify", "webhook"],
			["mute", 0, "verify", ""],
			["town", 180, "verify", "webhook"],
		]),
	);
	expect(told(run).map(([id]) => id)).not.toContain("gone");
	expect(run?.grids).toMatchObject([{ code: "A01" }]);
});

it("with a confirmation, those who put it out are sent from then on, and not only when nobody has said anything", () => {
	const go = (confirmedAfterMin?: number) =>
		told(dryRun(context, { where: { grid: "A01" }, at: T0, confirmedAfterMin })).filter(([, , task]) => task === "go");
	expect(go()).toEqual([["crew", 600, "go", "webhook"]]);
	expect(go(4)).toEqual([["crew", 240, "go", "webhook"]]);
});

it("knows no grid that is not there", () => {
	expect(dryRun(context, { where: { grid: "B99" }, at: T0 })).toBeUndefined();
});
