import { Ajv } from "ajv";
import type { OpenApi } from "../check/openapi.ts";

/** Holds answers of the interface against the OpenAPI document that it serves. */
export class ApiContract {
	readonly #ajv = new Ajv({ strict: false, allErrors: true });
	readonly #routes: { method: string; pattern: RegExp; schema: string }[] = [];

	constructor(document: OpenApi) {
		this.#ajv.addSchema({ $id: "api", ...document });
		for (const [path, operations] of Object.entries(document.paths)) {
			const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);
			for (const [method, { responses }] of Object.entries(operations)) {
				if (!responses?.["200"]?.content?.["application/json"]) continue;
				const inside = `paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${method}/responses/200`;
				const schema = `api#/${inside}/content/application~1json/schema`;
				this.#routes.push({ method, pattern, schema });
			}
		}
	}

	/** Throws when there is no such route, or its answer is another than its schema says. */
	check(method: string, path: string, answer: unknown): void {
		const route = this.#routes.find((r) => r.method === method && r.pattern.test(path.replace(/\?.*$/, "")));
		if (!route) throw new Error(`${method} ${path} is not in the interface's document`);
		const validate = this.#ajv.getSchema(encodeURI(route.schema));
		if (!validate) throw new Error(`no schema ${route.schema}`);
		if (validate(answer)) return;
		const faults = validate.errors
			?.slice(0, 5)
			.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
		throw new Error(`${method} ${path} answers something else than its schema: ${faults?.join("; ")}`);
	}
}
