import type { Incident, Message } from "../../model/incident.ts";
import type { World } from "../world.ts";

const TITLES = {
	zh: { fire: "疑似林火", coverageLost: "瞭望失明", sensorFault: "传感器失联" },
	en: { fire: "Possible forest fire", coverageLost: "Coverage lost", sensorFault: "Sensor silent" },
};
const STATES = {
	zh: {
		detected: "待核实",
		verifying: "核实中",
		dispatched: "已前往",
		onScene: "已到场",
		false: "误报",
		permitted: "许可用火",
		closed: "已结束",
	},
	en: {
		detected: "unverified",
		verifying: "verifying",
		dispatched: "going",
		onScene: "on scene",
		false: "false alarm",
		permitted: "permitted burn",
		closed: "closed",
	},
};

/** What a person reads: what, where, how sure, since when; the state once somebody has answered. At most 300 characters. */
export function messageOf(world: World, incident: Incident, at: number): Message {
	const zh = world.language === "zh";
	const exercise = incident.status === "exercise" ? (zh ? "【演练】" : "[EXERCISE] ") : "";
	const title = `${exercise}${TITLES[world.language][incident.kind]}`;
	const comma = zh ? "，" : ", ";
	const parts = [place(world, incident), what(world, incident), when(world, incident)];
	if (incident.state !== "detected") parts.unshift(STATES[world.language][incident.state]);
	const body = parts
		.filter((p) => p !== "")
		.join(comma)
		.slice(0, 300);
	return { title, body, incidentId: incident.id, kind: incident.kind, status: incident.status, state: incident.state, at };
}

function place(world: World, incident: Incident): string {
	const zh = world.language === "zh";
	const grids = incident.grids
		.slice(0, 2)
		.map((g) => `${g.name}${g.share > 0 && g.share < 0.995 ? ` ${Math.round(g.share * 100)}%` : ""}`)
		.join(zh ? "、" : "; ");
	const bearing = incident.place.bearingDeg;
	const towards =
		bearing === undefined ? "" : zh ? `${world.towerName}方位角${Math.round(bearing)}°` : `${Math.round(bearing)}° from ${world.towerName}`;
	return [grids, towards].filter((p) => p !== "").join(zh ? "，" : ", ");
}

function what(world: World, incident: Incident): string {
	const zh = world.language === "zh";
	const cameras = new Set(incident.evidence.filter((e) => e.source === "camera").map((e) => e.sourceId)).size;
	const sensors = new Set(incident.evidence.filter((e) => e.source === "sensor").map((e) => e.sourceId)).size;
	if (incident.kind !== "fire") return incident.evidence[0]?.what ?? "";
	const sure = Math.max(0, ...incident.evidence.map((e) => e.probability ?? 0));
	const by = zh
		? [cameras > 0 ? `${cameras}路相机` : "", sensors > 0 ? `${sensors}个传感器` : ""].filter((p) => p !== "").join("和")
		: [cameras > 0 ? `${cameras} camera(s)` : "", sensors > 0 ? `${sensors} sensor(s)` : ""].filter((p) => p !== "").join(" and ");
	return sure > 0 ? `${by}${zh ? "，把握" : ", "}${Math.round(sure * 100)}%` : by;
}

function when(world: World, incident: Incident): string {
	const time = new Date(incident.firstSeenAt + 8 * 3_600_000).toISOString().slice(11, 19); // people read Beijing time
	return world.language === "zh" ? `${time}首见` : `first seen ${time} (UTC+8)`;
}
