import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { en } from "../../gateway/base/words/en/phrases.ts";
import { zh } from "../../gateway/base/words/zh/phrases.ts";
import { circles, importGraph, readSources } from "./borders.ts";

/**
 * How much air the code has. A limit is what every new piece keeps; `over` is how many old pieces do not keep it yet.
 * There may be fewer of them, never more: whoever mends one lowers the number.
 */
export const LIMITS = {
	"lines of a file": { limit: 400, over: 15 },
	"lines of a function": { limit: 60, over: 17 },
	"complexity of a function": { limit: 12, over: 44 },
	"parameters of a function": { limit: 4, over: 29 },
	"columns of a line": { limit: 120, over: 23 },
	"fields dropped by a name of underscores": { limit: 0, over: 0 },
	"circles of imports": { limit: 0, over: 0 },
	"files in gateway/app": { limit: 8, over: 0 },
	"phrases without their words in a language": { limit: 0, over: 0 },
} as const;

export type Measure = keyof typeof LIMITS;

/** One piece of code and what was measured of it; `where` is `path:line name`. */
export interface Piece {
	value: number;
	where: string;
}

/** A function: lines, cyclomatic complexity (McCabe 1976: one and every branch), parameters. */
interface FunctionFigures {
	where: string;
	isTest: boolean;
	lines: number;
	complexity: number;
	parameters: number;
}

/** What one file consists of. Statements and branches are those of the whole file. */
export interface FileFigures {
	path: string;
	lines: number;
	functions: FunctionFigures[];
	statements: number;
	branches: number;
	longLines: Piece[];
	dropped: Piece[];
}

const BRANCHES = new Set([
	"IfStatement",
	"ConditionalExpression",
	"ForStatement",
	"ForInStatement",
	"ForOfStatement",
	"WhileStatement",
	"DoWhileStatement",
	"CatchClause",
	"LogicalExpression",
]);
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const TAB_COLUMNS = 2;

/** Measures a source. Throws where it cannot be parsed. */
export function figuresOf(path: string, text: string): FileFigures {
	const { program, errors } = parseSync(path, text);
	if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
	const rows = text.split("\n");
	const isTest = path.startsWith("test/") || path.endsWith(".test.ts");
	const lineAt = lineFinder(text);
	const figures: FileFigures = {
		path,
		lines: rows.length - 1,
		functions: [],
		statements: 0,
		branches: 0,
		longLines: rows.flatMap((row, i) => {
			const columns = row.length + (row.length - row.replaceAll("\t", "").length) * (TAB_COLUMNS - 1);
			return isLongByItself(row) ? [] : [{ value: columns, where: `${path}:${i + 1}` }];
		}),
		dropped: [],
	};
	const visit = (node: unknown, within: FunctionFigures | undefined, name: string): void => {
		if (Array.isArray(node)) for (const item of node) visit(item, within, name);
		if (!isNode(node)) return;
		let own = within;
		if (FUNCTIONS.has(node.type) && node["body"]) {
			const line = lineAt(node.start);
			const parameters = node["params"] as unknown[];
			own = {
				where: `${path}:${line} ${nameOf(node["id"]) || name}`,
				isTest,
				lines: lineAt(node.end) - line + 1,
				complexity: 1,
				parameters: parameters.length,
			};
			figures.functions.push(own);
		}
		const isBranch = BRANCHES.has(node.type) || (node.type === "SwitchCase" && node["test"] !== null);
		if (isBranch) figures.branches++;
		if (isBranch && own) own.complexity++;
		if (/(?:Statement|Declaration)$/.test(node.type) && node.type !== "BlockStatement") figures.statements++;
		if (node.type === "ObjectPattern")
			for (const property of node["properties"] as Node[])
				if (/^_+$/.test(nameOf(property["value"])))
					figures.dropped.push({ value: 1, where: `${path}:${lineAt(property.start)}` });
		const inner = nameOf(node["key"]) || (node.type === "VariableDeclarator" ? nameOf(node["id"]) : "");
		for (const [key, child] of Object.entries(node))
			if (typeof child === "object" && child !== null) visit(child, own, inner || (key === "init" ? name : inner));
	};
	visit(program, undefined, "");
	return figures;
}

/** Made by `npm run generate`. */
const GENERATED = ["gateway/console/web/src/api-types.ts"];

