import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The address that makes the console's first administrator, for the one who sets the gateway up: in a file that only
 * its owner reads, and that goes once it is used. What is printed stands in the journal for as long as that is kept.
 */
export function firstLinkFile(dataDir: string): string {
	return join(dataDir, "first-link");
}

/** Keeps it; the file's path, or undefined where the disk cannot be written. */
export function keepFirstLink(dataDir: string, url: string): string | undefined {
	const file = firstLinkFile(dataDir);
	try {
		mkdirSync(dataDir, { recursive: true });
		writeFileSync(file, `${url}\n`, { mode: 0o600 });
		chmodSync(file, 0o600); // one that was there keeps its mode otherwise
		return file;
	} catch {
		return undefined;
	}
}

/** It has been used. */
export function dropFirstLink(dataDir: string): void {
	try {
		rmSync(firstLinkFile(dataDir), { force: true });
	} catch {
		// a disk that cannot be written keeps it until the next time
	}
}
