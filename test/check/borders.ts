import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";

/**
 * The borders of the house. A room may import what stands beside it here, and nothing else of ours; unit tests beside
 * the code may import more, since nothing imports them.
 */
export const ROOMS: Record<string, readonly string[]> = {
	base: [],
	geo: ["base"],
	model: ["base", "geo"],
	"ops/log": ["base"],
	"ops/config": ["base", "ops/log"],
	"ops/health": ["base", "model"],
	ops: ["base", "ops/log", "ops/config"],
	store: ["base", "model", "ops/log"],
	judge: ["base", "geo", "model"],
	engine: ["base", "geo", "model", "ops/log", "store", "judge"],
	watch: ["base", "geo", "model", "ops/log"],
	sense: ["base", "geo", "model", "ops/log", "store", "contracts"],
	register: ["base", "geo", "model", "ops/log", "store"],
	notify: ["base", "geo", "model", "ops/log", "store"],
	link: ["base", "geo", "model", "ops/log", "store"],
	ledger: ["base", "geo", "model", "ops/log", "store"],
	console: ["base", "geo", "model", "ops/log", "store"],
	"console/web": ["base", "geo", "model"],
	evaluation: ["base", "geo", "model", "watch"],
	sim: ["base", "geo", "model", "ops/log", "contracts"],
	app: [
		"base",
		"geo",
		"model",
		"ops/log",
		"ops/config",
		"ops/health",
		"ops",
		"store",
		"judge",
		"engine",
		"watch",
		"sense",
		"register",
		"notify",
		"link",
		"ledger",
		"console",
		"contracts",
	],
	cli: [
		"base",
		"geo",
		"model",
		"app",
		"ops/log",
		"ops/config",
		"ops/health",
		"ops",
		"sim",
		"evaluation",
		"ledger",
		"register",
		"link",
		"store",
	],
};

/** The layers of the judge, from the left: each may import only those to its right. */
export const JUDGE_LAYERS = [
	"handover",
	"correlation",
	"lifecycle",
	"tasks",
	"escalation",
	"location",
	"duty",
	"judgement",
] as const;

/** What a gateway that runs must never load: it scores footage, and nobody waits for it. */
export const NEVER_LOADED_BY_RUN = "gateway/evaluation/";

const NO_FILES = new Set(["base", "geo", "model", "judge", "console/web"]);
/** Rooms with time and chance of their own: what all others ask, and the pages, whose browser knows nothing of it. */
const OWN_TIME = new Set(["base", "console/web"]);
/** The door runs on a Node that knows no types, and so before base. */
const BEFORE_BASE = "gateway/cli/lookout.js";
/** Reads a file once, at the start, and is no rule of geometry. */
const MAY_READ_FILES = new Set(["gateway/geo/height-grid.ts"]);
const TIME_AND_CHANCE =
	/\b(?:Date\.now|Math\.random|randomUUID|setTimeout|setInterval|setImmediate)\b|\bnew Date\(\s*\)/;

/** A file of ours with what it imports of ours, types included, by absolute path. */
interface Source {
	path: string;
	text: string;
	specifiers: string[];
}

/** Every fault, a line each: path, and what is wrong. */
export function checkBorders(root: string): string[] {
	const all = readSources(root);
	const code = all.filter(({ path }) => !path.endsWith(".test.ts"));
	return [
		...missingRooms(root),
		...all
			.filter(({ path }) => roomOf(path) === undefined)
			.map(({ path }) => `${path}: stands in no room of the design`),
		...code.flatMap((source) => [
			...foreignImports(root, source),
			...timeAndChance(source),
			...layerFaults(root, source),
		]),
		...circles(importGraph(root, code)).map((circle) => `a circle of imports: ${circle.join(" → ")} → ${circle[0]}`),
		...[...loadedByRun(root, code)]
			.filter((path) => path.startsWith(NEVER_LOADED_BY_RUN))
			.map((path) => `${path}: loaded by \`lookout run\``),
	];
}

