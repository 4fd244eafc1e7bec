import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Phrase } from "../base/phrase.ts";
import { openStores, storeFile } from "../store/open.ts";
import { addressFaults } from "./addresses.ts";
import { recordAges } from "./ages.ts";
import { checkCoverage } from "./coverage.ts";
import type { CoverageFault } from "./fault.ts";
import { loadRegister } from "./load.ts";
import type { RegisterSettings } from "./settings.ts";

/**
 * The check of the register a configuration names; who has ever answered comes from the gateway's own store, where it
 * has run.
 */
export async function checkRegister(
	config: RegisterSettings,
	baseDir: string,
	now: number,
	days: number,
): Promise<{ people: number; grids: number; faults: CoverageFault[]; unreached: Phrase[]; remarks: Phrase[] }> {
	const register = await loadRegister(config, baseDir);
	const file = storeFile(resolve(baseDir, config.dataDir));
	let heard: Map<string, number> | undefined;
	if (existsSync(file)) {
		const { db, outbox } = await openStores(file);
		heard = await outbox.lastHeard();
		await db.close();
	}
	return {
		people: register.people.length,
		grids: register.grids.length,
		faults: checkCoverage(register, now, days, {
			answered: heard,
			levels: config.register.levels,
			records: recordAges(config),
		}),
		unreached: addressFaults(config, register),
		remarks: register.remarks ?? [],
	};
}
