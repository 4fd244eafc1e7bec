import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import type { Register } from "../model/register.ts";
import type { RegisterSettings } from "./settings.ts";

const MOST_NAMED = 5;

/** Addresses on channels that the configuration does not set up: they reach nobody. A line for each. */
export function addressFaults({ reach, register: files }: RegisterSettings, register: Register): Phrase[] {
	const faultOf = faultFinder(reach);
	const found = register.people.flatMap(({ id, addresses }) =>
		addresses.flatMap(({ channel, address }) => {
			const what = faultOf(channel, address);
			return what === undefined ? [] : [{ id, what }];
		}),
	);
	// a channel that is missing is one fault, however many people are told over it
	return [...Map.groupBy(found, ({ what }) => what)].map(([what, of]) => {
		const ids = of.map(({ id }) => id);
		const people = ids.slice(0, MOST_NAMED).join(", ");
		const who = ids.length > MOST_NAMED ? phrase("address.many", { count: ids.length, people }) : people;
		return phrase("address.fault", { file: files.people ?? "people", what: [what], who: [who] });
	});
}

/** What is wrong with an address; undefined where nothing is. */
function faultFinder(reach: RegisterSettings["reach"]): (channel: string, address: string) => Phrase | undefined {
	const named: Record<string, Record<string, unknown> | undefined> = {
		robot: reach.robots,
		webhook: reach.webhooks,
		mqtt: reach.mqtt,
		siren: reach.sirens,
	};
	const set: Record<string, { key: string; is: unknown }> = {
		webpush: { key: "webPush", is: reach.webPush },
		sms: { key: "sms", is: reach.sms },
		voice: { key: "voice", is: reach.voice },
		modem: { key: "modem", is: reach.modem },
		email: { key: "email", is: reach.email },
		ntfy: { key: "ntfy", is: reach.ntfy },
	};
	return (channel, address) => {
		if (channel in named) {
			const list = named[channel] ?? {};
			const names = Object.keys(list).join(", ") || "-";
			return list[address] ? undefined : phrase("address.noSuchName", { address: `${channel}:${address}`, names });
		}
		const setting = set[channel];
		return setting && !setting.is ? phrase("address.notSetUp", { channel, key: setting.key }) : undefined;
	};
}
