import { type Static, type TSchema, Type } from "typebox";

/**
 * The one description of lookout.yaml: the type, the validator, the JSON Schema for editors and the reference
 * page all come from here. Units stand in the names; `file:` and `env:` point at secrets kept elsewhere.
 */

const object = <T extends Record<string, TSchema>>(properties: T, description: string) =>
	Type.Object(properties, { additionalProperties: false, description });
/** A section that may be left out: its own defaults fill it. */
const section = <T extends Record<string, TSchema>>(properties: T, description: string) =>
	Type.Object(properties, { additionalProperties: false, description, default: {} });

const Id = (what: string) =>
	Type.String({ pattern: "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$", description: `${what}: letters, digits, ".", "_", "-"; at most 63.` });
const Secret = (what: string) => Type.String({ minLength: 1, description: `${what}. Write "file:/path" or "env:NAME" to keep it out of this file.` });
const Lat = Type.Number({ minimum: -90, maximum: 90, description: "Latitude in degrees, WGS84." });
const Lon = Type.Number({ minimum: -180, maximum: 180, description: "Longitude in degrees, WGS84." });
const Name = Type.String({ minLength: 1, maxLength: 100, description: "Name that people see." });
const Tls = object(
	{
		certificate: Type.String({ description: "Path of the PEM certificate chain." }),
		key: Type.String({ description: "Path of the PEM private key." }),
	},
	"TLS certificate; required as soon as the listener leaves loopback.",
);
const port = (value: number) => Type.Integer({ minimum: 0, maximum: 65535, default: value, description: "TCP port; 0 picks a free one." });
const Host = Type.String({ default: "127.0.0.1", description: "Address to listen on." });

const sources = [
	object(
		{
			type: Type.Literal("rtsp"),
			url: Type.String({ pattern: "^rtsps?://", description: "rtsp:// or rtsps:// address; read over TCP." }),
		},
		"An RTSP stream.",
	),
	object(
		{
			type: Type.Literal("mjpeg"),
			url: Type.String({ pattern: "^https?://", description: "http(s) address of a motion JPEG stream." }),
		},
		"A motion JPEG stream.",
	),
	object(
		{
			type: Type.Literal("snapshot"),
			url: Type.String({ pattern: "^https?://", description: "http(s) address that answers with one JPEG." }),
		},
		"A still picture, asked for once per period.",
	),
	object({ type: Type.Literal("file"), path: Type.String({ description: "Video file, played in a loop at its own speed." }) }, "A video file."),
	object(
		{
			type: Type.Literal("folder"),
			path: Type.String({ description: "Folder with sequence.json, or with .jpg files." }),
			speed: Type.Number({ exclusiveMinimum: 0, maximum: 10000, default: 1, description: "How many times faster than recorded." }),
		},
		"A folder of frames.",
	),
] as const;
type SourceConfig = Static<(typeof sources)[number]>;
// oneOf with a discriminator: a wrong key is reported against the one kind that was meant, not against all five
const Source = Type.Unsafe<SourceConfig>({
	type: "object",
	oneOf: sources,
	required: ["type"],
	discriminator: { propertyName: "type" },
	description: "Where the pictures come from: rtsp, mjpeg, snapshot, file or folder.",
});

const Camera = object(
	{
		id: Id("Camera id"),
		name: Name,
		source: Source,
		lat: Lat,
		lon: Lon,
		heightM: Type.Number({ minimum: -500, maximum: 9000, description: "Height of the lens above sea level, metres." }),
		azimuthDeg: Type.Number({
			minimum: 0,
			exclusiveMaximum: 360,
			description: "Azimuth of the picture's centre, degrees clockwise from north; 0 is north.",
		}),
		tiltDeg: Type.Number({ minimum: -90, maximum: 90, default: 0, description: "Tilt of the picture's centre, degrees, up is positive." }),
		fovDeg: Type.Number({ minimum: 1, maximum: 180, description: "Horizontal angle of view, degrees." }),
		azimuthErrorDeg: Type.Number({ minimum: 0.05, maximum: 30, default: 1, description: "One-sigma error of the azimuth, degrees." }),
		rangeM: Type.Number({ minimum: 100, maximum: 60000, default: 15000, description: "How far smoke is expected to be seen, metres." }),
		periodS: Type.Number({ minimum: 0.5, maximum: 600, default: 5, description: "Seconds between two analysed frames." }),
	},
	"One camera with a fixed view.",
);

