import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { missingIn } from "./books.ts";

it("finds paths and links of a book that lead nowhere", () => {
	const root = mkdtempSync(join(tmpdir(), "lookout-books-"));
	try {
		mkdirSync(join(root, "gateway/base"), { recursive: true });
		mkdirSync(join(root, "deploy/guides"), { recursive: true });
		writeFileSync(join(root, "gateway/base/a.ts"), "");
		const book = "deploy/guides/a.md";
		const good = "`gateway/base/a.ts` `gateway/base` [me](a.md#part) [there](../../gateway/base/a.ts) `npm run x`\n";
		writeFileSync(join(root, book), good);
		expect(missingIn(root, book)).toEqual([]);
		writeFileSync(join(root, book), `${good}\`gateway/base/gone.ts\` [gone](gone.md) [page](https://example.org)\n`);
		expect(missingIn(root, book)).toEqual([
			`${book} names gateway/base/gone.ts, which does not exist`,
			`${book} names gone.md, which does not exist`,
		]);
	} finally {
		rmSync(root, { recursive: true });
	}
});
