import { readFileSync } from "node:fs";

/** Files, children, nodes and people need these whatever strangers do. */
const KEPT = 512;
const SHARE = 4;
const MOST = 1_000;
const LEAST = 64;

/** Descriptors this process may open (proc(5), limits). */
function descriptorLimit(): number {
	try {
		return Number(
			/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Number.POSITIVE_INFINITY,
		);
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

/** How many connections of strangers one listener may hold, so that two of them cannot use up the descriptors. */
export function mostStrangers(limit = descriptorLimit()): number {
	return Math.max(LEAST, Math.min(MOST, Math.floor((limit - KEPT) / SHARE)));
}
