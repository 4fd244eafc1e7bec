import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkBorders, circles, JUDGE_LAYERS, loadedByRun, NEVER_LOADED_BY_RUN, ROOMS } from "./borders.ts";

const ROOT = join(import.meta.dirname, "../..");
let root: string;

const write = (path: string, text: string) => {
	mkdirSync(dirname(join(root, path)), { recursive: true });
	writeFileSync(join(root, path), text);
};

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), "lookout-borders-"));
	for (const room of Object.keys(ROOMS)) mkdirSync(join(root, "gateway", room), { recursive: true });
	for (const layer of JUDGE_LAYERS) mkdirSync(join(root, "gateway/judge", layer), { recursive: true });
	mkdirSync(join(root, "firmware-contracts/gen/ts"), { recursive: true });
	write("gateway/cli/run.ts", "export {};\n");
	write("gateway/base/a.ts", "export const a = 1;\n");
});

afterEach(() => rmSync(root, { recursive: true }));

describe("the borders of the house", () => {
	it("holds for a house in order", () => {
		write("gateway/geo/b.ts", 'import { a } from "../base/a.ts";\nexport const b = a;\n');
		expect(checkBorders(root)).toEqual([]);
	});

	it("sees a room that imports what it may not, types included, and leaves unit tests their freedom", () => {
		const source = 'import type { a } from "../judge/x.ts";\nexport type B = typeof a;\n';
		write("gateway/judge/x.ts", "export const a = 1;\n");
		write("gateway/geo/b.test.ts", source);
		expect(checkBorders(root)).toEqual([]);
		write("gateway/geo/b.ts", source);
		expect(checkBorders(root)).toEqual([expect.stringMatching(/^gateway\/geo\/b\.ts: geo must not import judge/)]);
	});

	it("sees a page that reaches into the gateway, and lets it tell the time", () => {
		write("gateway/console/api/x.ts", "export const a = 1;\n");
		write(
			"gateway/console/web/src/p.tsx",
			'import { a } from "../../api/x.ts";\nexport const P = () => a + Date.now();\n',
		);
		expect(checkBorders(root)).toEqual([
			expect.stringContaining("console/web must not import console (../../api/x.ts)"),
		]);
	});

	it("sees an import that leads nowhere, and a file that stands in no room", () => {
		write("gateway/geo/b.ts", 'export * from "./gone.ts";\n');
		write("gateway/drawer/c.ts", "export {};\n");
		expect(checkBorders(root).sort()).toEqual([
			"gateway/drawer/c.ts: stands in no room of the design",
			"gateway/geo/b.ts: imports ./gone.ts, which does not exist",
		]);
	});

	it("sees a layer of the judge that reaches to its left", () => {
		write("gateway/judge/handover/h.ts", "export const h = 1;\n");
		write("gateway/judge/duty/d.ts", 'import { h } from "../handover/h.ts";\nexport const d = h;\n');
		expect(checkBorders(root)).toEqual([expect.stringContaining("duty must not import handover")]);
	});

	it("sees what stands in no layer of the judge, and a layer that reaches for the judge's door", () => {
		write("gateway/judge/drawer/x.ts", "export const x = 1;\n");
		write("gateway/judge/judge.ts", "export const judge = 1;\n");
		write("gateway/judge/duty/d.ts", 'import { judge } from "../judge.ts";\nexport const d = judge;\n');
		expect(checkBorders(root).sort()).toEqual([
			expect.stringContaining("drawer/x.ts: stands in no layer"),
			expect.stringContaining("duty must not import what stands before the layers"),
		]);
	});

	it("sees circles of imports, types included, each once", () => {
		write("gateway/geo/b.ts", 'import { c } from "./c.ts";\nexport const b = c;\nexport type B = 1;\n');
		write("gateway/geo/c.ts", 'import type { B } from "./b.ts";\nexport const c: B = 1;\n');
		expect(checkBorders(root)).toEqual([expect.stringContaining("a circle of imports")]);
		const graph = new Map([
			["a", ["b"]],
			["b", ["c"]],
			["c", ["a", "d"]],
			["d", ["e"]],
			["e", ["d"]],
			["f", ["a"]],
		]);
		expect(circles(graph).map((c) => c.toSorted())).toEqual([
			["d", "e"],
			["a", "b", "c"],
		]);
	});

	it("hides what stands behind the interfaces of the store", () => {
		write("gateway/store/sqlite/s.ts", "export const s = 1;\n");
		write("gateway/engine/e.ts", 'import { s } from "../store/sqlite/s.ts";\nexport const e = s;\n');
		write("gateway/store/open.ts", "export const o = 1;\n");
		write("gateway/register/r.ts", 'import { o } from "../store/open.ts";\nexport const r = o;\n');
		write("gateway/cli/c.ts", 'import { o } from "../store/open.ts";\nexport const c = o;\n');
		const hidden = (path: string) => expect.stringMatching(`^${path}: the store behind its interfaces`);
		expect(checkBorders(root)).toEqual([hidden("gateway/engine/e.ts"), hidden("gateway/register/r.ts")]);
	});

	it("sees files, time and chance where they do not belong", () => {
		write(
			"gateway/judge/f.ts",
			'import "node:fs/promises";\nexport const f = Date.now();\n// Math.random() in a comment\n',
		);
		expect(checkBorders(root)).toEqual([
			"gateway/judge/f.ts: judge must not import node:fs/promises",
			"gateway/judge/f.ts:2: time and chance come from base: export const f = Date.now();",
		]);
	});

	it("knows no room that does not exist", () => {
		rmSync(join(root, "gateway/sim"), { recursive: true });
		expect(checkBorders(root)).toContain("test/check/borders.ts: there is no room sim");
	});

	it("sees what a gateway that runs would load of the scoring of footage", () => {
		write("gateway/evaluation/score.ts", "export const score = 1;\n");
		write("gateway/cli/part.ts", 'export { score } from "../evaluation/score.ts";\n');
		write("gateway/cli/run.ts", 'export const later = () => import("./part.ts");\n');
		expect(checkBorders(root)).toEqual(["gateway/evaluation/score.ts: loaded by `lookout run`"]);
		write("gateway/cli/run.ts", "export const later = 1;\n");
		write("gateway/cli/program.ts", 'export const replay = () => import("./part.ts");\n');
		expect(checkBorders(root)).toEqual([]);
		write("gateway/cli/program.ts", 'export { score } from "./part.ts";\n');
		expect(checkBorders(root)).toEqual(["gateway/evaluation/score.ts: loaded by `lookout run`"]);
	});
});

describe("this house", () => {
	it("never loads the scoring of footage when a gateway runs", () => {
		const loaded = [...loadedByRun(ROOT)];
		expect(loaded).toContain("gateway/judge/judge.ts");
		expect(loaded.filter((path) => path.startsWith(NEVER_LOADED_BY_RUN))).toEqual([]);
	});
});
