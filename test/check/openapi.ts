import { compile, type JSONSchema } from "json-schema-to-typescript";
import { buildApp } from "../../gateway/console/api/app.ts";
import type { Services } from "../../gateway/console/api/services.ts";
import { createLog } from "../../gateway/ops/log/log.ts";

type Schema = Record<string, unknown>;
interface Operation {
	security?: unknown[];
	requestBody?: { content: { "application/json": { schema: Schema } } };
	responses?: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
export interface OpenApi {
	paths: Record<string, Record<string, Operation>>;
	components: { schemas: Record<string, Schema> };
}

/** The OpenAPI document of the interface, as `/api/openapi.json` serves it; made without a gateway behind it. */
export async function openApi(): Promise<OpenApi> {
	const app = await buildApp({ log: createLog("silent") } as unknown as Services, {});
	await app.ready();
	try {
		return app.swagger() as unknown as OpenApi;
	} finally {
		await app.close();
	}
}

/** TypeScript for the pages: each named schema, and for each route what it takes and gives. */
export async function pageTypes({ paths, components }: OpenApi): Promise<string> {
	const object = (properties: Schema, required = Object.keys(properties)) => ({
		type: "object",
		properties,
		required,
		additionalProperties: false,
	});
	const routes: Schema = {};
	for (const [path, operations] of Object.entries(paths)) {
		for (const [method, { requestBody, responses }] of Object.entries(operations)) {
			const gives = responses?.["200"]?.content?.["application/json"]?.schema;
			if (!gives) continue;
			const takes = requestBody?.content["application/json"].schema ?? { type: "null" };
			routes[`${method.toUpperCase()} ${path}`] = object({ takes, gives });
		}
	}
	const names = Object.keys(components.schemas);
	const root = {
		title: "Api",
		...object({
			...Object.fromEntries(names.map((name) => [name, { $ref: `#/components/schemas/${name}` }])),
			routes: object(routes),
		}),
		components,
	};
	const banner = "// Made from the schemas of gateway/console/views by `npm run generate`; do not edit.";
	return compile(root as JSONSchema, "Api", {
		bannerComment: banner,
		additionalProperties: false,
		// a list of at least one is a list
		ignoreMinAndMaxItems: true,
		format: true,
		style: { printWidth: 120, useTabs: true },
	});
}