/** All sources that are kept in git, without what is generated. */
export function measure(root: string): FileFigures[] {
	const listed = execFileSync("git", ["ls-files", "gateway", "test"], { cwd: root, encoding: "utf8" });
	return listed
		.trim()
		.split("\n")
		.filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts") && !GENERATED.includes(path))
		.map((path) => figuresOf(path, readFileSync(join(root, path), "utf8")));
}

/** Everything that was measured, by what it was measured for. */
export function pieces(root: string, files: FileFigures[]): Record<Measure, Piece[]> {
	const functions = files.flatMap((f) => f.functions).filter((f) => !f.isTest);
	const sources = readSources(root).filter(({ path }) => !path.endsWith(".test.ts"));
	const inApp = files.filter(({ path }) => /^gateway\/app\/(?!.*\.test\.ts$)/.test(path));
	const codes = new Set([...Object.keys(en), ...Object.keys(zh)]);
	const isUnsaid = (code: string) => !Object.hasOwn(en, code) || !Object.hasOwn(zh, code);
	return {
		"lines of a file": files.map((f) => ({ value: f.lines, where: f.path })),
		"lines of a function": functions.map((f) => ({ value: f.lines, where: f.where })),
		"complexity of a function": functions.map((f) => ({ value: f.complexity, where: f.where })),
		"parameters of a function": functions.map((f) => ({ value: f.parameters, where: f.where })),
		"columns of a line": files.flatMap((f) => f.longLines),
		"fields dropped by a name of underscores": files.flatMap((f) => f.dropped),
		"circles of imports": circles(importGraph(root, sources)).map((c) => ({ value: 1, where: c.join(" → ") })),
		"files in gateway/app": [{ value: inApp.length, where: "gateway/app" }],
		"phrases without their words in a language": [...codes].filter(isUnsaid).map((code) => ({ value: 1, where: code })),
	};
}

/** A line for each figure, and what is worse than it was. */
export function compare(measured: Record<Measure, Piece[]>): { lines: string[]; faults: string[] } {
	const lines: string[] = [];
	const faults: string[] = [];
	for (const [name, { limit, over }] of Object.entries(LIMITS) as [Measure, { limit: number; over: number }][]) {
		const sorted = measured[name].toSorted((a, b) => b.value - a.value);
		const beyond = sorted.filter(({ value }) => value > limit);
		const [worst] = sorted;
		lines.push(
			`${name}: ${worst ? `${worst.value} at most (${worst.where})` : "0"}, limit ${limit}, ${beyond.length} over it`,
		);
		if (beyond.length > over)
			faults.push(
				`${name}: ${beyond.length} are over ${limit}, ${over} were: ${beyond.map((p) => `${p.where} (${p.value})`).join(", ")}`,
			);
		if (beyond.length < over)
			faults.push(`${name}: only ${beyond.length} are over ${limit} now: lower its number in test/check/figures.ts`);
	}
	return { lines, faults };
}

/** Branches in ten statements, by room of `gateway/`, the densest first. Tests are left out. */
export function density(files: FileFigures[]): { room: string; perTen: number }[] {
	const code = files.filter(({ path }) => path.startsWith("gateway/") && !path.endsWith(".test.ts"));
	const rooms = Map.groupBy(code, ({ path }) => path.split("/")[1] ?? "");
	return [...rooms]
		.map(([room, all]) => {
			const sum = (count: (f: FileFigures) => number) => all.reduce((total, f) => total + count(f), 0);
			return {
				room,
				perTen:
					(10 * sum((f) => f.branches)) /
					Math.max(
						1,
						sum((f) => f.statements),
					),
			};
		})
		.sort((a, b) => b.perTen - a.perTen);
}

/** A line that no formatter can break: it holds a long text or pattern. */
function isLongByItself(row: string): boolean {
	return /(["'`])(?:(?!\1).){50,}/.test(row) || /\/[^/]{60,}\//.test(row);
}

function lineFinder(text: string): (offset: number) => number {
	const starts = [0];
	for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
	return (offset) => {
		const after = starts.findIndex((start) => start > offset);
		return after < 0 ? starts.length : after;
	};
}

interface Node {
	type: string;
	start: number;
	end: number;
	[key: string]: unknown;
}

function isNode(value: unknown): value is Node {
	return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function nameOf(node: unknown): string {
	return isNode(node) && node.type === "Identifier" ? String(node["name"]) : "";
}
