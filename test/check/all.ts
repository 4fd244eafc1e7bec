import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOKS, missingIn } from "./books.ts";
import { checkBorders } from "./borders.ts";
import { compare, density, measure, pieces } from "./figures.ts";
import { runbookFaults, stale } from "./generate.ts";

/** `npm run check`: types, lint and format, borders, generated files, runbook, books, and how much air the code has. */
const root = join(import.meta.dirname, "../..");
/** Seconds that all tests may take on two cores, a third of them for pages in a real browser at three sizes. */
const MOST_SECONDS = 540;
const bin = (name: string) => join(root, "node_modules/.bin", name);
let failed = false;

for (const [what, command, args] of [
	["types", bin("tsc"), ["--noEmit"]],
	["types of the pages", bin("tsc"), ["--noEmit", "-p", "gateway/console/web"]],
	["lint and format", bin("biome"), ["check", "--error-on-warnings", "."]],
] as const) {
	const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
	report(what, result.status === 0 ? [] : [`${command} ended with ${result.status}`]);
}
const contracts = join(root, "firmware-contracts");
for (const [what, args] of [
	["contract: style", ["lint"]],
	[
		"contract: what nodes in the field speak still means the same",
		["breaking", "--against", "released/tower-1.0.json"],
	],
] as const) {
	const result = spawnSync(bin("buf"), args, { cwd: contracts, stdio: ["ignore", "inherit", "inherit"] });
	report(what, result.status === 0 ? [] : [`buf ${args.join(" ")} ended with ${result.status}`]);
}
report("borders", checkBorders(root));
report(
	"generated files",
	(await stale()).map((path) => `${path} is not what the source makes: run \`npm run generate\``),
);
report("runbook", runbookFaults());
report(
	"books",
	BOOKS.flatMap((book) => missingIn(root, book)),
);
const files = measure(root);
const { lines, faults } = compare(pieces(root, files));
report("figures", faults);
for (const line of lines) console.log(`     ${line}`);
console.log("     branches in ten statements, by room:");
console.log(
	`     ${density(files)
		.map(({ room, perTen }) => `${room} ${perTen.toFixed(1)}`)
		.join(" · ")}`,
);
const tests = lastTests();
console.log(`     ${tests.line}`);
report("seconds of the tests", tests.faults);
report("subject of the last commit", longSubject());
process.exitCode = failed ? 1 : 0;

/** What the last whole run of the tests has said, which `npm test` leaves. */
function lastTests(): { line: string; faults: string[] } {
	const file = join(root, "var/test-report.json");
	if (!existsSync(file)) return { line: "tests: no report of a run; npm test leaves one", faults: [] };
	const { startTime, numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8")) as {
		startTime: number;
		numPassedTests: number;
		numFailedTests: number;
		testResults: { endTime: number }[];
	};
	const seconds = Math.round((Math.max(...testResults.map((t) => t.endTime)) - startTime) / 1000);
	const when = new Date(startTime).toISOString().slice(0, 16);
	const found = `${numPassedTests} passed, ${numFailedTests} failed, in ${seconds} s`;
	return {
		line: `tests, when they were last run (${when} UTC): ${found}, limit ${MOST_SECONDS} s on two cores`,
		faults: seconds > MOST_SECONDS ? [`npm test took ${seconds} s`] : [],
	};
}

/** The subject of the last commit, where it is too long to be read in a list. */
function longSubject(): string[] {
	const { status, stdout } = spawnSync("git", ["log", "-1", "--format=%s"], { cwd: root, encoding: "utf8" });
	const subject = status === 0 ? stdout.trim() : "";
	return subject.length > 72 ? [`${subject.length} characters, 72 at the most: ${subject}`] : [];
}

function report(what: string, faults: string[]): void {
	console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${what}`);
	for (const fault of faults) console.log(`     ${fault}`);
	failed ||= faults.length > 0;
}
