import { createHash } from "node:crypto";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { LookoutError } from "../base/errors.ts";

/**
 * Holds a data folder for this process: two gateways on one store would each call people without knowing what was
 * answered at the other. A socket in Linux's abstract namespace (unix(7)), which is gone with the process however that
 * ends. Throws LK0204.
 */
export async function lockData(folder: string): Promise<Server> {
	try {
		mkdirSync(folder, { recursive: true });
	} catch {
		// a disk that cannot be written may be read
	}
	const name = createHash("sha256")
		.update(existsSync(folder) ? realpathSync(folder) : folder)
		.digest("hex");
	const server = createServer((socket) => socket.destroy()).unref();
	await new Promise<void>((resolve, reject) => {
		server.once("error", (cause: NodeJS.ErrnoException) => {
			if (cause.code !== "EADDRINUSE") return resolve(); // no such sockets here: nothing is held, and nothing is lost
			reject(
				new LookoutError("LK0204", `another gateway runs on ${folder}`, {
					cause,
					hint: "Stop it first, or give this one a dataDir of its own.",
				}),
			);
		});
		server.listen(`\0lookout-${name}`, resolve);
	});
	return server;
}
