import { type Static, Type } from "typebox";
import { DEFAULT_TIME_ZONE } from "../../base/time-zone.ts";
import { Host, Id, Lat, Lon, Name, object, PublicKey, port, Secret, section, Tls } from "./pieces.ts";
import { Console } from "./schema-console.ts";
import { Ladder } from "./schema-ladder.ts";
import { Reach } from "./schema-reach.ts";

/**
 * The one description of lookout.yaml: the type, the validator, the JSON Schema for editors and the reference
 * page all come from here. Units stand in the names; `file:` and `env:` point at secrets kept elsewhere.
 */

const sources = [
	object(
		{
			type: Type.Literal("rtsp"),
			url: Type.String({ pattern: "^rtsps?://", description: "rtsp:// or rtsps:// address." }),
			transport: Type.Union(
				[
					Type.Literal("auto"),
					Type.Literal("tcp"),
					Type.Literal("udp"),
					Type.Literal("multicast"),
					Type.Literal("http"),
				],
				{
					default: "auto",
					description:
						"How the camera sends: over TCP, UDP, multicast or HTTP; auto tries them in turn and stays with what works.",
				},
			),
		},
		"An RTSP stream.",
	),
	object(
		{
			type: Type.Literal("mjpeg"),
			url: Type.String({ pattern: "^https?://", description: "http(s) address of a motion JPEG stream." }),
			fingerprint: Type.Optional(
				Type.String({
					pattern: "^[0-9a-fA-F:]{64,95}$",
					description: "SHA-256 of the camera's own certificate, for https that nobody vouches for.",
				}),
			),
		},
		"A motion JPEG stream.",
	),
	object(
		{
			type: Type.Literal("snapshot"),
			url: Type.String({ pattern: "^https?://", description: "http(s) address that answers with one JPEG." }),
			fingerprint: Type.Optional(
				Type.String({
					pattern: "^[0-9a-fA-F:]{64,95}$",
					description: "SHA-256 of the camera's own certificate, for https that nobody vouches for.",
				}),
			),
		},
		"A still picture, asked for once per period.",
	),
	object(
		{
			type: Type.Literal("file"),
			path: Type.String({ description: "Video file, played in a loop at its own speed." }),
		},
		"A video file.",
	),
	object(
		{
			type: Type.Literal("folder"),
			path: Type.String({ description: "Folder with sequence.json, or with .jpg files." }),
			speed: Type.Number({
				exclusiveMinimum: 0,
				maximum: 10000,
				default: 1,
				description: "How many times faster than recorded.",
			}),
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
		tiltDeg: Type.Number({
			minimum: -90,
			maximum: 90,
			default: 0,
			description: "Tilt of the picture's centre, degrees, up is positive.",
		}),
		fovDeg: Type.Number({ minimum: 1, maximum: 180, description: "Horizontal angle of view, degrees." }),
		azimuthErrorDeg: Type.Number({
			minimum: 0.05,
			maximum: 30,
			default: 1,
			description: "One-sigma error of the azimuth, degrees.",
		}),
		rangeM: Type.Number({
			minimum: 100,
			maximum: 60000,
			default: 15000,
			description: "How far smoke is expected to be seen, metres.",
		}),
		periodS: Type.Number({
			minimum: 0.5,
			maximum: 600,
			default: 5,
			description: "Seconds between two analysed frames.",
		}),
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

export const ConfigSchema = object(
	{
		tower: object(
			{
				id: Id("Tower id; part of every MQTT topic"),
				name: Name,
				lat: Lat,
				lon: Lon,
				language: Type.Enum(["zh", "en"], { default: "zh", description: "Language of messages to people: zh or en." }),
				timeZone: Type.String({
					default: DEFAULT_TIME_ZONE,
					description: "Time zone in which people read times, and tables give them: a name of the IANA database.",
				}),
			},
			"The tower this gateway runs on.",
		),
		dataDir: Type.String({
			default: "var",
			description: "Folder for the store, evidence and past frames; relative to this file.",
		}),
		publicUrl: Type.Optional(
			Type.String({
				pattern: "^https?://",
				description: "Address under which phones reach the console. Web Push needs https.",
			}),
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
				maxPacketBytes: Type.Integer({
					minimum: 256,
					maximum: 1048576,
					default: 16384,
					description: "Largest MQTT packet, bytes.",
				}),
				maxClients: Type.Integer({
					minimum: 1,
					maximum: 10000,
					default: 500,
					description: "Most connections at once.",
				}),
				retentionDays: Type.Integer({
					minimum: 1,
					maximum: 3650,
					default: 90,
					description: "Days that readings are kept.",
				}),
			},
			"The embedded MQTT broker for sensor nodes.",
		),
		sensors: Type.Array(Sensor, { default: [], maxItems: 2000, description: "Sensor nodes." }),
		cameras: Type.Array(Camera, { default: [], maxItems: 64, description: "Cameras." }),
		detector: section(
			{
				model: Type.String({
					default: "smoke-4",
					description: "Folder in models/, or a path; also other people's networks (models/README.md).",
				}),
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
								description:
									"opinion: its word stands on the evidence card; shadow: only the page of differences shows it.",
							}),
						},
						{
							additionalProperties: false,
							description: "A second model that looks at the same frames and rings nobody.",
						},
					),
				),
				minProbability: Type.Optional(
					Type.Number({ minimum: 0, maximum: 1, description: "Alert threshold, 0...1, in place of `point`." }),
				),
			},
			"Smoke detection.",
		),
		terrain: Type.Optional(
			object(
				{
					dem: Type.String({
						description: "GeoTIFF of heights in metres, in longitude and latitude (WGS84); relative to this file.",
					}),
				},
				"Heights of the ground: with them a bearing becomes a place.",
			),
		),
		evidence: section(
			{
				preMinutes: Type.Number({
					minimum: 0.2,
					maximum: 60,
					default: 3,
					description: "Minutes of video kept from before the decisive frame.",
				}),
				postMinutes: Type.Number({
					minimum: 0,
					maximum: 60,
					default: 2,
					description: "Minutes of video kept from after it.",
				}),
				budgetMiB: Type.Integer({
					minimum: 64,
					maximum: 10485760,
					default: 4096,
					description: "Disk budget for all evidence, MiB.",
				}),
			},
			"Pictures and video around an incident.",
		),
		register: section(
			{
				people: Type.Optional(
					Type.String({ description: "CSV or XLSX of chiefs, rangers, officers and team leaders." }),
				),
				grids: Type.Optional(Type.String({ description: "GeoJSON of the grids." })),
				teams: Type.Optional(Type.String({ description: "CSV or XLSX of the suppression teams." })),
				assignments: Type.Optional(Type.String({ description: "CSV or XLSX of further posts of people." })),
				roster: Type.Optional(Type.String({ description: "CSV or XLSX of shifts, overrides and substitutes." })),
				units: Type.Optional(Type.String({ description: "CSV or XLSX of administrative units." })),
				places: Type.Optional(
					Type.String({ description: "CSV or XLSX of water, checkpoints, kilns, graves and the like." }),
				),
				orders: Type.Optional(Type.String({ description: "CSV or XLSX of fire bans, closures and burn permits." })),
				cards: Type.Optional(Type.String({ description: "CSV or XLSX of response cards per plot." })),
				forest: Type.Optional(
					Type.String({
						description: "GeoJSON of where there is forest: the check then finds forest that no grid covers.",
					}),
				),
				ground: Type.Optional(
					Type.String({
						description:
							"GeoJSON of roads and water, each with `kind` (road, track, path, river, lake): on the maps, and the way to a fire.",
					}),
				),
				levels: Type.Array(Type.String({ pattern: "^[a-zA-Z]{1,30}$" }), {
					minItems: 1,
					maxItems: 10,
					default: ["village", "township", "county", "city", "province"],
					description: "Levels of responsibility, nearest first.",
				}),
				renewDays: Type.Integer({
					minimum: 1,
					maximum: 366,
					default: 31,
					description:
						"Days after a post has changed hands (`changed`) within which its row must have been checked (`verified`).",
				}),
				verifyDays: Type.Integer({
					minimum: 0,
					maximum: 3660,
					default: 365,
					description:
						"Days after which a row that nobody has checked since (`verified`) may name somebody who has left; 0: never.",
				}),
			},
			"Who is responsible; paths are relative to this file.",
		),
		ladder: Ladder,
		reach: Reach,
		privacy: section(
			{
				keepDays: Type.Integer({
					minimum: 30,
					maximum: 3650,
					default: 730,
					description:
						"Days after which telephone numbers of messages, positions, photos and words of people are erased.",
				}),
			},
			"Personal data.",
		),
		centre: Type.Optional(
			object(
				{
					url: Type.String({
						pattern: "^(mqtts?|wss?)://",
						description: "Broker on which the towers export their incidents.",
					}),
					username: Type.Optional(Type.String({ description: "User name there." })),
					password: Type.Optional(Secret("Password there")),
					towers: Type.Array(Id("Tower id"), {
						minItems: 1,
						maxItems: 5000,
						description: "Towers whose incidents this centre takes over.",
					}),
					keys: Type.Record(Type.String(), PublicKey("Public key of a tower, as `lookout identity` prints it there"), {
						default: {},
						description:
							"Public keys of the towers by id. Of a tower without one, fires are shown as not signed, and nothing else it says counts.",
					}),
				},
				"Makes this gateway a centre: it takes over the ladders of its towers' fires, and the towers take them back when it falls silent.",
			),
		),
		console: Console,
	},
	"Configuration of a Lookout gateway.",
);

export type Config = Static<typeof ConfigSchema>;
export type CameraConfig = Config["cameras"][number];
export type SensorConfig = Config["sensors"][number];
