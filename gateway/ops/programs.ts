import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { LookoutError } from "../base/errors.ts";
import type { Service } from "../base/service.ts";

/** A program of the system that must be there: starting says so with one line where it is not. Throws LK0801. */
export function neededProgram(name: string, what: string): Service {
	return {
		start: async () => {
			if (!(await isInstalled(name)))
				throw new LookoutError("LK0801", `${name} is not installed, and ${what}`, {
					hint: "Run `bash deploy/setup.sh`, which installs what is missing.",
				});
		},
		stop: async () => {},
	};
}

/** Whether a program of this name can be run, by the search path of this process. */
async function isInstalled(name: string): Promise<boolean> {
	const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
	const found = await Promise.allSettled(folders.map((folder) => access(join(folder, name), constants.X_OK)));
	return found.some((result) => result.status === "fulfilled");
}
