import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The console's first password, for the one who sets the gateway up: in a file that only its owner reads, and that goes
 * with the first log-in. What is printed stands in the journal for as long as that is kept.
 */
export function firstPasswordFile(dataDir: string): string {
	return join(dataDir, "first-password");
}

/** Keeps it; the file's path, or undefined where the disk cannot be written. */
export function keepFirstPassword(dataDir: string, user: string, password: string): string | undefined {
	const file = firstPasswordFile(dataDir);
	try {
		mkdirSync(dataDir, { recursive: true });
		writeFileSync(file, `${user} ${password}\n`, { mode: 0o600 });
		chmodSync(file, 0o600); // one that was there keeps its mode otherwise
		return file;
	} catch {
		return undefined;
	}
}

/** Somebody has logged in with it, or taken another. */
export function dropFirstPassword(dataDir: string): void {
	try {
		rmSync(firstPasswordFile(dataDir), { force: true });
	} catch {
		// a disk that cannot be written keeps it until the next time
	}
}
