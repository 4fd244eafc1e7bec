import { existsSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { LookoutError } from "../base/errors.ts";
import { type Command, type ExitCode, ends, more } from "./command.ts";

const TEMPLATE = `# yaml-language-server: $schema=./deploy/config/lookout.schema.json
# Configuration of one tower. Every key is explained in deploy/config/REFERENCE.md.
# Check it with: npx lookout check-config

tower:
  id: tower-1
  name: 一号瞭望塔
  lat: 29.53        # degrees, WGS84
  lon: 108.77

# Cameras: what they see is worked out from where they stand and look.
cameras: []
#  - id: north
#    name: 北向相机
#    source: { type: rtsp, url: "rtsp://user:password@192.168.1.10/stream1" }
#    lat: 29.53
#    lon: 108.77
#    heightM: 812      # lens above sea level
#    azimuthDeg: 0     # middle of the picture, clockwise from north
#    tiltDeg: -2
#    fovDeg: 62        # horizontal
#    rangeM: 12000

# Sensor nodes: \`npx lookout provision node-1\` makes a password and the line to paste here.
sensors: []

# Who is responsible. See deploy/guides/en/forest-chief-office.md for the columns.
register: {}
#  people: people.csv
#  grids: grids.geojson
#  teams: teams.csv

# Ways to people. Phones enrol through the console; Web Push needs publicUrl with https.
reach: {}
#  webPush: { subject: "mailto:duty@example.org" }
#  robots:
#    village: { kind: wecom, token: "file:/etc/lookout/wecom.key" }
`;

export const init: Command = {
	summary: "write a first lookout.yaml",
	define: (line) =>
		line
			.argument("[file]", "where to write it", "lookout.yaml")
			.addHelpText(
				"after",
				more(
					"Writes a commented configuration. Never overwrites.",
					"",
					"  lookout init",
					"  lookout init /etc/lookout/lookout.yaml",
				),
			)
			.action(ends(write)),
};

async function write(file: string): Promise<ExitCode> {
	if (existsSync(file)) throw new LookoutError("LK0901", `${file} exists already, and is left as it is`);
	writeFileSync(file, TEMPLATE, { flag: "wx", mode: 0o600 });
	process.stdout.write(
		`Wrote ${file}. Fill in ${basename(file)}, then: npx lookout check-config ${file} && npx lookout run ${file}\n`,
	);
	return 0;
}
