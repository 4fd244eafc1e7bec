import type { Register } from "../model/register.ts";
import type { RegisterSettings } from "./settings.ts";

/** Addresses on channels that the configuration does not set up: they reach nobody. A line for each. */
export function addressFaults(
	{ reach, register: { people: file = "people" } }: RegisterSettings,
	register: Register,
): string[] {
	const named: Record<string, Record<string, unknown> | undefined> = {
		robot: reach.robots,
		webhook: reach.webhooks,
		mqtt: reach.mqtt,
		siren: reach.sirens,
	};
	const set: Record<string, unknown> = {
		webpush: reach.webPush,
		sms: reach.sms,
		voice: reach.voice,
		modem: reach.modem,
		email: reach.email,
		ntfy: reach.ntfy,
	};
	const faults = new Map<string, string[]>();
	const say = (fault: string, person: string) => faults.set(fault, [...(faults.get(fault) ?? []), person]);
	for (const { id, addresses } of register.people) {
		for (const { channel, address } of addresses) {
			const list = named[channel];
			if (channel in named && !list?.[address])
				say(
					`"${channel}:${address}" is not set up; names under reach: ${Object.keys(list ?? {}).join(", ") || "none"}`,
					id,
				);
			else if (channel in set && !set[channel])
				say(`"${channel}" is not set up under reach (reach.${channel === "webpush" ? "webPush" : channel})`, id);
		}
	}
	// a channel that is missing is one fault, however many people are told over it
	return [...faults].map(([fault, people]) => {
		const who = people.slice(0, 5).join(", ");
		return `${file} channels: ${fault}: ${people.length > 5 ? `${people.length} people, ${who} and others` : who}`;
	});
}
