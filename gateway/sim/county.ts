import { SeededRandom } from "../base/random.ts";
import { DEFAULT_TIME_ZONE, localTime, offsetText, timeAt } from "../base/time-zone.ts";
import { destination, type Position } from "../geo/position.ts";
import { groundOf } from "./ground.ts";
import type { Terrain } from "./terrain.ts";

/**
 * A made county of 16 x 16 km: four townships, 24 villages, 72 grids, and the people who answer for them. No name
 * and no number in it belongs to anybody: 1380000xxxx is not assigned.
 */

const COUNTY = "500114";
const TOWNSHIPS = ["青石", "云台", "白岩", "双河"];
const SURNAMES = "王李张刘陈杨黄赵周吴徐孙";
const GIVEN = ["建国", "秀英", "志强", "丽华", "永福", "春梅", "德明", "玉兰", "国庆", "晓峰", "文斌", "美玲"];
/** Grids from west to east and from south to north. */
const [COLUMNS, ROWS] = [12, 6];
const SIDE_M = 16_000;
const [CELL_E, CELL_N] = [SIDE_M / COLUMNS, SIDE_M / ROWS];
const DAY_MS = 86_400_000;

/** Column and row of the grid a place lies in; borders bend by less than a quarter of a cell. */
function cellOf(terrain: Terrain, p: Position): { column: number; row: number } {
	const { east, north } = terrain.local(p);
	const cell = (m: number, size: number, count: number) =>
		Math.min(count - 1, Math.max(0, Math.floor((m + SIDE_M / 2) / size)));
	return { column: cell(east, CELL_E, COLUMNS), row: cell(north, CELL_N, ROWS) };
}

interface GridPlace {
	code: string;
	township: number;
	village: number;
	/** 1, 2 or 3 within its village. */
	number: number;
	name: string;
}

/** A township has a quarter of the land: two by three villages, each of three grids side by side. */
function gridAt(column: number, row: number): GridPlace {
	const township = 1 + (row >= ROWS / 2 ? 2 : 0) + (column >= COLUMNS / 2 ? 1 : 0);
	const inside = { column: column % (COLUMNS / 2), row: row % (ROWS / 2) };
	const village = 1 + inside.row * 2 + Math.floor(inside.column / 3);
	const number = 1 + (inside.column % 3);
	const code = `${COUNTY}10${township}20${village}-0${number}`;
	return { code, township, village, number, name: `${TOWNSHIPS[township - 1]}镇${village}村${number}号网格` };
}

/** The village chief of the ground a place lies in: the id in the register. */
export function chiefOf(terrain: Terrain, p: Position): string {
	const { column, row } = cellOf(terrain, p);
	const { township, village } = gridAt(column, row);
	return villageId("chief", township, village);
}

function villageId(role: string, township: number, village: number): string {
	return `${role}-${township}${village}`;
}

type Row = Record<string, string | number>;

interface TeamRow {
	id: string;
	name: string;
	tier: string;
	at: Position;
	grids: string;
	leader: string;
	strength: number;
}

/** The rows of the county's people and what they head, in the order in which they are made. */
class CountyRows {
	readonly people: Row[] = [];
	readonly units: Row[] = [{ code: COUNTY, name: "青云县", level: "county" }];
	readonly teams: Row[] = [];
	readonly assignments: Row[] = [];
	readonly #random: SeededRandom;
	readonly #verified: string;

	constructor(seed: number, verified: string) {
		this.#random = new SeededRandom(seed + 9);
		this.#verified = verified;
	}

