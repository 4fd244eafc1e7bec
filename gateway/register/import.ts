import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { LookoutError, messageOf } from "../base/errors.ts";
import { didYouMean } from "../base/text.ts";
import { type Address, type Grid, LEVELS, type Level, type Person, type Register, ROLES, type Role, type Team } from "../model/register.ts";

/** The texts of the three files; a missing one is an empty part. `name` is what errors call the file. */
export interface RegisterFiles {
	people?: { name: string; text: string };
	grids?: { name: string; text: string };
	teams?: { name: string; text: string };
}

const MOST_BYTES = 64 << 20;
const PEOPLE_COLUMNS = ["id", "name", "role", "level", "grids", "phone", "channels"];
const TEAM_COLUMNS = ["id", "name", "tier", "lat", "lon", "grids", "leader"];

/** Reads a register. Throws LK0501 with every fault, one per line, as `file:line column: what is wrong`. */
export function importRegister(files: RegisterFiles): Register {
	const faults: string[] = [];
	const grids = files.grids ? readGrids(files.grids, faults) : [];
	const people = files.people ? readPeople(files.people, grids, faults) : [];
	const teams = files.teams ? readTeams(files.teams, people, faults) : [];
	if (faults.length > 0) {
		throw new LookoutError("LK0501", `the register has ${faults.length} fault(s)\n${faults.slice(0, 100).join("\n")}`, {
			hint: "Mend the rows above; the register in use stays as it is until then.",
		});
	}
	const version = createHash("sha256")
		.update(JSON.stringify([people, grids, teams]))
		.digest("hex")
		.slice(0, 12);
	return { version, people, grids, teams };
}

interface Line {
	at: string;
	cells: Record<string, string>;
}

function rows(file: { name: string; text: string }, columns: string[], faults: string[]): Line[] {
	if (file.text.length > MOST_BYTES) {
		faults.push(`${file.name}:1 : larger than ${MOST_BYTES} bytes`);
		return [];
	}
	let parsed: { info: { lines: number }; record: Record<string, string> }[];
	try {
		parsed = parse(file.text, {
			columns: (header: string[]) => checkHeader(file.name, header, columns, faults),
			bom: true,
			trim: true,
			skip_empty_lines: true,
			info: true,
		}) as never;
	} catch (error) {
		faults.push(`${file.name}:${(error as { lines?: number }).lines ?? 1} : ${messageOf(error)}`);
		return [];
	}
	return parsed.map(({ info, record }) => ({ at: `${file.name}:${info.lines}`, cells: record }));
}

function checkHeader(name: string, header: string[], columns: string[], faults: string[]): string[] {
	for (const column of header) {
		if (columns.includes(column)) continue;
		const guess = didYouMean(column, columns);
		faults.push(`${name}:1 ${column}: unknown column; ${guess ? `did you mean "${guess}"? ` : ""}allowed: ${columns.join(", ")}`);
	}
	for (const column of columns) if (!header.includes(column)) faults.push(`${name}:1 ${column}: the column is missing`);
	return header;
}

function readPeople(file: { name: string; text: string }, grids: Grid[], faults: string[]): Person[] {
	const seen = new Set<string>();
	const people: Person[] = [];
	for (const { at, cells } of rows(file, PEOPLE_COLUMNS, faults)) {
		const id = required(at, cells, "id", faults);
		if (seen.has(id)) faults.push(`${at} id: "${id}" stands here twice`);
		seen.add(id);
		const codes = list(cells["grids"]);
		if (codes.length === 0) faults.push(`${at} grids: empty; write codes separated by ";"`);
		for (const code of codes) {
			if (grids.length > 0 && !grids.some((g) => g.code.startsWith(code))) faults.push(`${at} grids: "${code}" begins the code of no grid`);
		}
		const phone = cells["phone"] ?? "";
		if (phone !== "" && !/^\+?[0-9 -]{5,20}$/.test(phone)) faults.push(`${at} phone: not a telephone number`);
		people.push({
			id,
			name: required(at, cells, "name", faults),
			role: oneOf(at, cells, "role", ROLES, faults) as Role,
			level: oneOf(at, cells, "level", LEVELS, faults) as Level,
			grids: codes,
			...(phone === "" ? {} : { phone }),
			addresses: list(cells["channels"]).map((text) => address(at, text, faults)),
		});
	}
	return people;
}

function address(at: string, text: string, faults: string[]): Address {
	const [channel = "", ...rest] = text.split(":");
	const known = ["webpush", "robot", "webhook"];
	if (!known.includes(channel)) {
		const guess = didYouMean(channel, known);
		faults.push(`${at} channels: "${channel}" is no channel; ${guess ? `did you mean "${guess}"? ` : ""}allowed: webpush, robot:NAME, webhook:NAME`);
	}
	if (channel !== "webpush" && rest.length === 0) faults.push(`${at} channels: "${channel}" needs a name, as in ${channel}:NAME`);
	return { channel, address: rest.join(":") };
}

