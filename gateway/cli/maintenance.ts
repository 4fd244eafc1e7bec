import { words } from "../base/say.ts";
import { localTimeWithOffset } from "../base/time-zone.ts";
import { LONGEST_MAINTENANCE_MS, type Maintenance } from "../model/maintenance.ts";
import { configInForce } from "../ops/config/source.ts";
import { askGateway } from "./ask-gateway.ts";
import { CONFIG, type Command, type ExitCode, ends, JSON_OUTPUT, more, name, wholeNumber } from "./command.ts";
import { terminalLanguage } from "./language.ts";

const MOST_MINUTES = LONGEST_MAINTENANCE_MS / 60_000;

interface Options {
	config: string;
	json?: boolean;
}
interface Start extends Options {
	by: string;
	reason: string;
	minutes: number;
}

export const maintenance: Command = {
	summary: "work on devices: what they raise meanwhile rings the desk alone, marked",
	define: (line) => {
		line
			.command("start")
			.description(
				"A camera or a sensor is set up, tried or mended. Its fires and faults ring the desk, marked, and nobody else. All other devices ring as always; when another device or a person agrees, or the work is over while it burns, everybody is told. The gateway must be running.",
			)
			.argument("<devices...>", "ids of cameras and sensors")
			.requiredOption("--by <name>", "who works there; it is kept", name)
			.requiredOption("--reason <text>", "what is done there; it is kept", name)
			.requiredOption("--minutes <n>", "for how long", wholeNumber(1, MOST_MINUTES))
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(start));
		line
			.command("list")
			.description("What is worked on now.")
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(list));
		line
			.command("end")
			.description("The work is done.")
			.argument("<id>", "as list shows it")
			.requiredOption("--by <name>", "who says so; it is kept", name)
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(end));
		line.addHelpText(
			"after",
			more('  lookout maintenance start cam-north node-7 --by "技术员 李" --reason "smoke test" --minutes 60'),
		);
	},
};

const language = terminalLanguage();

async function start(devices: string[], { by, reason, minutes, ...options }: Start): Promise<ExitCode> {
	const begun = await askGateway(options.config, { by, rights: ["maintain"] }, (ask) =>
		ask("POST", "/api/maintenance", { devices, reason, minutes }),
	);
	print(options, [begun as Maintenance]);
	return 0;
}

async function list(options: Options): Promise<ExitCode> {
	const state = await askGateway(
		options.config,
		{ by: "lookout maintenance list", rights: ["look", "personal"] },
		(ask) => ask("GET", "/api/state"),
	);
	print(options, (state as { tower: { maintenance: Maintenance[] } }).tower.maintenance);
	return 0;
}

async function end(id: string, { by, ...options }: Options & { by: string }): Promise<ExitCode> {
	await askGateway(options.config, { by, rights: ["maintain"] }, (ask) =>
		ask("POST", `/api/maintenance/${encodeURIComponent(id)}/end`),
	);
	if (!options.json) process.stdout.write(`${words(language, "cli.maintenance.over")}\n`);
	return 0;
}

function print({ json, config }: Options, all: Maintenance[]): void {
	const { timeZone } = configInForce(config).config.tower;
	const lines = all.map(({ id, devices, by, reason, until }) => {
		const gaps = { id, devices: devices.join(", "), until: localTimeWithOffset(until, timeZone), by, reason };
		return words(language, "cli.maintenance.line", gaps);
	});
	const text = all.length === 0 ? words(language, "cli.maintenance.none") : lines.join("\n");
	process.stdout.write(`${json ? JSON.stringify(all) : text}\n`);
}
