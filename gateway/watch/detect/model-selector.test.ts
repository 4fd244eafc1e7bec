import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thirdPartyModel } from "../../../test/harness/third-party.ts";
import { SystemClock } from "../../base/clock.ts";
import { say } from "../../base/say.ts";
import { createLog } from "../../ops/log/log.ts";
import { SqliteAccountStore } from "../../store/sqlite/accounts.ts";
import { Database } from "../../store/sqlite/database.ts";
import { SHIPPED_MODEL } from "./manifest.ts";
import { ModelSelector } from "./model-selector.ts";

let folder: string;
let db: Database;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-models-"));
	db = await Database.open(join(folder, "lookout.db"));
});
afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

async function chosen(asked: string): Promise<ModelSelector> {
	const models = new ModelSelector(new SqliteAccountStore(db), new SystemClock(), createLog("silent"));
	await models.choose(asked);
	return models;
}

it("a model that cannot be used leaves the last good one in use, and the fault is said", async () => {
	const good = thirdPartyModel(join(folder, "good"), "v8");
	const first = await chosen(good);
	expect([first.current.manifest.name, first.fault]).toEqual(["bright-v8", undefined]);
	const wrong = await chosen(thirdPartyModel(join(folder, "wrong"), "v8", {}, { layout: "v10" }));
	expect(wrong.current.manifest.name).toBe("bright-v8");
	expect(say("en", wrong.fault ?? "")).toMatch(
		/LK0403 model is missing or damaged: the model .*wrong cannot be used: .*a v10 output for 2 classes/,
	);
	// the good one was damaged since: the shipped one is always there
	writeFileSync(join(good, "network.onnx"), "damaged");
	const none = await chosen(join(folder, "gone"));
	expect(none.current.manifest.name).toBe(SHIPPED_MODEL);
	expect(say("zh", none.fault ?? "")).toMatch(/LK0403 模型缺失或损坏：.*gone cannot be used/);
}, 60_000);

it("a model that cannot be relied on gives way to the shipped one; the shipped one stays", async () => {
	const models = await chosen(thirdPartyModel(join(folder, "bad"), "v8"));
	expect(models.fallBack("it ended")).toBe(true);
	expect([models.current.manifest.name, say("en", models.fault ?? "")]).toEqual([
		SHIPPED_MODEL,
		"LK0404 the model bright-v8 was taken out: it ended",
	]);
	expect(models.fallBack("it ended")).toBe(false);
}, 60_000);
