import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { createLog, forPeople } from "./log.ts";

it("is JSON for programs, and a line of words for people", () => {
	const lines: string[] = [];
	const log = createLog("info", { write: (line) => void lines.push(line) });
	log.warn({ camera: "cam-north", password: "hunter2" }, "no picture for 30 s");
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", camera: "cam-north", password: "***" });
	const shown = stripVTControlCharacters(forPeople()(lines[0] ?? ""));
	expect(shown).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: /);
	expect(shown).toContain('no picture for 30 s {"camera":"cam-north","password":"***"}\n');
});

it("knows a terminal from a pipe", () => {
	const log = JSON.stringify(join(import.meta.dirname, "log.ts"));
	const program = `import(${log}).then(({ createLog }) => createLog("info").warn({ camera: "c1" }, "no picture"))`;
	const node = `"${process.execPath}" -e '${program}'`;
	// a pseudo-terminal, whose output is copied to ours
	const seen = execFileSync("script", ["-qec", node, "/dev/null"], { encoding: "utf8", stdio: ["ignore", "pipe", 2] });
	expect(stripVTControlCharacters(seen)).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: no picture \{"camera":"c1"\}\s*$/);
	const piped = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
	expect(JSON.parse(piped.stderr)).toMatchObject({ level: "warn", camera: "c1", msg: "no picture" });
});
