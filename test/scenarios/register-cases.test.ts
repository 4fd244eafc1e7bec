import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { say } from "../../gateway/base/say.ts";
import { readSmsReply } from "../../gateway/engine/replies.ts";
import { DutyIndex } from "../../gateway/judge/duty/duty.ts";
import { EMPTY_REGISTER } from "../../gateway/model/register.ts";
import { checkCoverage } from "../../gateway/register/coverage.ts";
import { importRegister, type PARTS } from "../../gateway/register/import.ts";
import { decodeFile } from "../../gateway/register/table.ts";
import { contextWith, person } from "../harness/judging.ts";

/** Files of registers that went wrong, and what each must give. */
const CASES = join(import.meta.dirname, "../fixtures/cases");
const beijing = (local: string) => Date.parse(`${local}+08:00`);

describe("files that went wrong", () => {
	const read = async (name: string, part: (typeof PARTS)[number] = "people") =>
		importRegister({ [part]: await decodeFile(name, readFileSync(join(CASES, name))) });

	it.each<[string, RegExp, (typeof PARTS)[number]?]>([
		["dup-header.csv", /:1 phone: stands twice, in columns 6 and 8/],
		["units-scientific.csv", /:2 code: "5\.00114E\+11" .*format the column as text/, "units"],
		["error-cell.xlsx", /[A-Z]+\d+: #N\/A/],
		["formula-without-value.xlsx", /[A-Z]+\d+: a formula whose value was never calculated/],
		["line-break-row-number.xlsx", /:6 /],
		["grids-empty.geojson", /holds no grid/, "grids"],
	])("%s is refused", async (name, words, part) => {
		await expect(read(name, part)).rejects.toThrow(words);
	});

	it("every line of sms-replies.txt is the answer of somebody who goes", () => {
		const lines = readFileSync(join(CASES, "sms-replies.txt"), "utf8").split("\n");
		const texts = lines.map((line) =>
			line
				.replace(/\s*\(.*\)\s*$/, "")
				.replace("CODE", "482913")
				.replace("ＣＯＤＥ", "４８２９１３"),
		);
		const filled = texts.filter((text) => text.trim() !== "");
		expect(filled.length).toBeGreaterThan(9);
		for (const text of filled) expect(readSmsReply(text), text).toContainEqual({ code: "482913", answer: "going" });
	});

	it("are read where nothing is wrong", async () => {
		expect((await read("empty-rows.csv")).people).toHaveLength(2);
		expect((await read("empty-column.xlsx")).people.length).toBeGreaterThan(100);
		expect((await read("invisible-char.csv")).people.map((p) => p.phone)).toEqual(["+8613900000011", "+8613900000022"]);
		expect((await read("modem-00.csv")).people[0]?.addresses).toEqual([
			{ channel: "modem", address: "+8613800001004" },
		]);
		const hidden = await read("hidden-first-sheet.xlsx");
		expect(say("en", hidden.remarks?.[0] ?? "")).toMatch(/the sheet ".+" is read/);
	});

	it("explicit-address.csv: two numbers are read, three addresses are named", async () => {
		const text = readFileSync(join(CASES, "explicit-address.csv"), "utf8");
		const faults = await read("explicit-address.csv").then(
			() => "",
			(error: Error) => error.message,
		);
		for (const word of ['"sms:abc"', '"sms:"', '"nobody"']) expect(faults).toContain(word);
		const good = importRegister({ people: { name: "p", text: text.replace(/;sms:abc.*/, "") } });
		expect(good.people[0]?.addresses.map((a) => a.address)).toEqual(["+8613900000011", "+8613900000011"]);
	});

	it("roster-times.xlsx: every minute is its own", async () => {
		const { shifts } = await read("roster-times.xlsx", "roster");
		const from = shifts.map((s) => s.from);
		expect(from).toContain(beijing("2026-11-25T16:00:00"));
		for (const at of from) expect(at % 1000).toBe(0);
		expect(new Set(from.map((at) => at % 60_000))).toEqual(
			new Set(from.some((at) => at % 60_000 === 59_000) ? [0, 59_000] : [0]),
		);
	});

	it("roster-substitute-chain.csv: whoever stands in for the one who stands in is called, and a circle is named", async () => {
		const { shifts } = await read("roster-substitute-chain.csv", "roster");
		const people = ["a", "b", "c"].map((id) => person(id, "chief", "village"));
		const register = { ...EMPTY_REGISTER, people, shifts };
		const called = (own: typeof register) =>
			contextWith(own)
				.duty.responsible([{ code: "A01", name: "", share: 1 }], beijing("2026-11-26T00:00:00"))
				.map((d) => `${d.person.id} for ${d.inPlaceOf ?? d.person.id}`);
		expect(called(register)).toContain("c for a");
		const back = { ...(shifts[0] as (typeof shifts)[number]), post: "for:c", person: "a" };
		const circle = { ...register, shifts: [...shifts, back] };
		expect(called(circle)).toEqual(expect.arrayContaining(["c for a", "a for b", "b for c"]));
		const found = checkCoverage(circle, beijing("2026-11-25T00:00:00"), 30).filter((f) =>
			f.detail.startsWith("check.rosterCircle"),
		);
		expect(found[0]?.detail).toMatch(/a → b → c → a/);
		expect(new DutyIndex(circle).person("a")?.id).toBe("a");
	});
});
