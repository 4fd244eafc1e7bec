import { type Static, type TSchema, type TUnsafe, Type } from "typebox";

const all: Record<string, TSchema> = {};

/** All named schemas. */
export const SCHEMAS: Readonly<Record<string, TSchema>> = all;

/** A named schema: others refer to it by its name, which is that of the type as well. */
export function named<T extends TSchema>(name: string, schema: T): TUnsafe<Static<T>> {
	all[name] = { ...schema, $id: name };
	return Type.Unsafe<Static<T>>({ $ref: `${name}#` });
}

/** An object without other fields than these. */
export function shape<T extends Parameters<typeof Type.Object>[0]>(fields: T, description?: string) {
	return Type.Object(fields, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
}

export const text = Type.String();
/** A text of which something must be said. */
export const said = (description: string) => Type.String({ description });
export const time = Type.Integer();
export const share = Type.Number({ minimum: 0, maximum: 1 });
export const { Optional: optional, Array: list } = Type;

export const Phrase = named("Phrase", said("Code of the catalogue, `code?gap=value&gap=value`."));
export const Refusal = named(
	"Refusal",
	shape(
		{ error: text, reason: Phrase, faults: optional(list(text)), reasons: optional(list(Phrase)) },
		"Why something was not done, in English and as a phrase; of a message with several faults all of them, likewise.",
	),
);
export const Done = named("Done", shape({ ok: Type.Boolean() }));
export const Position = named("Position", shape({ lat: Type.Number(), lon: Type.Number() }));
export const Box = named("Box", shape({ x: share, y: share, w: share, h: share }, "Shares of the picture."));
