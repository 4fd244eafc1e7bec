import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Books that name files of the house. */
export const BOOKS = [
	"README.md",
	"ARCHITECTURE.md",
	"CONTRIBUTING.md",
	"SECURITY.md",
	"test/bench/FIGURES.md",
	...["zh", "en"].flatMap((language) =>
		["forest-chief-office", "technician", "duty-officer", "centre"].map(
			(guide) => `deploy/guides/${language}/${guide}.md`,
		),
	),
];

/** A path of the house in backticks, or where a link leads; without its place in the page. */
const NAMED = /`((?:gateway|test|deploy|models|firmware-contracts)\/[\w./-]*\w)`|\]\((?!https?:)([^)#]+)/g;

/** Files that a book names and that are not there, a line each. Links count from the book, other paths from `root`. */
export function missingIn(root: string, book: string): string[] {
	const text = readFileSync(join(root, book), "utf8");
	return [...text.matchAll(NAMED)].flatMap(([, path, link]) => {
		const named = path ?? link ?? "";
		const there = existsSync(path === undefined ? join(root, dirname(book), named) : join(root, named));
		return there ? [] : [`${book} names ${named}, which does not exist`];
	});
}
