import { defined } from "../base/omit.ts";
import type { Incident } from "../model/incident.ts";
import { CentreChannel } from "../notify/channels/centre.ts";
import type { Channel } from "../notify/channels/channel.ts";
import { EmailChannel } from "../notify/channels/email.ts";
import { addChannel } from "../notify/channels/made-later.ts";
import { ModemChannel } from "../notify/channels/modem.ts";
import { MqttChannel } from "../notify/channels/mqtt.ts";
import { NtfyChannel } from "../notify/channels/ntfy.ts";
import { RobotChannel } from "../notify/channels/robot.ts";
import { SirenChannel } from "../notify/channels/siren.ts";
import { SmsChannel } from "../notify/channels/sms.ts";
import { VoiceChannel } from "../notify/channels/voice.ts";
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
	incident: (id: string) => Promise<Incident | null | undefined>;
	/** Signs what goes to the centre. */
	seal: (topic: string, body: object) => Promise<string>;
	/** An evidence picture by its name. */
	picture: (name: string) => Promise<Buffer | undefined>;
	/** An SMS came in over the modem. */
	onSms: (from: string, text: string) => void;
}

/** How the channels of a configuration are made, each where it is set up. */
type Makers = Record<string, (() => Channel | Promise<Channel>) | undefined>;

/** The channels that the configuration sets up. One that cannot be made yet keeps its messages waiting. */
export async function buildChannels(core: Core, deps: ChannelDeps): Promise<ChannelSet> {
	const { config, options, stores, parts } = core;
	const channels: Record<string, Channel> = {};
	const makers: Makers = { ...groupMakers(core), ...phoneMakers(core, deps), ...deviceMakers(core, deps) };
	for (const [name, build] of Object.entries(makers)) {
		if (!build) continue;
		const made = () => parts.made(name, build, "it is tried again with each message for it");
		await addChannel(name, made, channels);
	}
	const { webPush } = config.reach;
	if (!webPush) return { channels, vapidPublicKey: undefined };
	const keys = await vapidKeys(stores.accounts);
	const agent = defined({ agent: options.webPushAgent });
	channels["webpush"] = new WebPushChannel({ subject: webPush.subject, ...keys, ...agent }, stores.accounts);
	return { channels, vapidPublicKey: keys.publicKey };
}

/** Groups and programs that hear of a fire. */
function groupMakers({ config, clock, log, secret }: Core): Makers {
	const { robots, webhooks, mqtt, ntfy } = config.reach;
	const known = optionalSecret(secret);
	return {
		robot:
			robots &&
			(() => {
				const own = mapped(robots, (r) => ({ ...r, token: secret(r.token), ...known("secret", r.secret) }));
				return new RobotChannel(own, clock);
			}),
		webhook:
			webhooks &&
			(() =>
				new WebhookChannel(
					mapped(webhooks, (w) => ({ ...w, secret: secret(w.secret) })),
					clock,
				)),
		ntfy: ntfy && (() => new NtfyChannel({ url: ntfy.url, ...known("token", ntfy.token) })),
		mqtt:
			mqtt &&
			(() =>
				new MqttChannel(
					mapped(mqtt, ({ password, ...m }) => ({ ...m, ...known("password", password) })),
					log,
				)),
	};
}

/** What reaches a person's telephone or mailbox. */
function phoneMakers({ config, clock, random, log, secret }: Core, deps: ChannelDeps): Makers {
	const { sms, voice, email, modem, timeoutS } = config.reach;
	const withKey = <T extends { accessKeySecret: string }>(o: T) => ({
		...o,
		accessKeySecret: secret(o.accessKeySecret),
	});
	return {
		sms: sms && (() => new SmsChannel(withKey(sms), clock, random)),
		voice: voice && (() => new VoiceChannel(withKey(voice), clock, random)),
		email:
			email &&
			(() => {
				const { from, plain } = email;
				const own = { tower: config.tower.name, picture: deps.picture, timeoutMs: timeoutS * 1000 };
				return new EmailChannel({ url: secret(email.url), from, plain, ...own });
			}),
		modem:
			modem &&
			(() => {
				const { device, baud, pollS } = modem;
				const channel = new ModemChannel({ device, baud, pollMs: pollS * 1000, onMessage: deps.onSms }, clock, log);
				channel.open();
				return channel;
			}),
	};
}

/** Sirens, and the line to the centre. */
function deviceMakers(core: Core, deps: ChannelDeps): Makers {
	const { config, clock, log } = core;
	const { sirens, centre } = config.reach;
	return {
		siren:
			sirens &&
			(async () => {
				const channel = new SirenChannel(sirens, soundingsOf(core.stores.accounts), clock, log);
				await channel.open();
				return channel;
			}),
		centre: centre && (() => openCentre(core, centre, deps)),
	};
}

/** Until when each siren sounds: it is silent in time after a restart as well. */
function soundingsOf(accounts: AccountStore) {
	const key = (name: string) => `siren.${name}`;
	return {
		get: async (name: string) => Number((await accounts.setting(key(name))) ?? 0),
		set: (name: string, until: number) => accounts.setSetting(key(name), String(until)),
	};
}

function openCentre(
	{ config, log, secret }: Core,
	{ url, username, password }: NonNullable<Core["config"]["reach"]["centre"]>,
	{ incident, seal }: ChannelDeps,
): CentreChannel {
	const login = { ...defined({ username }), ...optionalSecret(secret)("password", password) };
	const timeoutMs = config.reach.timeoutS * 1000;
	const channel = new CentreChannel({ url, ...login, towerId: config.tower.id, timeoutMs, incident, seal }, log);
	channel.open();
	return channel;
}

/** A field with a secret, where one is set. */
function optionalSecret(secret: Core["secret"]) {
	return <K extends string>(key: K, value: string | undefined) =>
		(value === undefined ? {} : { [key]: secret(value) }) as { [P in K]?: string };
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
