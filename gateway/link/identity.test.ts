import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identityFile, openIdentity, ownPublicKey } from "./identity.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-identity-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a gateway's identity", () => {
	it("is made once, for its owner's eyes, and each start is a higher epoch, whatever the clock says", async () => {
		const key = await ownPublicKey(folder);
		expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
		expect(await ownPublicKey(folder)).toBe(key);
		expect(statSync(identityFile(folder)).mode & 0o077).toBe(0);
		const first = await openIdentity(folder, "t1", 1_000_000);
		const second = await openIdentity(folder, "t1", 1_000_000);
		const yearBack = await openIdentity(folder, "t1", 5);
		expect([first.epoch, second.epoch, yearBack.epoch]).toEqual([1_000_000, 1_000_001, 1_000_002]);
		expect((await openIdentity(folder, "t1", 2_000_000)).epoch).toBe(2_000_000);
		expect(await ownPublicKey(folder)).toBe(key);
	});

	it("that is damaged is said by its file, and is not replaced: another key would be nobody to the other end", async () => {
		await ownPublicKey(folder);
		const half = readFileSync(identityFile(folder), "utf8").slice(0, 40);
		writeFileSync(identityFile(folder), half);
		await expect(openIdentity(folder, "t1", 1)).rejects.toThrow(/LK0205 .*identity\.json/);
		expect(readFileSync(identityFile(folder), "utf8")).toBe(half);
	});
});