const Sensor = object(
	{
		id: Id("Node id; also its user name at the broker"),
		name: Name,
		lat: Lat,
		lon: Lon,
		credential: Type.String({
			pattern: "^sha256:[0-9a-f]{64}$",
			description: 'Hash of the node\'s password, "sha256:" and 64 hex digits; `lookout provision` makes both.',
		}),
		silentAfterS: Type.Number({
			minimum: 5,
			maximum: 86400,
			default: 180,
			description: "Seconds without a message after which the node counts as silent.",
		}),
	},
	"One sensor node.",
);

const ROLE_NAMES = [
	"chief",
	"ranger",
	"supervisor",
	"adviser",
	"leader",
	"officer",
	"dutyLeader",
	"householdHead",
	"office",
	"police",
	"agency",
	"neighbour",
];

const aliyun = (url: string) => ({
	accessKeyId: Type.String({ minLength: 1, description: "Access key id." }),
	accessKeySecret: Secret("Access key secret"),
	url: Type.String({ pattern: "^https?://", default: url, description: "Address of the service." }),
});

const LadderStep = object(
	{
		ladder: Type.Enum(["verify", "suppress"], {
			default: "verify",
			description: "verify: who goes and looks; suppress: who puts it out. Both are climbed side by side.",
		}),
		afterS: Type.Number({ minimum: 0, maximum: 86400, description: "Seconds after detection." }),
		level: Type.Optional(
			Type.String({
				pattern: "^[a-zA-Z]{1,30}$",
				description: "Level of the people told: village, township, county, city, province, or of your own.",
			}),
		),
		roles: Type.Optional(
			Type.Array(Type.Enum(ROLE_NAMES, { description: `${ROLE_NAMES.slice(0, -1).join(", ")} or ${ROLE_NAMES.at(-1)}.` }), {
				minItems: 1,
				description: "Roles of the people told; all but team leaders where it is left out.",
			}),
		),
		tiers: Type.Optional(
			Type.Array(
				Type.Enum(["village", "township", "forestFarm", "county"], {
					description: "village 村社群众队, township 乡镇半专业队, forestFarm 林场专业队 or county 区县综合应急救援队.",
				}),
				{ minItems: 1, description: "Tells the heads of the teams of these tiers instead of people by role." },
			),
		),
		deputies: Type.Boolean({ default: false, description: "Tells deputies instead of principals." }),
		task: Type.Optional(
			Type.Enum(["verify", "inform", "standBy", "assemble", "go"], {
				description: "What is asked: verify 核实, inform 知悉, standBy 待命, assemble 集结 or go 出动; verify or go where it is left out.",
			}),
		),
		when: Type.Enum(["always", "orConfirmed", "confirmed"], {
			default: "always",
			description: "orConfirmed: at its time, or at once when a person confirms the fire; confirmed: at its time, but only once it is confirmed.",
		}),
		needs: Type.Integer({ minimum: 1, maximum: 20, default: 1, description: "How many must take it before this ladder rests." }),
	},
	"One step of a ladder.",
);