	person(id: string, { role, level, grids, ...more }: { role: string; level: string; grids: string } & Row): void {
		const name = `${this.#pick(SURNAMES)}${this.#pick(GIVEN)}`;
		const phone = `1380000${String(1000 + this.people.length)}`;
		const blank = { channels: "webpush", title: "", deputyOf: "", condition: "", verified: this.#verified };
		this.people.push({ id, name, role, level, grids, phone, ...blank, ...more });
	}

	team({ id, name, tier, at, grids, leader, strength }: TeamRow): void {
		this.teams.push({ id, name, tier, lat: at.lat.toFixed(5), lon: at.lon.toFixed(5), grids, leader, strength });
	}

	#pick<T>(list: ArrayLike<T>): T {
		return list[Math.floor(this.#random.next() * list.length)] as T;
	}
}

/**
 * The files of the county's register by name. `now`: the roster and the orders are made around this day, ms since 1970.
 */
export function countyFiles(terrain: Terrain, seed: number, now: number): Record<string, string> {
	const today = timeAt(`${localTime(now, DEFAULT_TIME_ZONE).slice(0, 10)}T00:00`, DEFAULT_TIME_ZONE);
	const rows = new CountyRows(seed, day(today - 5 * DAY_MS));
	for (const i of TOWNSHIPS.keys()) addTownship(rows, terrain, i);
	addCounty(rows, terrain);
	const places = Array.from({ length: ROWS * COLUMNS }, (_, i) => [i % COLUMNS, Math.floor(i / COLUMNS)] as const);
	const features = places.map(([column, row]) => {
		const { code, name } = gridAt(column, row);
		const coordinates = [ringOf(terrain, seed, column, row)];
		return { type: "Feature", properties: { code, name }, geometry: { type: "Polygon", coordinates } };
	});
	const map = { type: "FeatureCollection", datum: "WGS84" };
	return {
		"people.csv": csv(rows.people),
		"assignments.csv": csv(rows.assignments),
		"teams.csv": csv(rows.teams),
		"units.csv": csv(rows.units),
		"roster.csv": csv(rosterRows(today)),
		"places.csv": csv(placeRows(terrain)),
		"orders.csv": csv(orderRows(terrain, today)),
		"cards.csv": csv(cardRows()),
		"forest.geojson": `${JSON.stringify({ ...map, features: [forestFeature(terrain)] })}\n`,
		"ground.geojson": `${JSON.stringify({ ...map, features: groundOf(terrain) })}\n`,
		"grids.geojson": `${JSON.stringify({ ...map, features }, null, 1)}\n`,
	};
}

function addTownship(rows: CountyRows, terrain: Terrain, i: number): void {
	const n = i + 1;
	const name = `${TOWNSHIPS[i]}镇`;
	const code = `${COUNTY}10${n}`;
	const seat = terrain.position((i & 1 ? 1 : -1) * 4000, (i & 2 ? 1 : -1) * 4000);
	const post = (role: string, more: Row = {}) => ({ role, level: "township", grids: code, ...more });
	rows.units.push({ code, name, level: "township" });
	rows.person(`chief-${n}`, post("chief"));
	rows.person(`deputy-${n}`, post("chief", { deputyOf: `chief-${n}`, title: "常务副总林长" }));
	rows.person(`office-${n}`, post("office"));
	rows.person(`leader-${n}`, post("leader"));
	rows.team({
		id: `semi-${n}`,
		name: `${name}半专业扑救队`,
		tier: "township",
		at: seat,
		grids: code,
		leader: `leader-${n}`,
		strength: 30,
	});
	for (let village = 1; village <= 6; village++) addVillage(rows, seat, n, village);
}

function addVillage(rows: CountyRows, seat: Position, township: number, village: number): void {
	const code = `${COUNTY}10${township}20${village}`;
	const name = `${TOWNSHIPS[township - 1]}镇${village}村`;
	const id = (role: string) => villageId(role, township, village);
	const post = (role: string, more: Row = {}) => ({ role, level: "village", grids: code, ...more });
	rows.units.push({ code, name, level: "village" });
	rows.person(id("chief"), post("chief"));
	rows.person(id("deputy"), post("chief", { deputyOf: id("chief") }));
	rows.person(id("supervisor"), post("supervisor"));
	rows.person(id("adviser"), post("adviser"));
	rows.person(id("households"), post("householdHead", { condition: "fireBan" }));
	rows.person(id("crew"), post("leader"));
	rows.team({
		id: id("village"),
		name: `${name}群众扑救队`,
		tier: "village",
		at: destination(seat, village * 60, 1500),
		grids: code,
		leader: id("crew"),
		strength: 12,
	});
	for (let number = 1; number <= 3; number++)
		rows.person(`ranger-${township}${village}${number}`, post("ranger", { grids: `${code}-0${number}` }));
	// township cadres look after villages of their own (镇干联系村): a post beside the person's own
	const own = { person: `office-${township}`, role: "chief", level: "township" };
	if (village <= 2) rows.assignments.push({ ...own, grids: code, deputyOf: `chief-${township}` });
}

function addCounty(rows: CountyRows, terrain: Terrain): void {
	const county = { level: "county", grids: COUNTY };
	const post = (role: string, more: Row = {}) => ({ role, ...county, ...more });
	rows.person("chief-0", post("chief", { title: "县总林长" }));
	rows.person("deputy-0", post("chief", { deputyOf: "chief-0", title: "县副总林长" }));
	rows.person("office-0", post("office"));
	for (const n of [1, 2, 3]) rows.person(`officer-${n}`, post("officer"));
	for (const n of [1, 2]) rows.person(`duty-leader-${n}`, post("dutyLeader"));
	for (const team of ["farm", "county", "militia"]) rows.person(`leader-${team}`, post("leader"));
	rows.person("police", post("police", { condition: "confirmed" }));
	rows.person("power-grid", post("agency", { condition: "confirmed" }));
	rows.person("hospital", post("agency", { condition: "large" }));
	rows.person("neighbour-east", post("neighbour", { condition: "beyond" }));
	const at = (east: number, north: number) => ({ at: terrain.position(east, north), grids: COUNTY });
	const militia = { id: "militia", name: "民兵应急分队", tier: "county", leader: "leader-militia", strength: 60 };
	const farm = { id: "farm", name: "国有林场专业扑救队", tier: "forestFarm", leader: "leader-farm", strength: 40 };
	const rescue = { id: "rescue", name: "县综合应急救援队", tier: "county", leader: "leader-county", strength: 120 };
	rows.team({ ...militia, ...at(-500, -6000) });
	rows.team({ ...farm, ...at(2000, -3000) });
	rows.team({ ...rescue, ...at(-1000, -6500) });
}

/**
 * Officers in three, leaders in two turns of a day each, from yesterday on for four weeks; one swap and one substitute.
 */
function rosterRows(today: number): Row[] {
	const rows: Row[] = [];
	for (let d = -1; d < 28; d++) {
		const from = today + d * DAY_MS;
		const span = { from: moment(from), to: moment(from + DAY_MS), kind: "shift" };
		rows.push({ post: `officer@${COUNTY}`, person: `officer-${1 + ((d + 3) % 3)}`, ...span });
		rows.push({ post: `dutyLeader@${COUNTY}`, person: `duty-leader-${1 + ((d + 2) % 2)}`, ...span });
	}
	const swap = today + 9 * DAY_MS;
	rows.push({
		post: `officer@${COUNTY}`,
		person: "officer-3",
		from: moment(swap),
		to: moment(swap + DAY_MS),
		kind: "override",
	});
	const leave = today + 14 * DAY_MS;
	rows.push({
		post: "for:chief-2",
		person: "deputy-2",
		from: moment(leave),
		to: moment(leave + 5 * DAY_MS),
		kind: "shift",
	});
	return rows;
}

function placeRows(terrain: Terrain): Row[] {
	const at = (east: number, north: number) => {
		const { lat, lon } = terrain.position(east, north);
		return { lat: lat.toFixed(5), lon: lon.toFixed(5) };
	};
	return [
		{ id: "w1", kind: "water", name: "青石水库", ...at(-3000, 1500), owner: "" },
		{ id: "w2", kind: "water", name: "双河取水点", ...at(5200, 4100), owner: "" },
		{ id: "c1", kind: "checkpoint", name: "云台垭口卡点", ...at(6100, -2500), owner: "" },
		{ id: "k1", kind: "kiln", name: "白岩砖窑", ...at(-5200, 5600), owner: "白岩砖厂" },
		{ id: "g1", kind: "grave", name: "双河公墓", ...at(3300, 6000), owner: "" },
		{ id: "l1", kind: "loudspeaker", name: "青石1村广播", ...at(-6500, -6000), owner: "" },
	];
}

function orderRows(terrain: Terrain, today: number): Row[] {
	const permit = terrain.position(-5000, -5200);
	const place = { lat: permit.lat.toFixed(5), lon: permit.lon.toFixed(5), radiusM: 300 };
	return [
		{
			id: "closure-1",
			kind: "closure",
			grids: `${COUNTY}103203`,
			from: day(today - 10 * DAY_MS),
			to: day(today + 20 * DAY_MS),
			document: "青云封山令2号",
			lat: "",
			lon: "",
			radiusM: "",
		},
		{
			id: "permit-1",
			kind: "permit",
			grids: "",
			from: moment(today + 8 * 3_600_000),
			to: moment(today + 12 * 3_600_000),
			document: "计划烧除17号",
			...place,
		},
	];
}

function cardRows(): Row[] {
	return [1, 2, 3, 4].map((township) => ({
		grid: `${COUNTY}10${township}201-01`,
		access: "村道至山脚，步行20分钟",
		water: "水库取水点",
		key: "村委会",
		hazards: "高压线；采空区",
		notes: "",
	}));
}

/** Most of the county is forest; its edge is not. */
function forestFeature(terrain: Terrain): object {
	const half = SIDE_M / 2 - 200;
	const ring = [
		[-half, -half],
		[half, -half],
		[half, half],
		[-half, half],
		[-half, -half],
	].map(([east = 0, north = 0]) => {
		const { lat, lon } = terrain.position(east, north);
		return [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
	});
	return { type: "Feature", properties: { name: "青云县林地" }, geometry: { type: "Polygon", coordinates: [ring] } };
}

/**
 * A ring whose corners are shared with the neighbours and lie off a square lattice by less than a quarter of a cell.
 */
function ringOf(terrain: Terrain, seed: number, column: number, row: number): [number, number][] {
	const corner = (c: number, r: number): [number, number] => {
		const edge = c === 0 || r === 0 || c === COLUMNS || r === ROWS;
		const wobble = new SeededRandom(seed * 1000 + c * 40 + r);
		const bend = () => (edge ? 0 : (wobble.next() - 0.5) * 0.4);
		const p = terrain.position((c + bend()) * CELL_E - SIDE_M / 2, (r + bend()) * CELL_N - SIDE_M / 2);
		return [Number(p.lon.toFixed(6)), Number(p.lat.toFixed(6))];
	};
	return [
		corner(column, row),
		corner(column + 1, row),
		corner(column + 1, row + 1),
		corner(column, row + 1),
		corner(column, row),
	];
}

const moment = (ms: number) => `${localTime(ms, DEFAULT_TIME_ZONE).slice(0, 16)}${offsetText(ms, DEFAULT_TIME_ZONE)}`;
const day = (ms: number) => moment(ms).slice(0, 10);

function csv(rows: Row[]): string {
	const columns = Object.keys(rows[0] ?? {});
	const cell = (value: string | number | undefined) =>
		/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? "");
	return `${[columns.join(","), ...rows.map((row) => columns.map((c) => cell(row[c])).join(","))].join("\n")}\n`;
}
