import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { buildApp } from "../../gateway/console/api/app.ts";
import type { Services } from "../../gateway/console/api/services.ts";
import { ConfigSchema } from "../../gateway/ops/config/schema.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { ManifestSchema } from "../../gateway/watch/detect/manifest.ts";

// the program takes its own schemas as they are, see base/own-schema.ts: what is wrong with one is found here

it("the schemas of configuration and model manifest are schemas", () => {
	const ajv = new Ajv({ strict: false, discriminator: true });
	for (const schema of [ConfigSchema, ManifestSchema]) {
		expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
	}
	expect(ajv.validateSchema({ ...ManifestSchema, type: "objekt" })).toBe(false);
});

it("so are those of the interface's routes", async () => {
	const app = () =>
		buildApp({ log: createLog("silent") } as unknown as Services, { ajv: { customOptions: { validateSchema: true } } });
	const well = await app();
	await well.ready();
	await well.close();
	const ill = await app();
	ill.post("/ill", { schema: { body: { type: "objekt" } } }, () => "");
	await expect(async () => ill.ready()).rejects.toThrow(/schema is invalid/);
	await ill.close();
});
