import { createHash } from "node:crypto";
import { LookoutError } from "../base/errors.ts";
import { phoneFaultText, readPhone } from "../base/phone-number.ts";
import { didYouMean } from "../base/text.ts";
import { DEFAULT_TIME_ZONE } from "../base/time-zone.ts";
import {
	type Address,
	type AdminUnit,
	type Assignment,
	CONDITIONS,
	type Grid,
	type KnownPlace,
	LEVELS,
	type Level,
	ORDER_KINDS,
	type Order,
	type Person,
	PLACE_KINDS,
	type Register,
	type ResponseCard,
	ROLES,
	type Shift,
	type Team,
	TIERS,
} from "../model/register.ts";
import { readAreas, readGrids } from "./areas.ts";
import {
	type Columns,
	degrees,
	type Line,
	list,
	moment,
	numberIn,
	oneOf,
	readRows,
	required,
	type TextFile,
	validity,
} from "./table.ts";

/** The parts of a register, each in a file of its own; a missing one is an empty part. */
export const PARTS = [
	"people",
	"grids",
	"teams",
	"assignments",
	"roster",
	"units",
	"places",
	"orders",
	"cards",
	"forest",
] as const;
export type RegisterFiles = Partial<Record<(typeof PARTS)[number], TextFile>>;

/** Channels that an address may name; those that need no address come alone. */
export const CHANNELS = [
	"webpush",
	"robot",
	"webhook",
	"sms",
	"voice",
	"email",
	"ntfy",
	"modem",
	"mqtt",
	"siren",
] as const;
/** Channels that take the person's own telephone number where no address is given. */
const BY_PHONE = ["sms", "voice", "modem"];

export const COLUMNS = {
	people: {
		needed: ["id", "name", "role", "level", "grids", "phone", "channels"],
		optional: ["title", "deputyOf", "condition", "from", "to", "verified", "changed"],
	},
	assignments: { needed: ["person", "role", "level", "grids"], optional: ["deputyOf", "condition", "from", "to"] },
	teams: { needed: ["id", "name", "tier", "lat", "lon", "grids", "leader"], optional: ["strength", "from", "to"] },
	roster: { needed: ["post", "person", "from", "to"], optional: ["kind"] },
	units: { needed: ["code", "name", "level"] },
	places: { needed: ["id", "kind", "name", "lat", "lon"], optional: ["owner", "from", "to"] },
	orders: { needed: ["id", "kind", "grids", "from", "to", "document"], optional: ["lat", "lon", "radiusM"] },
	cards: { needed: ["grid", "access", "water", "key", "hazards", "notes"] },
} satisfies Record<string, Columns>;

/**
 * Reads a register; nothing is half imported. Throws LK0501 with every fault, one per line, as
 * `file:line column: what is wrong, what is allowed`.
 */
export function importRegister(
	files: RegisterFiles,
	levels: readonly Level[] = LEVELS,
	timeZone = DEFAULT_TIME_ZONE,
): Register {
	const faults: string[] = [];
	const grids = files.grids ? readGrids(files.grids, faults, timeZone) : [];
	const known = new Known(grids, levels, faults);
	const rows = (part: keyof typeof COLUMNS) => {
		const file = files[part];
		if (!file) return [];
		const before = faults.length;
		const lines = readRows(file, COLUMNS[part], faults, timeZone);
		// a list of people that is empty by mistake would leave a county without anybody
		if (part === "people" && lines.length === 0 && faults.length === before)
			faults.push(`${file.name}:1 : holds nobody`);
		return lines;
	};
	const once = (part: keyof typeof COLUMNS, column: string) => {
		const lines = rows(part);
		const seen = new Map<string, string>();
		for (const { at, cells } of lines) {
			const id = cells[column] ?? "";
			const before = seen.get(id);
			if (id !== "" && before !== undefined)
				faults.push(`${at} ${column}: "${id}" stands here twice; the first is ${before}`);
			else seen.set(id, at);
		}
		return lines;
	};
	const peopleLines = once("people", "id");
	const people = readPeople(peopleLines, known);
	known.people = new Set(people.map((p) => p.id));
	for (const { at, cells } of peopleLines) if (cells["deputyOf"]) known.person(cells["deputyOf"], `${at} deputyOf`);
	const teams = readTeams(once("teams", "id"), known);
	known.teams = new Set(teams.map((t) => t.id));
	const parts = {
		people,
		grids,
		teams,
		assignments: rows("assignments").map((line) => assignment(line, known)),
		shifts: rows("roster").map((line) => shift(line, known)),
		units: once("units", "code").map((line): AdminUnit => {
			return {
				code: required(line, "code", faults),
				name: required(line, "name", faults),
				level: oneOf(line, "level", levels, faults),
			};
		}),
		places: once("places", "id").map((line) => place(line, faults)),
		orders: once("orders", "id").map((line) => order(line, known)),
		cards: once("cards", "grid").map((line) => card(line, known)),
		forest: files.forest ? readAreas(files.forest, faults) : [],
	};
	if (faults.length > 0) {
		throw new LookoutError("LK0501", `the register has ${faults.length} fault(s)\n${faults.slice(0, 100).join("\n")}`, {
			hint: "Mend the rows above; the register in use stays as it is until then. `lookout register check` says more once it can be read.",
		});
	}
	const remarks = Object.values(files).flatMap((f) => f?.remark ?? []);
	const version = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
	return { version, ...parts, ...(remarks.length > 0 ? { remarks } : {}) };
}

