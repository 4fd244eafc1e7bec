import { execFileSync } from "node:child_process";
import {
	closeSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canMount } from "../../../test/harness/small-world.ts";
import type { StoreFault } from "../fault.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { TABLE_NAMES } from "./salvage.ts";
import * as sqlite from "./sqlite.ts";

const setting = (key: string, value: string) => [
	{ sql: "INSERT OR REPLACE INTO setting VALUES (?,?)", params: [key, value] },
];
const page = 4096;

describe("a store on a disk that fails", () => {
	let folder: string;
	let path: string;
	let faults: (StoreFault | undefined)[];
	let db: Database | undefined;
	const options = (more: DatabaseOptions = {}): DatabaseOptions => ({ onFault: (f) => faults.push(f), ...more });
	const value = async (key: string) => (await db?.get("SELECT value FROM setting WHERE key=?", [key]))?.["value"];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-store-"));
		path = join(folder, "lookout.db");
		faults = [];
	});
	afterEach(async () => {
		await db?.close();
		db = undefined;
		rmSync(folder, { recursive: true });
	});

	/** A closed store with something in every table that matters, all of it in the file. */
	async function made(): Promise<void> {
		const first = await Database.open(path);
		await first.write(setting("a", "1"));
		const deliveries = Array.from({ length: 200 }, (_, i) => ({
			sql: "INSERT INTO outbox VALUES (?,?,'i',NULL,'sms','1','alarm',?,0,'queued',0,0,NULL)",
			params: [`d${i}`, `k${i}`, "x".repeat(200)],
		}));
		await first.write(deliveries);
		await first.write([{ sql: "PRAGMA wal_checkpoint(TRUNCATE)" }]);
		await first.close();
	}

	/** Overwrites the page at which a table begins. */
	async function damage(table: string): Promise<void> {
		const reading = await Database.open(path);
		const root = Number((await reading.get("SELECT rootpage AS p FROM sqlite_master WHERE name=?", [table]))?.["p"]);
		await reading.write([{ sql: "PRAGMA wal_checkpoint(TRUNCATE)" }]);
		await reading.close();
		const file = openSync(path, "r+");
		writeSync(file, Buffer.alloc(page, 0xa5), 0, page, (root - 1) * page);
		closeSync(file);
	}

	it("a table whose beginning is damaged is found when it is used; a copy that cannot be opened is no reason to stop", async () => {
		await made();
		await damage("outbox");
		mkdirSync(join(folder, "copy.db"));
		db = await Database.open(path, options({ copy: () => join(folder, "copy.db") }));
		expect(await db.all("SELECT * FROM outbox")).toEqual([]);
		expect(db.fault).toMatchObject({ why: "damaged", state: "memory" });
		await db.write(setting("b", "2"));
		await db.mend();
		expect(db.fault).toMatchObject({ why: "damaged", state: "replaced" });
		expect([await value("a"), await value("b")]).toEqual(["1", "2"]);
		expect(readdirSync(folder).some((n) => n.includes(".damaged-"))).toBe(true);
		// all is well with the new one
		await db.close();
		db = await Database.open(path, options());
		expect([await value("a"), await value("b")]).toEqual(["1", "2"]);
	});

	it("what is damaged comes back from the daily copy", async () => {
		await made();
		const whole = await Database.open(path);
		await whole.copyTo(join(folder, "copy.db"));
		await whole.close();
		await damage("outbox");
		db = await Database.open(path, options({ copy: () => join(folder, "copy.db") }));
		expect((await db.all("SELECT id FROM outbox")).length).toBe(200);
		await db.mend();
		expect((await db.all("SELECT id FROM outbox")).length).toBe(200);
	});

	it("a table that is gone is damage: found when it is used and when the store is opened, and nothing else is lost", async () => {
		await made();
		db = await Database.open(path, options());
		expect(
			(await db.all("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")).map((r) => r["name"]),
		).toEqual([...TABLE_NAMES].sort());
		await db.write([{ sql: "DROP TABLE judged" }]);
		await db.write([{ sql: "INSERT INTO judged VALUES ('e', 1)" }]);
		expect(db.fault).toMatchObject({ why: "damaged", state: "memory" });
		await db.mend();
		expect(await db.all("SELECT id FROM judged")).toEqual([{ id: "e" }]);
		await db.write([{ sql: "DROP TABLE pending" }]);
		await db.close();
		db = await Database.open(path, options());
		expect(db.fault).toMatchObject({ why: "damaged" });
		await db.mend();
		expect(await db.all("SELECT * FROM pending")).toEqual([]);
		expect([await value("a"), (await db.all("SELECT * FROM outbox")).length]).toEqual(["1", 200]);
		// a statement that is wrong is our own fault, and no damage
		await expect(db.all("SELECT nowhere FROM setting")).rejects.toThrow(/no such column/);
		expect(db.isDurable).toBe(true);
	});

	it("a damaged file that somebody takes away is replaced all the same", async () => {
		await made();
		await damage("outbox");
		db = await Database.open(path, options());
		await db.all("SELECT * FROM outbox");
		for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
		await db.mend();
		expect(db.isDurable).toBe(true);
		expect(await value("a")).toBe("1");
	});

	it.each<[string, () => void]>([
		["deleted", () => void ["", "-wal", "-shm"].map((end) => rmSync(`${path}${end}`, { force: true }))],
		["without its log", () => rmSync(`${path}-wal`)],
		["moved away with its folder", () => renameSync(folder, `${folder}.old`)],
		["replaced by another", () => [copyFileSync(path, `${path}.x`), renameSync(`${path}.x`, path)]],
	])(
		"a store that is %s while it is in use is noticed, and written again with all that it held",
		async (_how, take) => {
			await made();
			db = await Database.open(path, options({ reserveBytes: 4096 }));
			await db.write(setting("b", "2"));
			expect(await db.mend()).toBe(true);
			take();
			await db.mend();
			expect(faults[0]).toMatchObject({ why: "lost", state: "memory" });
			expect(db.fault).toEqual({ why: "lost", state: "replaced" });
			await db.write(setting("c", "3"));
			await db.close();
			faults = [];
			db = await Database.open(path, options());
			expect([await value("a"), await value("b"), await value("c")]).toEqual(["1", "2", "3"]);
			expect(await db.all("SELECT * FROM outbox")).toHaveLength(200);
			expect(db.fault).toBeUndefined();
			rmSync(`${folder}.old`, { recursive: true, force: true });
		},
	);

	it("a store that another program holds for itself is used again when that lets go; what happened meanwhile is in it", async () => {
		await made();
		const other = await sqlite.connect(path);
		db = await Database.open(path, options());
		await sqlite.exec(other, "BEGIN EXCLUSIVE");
		await expect(db.write(setting("b", "2"), { durable: true })).rejects.toThrow(/LK0203/);
		await db.write(setting("b", "2"));
		expect(await value("b")).toBe("2");
		expect(await db.mend()).toBe(false);
		await sqlite.exec(other, "COMMIT");
		expect(await db.mend()).toBe(true);
		expect(faults.map((f) => f?.why)).toEqual(["locked", undefined]);
		await db.close();
		// and it starts while it is held, even by a program that lets nobody read
		await sqlite.exec(other, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
		db = await Database.open(path, options());
		expect(db.fault).toMatchObject({ why: "locked", state: "memory" });
		expect(await value("a")).toBe("1");
		await db.write(setting("c", "3"));
		await sqlite.close(other);
		expect(await db.mend()).toBe(true);
		expect([await value("a"), await value("b"), await value("c")]).toEqual(["1", "2", "3"]);
	});

	it("bytes that are no store at all are set aside", async () => {
		writeFileSync(path, "this is a diary and no store ".repeat(1000));
		db = await Database.open(path, options());
		expect(db.fault).toMatchObject({ why: "damaged" });
		await db.write(setting("b", "2"));
		await db.mend();
		expect(db.isDurable).toBe(true);
		expect(await value("b")).toBe("2");
	});

	it("a command beside the gateway is refused: it would answer from nothing", async () => {
		writeFileSync(path, "no store ".repeat(1000));
		await expect(Database.open(path)).rejects.toThrow(/LK0201/);
	});

	describe.skipIf(!canMount())("with a disk of its own (skipped where none can be mounted)", () => {
		const onOwnDisk = (work: () => Promise<void>) => async () => {
			execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
			try {
				await work();
			} finally {
				await db?.close();
				db = undefined;
				execFileSync("umount", [folder]);
			}
		};
		/** The store as a power cut leaves it: file, log and reserve, and no index of the log. */
		const cut = async () => {
			db = await Database.open(path, options({ reserveBytes: 524_288 }));
			await db.write(setting("a", "1"));
			mkdirSync(join(folder, "cut"));
			for (const end of ["", "-wal", ".exists", ".reserve"])
				copyFileSync(`${path}${end}`, join(folder, "cut", `lookout.db${end}`));
			await db.close();
			db = undefined;
			faults = [];
			path = join(folder, "cut/lookout.db");
		};
		const fill = () => {
			const file = openSync(join(folder, "filler"), "w");
			try {
				for (const size of [65_536, 4096, 1]) for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break;
			} catch {
				// that is the purpose
			} finally {
				closeSync(file);
			}
		};

		it(
			"a start on a full disk after a power cut finds what stands in the log alone, in the room that was kept",
			onOwnDisk(async () => {
				await cut();
				fill();
				db = await Database.open(path, options({ reserveBytes: 524_288 }));
				expect(db.fault).toEqual({ why: "full", state: "reserve" });
				expect(await value("a")).toBe("1");
				await db.write(setting("b", "2"), { durable: true });
				rmSync(join(folder, "filler"));
				expect(await db.mend()).toBe(true);
			}),
		);

		it(
			"a start on a disk that cannot be written finds what stands in the log alone",
			onOwnDisk(async () => {
				await cut();
				execFileSync("mount", ["-o", "remount,ro", folder]);
				db = await Database.open(path, options());
				expect(db.fault).toEqual({ why: "readOnly", state: "memory" });
				expect(await value("a")).toBe("1");
				await db.write(setting("b", "2"));
				execFileSync("mount", ["-o", "remount,rw", folder]);
				expect(await db.mend()).toBe(true);
				expect([await value("a"), await value("b")]).toEqual(["1", "2"]);
			}),
		);

		it(
			"more than may wait in memory is still taken, and the tables are written in its place",
			onOwnDisk(async () => {
				db = await Database.open(path, options({ mostUnwrittenBytes: 2_000 }));
				await db.write(setting("a", "0"));
				fill();
				for (let i = 0; i < 200; i++) await db.write(setting(i % 2 === 0 ? "a" : `k${i}`, `${i} ${"x".repeat(100)}`));
				expect(db.fault?.state).toBe("memory");
				await expect(db.write(setting("b", "1"), { durable: true })).rejects.toThrow(/LK0203/);
				rmSync(join(folder, "filler"));
				expect(await db.mend()).toBe(true);
				await db.close();
				db = await Database.open(path, options());
				expect(String(await value("a"))).toMatch(/^198 /);
				expect(String(await value("k199"))).toMatch(/^199 /);
				expect(await value("b")).toBeUndefined();
			}),
		);

		it(
			"a copy for which there is no room leaves nothing behind",
			onOwnDisk(async () => {
				db = await Database.open(path, options());
				await db.write(
					Array.from({ length: 300 }, (_, i) => ({
						sql: "INSERT INTO pending VALUES (?,0,?)",
						params: [`p${i}`, "x".repeat(4000)],
					})),
				);
				fill();
				await expect(db.copyTo(join(folder, "copies/x.db"))).rejects.toThrow();
				expect(readdirSync(join(folder, "copies"))).toEqual([]);
			}),
		);
	});

	it("the file is for nobody else on the machine to read", async () => {
		db = await Database.open(path, options({ reserveBytes: 1 << 16 }));
		const modes = execFileSync("stat", ["-c", "%a", path, `${path}.reserve`]).toString();
		expect(modes).toBe("600\n600\n");
		expect(readFileSync(`${path}.reserve`).length).toBe(1 << 16);
	});
});
