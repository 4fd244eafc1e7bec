import { expect, it } from "vitest";
import { buildApp } from "../../gateway/console/api/app.ts";
import type { Services } from "../../gateway/console/api/services.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { openApi } from "./openapi.ts";

it("the document says of each route whether it wants a log-in, and each that says so refuses whoever has none", async () => {
	const auth = { bySession: async () => undefined };
	const backend = { baseMap: () => undefined };
	const app = await buildApp({ log: createLog("silent"), auth, backend } as unknown as Services, {});
	const { paths } = await openApi();
	const open: string[] = [];
	let guarded = 0;
	for (const [path, operations] of Object.entries(paths))
		for (const [method, { security }] of Object.entries(operations)) {
			if (!security) {
				open.push(`${method} ${path}`);
				continue;
			}
			const url = path.replace(/\{\w+\}/g, "x");
			const { statusCode, body } = await app.inject({ method: method as "GET", url });
			expect([statusCode, body], `${method} ${path}`).toEqual([401, expect.stringContaining("api.loginFirst")]);
			guarded++;
		}
	await app.close();
	expect(guarded).toBeGreaterThan(20);
	expect(open.filter((route) => !/ \/(api\/(log|welcome|phone|enrol|receipts)|cap|board)/.test(route))).toEqual([]);
});
