import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { type Static, Type } from "typebox";
import { errorMessage, LookoutError } from "../base/errors.ts";
import type { Footage, FootageFrame } from "../watch/capture/stills.ts";
import { type Alert, overlaps } from "./score.ts";

/** What a look at the frames has settled about labels: smoke that has no box, and places that can be neither. */
const CorrectionsSchema = Type.Array(
	Type.Object(
		{
			sequence: Type.String(),
			from: Type.String(),
			to: Type.String(),
			/** Left, top, width, height, as fractions of the frame. */
			box: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]),
			what: Type.Enum(["smoke", "ignore"]),
			/** How it was judged. */
			why: Type.String({ minLength: 10 }),
		},
		{ additionalProperties: false },
	),
);
export type Correction = Static<typeof CorrectionsSchema>[number];

const validate = new Ajv({ strict: false }).compile<Correction[]>(CorrectionsSchema);

/** Reads a file of corrections. Throws LK0405. */
export function readCorrections(file: string): Correction[] {
	let raw: unknown;
	try {
		raw = JSON.parse(readFileSync(file, "utf8"));
	} catch (cause) {
		throw new LookoutError("LK0405", `${file} cannot be read: ${errorMessage(cause)}`, { cause });
	}
	if (!validate(raw))
		throw new LookoutError("LK0405", `${file}${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`);
	return raw;
}

/** Footage and alerts as they are once the corrections of this sequence are applied. */
export function corrected(
	footage: Footage,
	alerts: Alert[],
	corrections: Correction[],
): { footage: Footage; alerts: Alert[] } {
	const own = corrections
		.filter((c) => c.sequence === footage.name)
		.map((c) => ({ ...c, from: Date.parse(c.from), to: Date.parse(c.to) }));
	const smoke = own.filter((c) => c.what === "smoke");
	const frames = footage.frames.map((frame): FootageFrame => {
		const boxes = smoke.filter((c) => frame.at >= c.from && frame.at <= c.to).map((c) => c.box);
		return boxes.length === 0 ? frame : { ...frame, smoke: true, boxes: [...frame.boxes, ...boxes] };
	});
	const ignition = footage.ignition === null ? null : Math.min(footage.ignition, ...smoke.map((c) => c.from));
	const ignored = (a: Alert) =>
		own.some((c) => c.what === "ignore" && a.at >= c.from && a.at <= c.to && overlaps(a.box, c.box));
	return { footage: { ...footage, ignition, frames }, alerts: alerts.filter((a) => !ignored(a)) };
}