/** Who is told when, after the practice that routing-and-domain research found (equipped in 5 minutes, on scene in 10 to 15). */
const DEFAULT_STEPS = [
	{ afterS: 0, roles: ["officer", "dutyLeader"] },
	{ afterS: 0, level: "village", roles: ["chief", "ranger", "householdHead"] },
	{ afterS: 180, level: "village", roles: ["supervisor"] },
	{ afterS: 180, level: "village", deputies: true },
	{ afterS: 300, level: "township", roles: ["chief", "office"] },
	{ afterS: 600, level: "county", roles: ["officer", "dutyLeader", "office"], task: "inform", when: "orConfirmed" },
	{ afterS: 600, roles: ["neighbour"], task: "inform", when: "orConfirmed" },
	{ afterS: 900, level: "county", roles: ["chief"] },
	{ afterS: 900, level: "county", roles: ["chief", "police", "agency"], task: "inform", when: "confirmed" },
	{ ladder: "suppress", afterS: 0, tiers: ["village"], task: "standBy" },
	{ ladder: "suppress", afterS: 300, tiers: ["township"], task: "assemble" },
	{ ladder: "suppress", afterS: 600, tiers: ["village", "township"], task: "go", when: "orConfirmed" },
	{ ladder: "suppress", afterS: 600, tiers: ["forestFarm"], task: "standBy", when: "orConfirmed" },
	{ ladder: "suppress", afterS: 900, tiers: ["forestFarm"], task: "go", when: "confirmed" },
	{ ladder: "suppress", afterS: 900, tiers: ["county"], task: "standBy", when: "confirmed" },
	{ ladder: "suppress", afterS: 1800, tiers: ["county"], task: "go", when: "confirmed" },
];

