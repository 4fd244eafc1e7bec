import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "../../../test/contract/stores.ts";
import { openStores } from "../open.ts";

storeContract("SQLite", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-contract-"));
	const file = join(folder, "lookout.db");
	let { db, ...stores } = await openStores(file);
	return {
		stores,
		reopen: async () => {
			await db.close();
			({ db, ...stores } = await openStores(file));
			return stores;
		},
		close: async () => {
			await db.close();
			rmSync(folder, { recursive: true });
		},
	};
});
