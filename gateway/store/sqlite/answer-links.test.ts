import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SeededRandom } from "../../base/random.ts";
import { SqliteLinkStore } from "./answer-links.ts";
import { Database } from "./database.ts";

const HOUR = 3_600_000;
let folder: string;
let db: Database;
let links: SqliteLinkStore;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-links-"));
	db = await Database.open(join(folder, "lookout.db"));
	links = new SqliteLinkStore(db, "a secret of this gateway", new SeededRandom(1));
});

afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

it("is the same however often and over how many channels at once it is sent, until somebody answers with it", async () => {
	const [a, b] = await Promise.all([links.ensure("i", "p", 0), links.ensure("i", "p", 0)]);
	expect(b).toEqual(a);
	expect((await links.ensure("i", "p", HOUR)).slug).toBe(a.slug);
	expect(await links.read(a.slug, "browser one", HOUR)).toMatchObject({
		incidentId: "i",
		personId: "p",
		usedElsewhere: false,
	});
	expect(await links.use(a.slug, "browser one", HOUR)).toBe(true);
	expect(await links.use(a.slug, "browser one", HOUR)).toBe(true);
	expect(await links.use(a.slug, "browser two", HOUR)).toBe(false);
	const next = await links.ensure("i", "p", HOUR);
	expect(next.slug).not.toBe(a.slug);
	expect(next.code).toBe(a.code);
	expect((await links.byCode(a.code, HOUR)).map((l) => l.personId)).toEqual(["p", "p"]);
});

it("does not come to life again when the rows of old ones are gone, and a new one is never a used one", async () => {
	const first = await links.ensure("i", "p", 0);
	await links.use(first.slug, "browser one", HOUR);
	const second = await links.ensure("i", "p", 23 * HOUR);
	await links.use(second.slug, "browser two", 24 * HOUR);
	await links.retain(48.5 * HOUR);
	const third = await links.ensure("i", "p", 48.6 * HOUR);
	expect([first.slug, second.slug]).not.toContain(third.slug);
	expect(await links.use(third.slug, "browser three", 48.7 * HOUR)).toBe(true);
	expect(await links.use(first.slug, "a stranger", 48.7 * HOUR)).toBe(false);
	await links.retain(30 * 24 * HOUR);
	expect((await links.ensure("i", "p", 30 * 24 * HOUR)).slug).not.toBe(first.slug);
});
