import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { saidError } from "../base/said-error.ts";
import { phrase } from "../base/say.ts";
import type { Service } from "../base/service.ts";

/** The program that reads cameras: starting says so with one line where it is not there. Throws LK0801. */
export function neededFfmpeg(): Service {
	return {
		start: async () => {
			if (!(await isInstalled("ffmpeg")))
				throw saidError("LK0801", phrase("fault.noFfmpeg"), { hint: phrase("fault.setUpHint") });
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
