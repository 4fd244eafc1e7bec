import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { phrase } from "../base/say.ts";
import type { Register } from "../model/register.ts";
import { importRegister, PARTS, type RegisterFiles } from "./import.ts";
import { RegisterError } from "./import-fault.ts";
import type { RegisterSettings } from "./settings.ts";
import { decodeFile } from "./table.ts";

/** The register the configuration names. Throws LK0501 with every fault. */
export async function loadRegister(config: RegisterSettings, baseDir: string): Promise<Register> {
	const files: RegisterFiles = {};
	for (const part of PARTS) {
		const name = config.register[part];
		if (name === undefined) continue;
		const path = resolve(baseDir, name);
		if (!existsSync(path)) throw new RegisterError([phrase("file.missing", { file: name, part })]);
		if (!statSync(path).isFile()) throw new RegisterError([phrase("file.notAFile", { file: name, part })]);
		files[part] = await decodeFile(name, readFileSync(path));
	}
	return importRegister(files, config.register.levels, config.tower.timeZone);
}
