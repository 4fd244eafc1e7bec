import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluateFolder } from "../../gateway/evaluation/evaluate.ts";
import { SHIPPED_MODEL } from "../../gateway/watch/detect/manifest.ts";

/** Real tower footage: it does not belong to this repository, and tests of it are skipped where it is not beside it. */
const FOOTAGE = join(import.meta.dirname, "../../../shared/data/sequences");
export const hasFootage = existsSync(FOOTAGE);

/** Scores sequences by networks that have not seen their sites; all of them where none are named. */
export async function scoreFootage(names?: string[]) {
	const options = { model: SHIPPED_MODEL, point: "fast", folds: true, threads: 1, onLine: () => {} } as const;
	if (!names) return evaluateFolder(FOOTAGE, options);
	const folder = mkdtempSync(join(tmpdir(), "lookout-footage-"));
	try {
		for (const name of names) symlinkSync(join(FOOTAGE, name), join(folder, name));
		return await evaluateFolder(folder, options);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
