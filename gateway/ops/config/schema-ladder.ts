import { Type } from "typebox";
import { object, section } from "./pieces.ts";

/** The ladders: who is told when. */

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

const LadderStep = object(
	{
		ladder: Type.Enum(["verify", "suppress"], {
			default: "verify",
			description: "verify: who goes and looks; suppress: who puts it out. Both advance side by side.",
		}),
		afterS: Type.Number({ minimum: 0, maximum: 86400, description: "Seconds after detection." }),
		level: Type.Optional(
			Type.String({
				pattern: "^[a-zA-Z]{1,30}$",
				description: "Level of the people told: village, township, county, city, province, or of your own.",
			}),
		),
		roles: Type.Optional(
			Type.Array(
				Type.Enum(ROLE_NAMES, { description: `${ROLE_NAMES.slice(0, -1).join(", ")} or ${ROLE_NAMES.at(-1)}.` }),
				{
					minItems: 1,
					description: "Roles of the people told; all but team leaders where it is left out.",
				},
			),
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
				description:
					"What is asked: verify 核实, inform 知悉, standBy 待命, assemble 集结 or go 出动; verify or go where it is left out.",
			}),
		),
		when: Type.Enum(["always", "orConfirmed", "confirmed"], {
			default: "always",
			description:
				"orConfirmed: at its time, or at once when a person confirms the fire; confirmed: at its time, but only once it is confirmed.",
		}),
		minHa: Type.Optional(
			Type.Number({ minimum: 0, maximum: 1_000_000, description: "Only once the fire is sized so, hectares." }),
		),
		minShare: Type.Optional(
			Type.Number({
				minimum: 0,
				maximum: 1,
				description: "Only people on whose ground at least so much of the region lies, 0 to 1.",
			}),
		),
		needs: Type.Integer({
			minimum: 1,
			maximum: 20,
			default: 1,
			description: "How many people must accept before this ladder pauses.",
		}),
	},
	"One step of a ladder.",
);

/**
 * Who is told when, after practice (a team equipped in 5 minutes, on scene in 10 to 15). Police keep order, roads and
 * evidence and agencies see to lines and the injured: at once when it is confirmed, and not before, at whatever level
 * they sit. From 100 hectares (重大) the levels above the county are reported to at once.
 */
const DEFAULT_STEPS = [
	{ afterS: 0, roles: ["officer", "dutyLeader"] },
	{ afterS: 0, level: "village", roles: ["chief", "ranger", "householdHead"] },
	{ afterS: 0, roles: ["neighbour"], task: "inform", minShare: 0.2 },
	{
		afterS: 0,
		level: "city",
		roles: ["chief", "officer", "dutyLeader", "office"],
		task: "inform",
		when: "confirmed",
		minHa: 100,
	},
	{
		afterS: 0,
		level: "province",
		roles: ["chief", "officer", "dutyLeader", "office"],
		task: "inform",
		when: "confirmed",
		minHa: 100,
	},
	{ afterS: 180, level: "village", roles: ["supervisor"] },
	{ afterS: 180, level: "village", roles: ["adviser"], task: "inform" },
	{ afterS: 180, level: "village", deputies: true },
	{ afterS: 300, level: "township", roles: ["chief", "office"] },
	{ afterS: 600, level: "county", roles: ["officer", "dutyLeader", "office"], task: "inform", when: "orConfirmed" },
	{ afterS: 600, roles: ["neighbour"], task: "inform", when: "orConfirmed" },
	{ afterS: 900, level: "county", roles: ["chief"] },
	{ afterS: 900, level: "county", roles: ["chief"], task: "inform", when: "confirmed" },
	{ ladder: "suppress", afterS: 0, tiers: ["village"], task: "standBy" },
	{ ladder: "suppress", afterS: 0, roles: ["police"], task: "go", when: "confirmed" },
	{ ladder: "suppress", afterS: 0, roles: ["agency"], task: "standBy", when: "confirmed" },
	{ ladder: "suppress", afterS: 300, tiers: ["township"], task: "assemble" },
	{ ladder: "suppress", afterS: 600, tiers: ["village", "township"], task: "go", when: "orConfirmed" },
	{ ladder: "suppress", afterS: 600, tiers: ["forestFarm"], task: "standBy", when: "orConfirmed" },
	{ ladder: "suppress", afterS: 900, tiers: ["forestFarm"], task: "go", when: "confirmed" },
	{ ladder: "suppress", afterS: 900, tiers: ["county"], task: "standBy", when: "confirmed" },
	{ ladder: "suppress", afterS: 1800, tiers: ["county"], task: "go", when: "confirmed" },
];

export const Ladder = section(
	{
		steps: Type.Array(LadderStep, {
			minItems: 1,
			maxItems: 40,
			default: DEFAULT_STEPS,
			description:
				"Who is told when, on both ladders; each ladder in rising time. The plan in force stays with an incident.",
		}),
		feedbackS: Type.Number({
			minimum: 30,
			maximum: 86400,
			default: 900,
			description:
				"Seconds from 'going' until 'on scene' is due, where no arrival was promised; then the ladder goes on.",
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
		silentS: Type.Number({
			minimum: 3,
			maximum: 3600,
			default: 60,
			description:
				"Seconds of a centre's silence after which the tower takes its ladders back; the centre lets go after two thirds of it.",
		}),
		undoS: Type.Number({
			minimum: 0,
			maximum: 600,
			default: 60,
			description:
				"Seconds in which an end (false, permitted, out) can be undone; the ladders pause, and nobody hears of it before.",
		}),
		fallback: Type.Optional(
			Type.String({ description: "Person (id) who is told when the register names nobody for a place." }),
		),
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
		coverageAfterS: Type.Number({
			minimum: 0,
			maximum: 86400,
			default: 60,
			description: "Seconds of blindness before it becomes an incident.",
		}),
	},
	"From detection to a person's answer.",
);
