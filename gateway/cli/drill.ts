import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { words } from "../base/say.ts";
import { type DrillReport, drillReports } from "../ledger/drill.ts";
import { configInForce } from "../ops/config/source.ts";
import { reachMap } from "../register/reach-map.ts";
import { askGateway } from "./ask-gateway.ts";
import { CONFIG, type Command, type ExitCode, ends, JSON_OUTPUT, more, name, number } from "./command.ts";
import { terminalLanguage } from "./language.ts";
import { withStores } from "./with-stores.ts";

interface Start {
	config: string;
	by: string;
	grid?: string;
	at?: { lat: number; lon: number };
	json?: boolean;
}
interface Report {
	config: string;
	days: number;
	map?: string;
	json?: boolean;
}

export const drill: Command = {
	summary: "practise: a made fire through the real ladder, and who was reached how fast",
	define: (line) => {
		line
			.command("start")
			.description(
				'Tells the people who are responsible there, over their real channels, with EXERCISE in every message. The gateway must be running. The drill ends like a fire: with "false" on the page, or out and closed.',
			)
			.requiredOption("--by <name>", "who practises; it stands in the ledger", name)
			.option("--grid <code>", "where: in the middle of a grid")
			.option("--at <lat,lon>", "where: at a place", place)
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(start));
		line
			.command("report")
			.description("Seconds to each receipt and answer, and the grids of which nobody was heard of late.")
			.option("--days <n>", "how far back somebody must have been heard of", number(1), 31)
			.option("--map <file.geojson>", "writes a map of it")
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(report));
		line.addHelpText(
			"after",
			more(
				'  lookout drill start --by "林长办 王" --grid 500114104201-02',
				"  lookout drill report --map reach.geojson",
			),
		);
	},
};

function place(text: string): { lat: number; lon: number } {
	const [lat = Number.NaN, lon = Number.NaN] = text.split(",").map(Number);
	if (!Number.isFinite(lat) || !Number.isFinite(lon)) throw new InvalidArgumentError("It is like 29.53,108.77.");
	return { lat, lon };
}

async function start({ config: file, by, grid, at, json }: Start): Promise<ExitCode> {
	if (grid !== undefined && at !== undefined) throw new LookoutError("LK0901", "--grid or --at, and not both");
	const where = grid === undefined ? at : { grid };
	if (!where) throw new LookoutError("LK0901", "where? give --grid CODE or --at LAT,LON");
	const { incident } = await askGateway(file, { by, rights: ["drill"] }, async (ask) => {
		return (await ask("POST", "/api/drills", where)) as { incident: string };
	});
	process.stdout.write(
		json ? `${JSON.stringify({ incident })}\n` : `${words(language, "cli.drill.started", { incident })}\n`,
	);
	return 0;
}

const language = terminalLanguage();

async function report({ config: file, days, map, json }: Report): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const { drills, heard } = await withStores(resolve(baseDir, config.dataDir), async (stores) => ({
		drills: await drillReports(stores),
		heard: await stores.outbox.lastHeard(),
	}));
	const { reach, geojson } = await reachMap(config, baseDir, { now: new SystemClock().now(), days, heard });
	if (map !== undefined) writeFileSync(map, geojson);
	if (json) {
		process.stdout.write(`${JSON.stringify({ drills, reach })}\n`);
		return 0;
	}
	const silent = reach.filter((r) => r.heard === 0);
	const lines = [
		...drills.flatMap(drillLines),
		...silent.map(({ code, name, people }) =>
			words(language, "cli.drill.silent", { days, grid: `${code} ${name}`, people }),
		),
		words(language, "cli.drill.sum", {
			drills: drills.length,
			silent: silent.length,
			grids: reach.length,
			days,
		}),
	];
	process.stdout.write(`${lines.join("\n")}\n`);
	return 0;
}

function drillLines({ incident, state, by, lines }: DrillReport): string[] {
	const seconds = (s: number | undefined) => (s === undefined ? "-" : `${s} s`).padStart(8);
	const people = lines.map(({ personId, task, acceptedS, receiptS, answer, answerS }) => {
		const said = answer === undefined ? "" : words(language, "cli.drill.answered", { answer, seconds: answerS ?? 0 });
		const who = `${personId.padEnd(16)} ${task.padEnd(9)}`;
		const times = { accepted: seconds(acceptedS), receipt: seconds(receiptS) };
		return `  ${who} ${words(language, "cli.drill.person", times)}  ${said}`;
	});
	return [words(language, "cli.drill.of", { incident, state, by }), ...people];
}
