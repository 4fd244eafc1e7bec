import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import type { Config } from "../ops/config/schema.ts";
import { type CoverageFault, checkCoverage } from "../register/coverage.ts";
import { exportRegister } from "../register/export.ts";
import { xlsxOf } from "../register/table.ts";
import { openStores } from "./tower-data.ts";
import { addressFaults, loadRegister, recordAges } from "./world.ts";

/** The check of the register a configuration names; who has ever answered comes from the gateway's own store, where it has run. */
export async function checkRegister(
	config: Config,
	baseDir: string,
	now: number,
	days: number,
): Promise<{ people: number; grids: number; faults: CoverageFault[]; unreached: string[]; remarks: string[] }> {
	const register = await loadRegister(config, baseDir);
	const file = join(resolve(baseDir, config.dataDir), "lookout.db");
	let heard: Map<string, number> | undefined;
	if (existsSync(file)) {
		const { db, outbox } = await openStores(file);
		heard = await outbox.lastHeard();
		await db.close();
	}
	return {
		people: register.people.length,
		grids: register.grids.length,
		faults: checkCoverage(register, now, days, { answered: heard, levels: config.register.levels, records: recordAges(config) }),
		unreached: addressFaults(config, register),
		remarks: register.remarks ?? [],
	};
}

/** The register as files, by name; tables as workbooks where that is asked for. */
export async function registerFiles(config: Config, baseDir: string, xlsx: boolean): Promise<{ file: string; content: string | Buffer }[]> {
	const files = Object.values(exportRegister(await loadRegister(config, baseDir)));
	return Promise.all(
		files.map(async ({ file, text }) =>
			xlsx && file.endsWith(".csv") ? { file: file.replace(/csv$/, "xlsx"), content: await xlsxOf(text) } : { file, content: text },
		),
	);
}

/**
 * The register for a tower that starts: the one of the files, else the last that was good, so that a slip in a table
 * does not leave a county without anybody to tell. `fault` says what is wrong, with the files or with its addresses.
 */
export async function registerInForce(config: Config, baseDir: string): Promise<{ register: Register; fault?: string; fellBack?: boolean }> {
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
