import { CentreChannel } from "../notify/channels/centre.ts";
import type { Channel } from "../notify/channels/channel.ts";
import { EmailChannel } from "../notify/channels/email.ts";
import { ModemChannel } from "../notify/channels/modem.ts";
import { MqttChannel } from "../notify/channels/mqtt.ts";
import { NtfyChannel } from "../notify/channels/ntfy.ts";
import { RobotChannel } from "../notify/channels/robot.ts";
import { SirenChannel } from "../notify/channels/siren.ts";
import { SmsChannel } from "../notify/channels/sms.ts";
import { VoiceChannel } from "../notify/channels/voice.ts";
import { addChannel } from "../notify/channels/waiting.ts";
import { WebhookChannel } from "../notify/channels/webhook.ts";
import { makeVapidKeys, WebPushChannel } from "../notify/channels/webpush.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { Core } from "./core.ts";

export interface ChannelSet {
	channels: Record<string, Channel>;
	vapidPublicKey: string | undefined;
}

/** What channels ask of the other rooms. */
export interface ChannelDeps {
	incident: (id: string) => Promise<unknown>;
	/** Signs what goes to the centre. */
	seal: (topic: string, body: object) => Promise<string>;
	/** An evidence picture by its name. */
	picture: (name: string) => Promise<Buffer | undefined>;
	/** An SMS came in over the modem. */
	onSms: (from: string, text: string) => void;
}

/** The channels that the configuration sets up. One that cannot be made yet keeps its messages waiting. */
export async function buildChannels(
	{ config, options, stores, parts, clock, random, log, secret }: Core,
	deps: ChannelDeps,
): Promise<ChannelSet> {
	const { accounts } = stores;
	const password = (p: string | undefined) => (p === undefined ? {} : { password: secret(p) });
	const { robots, webhooks, webPush, centre, sms, voice, modem, email, ntfy, mqtt, sirens, timeoutS } = config.reach;
	const timeoutMs = timeoutS * 1000;
	const channels: Record<string, Channel> = {};
	const make = (name: string, build: () => Channel | Promise<Channel>) =>
		addChannel(name, () => parts.made(name, build, "it is tried again with each message for it"), channels);
	if (robots)
		await make("robot", () => {
			const known = mapped(robots, (r) => ({
				...r,
				token: secret(r.token),
				...(r.secret === undefined ? {} : { secret: secret(r.secret) }),
			}));
			return new RobotChannel(known, clock);
		});
	if (webhooks)
		await make(
			"webhook",
			() =>
				new WebhookChannel(
					mapped(webhooks, (w) => ({ url: w.url, secret: secret(w.secret) })),
					clock,
				),
		);
	if (sms)
		await make("sms", () => new SmsChannel({ ...sms, accessKeySecret: secret(sms.accessKeySecret) }, clock, random));
	if (voice)
		await make(
			"voice",
			() => new VoiceChannel({ ...voice, accessKeySecret: secret(voice.accessKeySecret) }, clock, random),
		);
	if (email)
		await make(
			"email",
			() =>
				new EmailChannel({
					url: secret(email.url),
					from: email.from,
					timeoutMs,
					plain: email.plain,
					tower: config.tower.name,
					picture: deps.picture,
				}),
		);
	if (ntfy)
		await make(
			"ntfy",
			() => new NtfyChannel({ url: ntfy.url, ...(ntfy.token === undefined ? {} : { token: secret(ntfy.token) }) }),
		);
	if (mqtt)
		await make(
			"mqtt",
			() =>
				new MqttChannel(
					mapped(mqtt, ({ password: p, ...m }) => ({ ...m, ...password(p) })),
					log,
				),
		);
	if (sirens)
		await make("siren", async () => {
			const key = (name: string) => `siren.${name}`;
			const soundings = {
				get: async (name: string) => Number((await accounts.setting(key(name))) ?? 0),
				set: (name: string, until: number) => accounts.setSetting(key(name), String(until)),
			};
			const channel = new SirenChannel(sirens, soundings, clock, log);
			await channel.open();
			return channel;
		});
	if (modem)
		await make("modem", () => {
			const options = { device: modem.device, baud: modem.baud, pollMs: modem.pollS * 1000, onMessage: deps.onSms };
			const channel = new ModemChannel(options, clock, log);
			channel.open();
			return channel;
		});
	let vapidPublicKey: string | undefined;
	if (webPush) {
		const keys = await vapidKeys(accounts);
		vapidPublicKey = keys.publicKey;
		const agent = options.webPushAgent ? { agent: options.webPushAgent } : {};
		channels["webpush"] = new WebPushChannel({ subject: webPush.subject, ...keys, ...agent }, accounts);
	}
	if (centre)
		await make("centre", () => {
			const username = centre.username === undefined ? {} : { username: centre.username };
			const { incident, seal } = deps;
			const options = {
				url: centre.url,
				...username,
				...password(centre.password),
				towerId: config.tower.id,
				timeoutMs,
				incident,
				seal,
			};
			const channel = new CentreChannel(options, log);
			channel.open();
			return channel;
		});
	return { channels, vapidPublicKey };
}

function mapped<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
	return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

async function vapidKeys(accounts: AccountStore): Promise<{ publicKey: string; privateKey: string }> {
	const kept = await accounts.setting("vapid");
	if (kept) return JSON.parse(kept) as { publicKey: string; privateKey: string };
	const keys = makeVapidKeys();
	await accounts.setSetting("vapid", JSON.stringify(keys));
	return keys;
}
