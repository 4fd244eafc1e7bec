import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../ops/config/schema.ts";
import { type CoverageFault, checkCoverage } from "../register/coverage.ts";
import { exportRegister } from "../register/export.ts";
import { openStores } from "./tower-data.ts";
import { loadRegister } from "./world.ts";

/** The check of the register a configuration names; who has ever answered comes from the gateway's own store, where it has run. */
export async function checkRegister(
	config: Config,
	baseDir: string,
	now: number,
	days: number,
): Promise<{ people: number; grids: number; faults: CoverageFault[] }> {
	const register = await loadRegister(config, baseDir);
	const file = join(resolve(baseDir, config.dataDir), "lookout.db");
	let heard: Map<string, number> | undefined;
	if (existsSync(file)) {
		const { db, outbox } = await openStores(file);
		heard = await outbox.lastHeard();
		await db.close();
	}
	return { people: register.people.length, grids: register.grids.length, faults: checkCoverage(register, now, days, heard) };
}

/** The register as files, by name. */
export async function registerFiles(config: Config, baseDir: string): Promise<{ file: string; text: string }[]> {
	return Object.values(exportRegister(await loadRegister(config, baseDir)));
}
