import { DUTY_DESK } from "../../../../model/register.ts";
import type { Incident } from "../api-types.ts";

/** How many people hear that it is over: whoever was asked to do something, and was reached or has answered. */
export function toldOfEnd({ involved }: Pick<Incident, "involved">): number {
	return involved.filter(
		(i) =>
			i.task !== "inform" &&
			i.personId !== DUTY_DESK &&
			(i.answer !== undefined || (!i.unreached && i.notReachedAt === undefined)),
	).length;
}
