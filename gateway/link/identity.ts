import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from "jose";
import { errorMessage } from "../base/errors.ts";
import { saidError } from "../base/said-error.ts";
import { phrase } from "../base/say.ts";
import type { Identity } from "./seal.ts";

/**
 * Who a gateway is to its centre, or to its towers: an Ed25519 key, made at the first start and kept in a file beside
 * the store and apart from it, so that a store that is set aside or brought back from a copy changes nobody's identity.
 * The file also counts the starts, in milliseconds where the clock is right: each epoch is higher than the one before.
 */
interface Kept {
	key: { kty: "OKP"; crv: "Ed25519"; x: string; d: string };
	epoch: number;
}

export function identityFile(dataDir: string): string {
	return join(dataDir, "identity.json");
}

/** This gateway's public key, as the other end's configuration names it; made where there is none. Throws LK0205. */
export async function ownPublicKey(dataDir: string): Promise<string> {
	const file = identityFile(dataDir);
	const kept = read(file) ?? (await made());
	if (!existsSync(file)) write(file, kept);
	return kept.key.x;
}

/**
 * The identity for one start. A disk that cannot be written gives the epoch of the clock, and a new key for this start
 * only where there was none. Throws LK0205 when the file is damaged: another key would be nobody to the other end.
 */
export async function openIdentity(dataDir: string, name: string, now: number): Promise<Identity> {
	const file = identityFile(dataDir);
	const kept = read(file) ?? (await made());
	const epoch = Math.max(Math.round(now), kept.epoch + 1);
	try {
		write(file, { ...kept, epoch });
	} catch {
		// a disk that cannot be written may be read
	}
	return { name, key: (await importJWK(kept.key, "EdDSA")) as CryptoKey, epoch };
}

async function made(): Promise<Kept> {
	const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
	const { x = "", d = "" } = await exportJWK(privateKey);
	return { key: { kty: "OKP", crv: "Ed25519", x, d }, epoch: 0 };
}

function read(file: string): Kept | undefined {
	if (!existsSync(file)) return undefined;
	try {
		const { key, epoch } = JSON.parse(readFileSync(file, "utf8")) as Kept;
		if (key?.crv !== "Ed25519" || !key.x || !key.d || !Number.isSafeInteger(epoch))
			throw new Error("it does not hold a key");
		return { key, epoch };
	} catch (cause) {
		const said = phrase("fault.keyUnreadable", { file, why: errorMessage(cause) });
		throw saidError("LK0205", said, { cause, hint: phrase("fault.keyHint") });
	}
}

/** Written aside, synced and renamed: a power cut leaves the old file or the new one. */
function write(file: string, kept: Kept): void {
	mkdirSync(dirname(file), { recursive: true });
	const aside = `${file}.new`;
	const fd = openSync(aside, "w", 0o600);
	try {
		writeSync(fd, JSON.stringify(kept));
		fsyncSync(fd);
	} finally {
		closeSync(fd);
	}
	renameSync(aside, file);
}
