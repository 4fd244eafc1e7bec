import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { type CallExpression, parseSync, Visitor } from "oxc-parser";
import { en } from "../../gateway/base/words/en/phrases.ts";

/** Functions that fill a message of the catalogue: which of their arguments is the code; the next are its gaps. */
const FILLERS: Record<string, number> = { phrase: 0, told: 0, words: 1 };

/** The names of the gaps of a message, those within its choices too. */
export function gapsOf(message: string): string[] {
	return [...new Set(namesOf(new IntlMessageFormat(message, "en").getAst()))].sort();
}

type Elements = ReturnType<IntlMessageFormat["getAst"]>;
/** Kinds of elements of a message that are no gaps: a text as it stands, and the number of a plural (`#`). */
const NO_GAPS = [0, 7];

function namesOf(elements: Elements): string[] {
	return elements.flatMap((element) => {
		const own = "value" in element && !NO_GAPS.includes(element.type) ? [element.value] : [];
		const choices = "options" in element ? Object.values(element.options) : [];
		return [...own, ...choices.flatMap((choice) => namesOf(choice.value))];
	});
}

/** Calls whose gaps are not those of their message: what is forgotten would be read as `code?gap=value`. */
export function gapFaults(root: string): { calls: number; faults: string[] } {
	const faults: string[] = [];
	let calls = 0;
	for (const path of globSync("gateway/**/*.{ts,tsx}", { cwd: root, exclude: (name) => /^(dist|words)$/.test(name) })) {
		if (/\.test\.tsx?$/.test(path)) continue;
		const source = readFileSync(join(root, path), "utf8");
		new Visitor({
			CallExpression(call) {
				const said = saidBy(call);
				if (said === undefined) return;
				calls++;
				const wanted = gapsOf(en[said.code]);
				if (said.given.join() !== wanted.join())
					faults.push(`${path}: "${said.code}" is given [${said.given}] and has the gaps [${wanted}]`);
			},
		}).visit(parseSync(path, source).program);
	}
	return { calls, faults };
}

/** The code and the gaps of a call, where both are written out. */
function saidBy({ callee, arguments: given }: CallExpression): { code: keyof typeof en; given: string[] } | undefined {
	const at = callee.type === "Identifier" ? FILLERS[callee.name] : undefined;
	const code = at === undefined ? undefined : given[at];
	if (at === undefined || code?.type !== "Literal" || !Object.hasOwn(en, String(code.value))) return undefined;
	const names = namesIn(given[at + 1]);
	return names && { code: String(code.value) as keyof typeof en, given: names };
}

/** The names of an object that is written out; undefined where some come from elsewhere. */
function namesIn(object: { type: string; properties?: unknown[] } | undefined): string[] | undefined {
	if (object === undefined) return [];
	if (object.type !== "ObjectExpression") return undefined;
	const properties = object.properties as { type: string; key?: { type: string; name?: string } }[];
	if (properties.some((p) => p.type !== "Property" || p.key?.type !== "Identifier")) return undefined;
	return properties.map((p) => p.key?.name ?? "").sort();
}
