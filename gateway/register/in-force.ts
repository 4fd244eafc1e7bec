import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errorMessage } from "../base/errors.ts";
import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import { addressFaults } from "./addresses.ts";
import { linesOf, RegisterError } from "./import-fault.ts";
import { loadRegister } from "./load.ts";
import type { RegisterSettings } from "./settings.ts";

/** The register that counts, and what is wrong with its files or its addresses, or that it is not the newest. */
export interface InForce {
	register: Register;
	faults: Phrase[];
	/** The files cannot be used, and it is the last good one, or none. */
	fellBack?: boolean;
}

/**
 * The register for a tower that starts: the one of the files, else the last that was good, so that a slip in a table
 * does not leave a county without anybody to tell.
 */
export async function registerInForce(config: RegisterSettings, baseDir: string): Promise<InForce> {
	const kept = join(resolve(baseDir, config.dataDir), "register.last-good.json");
	try {
		const register = await loadRegister(config, baseDir);
		return { register, faults: [...keep(kept, register), ...addressFaults(config, register)].slice(0, MOST_FAULTS) };
	} catch (error) {
		const faults = error instanceof RegisterError ? linesOf(error.faults) : [errorMessage(error)];
		const register = lastGood(kept);
		if (!register) return { register: EMPTY_REGISTER, faults, fellBack: true };
		return { register, faults: [phrase("register.lastGood"), ...faults], fellBack: true };
	}
}

const MOST_FAULTS = 20;

/** What is wrong where it cannot be kept: it counts all the same. */
function keep(file: string, register: Register): Phrase[] {
	try {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(`${file}.new`, JSON.stringify(register), { mode: 0o600 });
		renameSync(`${file}.new`, file);
		return [];
	} catch (error) {
		return [phrase("register.notKept", { why: errorMessage(error) })];
	}
}

function lastGood(file: string): Register | undefined {
	try {
		return { ...EMPTY_REGISTER, ...(JSON.parse(readFileSync(file, "utf8")) as Register) };
	} catch {
		return undefined; // there is none, or it is damaged: the fault of the files is said either way
	}
}
