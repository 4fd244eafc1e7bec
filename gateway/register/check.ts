import type { Phrase } from "../base/phrase.ts";
import { addressFaults } from "./addresses.ts";
import { recordAges } from "./ages.ts";
import { checkCoverage } from "./coverage.ts";
import type { CoverageFault } from "./fault.ts";
import { loadRegister } from "./load.ts";
import type { RegisterSettings } from "./settings.ts";

/**
 * The check of the register a configuration names. `heard`: when each person was last heard of, ms since 1970, where a
 * gateway has run.
 */
export async function checkRegister(
	config: RegisterSettings,
	baseDir: string,
	{ now, days, heard }: { now: number; days: number; heard: Map<string, number> | undefined },
): Promise<{ people: number; grids: number; faults: CoverageFault[]; unreached: Phrase[]; remarks: Phrase[] }> {
	const register = await loadRegister(config, baseDir);
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
