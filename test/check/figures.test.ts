import { describe, expect, it } from "vitest";
import { compare, density, figuresOf, LIMITS, type Measure, type Piece } from "./figures.ts";

const none = (): Record<Measure, Piece[]> =>
	Object.fromEntries((Object.keys(LIMITS) as Measure[]).map((name) => [name, []])) as unknown as Record<
		Measure,
		Piece[]
	>;

describe("how much air the code has", () => {
	it("counts lines, branches and parameters of each function, and names it", () => {
		const { functions, lines } = figuresOf(
			"gateway/x.ts",
			`export function walk(a: number, b: number) {
	if (a > b && b > 0) return a;
	return a ? b : 0;
}
class Thing {
	#go(): void {
		for (const x of []) try { f(x); } catch {}
	}
}
const arrow = (one: string) => { switch (one) { case "a": return 1; default: return 2; } };
`,
		);
		expect(lines).toBe(10);
		expect(functions.map(({ where, ...f }) => [where, f.lines, f.complexity, f.parameters])).toEqual([
			["gateway/x.ts:1 walk", 4, 4, 2],
			["gateway/x.ts:6 #go", 3, 3, 0],
			["gateway/x.ts:10 arrow", 1, 2, 1],
		]);
	});

	it("sees names of underscores, and lines that a formatter could break", () => {
		const text = `const { secret: _, ...rest } = all;\nconst x = ${"a + ".repeat(40)}1;\nconst y = "${"a".repeat(150)}";\n`;
		const { dropped, longLines } = figuresOf("gateway/x.ts", text);
		expect(dropped.map((d) => d.where)).toEqual(["gateway/x.ts:1"]);
		expect(figuresOf("gateway/x.ts", "const a = 1;\nconst void_ = __proto__;\n").dropped).toEqual([
			{ value: 1, where: "gateway/x.ts:2" },
		]);
		expect(longLines.filter((l) => l.value > 120).map((l) => l.where)).toEqual(["gateway/x.ts:2"]);
		const excused = `// what a field's engineer ${"reads ".repeat(20)}\nconst z = f("it's", ${"a + ".repeat(40)}1);\n`;
		const seen = figuresOf("gateway/x.ts", excused).longLines.filter((l) => l.value > 120);
		expect(seen.map((l) => l.where)).toEqual(["gateway/x.ts:1", "gateway/x.ts:2"]);
	});

	it("takes what is at a limit, and refuses what goes beyond", () => {
		const fine = { ...none(), "lines of a file": [{ value: 400, where: "gateway/a.ts" }] };
		expect(compare(fine).faults).toEqual([]);
		const more = { ...none(), "lines of a file": [{ value: 401, where: "gateway/new.ts" }] };
		expect(compare(more).faults).toEqual([expect.stringContaining("gateway/new.ts (401)")]);
		const circle = { ...none(), "circles of imports": [{ value: 1, where: "a.ts → b.ts" }] };
		expect(compare(circle).faults).toEqual([expect.stringContaining("a.ts → b.ts")]);
	});

	it("gives branches in ten statements by room, without tests", () => {
		const dense = figuresOf("gateway/judge/a.ts", "const a = b ? c : d;\nconst e = f && g;\n");
		const test = figuresOf("gateway/judge/a.test.ts", "const a = b ? c : d;\n");
		const plain = figuresOf("gateway/base/b.ts", "const a = 1;\n");
		expect(density([plain, dense, test])).toEqual([
			{ room: "judge", perTen: 10 },
			{ room: "base", perTen: 0 },
		]);
	});
});
