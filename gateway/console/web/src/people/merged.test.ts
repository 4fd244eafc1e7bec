import { expect, it } from "vitest";
import { conflictsOf, merged } from "./merged.ts";

it("keeps what was typed here, and takes in what somebody else has changed meanwhile", () => {
	const seen = { id: "p1", name: "张三", phone: "1", title: "" };
	const now = { id: "p1", name: "张三", phone: "2", grids: "5" };
	expect(merged(seen, now, { ...seen, title: "林长" })).toEqual({
		id: "p1",
		name: "张三",
		phone: "2",
		title: "林长",
		grids: "5",
	});
	expect(merged(seen, now, { ...seen, phone: "3" })).toMatchObject({ phone: "3" });
	expect(merged({ a: "1" }, {}, { a: "1" })).toEqual({ a: "" });
});

it("what both have changed, and differently, is named", () => {
	const seen = { phone: "1", name: "a", level: "x" };
	expect(conflictsOf(seen, { phone: "2", name: "b", level: "x" }, { phone: "3", name: "b", level: "y" })).toEqual([
		"phone",
	]);
});