export const ConfigSchema = object(
	{
		tower: object(
			{
				id: Id("Tower id; part of every MQTT topic"),
				name: Name,
				lat: Lat,
				lon: Lon,
				language: Type.Enum(["zh", "en"], { default: "zh", description: "Language of messages to people: zh or en." }),
			},
			"The tower this gateway runs on.",
		),
		dataDir: Type.String({ default: "var", description: "Folder for the store, evidence and past frames; relative to this file." }),
		publicUrl: Type.Optional(
			Type.String({ pattern: "^https?://", description: "Address under which phones reach the console. Web Push needs https." }),
		),
		log: section(
			{
				level: Type.Enum(["debug", "info", "warn", "error"], {
					default: "info",
					description: "Least serious line that is written: debug, info, warn or error.",
				}),
			},
			"Log.",
		),
		broker: section(
			{
				host: Host,
				port: port(1883),
				tls: Type.Optional(Tls),
				maxPacketBytes: Type.Integer({ minimum: 256, maximum: 1048576, default: 16384, description: "Largest MQTT packet, bytes." }),
				maxClients: Type.Integer({ minimum: 1, maximum: 10000, default: 500, description: "Most connections at once." }),
				retentionDays: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: "Days that readings are kept." }),
			},
			"The embedded MQTT broker for sensor nodes.",
		),
		sensors: Type.Array(Sensor, { default: [], maxItems: 2000, description: "Sensor nodes." }),
		cameras: Type.Array(Camera, { default: [], maxItems: 64, description: "Cameras." }),
		detector: section(
			{
				model: Type.String({ default: "smoke-4", description: "Folder in models/, or a path; also other people's networks (models/README.md)." }),
				threads: Type.Integer({ minimum: 1, maximum: 16, default: 1, description: "Threads of the inference." }),
				memoryMiB: Type.Integer({
					minimum: 256,
					maximum: 65536,
					default: 1536,
					description: "A detector process that grows beyond this is started again, MiB.",
				}),
				point: Type.Union([Type.Literal("fast"), Type.Literal("quiet"), Type.Literal("danger")], {
					default: "danger",
					description:
						"Operating point: fast misses less and rings more often, quiet the other way round; danger takes quiet at danger levels 1 and 2, fast at 4 and 5, half way at 3, and fast while no level is declared.",
				}),
				companion: Type.Optional(
					Type.Object(
						{
							model: Type.String({ description: "Folder in models/, or a path." }),
							role: Type.Union([Type.Literal("opinion"), Type.Literal("shadow")], {
								default: "shadow",
								description: "opinion: its word stands on the evidence card; shadow: only the page of differences shows it.",
							}),
						},
						{ additionalProperties: false, description: "A second model that looks at the same frames and rings nobody." },
					),
				),
				minProbability: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: "A point of one's own instead, probability 0...1." })),
			},
			"Smoke detection.",
		),
		terrain: Type.Optional(
			object(
				{ dem: Type.String({ description: "GeoTIFF of heights in metres, in longitude and latitude (WGS84); relative to this file." }) },
				"Heights of the ground: with them a bearing becomes a place.",
			),
		),
		evidence: section(
			{
				preMinutes: Type.Number({ minimum: 0.2, maximum: 60, default: 3, description: "Minutes of video kept from before the decisive frame." }),
				postMinutes: Type.Number({ minimum: 0, maximum: 60, default: 2, description: "Minutes of video kept from after it." }),
				budgetMiB: Type.Integer({ minimum: 64, maximum: 10485760, default: 4096, description: "Disk budget for all evidence, MiB." }),
			},
			"Pictures and video around an incident.",
		),
		register: section(
			{
				people: Type.Optional(Type.String({ description: "CSV or XLSX of chiefs, rangers, officers and team leaders." })),
				grids: Type.Optional(Type.String({ description: "GeoJSON of the grids." })),
				teams: Type.Optional(Type.String({ description: "CSV or XLSX of the suppression teams." })),
				assignments: Type.Optional(Type.String({ description: "CSV or XLSX of further posts of people." })),
				roster: Type.Optional(Type.String({ description: "CSV or XLSX of shifts, overrides and substitutes." })),
				units: Type.Optional(Type.String({ description: "CSV or XLSX of administrative units." })),
				places: Type.Optional(Type.String({ description: "CSV or XLSX of water, checkpoints, kilns, graves and the like." })),
				orders: Type.Optional(Type.String({ description: "CSV or XLSX of fire bans, closures and burn permits." })),
				cards: Type.Optional(Type.String({ description: "CSV or XLSX of response cards per plot." })),
				levels: Type.Array(Type.String({ pattern: "^[a-zA-Z]{1,30}$" }), {
					minItems: 1,
					maxItems: 10,
					default: ["village", "township", "county", "city", "province"],
					description: "Levels of responsibility, nearest first.",
				}),
			},
			"Who is responsible; paths are relative to this file.",
		),
		ladder: section(
			{
				steps: Type.Array(LadderStep, {
					minItems: 1,
					maxItems: 40,
					default: DEFAULT_STEPS,
					description: "Who is told when, on both ladders; each ladder in rising time. The plan in force stays with an incident.",
				}),
				feedbackS: Type.Number({
					minimum: 30,
					maximum: 86400,
					default: 900,
					description: "Seconds from 'going' until 'on scene' is due, where no arrival was promised; then the ladder goes on.",
				}),
				sceneS: Type.Number({
					minimum: 60,
					maximum: 86400,
					default: 3600,
					description: "Seconds from 'on scene' until the next word is due; then the ladder goes on.",
				}),
				repeatS: Type.Number({
					minimum: 30,
					maximum: 86400,
					default: 300,
					description: "Shortest pause before the last step is told again while nobody answers, seconds.",
				}),
				fallback: Type.Optional(Type.String({ description: "Person (id) who is told when the register names nobody for a place." })),
				mergeMinutes: Type.Number({
					minimum: 1,
					maximum: 1440,
					default: 30,
					description: "Sightings and alarms near each other within these minutes are one incident.",
				}),
				mergeM: Type.Number({
					minimum: 10,
					maximum: 20000,
					default: 1500,
					description: "Sensors nearer than this to each other or to the line of sight belong together, metres.",
				}),
				minShare: Type.Number({
					minimum: 0,
					maximum: 1,
					default: 0.02,
					description: "Least share of the error region inside a grid for its people to be told.",
				}),
				coverageAfterS: Type.Number({ minimum: 0, maximum: 86400, default: 60, description: "Seconds of blindness before it becomes an incident." }),
			},
			"From detection to a person's answer.",
		),
		reach: section(
			{
				webPush: Type.Optional(
					object(
						{ subject: Type.String({ pattern: "^(mailto:|https://)", description: "Contact of the sender, mailto: or https:." }) },
						"Web Push to enrolled phones.",
					),
				),
				robots: Type.Optional(
					Type.Record(
						Type.String(),
						object(
							{
								kind: Type.Enum(["wecom", "dingtalk", "feishu"], { description: "wecom 企业微信, dingtalk 钉钉 or feishu 飞书." }),
								token: Secret("Key (wecom), access_token (dingtalk) or hook id (feishu) of the robot"),
								secret: Type.Optional(Secret("Signing secret (dingtalk, feishu)")),
								url: Type.Optional(Type.String({ pattern: "^https?://", description: "Other address of the service, for tests and proxies." })),
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
						},
						"Export of incidents to the centre over MQTT.",
					),
				),
				sms: Type.Optional(
					object(
						{
							...aliyun("https://dysmsapi.aliyuncs.com/"),
							signName: Type.String({ minLength: 1, description: "Approved signature." }),
							templateCode: Type.String({ minLength: 1, description: "Approved template with the variables text, link and code." }),
						},
						"SMS through an Aliyun-style service.",
					),
				),
				voice: Type.Optional(
					object(
						{
							...aliyun("https://dyvmsapi.aliyuncs.com/"),
							ttsCode: Type.String({ minLength: 1, description: "Approved text-to-speech template with the variable text." }),
							showNumber: Type.String({ minLength: 3, description: "Number that calls." }),
						},
						"Calls through an Aliyun-style service.",
					),
				),
				receiptToken: Type.Optional(
					Secret("Secret in the address to which providers post receipts and replies: /api/receipts/TOKEN/sms, /voice, /reply"),
				),
				modem: Type.Optional(
					object(
						{
							device: Type.String({ pattern: "^(/dev/|tcp://)", description: "Serial device, or tcp://host:port of a serial server." }),
							baud: Type.Integer({ minimum: 1200, maximum: 921600, default: 115200, description: "Speed of the serial line." }),
							pollS: Type.Number({ minimum: 1, maximum: 600, default: 10, description: "Seconds between two looks for replies." }),
						},
						"GSM modem on the tower: SMS without the internet.",
					),
				),
				email: Type.Optional(
					object(
						{
							url: Secret("smtps://user:password@host:465, or smtp:// with STARTTLS"),
							from: Type.String({ minLength: 3, description: "Sender's address." }),
						},
						"E-mail.",
					),
				),
				ntfy: Type.Optional(
					object(
						{
							url: Type.String({ pattern: "^https?://", description: "Address of the ntfy server; people refer to topics as ntfy:TOPIC." }),
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
								output: Type.Optional(Type.String({ description: "Value file of an output, as /sys/class/gpio/gpio17/value." })),
								url: Type.Optional(Type.String({ pattern: "^https?://", description: "Or a relay that takes a POST of {seconds, text}." })),
								seconds: Type.Number({ minimum: 1, maximum: 600, default: 60, description: "How long it sounds." }),
							},
							"One siren or loudspeaker.",
						),
						{ description: "Sirens by name; people refer to them as siren:NAME. An exercise sounds none." },
					),
				),
				budgets: Type.Record(
					Type.String(),
					object(
						{
							perMinute: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a minute on the channel." })),
							perDay: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a day on the channel." })),
							addressPerMinute: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a minute to one address." })),
							addressPerDay: Type.Optional(Type.Integer({ minimum: 1, description: "Messages a day to one address." })),
							reserve: Type.Number({ minimum: 0, maximum: 1, default: 0.2, description: "Share of a day that only confirmed fires may use." }),
						},
						"What one channel allows.",
					),
					{
						default: { robot: { addressPerMinute: 18 }, sms: { addressPerDay: 45 } },
						description:
							"Budgets by channel. Robots shut a sender out beyond 20 messages a minute; an SMS service drops the 51st of a day to one number.",
					},
				),
				timeoutS: Type.Number({ minimum: 1, maximum: 120, default: 10, description: "Seconds until an attempt counts as failed." }),
			},
			"Channels to people.",
		),
		console: section(
			{
				host: Host,
				port: port(8080),
				tls: Type.Optional(Tls),
			},
			"The web page of the tower.",
		),
	},
	"Configuration of a Lookout gateway.",
);

export type Config = Static<typeof ConfigSchema>;
export type CameraConfig = Config["cameras"][number];
export type SensorConfig = Config["sensors"][number];