/** What stands between codes rather than in one. */
const NO_CODE = /[\s,/|#]/;

/** What rows may refer to. */
class Known {
	people: Set<string> | undefined;
	teams = new Set<string>();
	readonly levels: readonly Level[];
	readonly faults: string[];
	readonly #grids: Grid[];
	/** Codes that have been looked up: a register names the same few thousand again and again. */
	readonly #begins = new Map<string, boolean>();

	constructor(grids: Grid[], levels: readonly Level[], faults: string[]) {
		this.#grids = grids;
		this.levels = levels;
		this.faults = faults;
	}

	codes(line: Line, needed = true): string[] {
		const codes = list(line.cells["grids"] ?? line.cells["grid"]);
		if (needed && codes.length === 0) this.faults.push(`${line.at} grids: empty; write codes separated by ";"`);
		for (const code of codes) {
			if (/^\d([.,]\d+)?E\+?\d+$/i.test(code)) continue; // said of the row
			if (!this.#begins.has(code))
				this.#begins.set(
					code,
					this.#grids.length === 0 ? !NO_CODE.test(code) : this.#grids.some((g) => g.code.startsWith(code)),
				);
			const why = NO_CODE.test(code) ? `is no code; codes are separated by ";"` : "begins the code of no grid";
			if (!this.#begins.get(code)) this.faults.push(`${line.at} grids: "${code}" ${why}`);
		}
		return codes;
	}

	area(code: string, at: string): void {
		if (this.#grids.length > 0 && !this.#grids.some((g) => g.code.startsWith(code)))
			this.faults.push(`${at}: "${code}" begins the code of no grid`);
	}

	person(id: string, at: string): string {
		if (this.people && this.people.size > 0 && !this.people.has(id)) {
			const guess = didYouMean(id, [...this.people]);
			this.faults.push(
				`${at}: "${id}" is the id of nobody in the people's file${guess ? `; did you mean "${guess}"?` : ""}`,
			);
		}
		return id;
	}
}

function readPeople(lines: Line[], known: Known): Person[] {
	const { faults } = known;
	return lines.map((line) => {
		const { at, cells } = line;
		const id = required(line, "id", faults);
		const phone = phoneIn(at, cells["phone"] ?? "", faults);
		const [verifiedAt, changedAt] = [moment(line, "verified", faults), moment(line, "changed", faults)];
		return {
			id,
			name: required(line, "name", faults),
			...((cells["title"] ?? "") === "" ? {} : { title: (cells["title"] ?? "").slice(0, 40) }),
			...post(line, known),
			...(phone === "" ? {} : { phone }),
			// of a number that is wrong enough has been said
			addresses: list(cells["channels"]).flatMap(
				(text) => address(at, text, phone, faults, phone === "" && !!cells["phone"]) ?? [],
			),
			...(verifiedAt === undefined ? {} : { verifiedAt }),
			...(changedAt === undefined ? {} : { changedAt }),
		};
	});
}

/**
 * A telephone number in E.164; a short one stays as it is, for people to dial, and no gateway can. Empty where there is
 * none or a fault.
 */
function phoneIn(at: string, text: string, faults: string[]): string {
	if (text === "") return "";
	const number = readPhone(text);
	if (typeof number === "string") return number;
	if (number.fault === "short") return text;
	faults.push(`${at} phone: "${text}" ${phoneFaultText(number.fault)}`);
	return "";
}

/** What a person is, where, from when until when. */
function post(line: Line, known: Known): Omit<Assignment, "person"> {
	const { cells } = line;
	const { faults } = known;
	const deputyOf = cells["deputyOf"] ?? "";
	return {
		role: oneOf(line, "role", ROLES, faults),
		level: oneOf(line, "level", known.levels, faults),
		grids: known.codes(line),
		...(deputyOf === "" ? {} : { deputyOf }),
		...((cells["condition"] ?? "") === "" ? {} : { condition: oneOf(line, "condition", CONDITIONS, faults) }),
		...validity(line, faults),
	};
}

function assignment(line: Line, known: Known): Assignment {
	const person = known.person(required(line, "person", known.faults), `${line.at} person`);
	const made = post(line, known);
	if (made.deputyOf !== undefined) known.person(made.deputyOf, `${line.at} deputyOf`);
	return { person, ...made };
}

/** A way to somebody: a channel alone, or with a name or address behind a colon. Undefined after a fault. */
function address(at: string, text: string, phone: string, faults: string[], isSaid: boolean): Address | undefined {
	const [, channel = "", given] = /^([^:：]*)(?:[:：](.*))?$/s.exec(text) ?? [];
	if (!(CHANNELS as readonly string[]).includes(channel)) {
		const guess = didYouMean(channel, CHANNELS);
		faults.push(
			`${at} channels: "${channel}" is no channel; ${guess ? `did you mean "${guess}"? ` : ""}allowed: ${CHANNELS.join(", ")}`,
		);
		return undefined;
	}
	if (channel === "webpush") return { channel, address: "" };
	if (BY_PHONE.includes(channel))
		return byPhone(at, channel, given, phone, isSaid && given === undefined ? [] : faults);
	const name = (given ?? "").trim();
	if (name === "") faults.push(`${at} channels: "${text}" needs a name or address, as in ${channel}:NAME`);
	else if (channel === "email" && !EMAIL.test(name)) faults.push(`${at} channels: "${name}" is no e-mail address`);
	else return { channel, address: name };
	return undefined;
}
/** As much as keeps a slip of the finger out; whether anybody is there the server says. */
const EMAIL = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:".]+$/;

function byPhone(
	at: string,
	channel: string,
	given: string | undefined,
	phone: string,
	faults: string[],
): Address | undefined {
	if (given === undefined && phone === "") {
		faults.push(`${at} channels: "${channel}" needs a telephone number, in the column phone or as ${channel}:NUMBER`);
		return undefined;
	}
	const number = readPhone(given ?? phone);
	if (typeof number === "string") return { channel, address: number };
	faults.push(
		`${at} channels: "${given === undefined ? channel : `${channel}:${given}`}": "${given ?? phone}" ${phoneFaultText(number.fault)}`,
	);
	return undefined;
}

function readTeams(lines: Line[], known: Known): Team[] {
	const { faults } = known;
	return lines.map((line) => {
		const leader = line.cells["leader"] ?? "";
		if (leader !== "") known.person(leader, `${line.at} leader`);
		const strength = numberIn(line, "strength", [0, 10_000], faults);
		return {
			id: required(line, "id", faults),
			name: required(line, "name", faults),
			tier: oneOf(line, "tier", TIERS, faults),
			base: { lat: degrees(line, "lat", faults), lon: degrees(line, "lon", faults) },
			grids: known.codes(line),
			leader,
			strength,
			...validity(line, faults),
		};
	});
}

function shift(line: Line, known: Known): Shift {
	const { faults } = known;
	const post = required(line, "post", faults);
	const [, kind, who = ""] = /^(for|team):(.+)$/.exec(post) ?? [];
	if (kind === "for") known.person(who, `${line.at} post`);
	else if (kind === "team" && !known.teams.has(who)) faults.push(`${line.at} post: "${who}" is no team`);
	else if (kind === undefined && ROLES.some((r) => post.startsWith(`${r}@`)))
		known.area(post.slice(post.indexOf("@") + 1), `${line.at} post`);
	else if (kind === undefined)
		faults.push(`${line.at} post: "${post}" is none of ROLE@AREA, for:PERSON, team:TEAM; roles: ${ROLES.join(", ")}`);
	const { from, to } = validity(line, faults);
	if ((line.cells["from"] ?? "") === "") faults.push(`${line.at} from: empty`);
	if ((line.cells["to"] ?? "") === "") faults.push(`${line.at} to: empty`);
	return {
		post,
		person: known.person(required(line, "person", faults), `${line.at} person`),
		from: from ?? 0,
		to: to ?? 0,
		kind: (line.cells["kind"] ?? "") === "" ? "shift" : oneOf(line, "kind", ["shift", "override"] as const, faults),
	};
}

function place(line: Line, faults: string[]): KnownPlace {
	const owner = line.cells["owner"] ?? "";
	return {
		id: required(line, "id", faults),
		kind: oneOf(line, "kind", PLACE_KINDS, faults),
		name: required(line, "name", faults),
		position: { lat: degrees(line, "lat", faults), lon: degrees(line, "lon", faults) },
		...(owner === "" ? {} : { owner }),
		...validity(line, faults),
	};
}

function order(line: Line, known: Known): Order {
	const { faults } = known;
	const { from, to } = validity(line, faults);
	if (from === undefined || to === undefined) faults.push(`${line.at} from, to: an order has both`);
	const radiusM = numberIn(line, "radiusM", [1, 100_000], faults);
	return {
		id: required(line, "id", faults),
		kind: oneOf(line, "kind", ORDER_KINDS, faults),
		grids: known.codes(line, radiusM === undefined),
		...(radiusM === undefined
			? {}
			: { around: { position: { lat: degrees(line, "lat", faults), lon: degrees(line, "lon", faults) }, radiusM } }),
		from: from ?? 0,
		to: to ?? 0,
		document: required(line, "document", faults),
	};
}

function card(line: Line, known: Known): ResponseCard {
	const { access = "", water = "", key = "", hazards = "", notes = "" } = line.cells;
	return { grid: known.codes(line)[0] ?? "", access, water, key, hazards, notes };
}
