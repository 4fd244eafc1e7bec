import type { Phrase } from "../base/phrase.ts";
import type { Register } from "../model/register.ts";
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
		faults: findingsIn(config, register, { now, days, heard }),
		unreached: addressFaults(config, register),
		remarks: register.remarks ?? [],
	};
}

/** What a register lacks in the coming days, by what a configuration says of it. */
export function findingsIn(
	config: RegisterSettings,
	register: Register,
	{ now, days, heard }: { now: number; days: number; heard?: Map<string, number> | undefined },
): CoverageFault[] {
	const { levels } = config.register;
	return checkCoverage(register, now, days, { answered: heard, levels, records: recordAges(config) });
}
