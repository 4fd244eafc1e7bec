import { defined } from "../base/omit.ts";
import { type PhoneFault, readPhone } from "../base/phone-number.ts";
import { phrase } from "../base/say.ts";
import { didYouMean } from "../base/text.ts";
import { CHANNELS, isChannel, traitsOf } from "../model/channel.ts";
import {
	type Address,
	type AdminUnit,
	type Assignment,
	CONDITIONS,
	type Grid,
	type KnownPlace,
	type Level,
	ORDER_KINDS,
	type Order,
	type Person,
	PLACE_KINDS,
	type ResponseCard,
	ROLES,
	type Shift,
	type Team,
	TIERS,
} from "../model/register.ts";
import { guessed } from "./import-fault.ts";
import type { Row } from "./row.ts";
import { scientificIn } from "./table.ts";

/** What the rows of each part of a register mean. */

/** What stands between codes rather than in one. */
const NO_CODE = /[\s,/|#]/;

/** What rows may refer to. */
export class Known {
	people = new Set<string>();
	teams = new Set<string>();
	readonly levels: readonly Level[];
	readonly #grids: Grid[];
	readonly #codes = new Map<string, string>();
	readonly #named = new Set<string>();
	/** Codes that have been looked up: a register names the same few thousand again and again. */
	readonly #begins = new Map<string, boolean>();

	constructor(grids: Grid[], levels: readonly Level[]) {
		this.#grids = grids;
		this.levels = levels;
	}

	/** Areas and grids by their names, for tables in which people write these; of two of one name neither. */
	name(named: readonly { code: string; name: string }[]): void {
		for (const { code, name } of named) {
			this.#named.add(code);
			this.#codes.set(name, this.#codes.has(name) ? "" : code);
		}
	}

	/** Whether a code is that of an area or a grid, or begins one. */
	#isKnown(code: string): boolean {
		return this.#named.has(code) || this.#beginsOne(code);
	}

	/** The codes of a row; needed unless something else says where. */
	codes(row: Row, { column = "grids", isNeeded = true } = {}): string[] {
		// a name that is somebody's code, too, means the code
		const codes = row.list(column).map((text) => (this.#isKnown(text) ? text : this.#codes.get(text) || text));
		if (isNeeded && codes.length === 0) row.fault(column, "import.noCodes");
		for (const code of codes) {
			// of what a spreadsheet has shortened has been said
			if (scientificIn(code) !== undefined) continue;
			if (NO_CODE.test(code)) row.fault(column, "import.noCode", { text: code });
			else if (!this.#isCode(code)) row.fault(column, "import.unknownCode", { text: code });
		}
		return codes;
	}

	/** Where there are grids, a code begins the code of one. */
	#isCode(code: string): boolean {
		return this.#grids.length === 0 || this.#beginsOne(code);
	}

	#beginsOne(code: string): boolean {
		const known = this.#begins.get(code) ?? this.#grids.some((g) => g.code.startsWith(code));
		this.#begins.set(code, known);
		return known;
	}

	area(row: Row, column: string, code: string): void {
		if (!this.#isCode(code)) row.fault(column, "import.unknownCode", { text: code });
	}

	/** The id of a person that a cell names; none where it is empty. */
	person(row: Row, column: string, id = row.text(column)): string {
		if (id === "" || this.people.size === 0 || this.people.has(id)) return id;
		const guess = guessed(didYouMean(id, [...this.people]));
		row.fault(column, "import.unknownPerson", { text: id, guess });
		return id;
	}
}

export function person(row: Row, known: Known): Person {
	const id = row.required("id");
	const phone = phoneIn(row);
	const [verifiedAt, changedAt] = [row.moment("verified"), row.moment("changed")];
	const title = row.given("title")?.slice(0, 40);
	return {
		id,
		name: row.required("name"),
		...defined({ title }),
		...post(row, known),
		...defined({ phone }),
		addresses: row.list("channels").flatMap((text) => address(row, text, phone) ?? []),
		...defined({ verifiedAt, changedAt }),
	};
}

/**
 * A telephone number in E.164; a short one stays as it is, for people to dial, and no gateway can. Undefined where
 * there is none or a fault.
 */
function phoneIn(row: Row): string | undefined {
	const text = row.given("phone");
	if (text === undefined) return undefined;
	const number = readPhone(text);
	if (typeof number === "string") return number;
	if (number.fault === "short") return text;
	row.fault("phone", "import.phone", { text, why: [whyNoPhone(number.fault)] });
	return undefined;
}

const whyNoPhone = (fault: PhoneFault) => phrase(`phone.${fault}`);

/** What a person is, where, from when until when. */
function post(row: Row, known: Known): Omit<Assignment, "person"> {
	const deputyOf = row.given("deputyOf");
	const condition = row.given("condition") && row.oneOf("condition", CONDITIONS);
	return {
		role: row.oneOf("role", ROLES),
		level: row.oneOf("level", known.levels),
		grids: known.codes(row),
		...defined({ deputyOf, condition: condition || undefined }),
		...row.validity(),
	};
}

export function assignment(row: Row, known: Known): Assignment {
	row.required("person");
	const person = known.person(row, "person");
	const made = post(row, known);
	known.person(row, "deputyOf");
	return { person, ...made };
}

/** As much as keeps a slip of the finger out; whether anybody is there the server says. */
const EMAIL = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:".]+$/;

/** A way to somebody: a channel alone, or with a name or address behind a colon. Undefined after a fault. */
function address(row: Row, text: string, phone: string | undefined): Address | undefined {
	const [, channel = "", given] = /^([^:：]*)(?:[:：](.*))?$/s.exec(text) ?? [];
	if (!isChannel(channel)) {
		const guess = guessed(didYouMean(channel, CHANNELS));
		row.fault("channels", "import.noChannel", { text: channel, guess, allowed: CHANNELS.join(", ") });
		return undefined;
	}
	if (channel === "webpush") return { channel, address: "" };
	if (traitsOf(channel).isTelephone) return byPhone(row, channel, given, phone);
	const name = (given ?? "").trim();
	if (name === "") row.fault("channels", "import.channelNeedsName", { text, channel });
	else if (channel === "email" && !EMAIL.test(name)) row.fault("channels", "import.noEmail", { text: name });
	else return { channel, address: name };
	return undefined;
}

function byPhone(row: Row, channel: string, given: string | undefined, phone: string | undefined): Address | undefined {
	const number = given ?? phone;
	if (number === undefined) {
		// of a number that is wrong enough has been said
		if (row.given("phone") === undefined) row.fault("channels", "import.channelNeedsPhone", { channel });
		return undefined;
	}
	const read = readPhone(number);
	if (typeof read === "string") return { channel, address: read };
	const text = given === undefined ? channel : `${channel}:${given}`;
	row.fault("channels", "import.channelPhone", { text, number, why: [whyNoPhone(read.fault)] });
	return undefined;
}

export function team(row: Row, known: Known): Team {
	return {
		id: row.required("id"),
		name: row.required("name"),
		tier: row.oneOf("tier", TIERS),
		base: row.position(),
		grids: known.codes(row),
		leader: known.person(row, "leader"),
		strength: row.number("strength", 0, 10_000),
		...row.validity(),
	};
}

export function shift(row: Row, known: Known): Shift {
	const post = row.required("post");
	postFaults(row, post, known);
	const { from = 0, to = 0 } = row.validity();
	for (const column of ["from", "to"]) if (row.text(column) === "") row.fault(column, "import.empty");
	row.required("person");
	const kind = row.given("kind") === undefined ? "shift" : row.oneOf("kind", ["shift", "override"]);
	return { post, person: known.person(row, "person"), from, to, kind };
}

/** A post of a roster is a role of an area, in somebody's place, or heads a team. */
function postFaults(row: Row, post: string, known: Known): void {
	const [, kind, who = ""] = /^(for|team):(.+)$/.exec(post) ?? [];
	const role = ROLES.find((r) => post.startsWith(`${r}@`));
	if (kind === "for") known.person(row, "post", who);
	else if (kind === "team" && !known.teams.has(who)) row.fault("post", "import.noTeam", { text: who });
	else if (kind === undefined && role !== undefined) known.area(row, "post", post.slice(role.length + 1));
	else if (kind === undefined) row.fault("post", "import.noPost", { text: post, roles: ROLES.join(", ") });
}

export function unit(row: Row, known: Known): AdminUnit {
	return { code: row.required("code"), name: row.required("name"), level: row.oneOf("level", known.levels) };
}

export function place(row: Row): KnownPlace {
	return {
		id: row.required("id"),
		kind: row.oneOf("kind", PLACE_KINDS),
		name: row.required("name"),
		position: row.position(),
		...defined({ owner: row.given("owner") }),
		...row.validity(),
	};
}

export function order(row: Row, known: Known): Order {
	const { from, to } = row.validity();
	if (from === undefined || to === undefined) row.fault("from, to", "import.orderNeedsSpan");
	const radiusM = row.number("radiusM", 1, 100_000);
	return {
		id: row.required("id"),
		kind: row.oneOf("kind", ORDER_KINDS),
		grids: known.codes(row, { isNeeded: radiusM === undefined }),
		...(radiusM === undefined ? {} : { around: { position: row.position(), radiusM } }),
		from: from ?? 0,
		to: to ?? 0,
		document: row.required("document"),
	};
}

export function card(row: Row, known: Known): ResponseCard {
	const [grid = ""] = known.codes(row, { column: "grid" });
	const text = (column: string) => row.text(column);
	return {
		grid,
		access: text("access"),
		water: text("water"),
		key: text("key"),
		hazards: text("hazards"),
		notes: text("notes"),
	};
}
