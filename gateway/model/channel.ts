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

export function isChannel(name: string): name is ChannelName {
	return (CHANNELS as readonly string[]).includes(name);
}
