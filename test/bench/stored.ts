import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemRandom } from "../../gateway/base/random.ts";
import { makeCredential } from "../../gateway/sense/broker/credentials.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { freePort, REAL_TIME, startGateway, until } from "../harness/harness.ts";
import { median, round } from "./proc.ts";
import { accepts } from "./start.ts";

const NODES = 200;
const PER_NODE = 90 * 1440;
const STARTS = 7;

/**
 * Process start to MQTT accepting with 90 days of 200 nodes stored at one reading a minute (26 million), beside an
 * empty store in the same run.
 */
export async function storedReadings() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-stored-"));
	try {
		const file = (name: string) => join(folder, `${name}.yaml`);
		const port = await freePort();
		const { credential } = makeCredential(new SystemRandom());
		const sensors = Array.from({ length: NODES }, (_, i) => ({
			id: `node-${i}`,
			name: `node ${i}`,
			lat: 29,
			lon: 108,
			credential,
		}));
		for (const name of ["empty", "full"]) {
			const config = {
				dataDir: name,
				tower: { id: "bench", name: "bench", lat: 29, lon: 108 },
				broker: { port },
				console: { port: 0 },
				log: { level: "error" },
				sensors,
			};
			writeFileSync(file(name), JSON.stringify(config));
			await (await startGateway(file(name), REAL_TIME)).stop();
		}
		const started = performance.now();
		const readings = await fill(join(folder, "full/lookout.db"));
		const fillS = (performance.now() - started) / 1000;
		const times: Record<string, number[]> = { empty: [], full: [] };
		for (let i = 0; i < STARTS; i++) {
			for (const name of i % 2 === 0 ? ["empty", "full"] : ["full", "empty"])
				times[name]?.push(await toMqtt(file(name), port));
		}
		const [empty, full] = [median(times["empty"] ?? []), median(times["full"] ?? [])];
		const gib = statSync(join(folder, "full/lookout.db")).size / 2 ** 30;
		return {
			readings,
			storeGiB: round(gib, 2),
			fillS: round(fillS, 0),
			emptyMs: round(empty, 0),
			fullMs: round(full, 0),
			ratio: round(full / empty, 2),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Readings as a node sends them, put in by SQL: through the broker it would take an hour. */
async function fill(path: string): Promise<number> {
	const db = await Database.open(path);
	const from = Date.now() - 90 * 86_400_000;
	const count = `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<${PER_NODE})`;
	// the index is made at the end, as it would be after the fact: filling it row by row takes three times as long
	const [index] = await db.all("SELECT sql FROM sqlite_master WHERE name='message_time'");
	await db.write([{ sql: "DROP INDEX message_time" }]);
	for (let node = 0; node < NODES; node++) {
		const sql = `INSERT INTO message ${count} SELECT 'node-${node}', 1, i, 2, ${from}+i*60000+${node}, randomblob(30) FROM c`;
		await db.write([{ sql }]);
	}
	await db.write([{ sql: String(index?.["sql"]) }]);
	const readings = Number((await db.get("SELECT COUNT(*) AS n FROM message"))?.["n"]);
	await db.close();
	return readings;
}

async function toMqtt(file: string, port: number): Promise<number> {
	const started = performance.now();
	const starting = startGateway(file, REAL_TIME);
	await until(() => accepts(port), 120_000, "MQTT");
	const took = performance.now() - started;
	await (await starting).stop();
	return took;
}
