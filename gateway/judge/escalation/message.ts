import type { DecisionContext } from "../../model/context.ts";
import type { Message } from "../../model/delivery.ts";
import type { Instruction } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";

const TITLES = {
	zh: { fire: "疑似林火", coverageLost: "瞭望失明", sensorFault: "传感器失联" },
	en: { fire: "Possible forest fire", coverageLost: "Coverage lost", sensorFault: "Sensor silent" },
};
const CONFIRMED = { zh: "林火", en: "Forest fire" };
const STATES = {
	zh: {
		detected: "待核实",
		verifying: "核实中",
		confirmed: "已确认",
		dispatched: "已出动",
		onScene: "已到场",
		controlled: "已控制",
		out: "已扑灭",
		false: "误报",
		permitted: "许可用火",
		closed: "已结束",
	},
	en: {
		detected: "unverified",
		verifying: "being verified",
		confirmed: "confirmed",
		dispatched: "people are going",
		onScene: "people on scene",
		controlled: "under control",
		out: "out",
		false: "false alarm",
		permitted: "permitted burn",
		closed: "closed",
	},
};
const INSTRUCTIONS: Record<"zh" | "en", Record<Instruction | "guard", string>> = {
	zh: {
		guard: "请看守火场并按时报告",
		verify: "请核实",
		inform: "请知悉",
		standBy: "请待命",
		assemble: "请集结",
		go: "请出动",
	},
	en: {
		guard: "guard the burnt ground and report in time",
		verify: "please verify",
		inform: "for your information",
		standBy: "stand by",
		assemble: "assemble",
		go: "go",
	},
};
const AGAIN = { zh: "复燃，重新出警", en: "it burns again" };
const ALL_CLEAR = { zh: "解除", en: "All clear" };

const WORKED = { zh: "【检修】", en: "[WORKED ON] " };

/** The end of it, for whoever was asked to do something: what it was, where, and whose word it is. */
export function allClearOf(context: DecisionContext, incident: Incident, by: string, at: number): Message {
	const { language } = context;
	const exercise = incident.status === "exercise" ? (language === "zh" ? "【演练】" : "[EXERCISE] ") : "";
	const comma = language === "zh" ? "，" : ", ";
	const join = (parts: string[]) => parts.filter((p) => p !== "").join(comma);
	const state = STATES[language][incident.state];
	const grid = incident.grids[0]?.name ?? "";
	const who = by === "" ? "" : `${by} ${clock(at).slice(11, 16)}`;
	const cause = incident.cause === undefined ? "" : incident.cause;
	return {
		title: `${exercise}${ALL_CLEAR[language]}`,
		body: join([ALL_CLEAR[language], state, place(context, incident), cause, who]).slice(0, 300),
		short: `${exercise}${join([ALL_CLEAR[language], state, grid, who])}`.slice(0, 60),
		...{
			incidentId: incident.id,
			kind: incident.kind,
			status: incident.status,
			state: incident.state,
			task: "standDown",
			at,
		},
		confirmed: incident.confirmedAt !== undefined,
	};
}

/** Told later than this after the decisive look, a message says so: a tower that was cut off sends old news. */
const LATE_MS = 10 * 60_000;

/**
 * What a person reads: what to do, where, how sure, since when. The body has at most 300 characters, the short one 60.
 */
export function messageOf(
	context: DecisionContext,
	incident: Incident,
	at: number,
	task?: Instruction | "guard",
): Message {
	const { language } = context;
	const exercise = incident.status === "exercise" ? (language === "zh" ? "【演练】" : "[EXERCISE] ") : "";
	const what =
		incident.kind === "fire" && incident.confirmedAt !== undefined
			? CONFIRMED[language]
			: TITLES[language][incident.kind];
	const comma = language === "zh" ? "，" : ", ";
	// tasks belong to fires; a camera that sees nothing is a report to its people
	const asked = task && incident.kind === "fire" ? INSTRUCTIONS[language][task] : "";
	const flared = incident.rekindled && incident.state !== "out" ? AGAIN[language] : "";
	const state = [flared, incident.state === "detected" ? "" : STATES[language][incident.state]]
		.filter((p) => p !== "")
		.join(comma);
	const join = (parts: string[]) => parts.filter((p) => p !== "").join(comma);
	const grid = incident.grids[0]?.name ?? "";
	return {
		title: `${exercise}${what}`,
		body: join([
			asked,
			state,
			place(context, incident),
			sureness(context, incident),
			when(context, incident),
			late(context, incident, at),
			silentTower(context, incident),
			worked(context, incident),
			...(incident.hints ?? []),
		]).slice(0, 300),
		short:
			`${exercise}${incident.maintenance ? WORKED[language] : ""}${join([`${what} ${grid}`.trim(), bearing(context, incident), asked])}`.slice(
				0,
				60,
			),
		incidentId: incident.id,
		kind: incident.kind,
		status: incident.status,
		state: incident.state,
		...(task ? { task } : {}),
		confirmed: incident.confirmedAt !== undefined,
		...pictured(incident),
		at,
	};
}

