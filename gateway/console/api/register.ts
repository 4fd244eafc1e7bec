import { type Static, Type } from "typebox";
import { phrase } from "../../base/say.ts";
import type { EditResult } from "../../model/register-edit.ts";
import {
	cells,
	DryRun,
	Edited,
	Finding,
	PersonPage,
	RegisterEdits,
	RegisterPreview,
	RegisterRows,
	table,
} from "../views/schemas.ts";
import { isOf, isWithin } from "./areas.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const strict = { additionalProperties: false };
/** Rows of a province's people with their changes; a file of them in base64. */
const MOST_BYTES = 24 << 20;

const personParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
const tableParams = Type.Object({ table });
const fileQuery = Type.Object({ words: Type.Optional(Type.Enum(["zh", "en"])) }, strict);
const editParams = Type.Object({ n: Type.Integer({ minimum: 1 }) });
const changesBody = Type.Object(
	{
		edits: Type.Array(Type.Object({ table, before: Type.Optional(cells), after: Type.Optional(cells) }, strict), {
			minItems: 1,
			maxItems: 100_000,
		}),
		note: Type.String({ maxLength: 300, description: "Why." }),
	},
	strict,
);
const settleBody = Type.Object(
	{ table, key: Type.String({ minLength: 1, maxLength: 1_000 }), take: Type.Enum(["file", "edit"]) },
	strict,
);
const previewBody = Type.Object(
	{
		table,
		name: Type.String({ minLength: 1, maxLength: 200 }),
		isPart: Type.Optional(Type.Boolean({ description: "Rows that the file does not have stay." })),
		content: Type.String({ pattern: "^[A-Za-z0-9+/=]*$", description: "The file's bytes, base64." }),
	},
	strict,
);
const dryRunQuery = Type.Object(
	{
		grid: Type.Optional(Type.String({ maxLength: 40 })),
		lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
		lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
		at: Type.Integer({ minimum: 0, description: "When it would burn, ms since 1970." }),
		confirmedAfterMin: Type.Optional(Type.Integer({ minimum: 0, maximum: 240 })),
	},
	strict,
);

/** The register: its rows, what people change of them, what its check finds, and who would be told of a fire. */
export function registerRoutes(app: App, services: Services): void {
	readingRoutes(app, services);
	editingRoutes(app, services);
	questionRoutes(app, services);
}

function readingRoutes(app: App, { backend, guard, audit }: Services): void {
	const config = { right: "personal" } as const;
	app.get(
		"/api/register/rows/:table",
		{
			config,
			schema: { summary: "A table of the register in force.", params: tableParams, response: answers(RegisterRows) },
		},
		async (request) => {
			audit.looked(guard.who(request), "register", request.params.table);
			return backend.register.rows(request.params.table, guard.who(request).areas);
		},
	);
	app.get(
		"/api/register/files/:table",
		{
			config,
			schema: {
				summary: "The same as a file: CSV, in the words of a language where one is asked for, or GeoJSON for grids.",
				params: tableParams,
				querystring: fileQuery,
			},
		},
		async (request, reply) => {
			audit.looked(guard.who(request), "register", request.params.table);
			const { name, text } = backend.register.file(request.params.table, guard.who(request).areas, request.query.words);
			const type = name.endsWith(".csv") ? "text/csv; charset=utf-8" : "application/geo+json";
			return reply.type(type).header("content-disposition", `attachment; filename="${name}"`).send(text);
		},
	);
	app.get(
		"/api/register/edits",
		{ config, schema: { summary: "What people have changed in the register.", response: answers(RegisterEdits) } },
		async (request) => {
			audit.looked(guard.who(request), "register", "edits");
			return backend.register.edits(guard.who(request).areas);
		},
	);
	app.get(
		"/api/register/findings",
		{ config, schema: { summary: "What the register lacks.", response: answers(Type.Array(Finding)) } },
		async (request) => {
			audit.looked(guard.who(request), "register", "findings");
			return backend.register.findings(guard.who(request).areas);
		},
	);
}

function editingRoutes(app: App, { backend, guard }: Services): void {
	const config = { right: "register" } as const;
	app.post(
		"/api/register/changes",
		{
			config,
			bodyLimit: MOST_BYTES,
			schema: {
				summary: "Changes rows; refused where somebody has changed one of them since it was read.",
				body: changesBody,
				response: answers(Edited),
			},
		},
		async (request, reply) => {
			const { edits, note } = request.body;
			return edited(reply, await backend.register.change(edits, guard.who(request), note));
		},
	);
	app.post(
		"/api/register/edits/:n/undo",
		{ config, schema: { summary: "Takes an edit back.", params: editParams, response: answers(Edited) } },
		async (request, reply) => edited(reply, await backend.register.undo(request.params.n, guard.who(request))),
	);
	app.post(
		"/api/register/settle",
		{
			config,
			schema: {
				summary: "Decides whether a row counts as its file has it, or as it was edited.",
				body: settleBody,
				response: answers(Edited),
			},
		},
		async (request, reply) => {
			const { table, key, take } = request.body;
			return edited(reply, await backend.register.settle(table, key, take, guard.who(request)));
		},
	);
	app.post(
		"/api/register/preview",
		{
			config,
			bodyLimit: MOST_BYTES,
			schema: {
				summary: "What a file would change of a table; nothing is changed yet.",
				body: previewBody,
				response: answers(RegisterPreview),
			},
		},
		async (request) => {
			const { table, name, content, isPart = false } = request.body;
			const file = { name, isPart, bytes: Buffer.from(content, "base64") };
			return backend.register.preview(table, file, guard.who(request).areas);
		},
	);
}

function questionRoutes(app: App, { backend, guard, audit }: Services): void {
	const config = { right: "personal" } as const;
	app.get(
		"/api/register/dry-run",
		{
			config,
			schema: {
				summary: "Who would be told of a fire in a grid or at a place, when and how, if nobody answered.",
				querystring: dryRunQuery,
				response: answers(DryRun),
			},
		},
		async (request, reply) => {
			const { at, confirmedAfterMin } = request.query;
			const where = whereOf(request.query);
			if (!where) return refuse(reply, 400, phrase("api.where"));
			audit.looked(guard.who(request), "dryRun", "grid" in where ? where.grid : `${where.lat},${where.lon}`);
			const run = await backend.register.dryRun({ where, at, confirmedAfterMin });
			return run && isWithin(guard.who(request), run) ? run : refuse(reply, 404, phrase("api.noGrid"));
		},
	);
	app.get(
		"/api/people/:id",
		{
			config,
			schema: { summary: "A person's posts and channels.", params: personParams, response: answers(PersonPage) },
		},
		async (request, reply) => {
			const { id } = request.params;
			audit.looked(guard.who(request), "person", id);
			const found = await backend.register.person(id);
			const isSeen = found?.posts.some(({ grids }) => isOf(guard.who(request), grids));
			return found && isSeen ? found : refuse(reply, 404, phrase("api.noPerson"));
		},
	);
}

function whereOf({ grid, lat, lon }: Static<typeof dryRunQuery>) {
	if (grid !== undefined) return { grid };
	return lat === undefined || lon === undefined ? undefined : { lat, lon };
}

function edited(reply: Parameters<typeof refuse>[0], result: EditResult) {
	return "refused" in result ? refuse(reply, 409, result.refused) : result;
}
