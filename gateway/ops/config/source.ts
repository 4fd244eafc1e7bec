import { createHash } from "node:crypto";
import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	statSync,
	writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorMessage, LookoutError } from "../../base/errors.ts";
import type { Phrase } from "../../base/phrase.ts";
import { saidError } from "../../base/said-error.ts";
import { phrase } from "../../base/say.ts";
import { hidePasswordOf, hideSecret } from "../../base/text.ts";
import { formatFaults, MAX_BYTES, parseConfig } from "./load.ts";
import type { Config } from "./schema.ts";

/** A configuration that is in force, and what was wrong with the file if it is not the file's own. */
export interface ConfigInForce {
	config: Config;
	/** Folder that relative paths start from. */
	baseDir: string;
	/** What is wrong with the file, when the last good configuration runs instead. */
	fault?: Phrase;
	version: string;
	/** The file, when there is one to keep an eye on. */
	file?: string;
}

/**
 * The file where it is valid, else the copy of the last valid one, else an error.
 * A tower must not go blind over a typing error, and must not start on nothing.
 */
export function configInForce(file: string): ConfigInForce {
	const path = resolve(file);
	const baseDir = dirname(path);
	const lastGood = lastGoodPath(path);
	let why: string;
	try {
		const text = readText(path);
		const result = parseConfig(text);
		if (result.ok) {
			try {
				keep(lastGood, text);
			} catch {
				// a disk that cannot be written takes the copy for the next time, and not the tower
			}
			return hiding({ config: result.config, baseDir, version: versionOf(text), file: path });
		}
		why = formatFaults(file, result.faults);
	} catch (error) {
		why = unreadable(file, error);
	}
	if (existsSync(lastGood)) {
		const text = readText(lastGood);
		const result = parseConfig(text);
		const fault = phrase("fault.LK0101", { why });
		if (result.ok) return hiding({ config: result.config, baseDir, fault, version: versionOf(text), file: path });
	}
	if (!existsSync(path)) {
		throw new LookoutError("LK0102", `${file} does not exist, and there is no last good configuration`, {
			hint: `Make one with \`npx lookout init ${file}\`. To see a made fire instead, run \`npx lookout simulate\`.`,
		});
	}
	throw new LookoutError("LK0101", `${file} is not valid, and there is no last good configuration\n${why}`, {
		hint: "Mend the lines above; `npx lookout check-config` prints them again.",
	});
}

/** Passwords of cameras and services go nowhere, whoever repeats them: ffmpeg, a server, an error. */
function hiding(inForce: ConfigInForce): ConfigInForce {
	for (const { source } of inForce.config.cameras) if ("url" in source) hidePasswordOf(source.url);
	return inForce;
}

/**
 * What is wrong with the file now, for a tower that runs: undefined when it is valid and the one in force. A valid
 * change takes effect with the next start, since a camera or a broker must not be torn down by a slip of the editor.
 */
export function faultNow(file: string, inForce: string): Phrase | undefined {
	try {
		const text = readText(file);
		const version = versionOf(text);
		if (version === inForce) return undefined;
		// asked every few seconds: what has not changed since is not taken apart again
		if (looked?.file === file && looked.version === version) return looked.fault;
		const result = parseConfig(text);
		const fault = result.ok
			? phrase("fault.changed", { file })
			: phrase("fault.LK0101", { why: formatFaults(file, result.faults) });
		looked = { file, version, fault };
		return fault;
	} catch (error) {
		return phrase("fault.LK0101", { why: unreadable(file, error) });
	}
}

function unreadable(file: string, error: unknown): string {
	return `${file}: cannot be read: ${errorMessage(error)}`;
}

let looked: { file: string; version: string; fault: Phrase } | undefined;

/** A pipe or a device in its place would hold the whole gateway for good, and a huge file its memory. */
function readText(path: string): string {
	const found = statSync(path);
	if (!found.isFile()) throw new Error("is no file");
	if (found.size > MAX_BYTES) throw new Error(`is larger than ${MAX_BYTES} bytes`);
	return readFileSync(path, "utf8");
}

export function lastGoodPath(file: string): string {
	return join(dirname(resolve(file)), `.${basename(file)}.last-good`);
}

/** A secret written as it is, as `env:NAME` or as `file:/path`. Throws LK0101 when it cannot be found. */
export function resolveSecret(value: string, baseDir: string): string {
	if (value.startsWith("env:")) {
		const found = process.env[value.slice(4)];
		if (found) hideSecret(found);
		if (!found) throw saidError("LK0101", phrase("fault.noSecretVariable", { name: value.slice(4) }));
		return found;
	}
	if (value.startsWith("file:")) {
		try {
			const secret = readText(resolve(baseDir, value.slice(5))).trim();
			hideSecret(secret);
			hidePasswordOf(secret);
			return secret;
		} catch (cause) {
			throw saidError("LK0101", phrase("fault.noSecretFile", { file: value.slice(5) }), { cause });
		}
	}
	hideSecret(value);
	hidePasswordOf(value);
	return value;
}

function versionOf(text: string): string {
	return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Written aside, synced and renamed, so that a power cut leaves the old copy or the new one. */
function keep(path: string, text: string): void {
	if (existsSync(path) && readFileSync(path, "utf8") === text) return;
	mkdirSync(dirname(path), { recursive: true });
	const aside = `${path}.new`;
	const fd = openSync(aside, "w", 0o600);
	try {
		writeSync(fd, text);
		fsyncSync(fd);
	} finally {
		closeSync(fd);
	}
	renameSync(aside, path);
}
