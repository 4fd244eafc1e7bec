/** Channels that an address may name: ways to reach somebody. */
export const CHANNELS = [
	"webpush",
	"robot",
	"webhook",
	"sms",
	"voice",
	"email",
	"ntfy",
	"modem",
	"mqtt",
	"siren",
] as const;

export type ChannelName = (typeof CHANNELS)[number];

/** What rules and outbox must know of a channel. */
export interface ChannelTraits {
	/**
	 * Who reads it: a person; a group, who must not see a link by which one of them would answer in another's name; or a
	 * machine, which nobody's patience need be spared.
	 */
	reaches: "person" | "group" | "machine";
	/** Its addresses are telephone numbers. */
	isTelephone?: boolean;
	/** It sends a text to a telephone, which may be answered with one. */
	sendsSms?: boolean;
	/** It cannot be read in silence: it wakes a person, or everybody around. */
	rings?: "person" | "everybody";
}

const TRAITS: Record<ChannelName | "centre", ChannelTraits> = {
	webpush: { reaches: "person" },
	robot: { reaches: "group" },
	webhook: { reaches: "machine" },
	sms: { reaches: "person", isTelephone: true, sendsSms: true },
	voice: { reaches: "person", isTelephone: true, rings: "person" },
	email: { reaches: "person" },
	ntfy: { reaches: "person" },
	modem: { reaches: "person", isTelephone: true, sendsSms: true },
	mqtt: { reaches: "machine" },
	siren: { reaches: "machine", rings: "everybody" },
	centre: { reaches: "machine" },
};

export function isChannel(name: string): name is ChannelName {
	return (CHANNELS as readonly string[]).includes(name);
}

/** The traits of a channel by its name; one that nobody knows any more is a person's. */
export function traitsOf(channel: string): ChannelTraits {
	return Object.hasOwn(TRAITS, channel) ? TRAITS[channel as ChannelName] : { reaches: "person" };
}
