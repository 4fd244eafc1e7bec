import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, REAL_TIME, startGateway } from "../harness/harness.ts";

const SIDE = 50;
/** About two kilometres. */
const CELL_DEG = 0.02;
const [WEST, SOUTH] = [108.2, 29.0];

/** A gateway whose register has 2,500 grids, and fires called in where they are told to be. */
export interface County {
	gateway: Gateway;
	url: string;
	cookie: string;
	/** Middles of grids four kilometres apart: calls there are fires of their own. */
	places: { lat: number; lon: number }[];
	/** Calls a fire in at a place; its incident. */
	call(at: { lat: number; lon: number }): Promise<string>;
	stop(): Promise<void>;
}

export async function openCounty(): Promise<County> {
	const folder = mkdtempSync(join(tmpdir(), "lookout-county-"));
	mkdirSync(join(folder, "data"));
	const codeOf = (column: number, row: number) =>
		`5001141${String(row).padStart(2, "0")}2${String(column).padStart(2, "0")}-01`;
	const cells = Array.from({ length: SIDE * SIDE }, (_, i) => ({ column: i % SIDE, row: Math.floor(i / SIDE) }));
	const features = cells.map(({ column, row }) => feature(codeOf(column, row), column, row));
	writeFileSync(join(folder, "grids.geojson"), JSON.stringify({ type: "FeatureCollection", features }));
	const people = cells.map(({ column, row }, i) => `p${i},林长${i},chief,village,${codeOf(column, row)},,webpush`);
	const head = "id,name,role,level,grids,phone,channels";
	writeFileSync(
		join(folder, "people.csv"),
		[head, "desk,值班,officer,county,500114,,webpush", ...people, ""].join("\n"),
	);
	const file = join(folder, "lookout.yaml");
	const config = {
		dataDir: "data",
		tower: { id: "bench", name: "bench", lat: 29.5, lon: 108.7 },
		broker: { port: 0 },
		console: { port: 0 },
		log: { level: "error" },
		register: { people: "people.csv", grids: "grids.geojson" },
	};
	writeFileSync(file, JSON.stringify(config));
	const gateway = await startGateway(file, REAL_TIME);
	const { consoleUrl: url, cookie = "" } = gateway;
	const apart = cells.filter(({ column, row }) => column % 2 === 0 && row % 2 === 0);
	return {
		gateway,
		url,
		cookie,
		places: apart.map(({ column, row }) => ({
			lat: SOUTH + (row + 0.5) * CELL_DEG,
			lon: WEST + (column + 0.5) * CELL_DEG,
		})),
		call: async (at) => {
			const response = await fetch(`${url}/api/reports`, {
				method: "POST",
				headers: { cookie, "content-type": "application/json" },
				body: JSON.stringify({ ...at, note: "bench" }),
			});
			if (!response.ok) throw new Error(`a call was answered with ${response.status}: ${await response.text()}`);
			return ((await response.json()) as { incident: string }).incident;
		},
		stop: async () => {
			await gateway.stop();
			rmSync(folder, { recursive: true });
		},
	};
}

function feature(code: string, column: number, row: number): object {
	const [w, s] = [WEST + column * CELL_DEG, SOUTH + row * CELL_DEG];
	const ring = [
		[w, s],
		[w + CELL_DEG, s],
		[w + CELL_DEG, s + CELL_DEG],
		[w, s + CELL_DEG],
		[w, s],
	];
	return { type: "Feature", properties: { code, name: code }, geometry: { type: "Polygon", coordinates: [ring] } };
}
