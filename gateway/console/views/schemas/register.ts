import { type Static, Type } from "typebox";
import { TABLES } from "../../../model/register-edit.ts";
import { GridShare } from "./incidents.ts";
import { list, named, optional, Phrase, said, shape, text, time } from "./shape.ts";

export const table = Type.Enum([...TABLES]);
/** Texts by column, as a file of the register has them. */
export const cells = Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 4_000_000 }));

export const RegisterRows = named(
	"RegisterRows",
	shape(
		{ columns: list(text), rows: list(shape({ key: text, cells })) },
		"A table of the register in force, as its file would have it.",
	),
);
export type RegisterRows = Static<typeof RegisterRows>;

export const RowChange = named(
	"RowChange",
	shape({ table, key: text, before: optional(cells), after: optional(cells) }),
);

export const RegisterEdits = named(
	"RegisterEdits",
	shape(
		{
			edits: list(
				shape({
					n: Type.Integer(),
					at: time,
					by: said("Id of whoever did it; `rule` where the files have come to say the same."),
					name: text,
					note: text,
					changes: list(RowChange),
					undoes: optional(Type.Integer({ description: "Number of the edit that it takes back." })),
				}),
			),
			differences: list(shape({ table, key: text, file: optional(cells), edited: optional(cells) })),
		},
		"What people have changed, newest first, and rows of which files and edits say different things.",
	),
);
export type RegisterEdits = Static<typeof RegisterEdits>;

export const RegisterPreview = named(
	"RegisterPreview",
	shape({ changes: list(RowChange), faults: list(Phrase) }, "What a file would change, or what is wrong with it."),
);
export type RegisterPreview = Static<typeof RegisterPreview>;

export const Edited = named("Edited", shape({ n: Type.Integer({ description: "Number of the edit." }) }));

export const Finding = named(
	"Finding",
	shape({ kind: text, what: text, from: time, to: optional(time), detail: Phrase }, "What the check has found."),
);
export type Finding = Static<typeof Finding>;

export const DryRun = named(
	"DryRun",
	shape(
		{
			grids: list(GridShare),
			missing: list(text),
			told: list(
				shape({
					personId: text,
					name: text,
					title: optional(text),
					role: text,
					level: text,
					phone: optional(text),
					afterS: Type.Number({ description: "Seconds after the fire was seen." }),
					task: text,
					channels: list(text),
					mute: list(text, { description: "Channels that reach nobody: Web Push without an enrolled phone." }),
					isDeputy: optional(Type.Boolean()),
					grid: optional(Type.String({ description: "Of a village: on which of the grids." })),
				}),
			),
		},
		"Who would be told of a fire, when and how, if nobody answered.",
	),
);
export type DryRun = Static<typeof DryRun>;

export const PersonPage = named(
	"PersonPage",
	shape(
		{
			id: text,
			name: text,
			title: optional(text),
			phone: optional(text),
			posts: list(
				shape({
					role: text,
					level: text,
					grids: list(text),
					from: optional(time),
					to: optional(time),
					isDeputy: optional(Type.Boolean()),
				}),
				{ description: "The row of the person first, then further posts." },
			),
			channels: list(shape({ channel: text, address: text })),
			phones: list(shape({ device: text, since: time }), { description: "Enrolled for Web Push." }),
			shifts: list(shape({ post: text, from: time, to: time }), { description: "That last or come." }),
			heardAt: optional(time),
			verifiedAt: optional(time),
		},
		"What is known of a person's posts, and how he is reached.",
	),
);
export type PersonPage = Static<typeof PersonPage>;