export function readSources(root: string): Source[] {
	return [...sources(join(root, "gateway"))].map((file) => {
		const text = readFileSync(file, "utf8");
		return { path: relative(root, file), text, specifiers: importsIn(file, text) };
	});
}

function missingRooms(root: string): string[] {
	const gone = Object.keys(ROOMS).filter((room) => !existsSync(join(root, "gateway", room)));
	const layers = JUDGE_LAYERS.filter((layer) => !existsSync(join(root, "gateway/judge", layer))).map(
		(layer) => `judge/${layer}`,
	);
	return [...gone, ...layers].map((room) => `test/check/borders.ts: there is no room ${room}`);
}

function foreignImports(root: string, { path, specifiers }: Source): string[] {
	const room = roomOf(path);
	if (room === undefined) return [];
	return specifiers.flatMap((specifier) => {
		const why = specifier.startsWith(".")
			? whyForeign(root, { path, room, specifier })
			: whyNoModule({ path, room, specifier });
		return why === undefined ? [] : [`${path}: ${why}`];
	});
}

interface Import {
	path: string;
	room: string;
	specifier: string;
}

/** Why a module of Node is not for a room; undefined where it is. */
function whyNoModule({ path, room, specifier }: Import): string | undefined {
	const isOutside = /^node:(fs|net|http|https|child_process|dgram|tls)/.test(specifier);
	const isFine = !isOutside || !NO_FILES.has(room) || MAY_READ_FILES.has(path);
	return isFine ? undefined : `${room} must not import ${specifier}`;
}

/** Why a file of ours is not for a room; undefined where it is. */
function whyForeign(root: string, { path, room, specifier }: Import): string | undefined {
	const target = resolve(dirname(join(root, path)), specifier);
	if (!existsSync(target)) return `imports ${specifier}, which does not exist`;
	const inside = relative(root, target);
	if (isHidden(path, inside)) return `the store behind its interfaces is nobody's (${specifier})`;
	const other = roomOf(inside);
	const isAllowed = other === room || ROOMS[room]?.includes(other ?? "");
	return isAllowed ? undefined : `${room} must not import ${other ?? inside} (${specifier})`;
}

/** What opens a store: whoever builds a gateway, and commands, give the others its interfaces. */
const OPENS_STORES = ["gateway/store/open.ts", "gateway/store/keeper.ts", "gateway/store/erasure.ts"];

