import type { HtmlTagDescriptor, Plugin } from "vite";

/** What of a chunk this needs to know. */
interface Chunk {
	type: string;
	fileName: string;
	imports?: string[];
	dynamicImports?: string[];
	viteMetadata?: { importedCss: Set<string> };
}

/**
 * Lets the desk's page fetch the other pages' parts when it has nothing else to do: whoever goes to one while the
 * gateway is away must not be left without it. They are put by, and not run.
 */
export function prefetch(page: string): Plugin {
	return {
		name: "prefetch",
		transformIndexHtml: {
			order: "post",
			handler: (_, { filename, bundle, chunk }) => {
				if (!filename.endsWith(page) || !bundle || !chunk) return [];
				const chunks = Object.values(bundle as Record<string, Chunk>).filter(({ type }) => type === "chunk");
				const later = laterParts(chunks, chunk.fileName);
				const styles = later.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
				return [
					...later.map(({ fileName }) => linkTo(fileName, { as: "script", crossorigin: "" })),
					...[...new Set(styles)].map((fileName) => linkTo(fileName, { as: "style" })),
				];
			},
		},
	};
}

/** What is loaded after an entry, and because of it. */
function laterParts(chunks: readonly Chunk[], entry: string): Chunk[] {
	const byName = new Map(chunks.map((c) => [c.fileName, c]));
	const reach = (names: readonly string[], next: (c: Chunk) => readonly string[], found = new Set<string>()) => {
		for (const name of names) {
			const chunk = byName.get(name);
			if (!chunk || found.has(name)) continue;
			found.add(name);
			reach(next(chunk), next, found);
		}
		return found;
	};
	const atOnce = reach([entry], ({ imports = [] }) => imports);
	const all = reach([entry], ({ imports = [], dynamicImports = [] }) => [...imports, ...dynamicImports]);
	return chunks.filter(({ fileName }) => all.has(fileName) && !atOnce.has(fileName));
}

function linkTo(fileName: string, attrs: Record<string, string>): HtmlTagDescriptor {
	return { tag: "link", attrs: { rel: "prefetch", href: `/${fileName}`, ...attrs }, injectTo: "head" };
}
