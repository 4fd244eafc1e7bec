import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ERROR_CODES } from "../../gateway/base/errors.ts";
import { INCIDENT_STATES, type Move, TRANSITIONS } from "../../gateway/model/incident-states.ts";
import { jsonSchema, referencePage } from "../../gateway/ops/config/reference.ts";
import { countyFiles } from "../../gateway/sim/county.ts";
import { smallWorld } from "../../gateway/sim/world.ts";
import { openApi, pageTypes } from "./openapi.ts";

const root = join(import.meta.dirname, "../..");

/** Everything that is made from something else, by path. */
export async function generated(): Promise<Map<string, string>> {
	const files = new Map<string, string>();
	files.set("deploy/config/lookout.schema.json", jsonSchema());
	files.set("deploy/config/REFERENCE.md", referencePage());
	files.set("firmware-contracts/gen/ts/quantities.ts", quantities());
	files.set("gateway/console/web/src/api-types.ts", await pageTypes(await openApi()));
	files.set("ARCHITECTURE.md", withStates(readFileSync(join(root, "ARCHITECTURE.md"), "utf8")));
	for (const [name, text] of Object.entries(sampleCounty())) files.set(`deploy/sample/county/${name}`, text);
	const out = mkdtempSync(join(tmpdir(), "lookout-generate-"));
	try {
		const template = JSON.stringify({
			version: "v2",
			plugins: [
				{
					local: join(root, "node_modules/.bin/protoc-gen-es"),
					out,
					opt: ["target=ts", "erasable_syntax=true", "import_extension=ts"],
				},
			],
		});
		execFileSync(join(root, "node_modules/.bin/buf"), ["generate", "--template", template, "proto"], {
			cwd: join(root, "firmware-contracts"),
			stdio: "pipe",
		});
		for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
			if (name.endsWith(".ts")) files.set(`firmware-contracts/gen/ts/${name}`, readFileSync(join(out, name), "utf8"));
		}
	} finally {
		rmSync(out, { recursive: true });
	}
	return files;
}

/**
 * The county of made people that `npm start` uses, as files to begin one's own with; its roster is that of January
 * 2026.
 */
function sampleCounty(): Record<string, string> {
	const seed = 5;
	return countyFiles(smallWorld(seed).terrain, seed, Date.UTC(2026, 0, 5));
}

/** The page with the table of states between its marks. */
function withStates(page: string): string {
	const moves = [...new Set(Object.values(TRANSITIONS).flatMap((row) => Object.keys(row)))] as Move[];
	const rows = INCIDENT_STATES.map((state) => {
		const cells = moves.map((move) => TRANSITIONS[state][move] ?? "");
		return `| **${state}** | ${cells.join(" | ")} |`;
	});
	const head = [`| from | ${moves.join(" | ")} |`, `|---|${moves.map(() => "---|").join("")}`];
	const table = [...head, ...rows].join("\n");
	return page.replace(/(<!-- states -->\n)[\s\S]*?(\n<!-- \/states -->)/, `$1${table}$2`);
}

function quantities(): string {
	const list = parse(readFileSync(join(root, "firmware-contracts/registry/quantities.yaml"), "utf8")) as unknown[];
	const rows = list.map((q) => `\t${JSON.stringify(q)},`).join("\n");
	return `// Made from firmware-contracts/registry/quantities.yaml by \`npm run generate\`; do not edit.\nexport const QUANTITIES = [\n${rows}\n];\n`;
}

/** Names of generated files that differ from what is committed. */
export async function stale(): Promise<string[]> {
	return [...(await generated())].filter(([path, text]) => safeRead(join(root, path)) !== text).map(([path]) => path);
}

/** Codes that have no line in the runbook, and lines for codes that do not exist. */
export function runbookFaults(): string[] {
	const page = safeRead(join(root, "deploy/runbooks/errors.md")) ?? "";
	const listed = new Set([...page.matchAll(/^\| (LK\d{4}) \|/gm)].map((m) => m[1]));
	const missing = ERROR_CODES.filter((code) => !listed.has(code));
	const unknown = [...listed].filter((code) => !ERROR_CODES.includes(code ?? ""));
	const sources = globSync("gateway/**/*.ts", { cwd: root, exclude: (name) => name.includes("node_modules") })
		.filter((path) => !path.startsWith(join("gateway", "base", "words")))
		.map((path) => readFileSync(join(root, path), "utf8"))
		.join("\n");
	const unused = ERROR_CODES.filter((code) => !sources.includes(code));
	return [
		...unused.map((c) => `gateway/base/words/en/faults.ts: nothing says ${c}`),
		...missing.map((c) => `deploy/runbooks/errors.md: no line for ${c}`),
		...unknown.map((c) => `deploy/runbooks/errors.md: ${c} is no code of ours`),
	];
}

function safeRead(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

if (process.argv[1] === import.meta.filename) {
	const { mkdirSync } = await import("node:fs");
	const { dirname } = await import("node:path");
	for (const [path, text] of await generated()) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
		console.log(`wrote ${path}`);
	}
}