/** What stands behind the interfaces of the store: only the store itself may know of it, or whoever may open one. */
function isHidden(path: string, target: string): boolean {
	if (path.startsWith("gateway/store/")) return false;
	return (
		target.startsWith("gateway/store/sqlite/") || (OPENS_STORES.includes(target) && !/^gateway\/(app|cli)\//.test(path))
	);
}

function timeAndChance({ path, text }: Source): string[] {
	if (OWN_TIME.has(roomOf(path) ?? "") || path === BEFORE_BASE) return [];
	return withoutComments(text)
		.split("\n")
		.flatMap((line, i) =>
			TIME_AND_CHANCE.test(line) ? [`${path}:${i + 1}: time and chance come from base: ${line.trim()}`] : [],
		);
}

function layerFaults(root: string, { path, specifiers }: Source): string[] {
	const own = layerOf(path);
	if (own === undefined) {
		const isLoose = /^gateway\/judge\/[^/]+\//.test(path);
		return isLoose ? [`${path}: stands in no layer of the judge`] : [];
	}
	return specifiers.flatMap((specifier) => {
		const other = specifier.startsWith(".")
			? layerOf(relative(root, resolve(dirname(join(root, path)), specifier)))
			: undefined;
		return other !== undefined && other < own
			? [
					`${path}: ${JUDGE_LAYERS[own]} must not import ${JUDGE_LAYERS[other] ?? "what stands before the layers"} (${specifier})`,
				]
			: [];
	});
}

/** Place of a file's layer among those of the judge, -1 for the door before them; undefined outside of them. */
function layerOf(path: string): number | undefined {
	if (/^gateway\/judge\/[^/]+$/.test(path)) return -1;
	const layer = JUDGE_LAYERS.findIndex((name) => path.startsWith(`gateway/judge/${name}/`));
	return layer < 0 ? undefined : layer;
}

/** Which file imports which, types included. */
export function importGraph(root: string, all: Source[]): Map<string, string[]> {
	const known = new Set(all.map(({ path }) => path));
	return new Map(
		all.map(({ path, specifiers }) => {
			const targets = specifiers
				.filter((s) => s.startsWith("."))
				.map((s) => relative(root, resolve(dirname(join(root, path)), s)));
			return [path, targets.filter((target) => known.has(target))];
		}),
	);
}

/** Circles of imports (strongly connected components of two files and more; Tarjan 1972), each once. */
export function circles(graph: Map<string, string[]>): string[][] {
	const found: string[][] = [];
	const index = new Map<string, number>();
	const stack: string[] = [];
	/** How far back along the way one gets from a file that was met before. */
	const back = (node: string): number => {
		const isOnTheWay = stack.includes(node);
		return isOnTheWay ? (index.get(node) ?? 0) : Number.POSITIVE_INFINITY;
	};
	const visit = (node: string): number => {
		const at = index.size;
		index.set(node, at);
		stack.push(node);
		const nexts = graph.get(node) ?? [];
		const reach = Math.min(at, ...nexts.map((next) => (index.has(next) ? back(next) : visit(next))));
		const circle = reach === at ? stack.splice(stack.indexOf(node)) : [];
		if (circle.length > 1) found.push(circle);
		return reach;
	};
	for (const node of graph.keys()) if (!index.has(node)) visit(node);
	return found;
}

/** Every file of ours that is loaded when `entry` is, itself included; imports of types alone count as well. */
export function loadedFrom(root: string, entry: string, all = readSources(root)): Set<string> {
	const graph = importGraph(root, all);
	const loaded = new Set<string>();
	const waiting = [entry];
	for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
		if (loaded.has(path)) continue;
		loaded.add(path);
		waiting.push(...(graph.get(path) ?? []));
	}
	return loaded;
}

/** What `lookout run` loads: its door, whose other commands are imported when they are asked for, and the command. */
export function loadedByRun(root: string, all = readSources(root)): Set<string> {
	const [main, program, run] = ["main", "program", "run"].map((name) => `gateway/cli/${name}.ts`);
	const atOnce = all.map((s) => ([main, program].includes(s.path) ? { ...s, specifiers: staticImportsIn(s) } : s));
	return new Set([main, program, run].flatMap((entry) => [...loadedFrom(root, entry ?? "", atOnce)]));
}

/** The room a file stands in, by the longest name that fits: `ops/log` before `ops`. */
function roomOf(path: string): string | undefined {
	if (path.startsWith("firmware-contracts/gen/ts")) return "contracts";
	const inside = path.replace(/^gateway\//, "");
	const fitting = Object.keys(ROOMS).filter((room) => inside.startsWith(`${room}/`));
	return fitting.sort((a, b) => b.length - a.length)[0];
}

function importsIn(file: string, text: string): string[] {
	const dynamic = [...text.matchAll(/import\(\s*["']([^"']+)["']\s*\)/g)].map((m) => m[1] ?? "");
	return [...staticImportsIn({ path: file, text }), ...dynamic];
}

/** What is loaded with a file, at once. */
function staticImportsIn({ path, text }: Pick<Source, "path" | "text">): string[] {
	const { module, errors } = parseSync(path, text);
	if (errors.length > 0) return ["./cannot-be-parsed"];
	return [
		...module.staticImports.map((i) => i.moduleRequest.value),
		...module.staticExports.flatMap((e) => e.entries.map((x) => x.moduleRequest?.value ?? "")),
	].filter((s) => s !== "");
}

function withoutComments(text: string): string {
	return text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, " ")).replace(/(^|\s)\/\/.*$/gm, "$1");
}

function* sources(folder: string): Generator<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory() && entry.name !== "dist") yield* sources(path);
		else if (/(\.tsx?|(?<!\.d)\.js)$/.test(entry.name)) yield path;
	}
}
