import type { Agent } from "node:https";
import type { Clock } from "../base/clock.ts";
import type { Config } from "../ops/config/schema.ts";
import { resolveSecret } from "../ops/config/source.ts";
import type { Log } from "../ops/log/log.ts";
import { CentreChannel } from "../reach/channels/centre.ts";
import type { Channel } from "../reach/channels/channel.ts";
import { RobotChannel } from "../reach/channels/robot.ts";
import { WebhookChannel } from "../reach/channels/webhook.ts";
import { makeVapidKeys, WebPushChannel } from "../reach/channels/webpush.ts";
import type { AccountStore } from "../store/accounts.ts";

export interface ChannelSet {
	channels: Record<string, Channel>;
	vapidPublicKey: string | undefined;
}

/** The channels that the configuration sets up. Throws LK0101 when a secret cannot be found. */
export async function buildChannels(
	config: Config,
	baseDir: string,
	accounts: AccountStore,
	clock: Clock,
	log: Log,
	outside: { webPushAgent?: Agent; incident: (id: string) => Promise<unknown> },
): Promise<ChannelSet> {
	const secret = (value: string) => resolveSecret(value, baseDir);
	const { robots, webhooks, webPush, centre, timeoutS } = config.reach;
	const timeoutMs = timeoutS * 1000;
	const channels: Record<string, Channel> = {};
	if (robots) {
		const known = Object.entries(robots).map(
			([name, r]) => [name, { ...r, token: secret(r.token), ...(r.secret === undefined ? {} : { secret: secret(r.secret) }) }] as const,
		);
		channels["robot"] = new RobotChannel(Object.fromEntries(known), clock);
	}
	if (webhooks) {
		channels["webhook"] = new WebhookChannel(
			Object.fromEntries(Object.entries(webhooks).map(([name, w]) => [name, { url: w.url, secret: secret(w.secret) }])),
			clock,
		);
	}
	let vapidPublicKey: string | undefined;
	if (webPush) {
		const keys = await vapidKeys(accounts);
		vapidPublicKey = keys.publicKey;
		const agent = outside.webPushAgent ? { agent: outside.webPushAgent } : {};
		channels["webpush"] = new WebPushChannel({ subject: webPush.subject, ...keys, timeoutMs, ...agent }, accounts);
	}
	if (centre) {
		const password = centre.password === undefined ? {} : { password: secret(centre.password) };
		const username = centre.username === undefined ? {} : { username: centre.username };
		const channel = new CentreChannel(
			{ url: centre.url, ...username, ...password, towerId: config.tower.id, timeoutMs, incident: outside.incident },
			log,
		);
		channel.open();
		channels["centre"] = channel;
	}
	return { channels, vapidPublicKey };
}

async function vapidKeys(accounts: AccountStore): Promise<{ publicKey: string; privateKey: string }> {
	const kept = await accounts.setting("vapid");
	if (kept) return JSON.parse(kept) as { publicKey: string; privateKey: string };
	const keys = makeVapidKeys();
	await accounts.setSetting("vapid", JSON.stringify(keys));
	return keys;
}
