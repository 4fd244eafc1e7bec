import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOKS, missingIn } from "./books.ts";
import { checkBorders } from "./borders.ts";
import { compare, density, measure, pieces } from "./figures.ts";
import { runbookFaults, stale } from "./generate.ts";

/** `npm run check`: types, lint and format, borders, generated files, runbook, books, and how much air the code has. */
const root = join(import.meta.dirname, "../..");
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
console.log(`     ${lastTests()}`);
process.exitCode = failed ? 1 : 0;

/** What the last whole run of the tests has said, which `npm test` leaves. */
function lastTests(): string {
	const file = join(root, "var/test-report.json");
	if (!existsSync(file)) return "tests: no report of a run; npm test leaves one";
	const { startTime, numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8")) as {
		startTime: number;
		numPassedTests: number;
		numFailedTests: number;
		testResults: { endTime: number }[];
	};
	const seconds = Math.round((Math.max(...testResults.map((t) => t.endTime)) - startTime) / 1000);
	const when = new Date(startTime).toISOString().slice(0, 16);
	return `tests, when they were last run (${when} UTC): ${numPassedTests} passed, ${numFailedTests} failed, in ${seconds} s of the 360 that two cores may take`;
}

function report(what: string, faults: string[]): void {
	console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${what}`);
	for (const fault of faults) console.log(`     ${fault}`);
	failed ||= faults.length > 0;
}
