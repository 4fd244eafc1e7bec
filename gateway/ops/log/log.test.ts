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
