import { type Static, Type } from "typebox";
import { list, named, optional, shape, text, time } from "./shape.ts";

const count = Type.Integer({ minimum: 0 });
const counts = { all: count, open: count, false: count, permitted: count, closed: count };
const Spread = named(
	"Spread",
	shape(
		{
			count,
			medianS: optional(Type.Number()),
			p90S: optional(Type.Number()),
			lowS: optional(Type.Number()),
			highS: optional(Type.Number()),
		},
		"Seconds; the median lies between `lowS` and `highS` at 95 per cent; of fewer than six there is no such interval.",
	),
);
const Rate = shape(
	{ count, cameraDays: Type.Number(), rate: Type.Number(), low: Type.Number(), high: Type.Number() },
	"What cameras saw and people called false; the rate lies between `low` and `high` at 95 per cent.",
);
const groups = list(
	shape({ name: text, label: optional(text), ...counts, toAnswer: Spread, falsePerCameraDay: optional(Rate) }),
);

export const Numbers = named(
	"Numbers",
	shape({
		from: time,
		to: time,
		fires: shape(counts),
		confirmed: Type.Integer({ minimum: 0, description: "Fires that somebody confirmed." }),
		burntHa: Type.Number({ description: "Burnt ground, as people put it, hectares." }),
		before: optional(
			shape(
				{
					from: time,
					to: time,
					fires: shape(counts),
					confirmed: count,
					burntHa: Type.Number(),
					unanswered: count,
					toAnswer: Spread,
					toScene: Spread,
				},
				"The same of the time before, as long.",
			),
		),
		faults: count,
		drills: count,
		unanswered: count,
		falsePerCameraDay: Rate,
		/** Of what cameras and sensors saw: from the first sign of it to the alarm. */
		toAlarm: Spread,
		toAnswer: Spread,
		toScene: Spread,
		byMonth: groups,
		byArea: groups,
		byCamera: groups,
		byCause: groups,
		byChannel: list(
			shape({ channel: text, all: count, accepted: count, failed: count }, "Messages to people, drills included."),
		),
		byChief: list(
			shape({ personId: text, name: text, told: count, drills: count }, "Of how many fires and drills he was told."),
		),
		unattended: shape(
			{ hours: Type.Number(), ofHours: Type.Number() },
			"Hours in which nobody had signed on at the desk, of those since there is a gateway.",
		),
	}),
);
export type Numbers = Static<typeof Numbers>;