function readTeams(file: { name: string; text: string }, people: Person[], faults: string[]): Team[] {
	return rows(file, TEAM_COLUMNS, faults).map(({ at, cells }) => {
		const leader = cells["leader"] ?? "";
		if (leader !== "" && people.length > 0 && !people.some((p) => p.id === leader))
			faults.push(`${at} leader: "${leader}" is the id of nobody in the people's file`);
		return {
			id: required(at, cells, "id", faults),
			name: required(at, cells, "name", faults),
			tier: cells["tier"] ?? "",
			base: { lat: degrees(at, cells, "lat", 90, faults), lon: degrees(at, cells, "lon", 180, faults) },
			grids: list(cells["grids"]),
			leader,
		};
	});
}

function readGrids(file: { name: string; text: string }, faults: string[]): Grid[] {
	let features: { properties?: Record<string, unknown> | null; geometry?: { type?: string; coordinates?: unknown } | null }[];
	try {
		const parsed = JSON.parse(file.text) as { type?: string; features?: typeof features; crs?: { properties?: { name?: string } } };
		if (parsed.type !== "FeatureCollection" || !Array.isArray(parsed.features)) throw new Error('not a GeoJSON "FeatureCollection"');
		const datum = parsed.crs?.properties?.name;
		// GCJ-02 or BD-09 here would move every grid by half a kilometre
		if (datum && !/CRS84|4326|4490/.test(datum)) throw new Error(`the datum is ${datum}; grids must be WGS84 or CGCS2000`);
		features = parsed.features;
	} catch (error) {
		faults.push(`${file.name}:1 : ${messageOf(error)}`);
		return [];
	}
	const seen = new Set<string>();
	return features.flatMap((feature, i) => {
		const at = `${file.name} features[${i}]`;
		const code = String(feature.properties?.["code"] ?? "");
		const name = String(feature.properties?.["name"] ?? "");
		if (!/^[0-9A-Za-z-]{1,40}$/.test(code)) faults.push(`${at} properties.code: missing, or not digits, letters and "-"`);
		if (seen.has(code)) faults.push(`${at} properties.code: "${code}" stands here twice`);
		seen.add(code);
		const polygons = polygonsOf(feature.geometry);
		if (typeof polygons === "string") faults.push(`${at} geometry: ${polygons}`);
		return typeof polygons === "string" ? [] : [{ code, name: name === "" ? code : name, polygons }];
	});
}

function polygonsOf(geometry: { type?: string; coordinates?: unknown } | null | undefined): Grid["polygons"] | string {
	if (geometry?.type !== "Polygon" && geometry?.type !== "MultiPolygon")
		return `${geometry?.type ?? "missing"}; only Polygon and MultiPolygon are areas`;
	const polygons = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) as Grid["polygons"];
	if (!Array.isArray(polygons) || polygons.length === 0) return "empty";
	for (const rings of polygons) {
		if (!Array.isArray(rings) || rings.length === 0) return "a polygon without a ring";
		for (const ring of rings) {
			if (!Array.isArray(ring) || ring.length < 4) return "a ring of fewer than four points";
			for (const point of ring) {
				const [lon, lat] = Array.isArray(point) ? point : [];
				if (typeof lon !== "number" || typeof lat !== "number" || Math.abs(lon) > 180 || Math.abs(lat) > 90)
					return `${JSON.stringify(point)} is not [longitude, latitude] in degrees`;
			}
			const [first, last] = [ring[0], ring.at(-1)];
			if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) return "a ring whose last point is not its first";
		}
	}
	return polygons;
}

function required(at: string, cells: Record<string, string>, key: string, faults: string[]): string {
	const value = cells[key] ?? "";
	if (value === "") faults.push(`${at} ${key}: empty`);
	return value;
}

function oneOf(at: string, cells: Record<string, string>, key: string, allowed: readonly string[], faults: string[]): string {
	const value = cells[key] ?? "";
	if (!allowed.includes(value)) {
		const guess = didYouMean(value, allowed);
		faults.push(`${at} ${key}: "${value}" is not one of ${allowed.join(", ")}${guess ? `; did you mean "${guess}"?` : ""}`);
	}
	return value;
}

function degrees(at: string, cells: Record<string, string>, key: string, most: number, faults: string[]): number {
	const value = Number(cells[key]);
	if (cells[key] === "" || !Number.isFinite(value) || Math.abs(value) > most) faults.push(`${at} ${key}: not degrees within ±${most}`);
	return value;
}

function list(cell: string | undefined): string[] {
	return (cell ?? "")
		.split(";")
		.map((c) => c.trim())
		.filter((c) => c !== "");
}
