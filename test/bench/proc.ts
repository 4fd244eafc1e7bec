import { readdirSync, readFileSync } from "node:fs";

/** What Linux says of a process and all its descendants. */

const TICK_S = 0.01; // USER_HZ is 100 on every Linux that Node runs on

function read(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return ""; // it has ended meanwhile
	}
}

function stat(pid: number): string[] {
	const text = read(`/proc/${pid}/stat`);
	return text.slice(text.lastIndexOf(")") + 2).split(" "); // from the field "state" on
}

export function tree(root: number): number[] {
	const children = new Map<number, number[]>();
	for (const name of readdirSync("/proc")) {
		const pid = Number(name);
		if (!pid) continue;
		const parent = Number(stat(pid)[1]);
		children.set(parent, [...(children.get(parent) ?? []), pid]);
	}
	const found = [root];
	for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i] as number) ?? []));
	return found;
}

/** CPU seconds of a process, of what it has waited for, and of its living descendants. */
export function cpuSeconds(root: number): number {
	return tree(root).reduce((sum, pid) => {
		const f = stat(pid);
		return sum + [11, 12, 13, 14].reduce((s, i) => s + Number(f[i] ?? 0), 0) * TICK_S;
	}, 0);
}

/**
 * Proportional set size of a process and its descendants, MiB; of those whose command line contains `only`, if given.
 */
export function pssMiB(root: number, only = ""): number {
	const counted = tree(root).filter((pid) => read(`/proc/${pid}/cmdline`).includes(only));
	return (
		counted.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0) /
		1024
	);
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The value that the share `q` of all values does not exceed. */
export function quantile(values: number[], q: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const round = (n: number, digits = 1) => Math.round(n * 10 ** digits) / 10 ** digits;
