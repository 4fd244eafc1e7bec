import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";

/**
 * The borders of the house. A folder may import what stands beside it here, and nothing else of ours;
 * unit tests beside the code may import more, since nothing imports them.
 */
const ROOMS: Record<string, string[]> = {
	base: [],
	model: ["base"],
	"ops/log": ["base"],
	"ops/config": ["base"],
	"ops/health": ["base", "model"],
	store: ["base", "model"],
	judge: ["base", "model"],
	watch: ["base", "model", "ops/log"],
	sense: ["base", "model", "ops/log", "store", "contracts"],
	register: ["base", "model", "ops/log", "store"],
	reach: ["base", "model", "ops/log", "store"],
	console: ["base", "model", "ops/log", "store"],
	sim: ["base", "model", "ops/log", "contracts"],
	app: ["base", "model", "ops/log", "ops/config", "ops/health", "store", "judge", "watch", "sense", "register", "reach", "console", "contracts"],
	cli: ["base", "model", "app", "ops/log", "ops/config", "ops/health", "sim"],
};
const NO_FILES = new Set(["base", "model", "judge"]);
const TIME_AND_CHANCE = /\b(?:Date\.now|Math\.random|randomUUID|setTimeout|setInterval|setImmediate)\b|\bnew Date\(\s*\)/;

export function checkBorders(root: string): string[] {
	const faults: string[] = [];
	for (const file of sources(join(root, "gateway"))) {
		const path = relative(root, file);
		if (path.includes("/web/")) continue;
		const text = readFileSync(file, "utf8");
		const room = roomOf(path);
		if (!room) {
			faults.push(`${path}: stands in no room of the design`);
			continue;
		}
		if (/\.test\.ts$/.test(path)) continue;
		const code = withoutComments(text);
		const lines = text.split("\n").length;
		if (lines > 500) faults.push(`${path}: ${lines} lines; 500 is the most`);
		if (room !== "base") {
			code.split("\n").forEach((line, i) => {
				if (TIME_AND_CHANCE.test(line)) faults.push(`${path}:${i + 1}: time and chance come from base: ${line.trim()}`);
			});
		}
		for (const specifier of imports(file, text)) {
			if (NO_FILES.has(room) && /^node:(fs|net|http|https|child_process|dgram|tls)/.test(specifier))
				faults.push(`${path}: ${room} must not import ${specifier}`);
			if (!specifier.startsWith(".")) continue;
			const target = resolve(dirname(file), specifier);
			if (!existsSync(target)) {
				faults.push(`${path}: imports ${specifier}, which does not exist`);
				continue;
			}
			const other = roomOf(relative(root, target));
			if (other !== room && !ROOMS[room]?.includes(other ?? ""))
				faults.push(`${path}: ${room} must not import ${other ?? relative(root, target)} (${specifier})`);
		}
	}
	return faults;
}

function roomOf(path: string): string | undefined {
	if (path.startsWith("firmware-contracts/gen/ts")) return "contracts";
	const inside = path.replace(/^gateway\//, "");
	return Object.keys(ROOMS).find((room) => inside.startsWith(`${room}/`));
}

function imports(file: string, text: string): string[] {
	const { module, errors } = parseSync(file, text);
	if (errors.length > 0) return [`./cannot-be-parsed`];
	const dynamic = [...text.matchAll(/import\(\s*["']([^"']+)["']\s*\)/g)].map((m) => m[1] ?? "");
	return [
		...module.staticImports.map((i) => i.moduleRequest.value),
		...module.staticExports.flatMap((e) => e.entries.map((x) => x.moduleRequest?.value ?? "")),
		...dynamic,
	].filter((s) => s !== "");
}

function withoutComments(text: string): string {
	return text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, " ")).replace(/(^|\s)\/\/.*$/gm, "$1");
}

function* sources(folder: string): Generator<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory() && entry.name !== "dist") yield* sources(path);
		else if (entry.name.endsWith(".ts")) yield path;
	}
}
