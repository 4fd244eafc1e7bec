import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { en } from "../../gateway/base/words/en/phrases.ts";
import { zh } from "../../gateway/base/words/zh/phrases.ts";
import { circles, importGraph, readSources } from "./borders.ts";

/** How much air the code has: no piece goes beyond a limit. Of branches no room has more than the median had in 0.1. */
export const LIMITS = {
	"lines of a file": 400,
	"lines of a function": 60,
	"complexity of a function": 12,
	"parameters of a function": 4,
	"branches in ten statements of a room": 3,
	"columns of a line": 120,
	"names of underscores, or that end with one": 0,
	"circles of imports": 0,
	"files in gateway/app": 8,
	"phrases without their words in a language": 0,
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
	visit(program, { figures, lineAt: lineFinder(text), within: undefined, name: "" });
	return figures;
}

/** Where in a file the walk stands: in which function, and what the next one is called. */
interface Walk {
	figures: FileFigures;
	lineAt: (offset: number) => number;
	within: FunctionFigures | undefined;
	name: string;
}

function visit(node: unknown, walk: Walk): void {
	if (Array.isArray(node)) for (const item of node) visit(item, walk);
	if (!isNode(node)) return;
	const { figures } = walk;
	const within = enter(node, walk);
	countAt(node, figures, within);
	if (node.type === "ObjectPattern") figures.dropped.push(...droppedIn(node, walk));
	const where = `${figures.path}:${walk.lineAt(node.start)}`;
	if (/^[a-z]\w*_$/.test(nameOf(node))) figures.dropped.push({ value: 1, where });
	const inner = nameOf(node["key"]) || (node.type === "VariableDeclarator" ? nameOf(node["id"]) : "");
	for (const [key, child] of Object.entries(node))
		visit(child, { ...walk, within, name: inner || (key === "init" ? walk.name : "") });
}

/** The function that a node stands in: itself where it is one. */
function enter(node: Node, walk: Walk): FunctionFigures | undefined {
	if (!FUNCTIONS.has(node.type) || !node["body"]) return walk.within;
	const own = functionAt(node, walk);
	walk.figures.functions.push(own);
	return own;
}

function functionAt(node: Node, { figures: { path }, lineAt, name }: Walk): FunctionFigures {
	const line = lineAt(node.start);
	return {
		where: `${path}:${line} ${nameOf(node["id"]) || name}`,
		isTest: path.startsWith("test/") || path.endsWith(".test.ts"),
		lines: lineAt(node.end) - line + 1,
		complexity: 1,
		parameters: (node["params"] as unknown[]).length,
	};
}

function countAt(node: Node, figures: FileFigures, within: FunctionFigures | undefined): void {
	const isBranch = BRANCHES.has(node.type) || (node.type === "SwitchCase" && node["test"] !== null);
	if (isBranch) figures.branches++;
	if (isBranch && within) within.complexity++;
	if (/(?:Statement|Declaration)$/.test(node.type) && node.type !== "BlockStatement") figures.statements++;
}

function droppedIn(pattern: Node, { figures: { path }, lineAt }: Walk): Piece[] {
	const properties = pattern["properties"] as Node[];
	const dropped = properties.filter((property) => /^_+$/.test(nameOf(property["value"])));
	return dropped.map(({ start }) => ({ value: 1, where: `${path}:${lineAt(start)}` }));
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
		"branches in ten statements of a room": density(files).map((d) => ({
			value: Math.round(100 * d.perTen) / 100,
			where: `gateway/${d.room}`,
		})),
		"columns of a line": files.flatMap((f) => f.longLines),
		"names of underscores, or that end with one": files.flatMap((f) => f.dropped),
		"circles of imports": circles(importGraph(root, sources)).map((c) => ({ value: 1, where: c.join(" → ") })),
		"files in gateway/app": [{ value: inApp.length, where: "gateway/app" }],
		"phrases without their words in a language": [...codes].filter(isUnsaid).map((code) => ({ value: 1, where: code })),
	};
}

/** A line for each figure, and a fault for each that goes beyond its limit. */
export function compare(measured: Record<Measure, Piece[]>): { lines: string[]; faults: string[] } {
	const figures = Object.entries(LIMITS).map(([name, limit]) => {
		const sorted = measured[name as Measure].toSorted((a, b) => b.value - a.value);
		return { name, limit, worst: sorted[0], beyond: sorted.filter(({ value }) => value > limit) };
	});
	const lines = figures.map(({ name, limit, worst }) => {
		const said = worst ? `${worst.value} at most (${worst.where.trim()})` : "0";
		return `${name}: ${said}, limit ${limit}`;
	});
	const faults = figures
		.filter(({ beyond }) => beyond.length > 0)
		.map(({ name, limit, beyond }) => {
			const pieces = beyond.map((p) => `${p.where} (${p.value})`).join(", ");
			return `${name}: over ${limit}: ${pieces}`;
		});
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

/** A line that no formatter can break: it holds a long text or pattern. A comment can always be broken. */
function isLongByItself(row: string): boolean {
	if (/^\s*(\/\/|\/\*|\*)/.test(row)) return false;
	// a text in backticks may go on in the next line
	return /(["'`])(?:(?!\1).){50,}\1|`[^`]{50,}$/.test(row) || /\/[^/]{60,}\//.test(row);
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
	if (!isNode(node)) return "";
	if (node.type === "PrivateIdentifier") return `#${node["name"]}`;
	return node.type === "Identifier" ? String(node["name"]) : "";
}
