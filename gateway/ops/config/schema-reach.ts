import { Type } from "typebox";
import { object, PublicKey, Secret, section } from "./pieces.ts";

/** The channels to people. */

const aliyun = (url: string) => ({
	accessKeyId: Type.String({ minLength: 1, description: "Access key id." }),
	accessKeySecret: Secret("Access key secret"),
	url: Type.String({ pattern: "^https?://", default: url, description: "Address of the service." }),
});

export const Reach = section(
	{
		webPush: Type.Optional(
			object(
				{
					subject: Type.String({
						pattern: "^(mailto:|https://)",
						description: "Contact of the sender, mailto: or https:.",
					}),
				},
				"Web Push to enrolled phones.",
			),
		),
		robots: Type.Optional(
			Type.Record(
				Type.String(),
				object(
					{
						kind: Type.Enum(["wecom", "dingtalk", "feishu"], {
							description: "wecom 企业微信, dingtalk 钉钉 or feishu 飞书.",
						}),
						token: Secret("Key (wecom), access_token (dingtalk) or hook id (feishu) of the robot"),
						secret: Type.Optional(Secret("Signing secret (dingtalk, feishu)")),
						url: Type.Optional(
							Type.String({
								pattern: "^https?://",
								description: "Other address of the service, for tests and proxies.",
							}),
						),
					},
					"One group robot.",
				),
				{ description: "Group robots by name; people refer to them as robot:NAME." },
			),
		),
		webhooks: Type.Optional(
			Type.Record(
				Type.String(),
				object(
					{
						url: Type.String({ pattern: "^https?://", description: "Address that receives a POST." }),
						secret: Secret("Key of the HMAC-SHA256 signature"),
						listens: Type.Boolean({
							default: false,
							description: "It is told each change of each incident, and not only what people are told over it.",
						}),
					},
					"One signed webhook.",
				),
				{ description: "Webhooks by name; people refer to them as webhook:NAME." },
			),
		),
		centre: Type.Optional(
			object(
				{
					url: Type.String({ pattern: "^(mqtts?|wss?)://", description: "Broker of the fire-watch centre." }),
					username: Type.Optional(Type.String({ description: "User name there." })),
					password: Type.Optional(Secret("Password there")),
					key: Type.Optional(
						PublicKey(
							"Public key of the centre, as `lookout identity` prints it there; without it nothing that it says counts",
						),
					),
				},
				"Export of incidents to the centre over MQTT.",
			),
		),
		sms: Type.Optional(
			object(
				{
					...aliyun("https://dysmsapi.aliyuncs.com/"),
					signName: Type.String({ minLength: 1, description: "Approved signature." }),
					templateCode: Type.String({
						minLength: 1,
						description: "Approved template with the variables text, link and code.",
					}),
				},
				"SMS through an Aliyun-style service.",
			),
		),
		voice: Type.Optional(
			object(
				{
					...aliyun("https://dyvmsapi.aliyuncs.com/"),
					ttsCode: Type.String({
						minLength: 1,
						description: "Approved text-to-speech template with the variable text.",
					}),
					showNumber: Type.String({ minLength: 3, description: "Number that calls." }),
				},
				"Calls through an Aliyun-style service.",
			),
		),
		receiptToken: Type.Optional(
			Secret(
				"Secret in the address to which providers post receipts and replies: /api/receipts/TOKEN/sms, /voice, /reply",
			),
		),
		modem: Type.Optional(
			object(
				{
					device: Type.String({
						pattern: "^(/dev/|tcp://)",
						description: "Serial device, or tcp://host:port of a serial server.",
					}),
					baud: Type.Integer({
						minimum: 1200,
						maximum: 921600,
						default: 115200,
						description: "Speed of the serial line.",
					}),
					pollS: Type.Number({
						minimum: 1,
						maximum: 600,
						default: 10,
						description: "Seconds between two looks for replies.",
					}),
				},
				"GSM modem on the tower: SMS without the internet.",
			),
		),
		email: Type.Optional(
			object(
				{
					url: Secret("smtps://user:password@host:465, or smtp:// with STARTTLS"),
					from: Type.String({ minLength: 3, description: "Sender's address." }),
					plain: Type.Boolean({
						default: false,
						description: "Send to a server elsewhere without TLS: password, names and places go in clear.",
					}),
				},
				"E-mail.",
			),
		),
		ntfy: Type.Optional(
			object(
				{
					url: Type.String({
						pattern: "^https?://",
						description: "Address of the ntfy server; people refer to topics as ntfy:TOPIC.",
					}),
					token: Type.Optional(Secret("Access token")),
				},
				"A self-hosted ntfy server.",
			),
		),
		mqtt: Type.Optional(
			Type.Record(
				Type.String(),
				object(
					{
						url: Type.String({ pattern: "^(mqtts?|wss?)://", description: "Broker." }),
						topic: Type.String({ minLength: 1, description: "Topic." }),
						username: Type.Optional(Type.String({ description: "User name there." })),
						password: Type.Optional(Secret("Password there")),
					},
					"One broker.",
				),
				{ description: "Brokers of other systems by name; people refer to them as mqtt:NAME." },
			),
		),
		sirens: Type.Optional(
			Type.Record(
				Type.String(),
				object(
					{
						output: Type.Optional(
							Type.String({ description: "Value file of an output, as /sys/class/gpio/gpio17/value." }),
						),
						url: Type.Optional(
							Type.String({ pattern: "^https?://", description: "Or a relay that takes a POST of {seconds, text}." }),
						),
						seconds: Type.Number({ minimum: 1, maximum: 600, default: 60, description: "How long it sounds." }),
					},
					"One siren or loudspeaker.",
				),
				{ description: "Sirens by name; people refer to them as siren:NAME. An exercise sounds none." },
			),
		),
		heartbeat: Type.Optional(
			object(
				{
					url: Type.String({
						pattern: "^https?://",
						description:
							"Dead man's switch: an address that receives a POST at fixed times, and alerts somebody when none arrives.",
					}),
					everyS: Type.Number({ minimum: 10, maximum: 3600, default: 60, description: "Seconds between two beats." }),
				},
				"A dead man's switch outside.",
			),
		),
		cap: Type.Optional(
			object(
				{
					sender: Type.String({
						pattern: "^[^\\s,<&]+$",
						description: "Sender of our CAP messages, as tower-1@firewatch.example.cn.",
					}),
					senderName: Type.String({ minLength: 1, maxLength: 100, description: "Name of the sending office." }),
					restriction: Type.String({
						default: "forest-fire-response",
						description: "Whom the messages are meant for.",
					}),
					contact: Type.Optional(Type.String({ description: "Telephone of the duty desk." })),
					feedToken: Type.Optional(Secret("Token with which others read /cap/feed.atom")),
					intakeToken: Type.Optional(Secret("Token with which neighbours post to /cap/intake")),
				},
				"CAP 1.2: a feed of our fires for other systems, and an intake for those of neighbours.",
			),
		),
		budgets: Type.Record(
			Type.String(),
			object(
				{
					perMinute: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a minute on the channel." })),
					perDay: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a day on the channel." })),
					addressPerMinute: Type.Optional(
						Type.Integer({ minimum: 1, description: "Messages a minute to one address." }),
					),
					addressPerDay: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a day to one address." })),
					reserve: Type.Number({
						minimum: 0,
						maximum: 1,
						default: 0.2,
						description: "Share of a day that only confirmed fires may use.",
					}),
				},
				"What one channel allows.",
			),
			{
				default: { robot: { addressPerMinute: 18 }, sms: { addressPerDay: 45 } },
				description:
					"Budgets by channel. Robots shut a sender out beyond 20 messages a minute; an SMS service drops the 51st of a day to one number.",
			},
		),
		timeoutS: Type.Number({
			minimum: 1,
			maximum: 120,
			default: 10,
			description: "Seconds until an attempt counts as failed.",
		}),
	},
	"Channels to people.",
);
