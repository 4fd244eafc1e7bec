import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextWith, fire, grid, person, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import { EventProcessor } from "../engine/event-processor.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { erasePerson } from "./erasure.ts";
import { openKeeper } from "./keeper.ts";
import { openStores, type Stores, storeFile } from "./open.ts";

const log = createLog("silent");
const NAME = "张三丰";
const context = contextWith({
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village", { name: NAME })],
});

let folder: string;
let file: string;
let clock: ManualClock;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-keeper-"));
	file = storeFile(folder);
	clock = new ManualClock(T0);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A fire of which the chief is told. */
async function burn({ judgements }: Pick<Stores, "judgements">): Promise<void> {
	const options = { context: () => context, failPoint: () => {}, tally: new Tally(clock, () => {}) };
	const processor = new EventProcessor(options, { store: judgements, clock, random: new SeededRandom(1), log });
	await processor.start();
	await processor.submit(fire(45));
	await processor.stop();
}

describe("the keeper of a store", () => {
	const keeping = (onFault: () => void = () => {}) => openKeeper(file, clock, log, onFault);
	/** Ten minutes go by: the first copy is made. */
	async function copied(): Promise<string> {
		const copy = join(folder, "copies/2026-04-05.db");
		clock.advance(600_000);
		await expect.poll(() => existsSync(copy)).toBe(true);
		return copy;
	}

	it("of a store that is well has nothing to say, and copies it", async () => {
		const keeper = await keeping();
		await keeper.start(new AbortController().signal);
		expect([keeper.fault, keeper.takesReadings, await keeper.acknowledge("李")]).toEqual([undefined, true, false]);
		await burn(keeper.stores);
		const copy = await copied();
		await keeper.stop();
		await keeper.close();
		const { db, judgements } = await openStores(copy);
		expect(await judgements.recentIncidents(10)).toHaveLength(1);
		await db.close();
	});

	it("of a damaged one takes the newest copy, and says so until somebody knows it", async () => {
		const before = await keeping();
		await before.start(new AbortController().signal);
		await burn(before.stores);
		await copied();
		await before.stop();
		await before.close();
		writeFileSync(file, Buffer.alloc(8192, 0x5a));
		let said = 0;
		const keeper = await keeping(() => said++);
		await keeper.start(new AbortController().signal);
		clock.advance(5_000);
		await expect.poll(() => keeper.fault?.state).toBe("replaced");
		expect(await keeper.stores.judgements.recentIncidents(10)).toHaveLength(1);
		expect(await keeper.acknowledge("李")).toBe(true);
		expect(keeper.fault).toBeUndefined();
		expect(said).toBeGreaterThan(0);
		await keeper.stop();
		await keeper.close();
	});
});

describe("erasing a person", () => {
	const erased = (personId: string) => erasePerson(file, { personId, by: "李", at: T0 + 1000 });

	it("reaches the store and its copies; a copy that cannot forget goes", async () => {
		const { db, judgements } = await openStores(file);
		await burn({ judgements });
		mkdirSync(join(folder, "copies"));
		const copy = join(folder, "copies/2026-04-05.db");
		await db.copyTo(copy);
		await db.close();
		const damaged = `${file}.damaged-1`;
		writeFileSync(damaged, `not a store, and yet it names ${NAME}`);
		const named = async (path: string) => {
			const { db, judgements } = await openStores(path);
			const incidents = JSON.stringify(await judgements.recentIncidents(10));
			await db.close();
			return incidents.includes(NAME);
		};
		expect([await named(file), await named(copy)]).toEqual([true, true]);
		expect(await erased("chief")).toEqual([]);
		expect([await named(file), await named(copy)]).toEqual([false, false]);
		expect(existsSync(damaged)).toBe(false);
	});

	it("of whom nothing is kept is nothing to erase", async () => {
		const { db } = await openStores(file);
		await db.close();
		expect(await erased("nobody")).toBeUndefined();
	});
});
