import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import { addressFaults } from "./addresses.ts";
import { loadRegister } from "./load.ts";
import type { RegisterSettings } from "./settings.ts";

/**
 * The register for a tower that starts: the one of the files, else the last that was good, so that a slip in a table
 * does not leave a county without anybody to tell. `fault` says what is wrong, with the files or with its addresses.
 */
export async function registerInForce(
	config: RegisterSettings,
	baseDir: string,
): Promise<{ register: Register; fault?: string; fellBack?: boolean }> {
	const kept = join(resolve(baseDir, config.dataDir), "register.last-good.json");
	try {
		const register = await loadRegister(config, baseDir);
		const faults = [...keep(kept, register), ...addressFaults(config, register)];
		return faults.length === 0 ? { register } : { register, fault: faults.slice(0, 20).join("\n") };
	} catch (error) {
		const register = lastGood(kept);
		const fault = messageOf(error);
		return register
			? { register, fault: `the last good register is in use\n${fault}`, fellBack: true }
			: { register: EMPTY_REGISTER, fault, fellBack: true };
	}
}

/** What is wrong where it cannot be kept: it counts all the same. */
function keep(file: string, register: Register): string[] {
	try {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(`${file}.new`, JSON.stringify(register), { mode: 0o600 });
		renameSync(`${file}.new`, file);
		return [];
	} catch (error) {
		return [`the register is in use, and could not be kept for the next start: ${messageOf(error)}`];
	}
}

function lastGood(file: string): Register | undefined {
	try {
		return { ...EMPTY_REGISTER, ...(JSON.parse(readFileSync(file, "utf8")) as Register) };
	} catch {
		return undefined; // there is none, or it is damaged: the fault of the files is said either way
	}
}
