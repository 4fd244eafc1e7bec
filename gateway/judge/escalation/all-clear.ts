import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { traitsOf } from "../../model/channel.ts";
import { AS_TOLD } from "../../model/delivery.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { deliveries, ledger, notifiedAs } from "./effects.ts";
import { allClearOf } from "./message.ts";
import { nameOf, ownPlacesFirst } from "./people.ts";

/**
 * 解除: whoever was asked to do something hears that it is over, once, on the same addresses, with who ended it (`said`:
 * how he is called) and as what; who was only informed, in silence. Each gateway tells those whom it has told itself:
 * the store leaves out everybody else.
 */
export function allClear(context: JudgeContext, incident: Incident, endedBy: string, said?: string): Effect[] {
	if (incident.kind !== "fire") return [];
	const notified = incident.involved.filter((i) => i.personId !== endedBy && i.personId !== DUTY_DESK && !i.unreached);
	if (notified.length === 0) return [];
	const by = whoEnded(context, incident, endedBy, said);
	const toAll = incident.places ? undefined : allClearOf(context, incident, by, context.now);
	const effects = notified.flatMap((i): Effect[] => {
		const silent = isInformed(i);
		const message = toAll ?? allClearOf(context, ownPlacesFirst(context, incident, i.personId), by, context.now);
		// whoever is no more in the register is told where he was told before
		const own = context.duty.person(i.personId)?.addresses ?? [{ channel: AS_TOLD, address: "" }];
		const addresses = own.filter(({ channel }) => {
			const { rings } = traitsOf(channel);
			return rings !== "everybody" && !(silent && rings);
		});
		return deliveries(context, incident, addresses, {
			key: `allClear.${incident.rekindled ?? 0}`,
			personId: i.personId,
			message: silent ? { ...message, silent } : message,
		}).map((effect) =>
			effect.type === "deliver"
				? {
						...effect,
						delivery: {
							...effect.delivery,
							lane: "state",
							ifNotified: notifiedAs(incident),
						},
					}
				: effect,
		);
	});
	const names = (which: Involved[]) => which.map((i) => i.personId);
	const silently = notified.filter(isInformed);
	const detail = {
		state: incident.state,
		by: endedBy,
		people: names(notified.filter((i) => !isInformed(i))),
		silently: names(silently),
	};
	return [ledger(incident, { at: context.now, what: "allClear", who: endedBy, detail }), ...effects];
}

/** How whoever ended it is named: at the desk by the name he has logged in with. */
function whoEnded(context: JudgeContext, incident: Incident, endedBy: string, said?: string): string | Phrase {
	const name = said ?? nameOf(context, incident, endedBy);
	if (endedBy !== DUTY_DESK) return name ?? phrase("message.dutyDesk");
	return name === undefined || name === DUTY_DESK ? phrase("message.dutyDesk") : phrase("message.dutyDeskOf", { name });
}

function isInformed({ task }: Involved): boolean {
	return task === "inform";
}