/** The surest picture; a weaker echo elsewhere in the frame must not take its place. */
function pictured({ evidence }: Incident): { picture?: string } {
	const best = evidence
		.filter((e) => e.picture !== undefined)
		.sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0))[0];
	return best?.picture === undefined ? {} : { picture: best.picture };
}

function place(context: DecisionContext, incident: Incident): string {
	if (incident.places) return wave(context, incident.places.length, incident.grids);
	const grids = incident.grids
		.slice(0, 2)
		.map((g) => `${g.name}${g.share > 0 && g.share < 0.995 ? ` ${Math.round(g.share * 100)}%` : ""}`)
		.join(context.language === "zh" ? "、" : "; ");
	return [grids, bearing(context, incident)].filter((p) => p !== "").join(context.language === "zh" ? "，" : ", ");
}

/** Many places at once: how many, and the grids that matter to whoever reads it. */
function wave(context: DecisionContext, places: number, grids: Incident["grids"]): string {
	const zh = context.language === "zh";
	const named = grids.slice(0, 3).map((g) => g.name);
	const others = grids.length > named.length;
	if (zh) return `${places}处同时报警：${named.join("、")}${others ? `等${grids.length}个网格` : ""}`;
	return `${places} places at once: ${named.join("; ")}${others ? ` and others, ${grids.length} grids` : ""}`;
}

/** Bearing from the tower, and distance with its error where it is known. */
function bearing(context: DecisionContext, { place, towerName = context.towerName }: Incident): string {
	if (place.bearingDeg === undefined) return "";
	const zh = context.language === "zh";
	const deg = Math.round(place.bearingDeg) % 360;
	const towards = zh ? `${towerName}方位角${deg}°` : `${deg}° from ${towerName}`;
	if (place.distanceM === undefined) {
		// no one place, but the stretch of ground that explains what was seen
		const [from, to] = [place.intervals?.[0]?.[0], place.intervals?.at(-1)?.[1]];
		if (from === undefined || to === undefined) return towards;
		const span = `${(from / 1000).toFixed(1)}–${(to / 1000).toFixed(1)}`;
		return zh ? `${towards}距${span}公里` : `${towards}, ${span} km`;
	}
	const [km, error] = [(place.distanceM / 1000).toFixed(1), ((place.errorM ?? 0) / 1000).toFixed(1)];
	return zh ? `${towards}距${km}±${error}公里` : `${towards}, ${km}±${error} km`;
}

function sureness(context: DecisionContext, incident: Incident): string {
	if (incident.kind !== "fire") return incident.evidence[0]?.what ?? "";
	const zh = context.language === "zh";
	const count = (source: "camera" | "sensor" | "person") =>
		new Set(incident.evidence.filter((e) => e.source === source).map((e) => e.sourceId)).size;
	const [cameras, callers] = [count("camera"), count("person")];
	const sensors = incident.places?.length ?? count("sensor");
	const sure = Math.max(0, ...incident.evidence.map((e) => e.probability ?? 0));
	const by = zh
		? [cameras > 0 ? `${cameras}路相机` : "", sensors > 0 ? `${sensors}个传感器` : "", callers > 0 ? "群众报警" : ""]
				.filter((p) => p !== "")
				.join("和")
		: [
				cameras > 0 ? `${cameras} camera(s)` : "",
				sensors > 0 ? `${sensors} sensor(s)` : "",
				callers > 0 ? "a caller" : "",
			]
				.filter((p) => p !== "")
				.join(" and ");
	return sure > 0 ? `${by}${zh ? "，把握" : ", "}${Math.round(sure * 100)}%` : by;
}

/** People read Beijing time. */
const clock = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString();

function when(context: DecisionContext, { firstSeenAt }: Incident): string {
	const time = clock(firstSeenAt).slice(11, 19);
	return context.language === "zh" ? `${time}首见` : `first seen ${time} (UTC+8)`;
}

function silentTower({ language, towerName }: DecisionContext, incident: Incident): string {
	if (!incident.takenFrom?.alarmed) return "";
	const tower = incident.towerName ?? towerName;
	return language === "zh" ? `${tower}已失联，请人工接手` : `${tower} has fallen silent: take over by hand`;
}

function worked({ language }: DecisionContext, { maintenance }: Incident): string {
	if (!maintenance) return "";
	return language === "zh" ? `设备检修中（${maintenance.by}）` : `its device is being worked on (${maintenance.by})`;
}

function late(context: DecisionContext, incident: Incident, at: number): string {
	if (incident.state !== "detected" || incident.openedAt - incident.decisiveAt < LATE_MS) return "";
	const [seen, received] = [
		clock(incident.decisiveAt).slice(5, 16).replace("T", " "),
		clock(at).slice(5, 16).replace("T", " "),
	];
	return context.language === "zh"
		? `迟到的消息:${seen}所见，${received}才收到，是否仍在燃烧?`
		: `late: seen ${seen}, received ${received}; is it still burning?`;
}
