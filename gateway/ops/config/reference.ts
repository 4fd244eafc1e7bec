import { ConfigSchema } from "./schema.ts";

interface Node {
	type?: string;
	description?: string;
	default?: unknown;
	properties?: Record<string, Node>;
	required?: string[];
	items?: Node;
	oneOf?: Node[];
	patternProperties?: Record<string, Node>;
	const?: unknown;
	enum?: string[];
	minimum?: number;
	maximum?: number;
	exclusiveMinimum?: number;
	exclusiveMaximum?: number;
}

/** JSON Schema for editors. Keys with a default may be left out. */
export function jsonSchema(): string {
	const schema = {
		$schema: "http://json-schema.org/draft-07/schema#",
		title: "lookout.yaml",
		...(relaxed(plain()) as object),
	};
	return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The reference page, one table row per key. */
export function referencePage(): string {
	const rows: string[] = [];
	walk(plain(), "", rows);
	return [
		"# lookout.yaml: reference",
		"",
		"Made from `gateway/ops/config/schema.ts` by `npm run generate`; do not edit. `[]` stands for each entry of a list, `NAME` for a name of your own.",
		"",
		"| key | type | default | meaning |",
		"|---|---|---|---|",
		...rows,
		"",
	].join("\n");
}

function plain(): Node {
	return JSON.parse(JSON.stringify(ConfigSchema)) as Node;
}

function relaxed(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(relaxed);
	if (node === null || typeof node !== "object") return node;
	const copy = Object.fromEntries(Object.entries(node).map(([k, v]) => [k, relaxed(v)])) as Node;
	if (copy.properties && Array.isArray(copy.required)) {
		copy.required = copy.required.filter((key) => copy.properties?.[key]?.default === undefined);
	}
	return copy;
}

function walk(node: Node, path: string, rows: string[]): void {
	if (path !== "") rows.push(rowOf(node, path));
	for (const [key, child] of Object.entries(node.properties ?? {})) {
		const optional = child.default !== undefined || !node.required?.includes(key);
		const from = rows.length;
		walk(child, path === "" ? key : `${path}.${key}`, rows);
		const own = rows[from];
		if (own && !optional)
			rows[from] = own.replace(/\| $/, "|").replace(" | | ", " | required | ").replace(" |  | ", " | required | ");
	}
	for (const [name, child] of nested(node)) walk(child, `${path}${name}`, rows);
}

function rowOf({ default: fallback, description = "", ...node }: Node, path: string): string {
	const written = fallback === undefined ? "{}" : JSON.stringify(fallback);
	const shown = written === "{}" ? "" : `\`${written}\``;
	return `| \`${path}\` | ${typeOf(node)} | ${shown} | ${description.replaceAll("|", "\\|")} |`;
}

/** What is inside a node other than properties of its own, and how its path goes on. */
function nested({ items, patternProperties = {}, oneOf = [] }: Node): [string, Node][] {
	const branches = oneOf.some((a) => a.properties) ? oneOf : [];
	return [
		...(items ? [["[]", items] as [string, Node]] : []),
		...Object.values(patternProperties).map((child): [string, Node] => [".NAME", child]),
		...branches.map((branch): [string, Node] => [`(${branch.properties?.["type"]?.const})`, branch]),
	];
}

function typeOf(node: Node): string {
	if (node.enum) return node.enum.join(" \\| ");
	if (node.const !== undefined) return `\`${node.const}\``;
	const low = node.minimum ?? node.exclusiveMinimum;
	const high = node.maximum ?? node.exclusiveMaximum;
	const range = low === undefined && high === undefined ? "" : ` ${low ?? ""}…${high ?? ""}`;
	return `${node.type === "object" ? "mapping" : node.type === "array" ? "list" : (node.type ?? "")}${range}`;
}
