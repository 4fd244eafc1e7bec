import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runLookout } from "../harness/harness.ts";

const root = join(import.meta.dirname, "../..");

describe("the lookout command", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-cli-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));
	const lookout = (...args: string[]) => {
		// beside the door, which door.test.ts opens
		const r = spawnSync(process.execPath, [join(root, "gateway/cli/main.ts"), ...args], {
			cwd: folder,
			encoding: "utf8",
		});
		return { code: r.status, out: r.stdout, err: r.stderr };
	};

	it("says what it can do, and what was probably meant", async () => {
		expect(lookout("--help")).toMatchObject({ code: 0, out: expect.stringContaining("check-config") });
		expect(lookout("simulat")).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "simulate"') });
		expect(lookout()).toMatchObject({ code: 2 });
		const commands = ["run", "init", "check-config", "provision", "replay", "evaluate", "maintenance", "simulate"];
		await Promise.all(
			commands.map(async (command) => {
				expect(await runLookout([command, "--help"])).toMatchObject({
					code: 0,
					stdout: expect.stringMatching(/Usage: lookout/),
				});
				const refused = { code: 2, stderr: expect.stringMatching(/LK0901 unknown option '--no-such-option'\nSee: /) };
				expect(await runLookout([command, "--no-such-option"])).toMatchObject(refused);
			}),
		);
	});

	it("simulate empties no folder that it has not made", () => {
		const own = join(folder, "own");
		mkdirSync(own);
		writeFileSync(join(own, "lookout.yaml"), "mine");
		for (const dir of ["own", "own/lookout.yaml", "."])
			expect(lookout("simulate", "--dir", dir)).toMatchObject({
				code: 2,
				err: expect.stringContaining("no simulation has made"),
			});
		expect(readFileSync(join(own, "lookout.yaml"), "utf8")).toBe("mine");
	});

	it("run without a file and without a last good one says how to make one, and ends with 2", () => {
		const r = lookout("run");
		expect(r.code).toBe(2);
		expect(r.err).toContain("LK0102");
		expect(r.err).toContain("lookout init");
	});

	it("init writes a file that check-config finds valid, and never overwrites", () => {
		expect(lookout("init").code).toBe(0);
		expect(lookout("check-config")).toMatchObject({ code: 0, out: "lookout.yaml is valid\n" });
		expect(lookout("init")).toMatchObject({ code: 2, err: expect.stringContaining("exists already") });
		expect(readFileSync(join(folder, "lookout.yaml"), "utf8")).toContain("yaml-language-server");
	});

	it("check-config prints file:line:column and ends with 1, as JSON too", () => {
		writeFileSync(join(folder, "bad.yaml"), "tower: { id: t, name: T, lat: 1, lon: 2 }\nbrokr: {}\n");
		expect(lookout("check-config", "bad.yaml")).toMatchObject({
			code: 1,
			err: expect.stringMatching(/^bad\.yaml:2:1 brokr: unknown key; did you mean "broker"/),
		});
		const json = JSON.parse(lookout("check-config", "bad.yaml", "--json").out) as {
			ok: boolean;
			faults: { line: number }[];
		};
		expect([json.ok, json.faults[0]?.line]).toEqual([false, 2]);
	});

	it("check-config also reads the register", () => {
		writeFileSync(
			join(folder, "people.csv"),
			"id,name,role,level,grids,phone,channels\np1,A,chef,village,1,,webpush\n",
		);
		writeFileSync(
			join(folder, "lookout.yaml"),
			"tower: { id: t, name: T, lat: 1, lon: 2 }\nregister: { people: people.csv }\n",
		);
		expect(lookout("check-config")).toMatchObject({
			code: 1,
			err: expect.stringContaining('people.csv:2 role: "chef"'),
		});
	});

	it("provision makes a password and the hash of it", () => {
		const made = JSON.parse(lookout("provision", "node-1", "--json").out) as { password: string; credential: string };
		expect(made.password.length).toBeGreaterThan(20);
		expect(made.credential).toMatch(/^sha256:[0-9a-f]{64}$/);
		expect(lookout("provision").code).toBe(2);
	});

	it("evaluate scores made footage in the format it promises", () => {
		expect(lookout("simulate", "--export", "made", "--seed", "1", "--count", "1").code).toBe(0);
		expect(existsSync(join(folder, "made/made-1/sequence.json"))).toBe(true);
		const figures = JSON.parse(lookout("evaluate", "made", "--json").out);
		expect(figures.overall).toMatchObject({ events: 1, detected: 1, falseAlarms: 0 });
		expect(figures.sequences[0]).toMatchObject({ name: "made-1", seenInTraining: false, frames: 50 });
		expect(figures.model.sha256).toMatch(/^[0-9a-f]{64}$/);
		expect(lookout("evaluate", "nowhere")).toMatchObject({ code: 2, err: expect.stringContaining("LK0405") });
	}, 120_000);
});
