import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

it("says in one line what to run in a clone that nobody has set up", async () => {
	const root = await mkdtemp(join(tmpdir(), "lookout-clone-"));
	try {
		await mkdir(join(root, "gateway/cli"), { recursive: true });
		for (const file of ["lookout.js", "flags.js"])
			await cp(join(import.meta.dirname, file), join(root, "gateway/cli", file));
		await cp(join(import.meta.dirname, "../../package.json"), join(root, "package.json"));
		const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
			execFile(
				process.execPath,
				[join(root, "gateway/cli/lookout.js"), "run"],
				{ timeout: 15_000 },
				(error, stdout, stderr) => resolve({ code: error?.code, output: stdout + stderr }),
			);
		});
		expect(code).toBe(2);
		expect(output).toBe(`LK0901 Lookout is not set up in ${root}: run \`bash ${join(root, "deploy/setup.sh")}\`\n`);
	} finally {
		await rm(root, { recursive: true });
	}
});
