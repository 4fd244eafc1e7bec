import { type Words, word } from "../i18n.ts";
import type { Table } from "./register.ts";

/** A post of a roster in words: the role and its area, in whose place, or of which team. */
export function postName(w: Words, post: string, nameOf: (id: string) => string): string {
	const [, kind, who = ""] = /^(for|team):(.+)$/.exec(post) ?? [];
	if (kind === "for") return w.rosterPage.posts.for.replace("{name}", nameOf(who));
	if (kind === "team") return w.rosterPage.posts.team.replace("{name}", who);
	const [role = "", area = ""] = post.split("@");
	return `${word(w.roles, role)} ${nameOf(area)}`;
}

/** The words that a column of a table holds codes of; undefined where it holds none. */
export function codesOf(w: Words, table: Table, column: string): Record<string, string> | undefined {
	const names: Record<string, Record<string, string>> = {
		role: w.roles,
		level: w.levels,
		tier: w.tiers,
		condition: w.registerPage.conditions,
	};
	const kinds: Partial<Record<Table, Record<string, string>>> = {
		places: w.registerPage.placeKinds,
		orders: w.registerPage.orderKinds,
		roster: w.rosterPage.kinds,
	};
	return column === "kind" ? kinds[table] : names[column];
}

/** Columns that name somebody of the register. */
export const PERSON_COLUMNS = ["person", "leader", "deputyOf"];

function channelName(w: Words, text: string): string {
	const [channel = "", ...address] = text.split(":");
	return [word(w.channels, channel), ...address].join(" ");
}

/** A cell as people read it: names for codes and ids, times without what every one of them has. */
export function cellText(
	w: Words,
	table: Table,
	[column, text]: [string, string],
	nameOf: (id: string) => string,
): string {
	const codes = codesOf(w, table, column);
	if (codes) return word(codes, text);
	if (PERSON_COLUMNS.includes(column)) return nameOf(text);
	if (column === "channels")
		return text
			.split(";")
			.map((c) => channelName(w, c))
			.join("、");
	if (column === "post") return postName(w, text, nameOf);
	const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?[+-]\d\d:\d\d$/.exec(text) ?? [];
	if (day === undefined) return text;
	return time === "00:00" ? day : `${day} ${time}`;
}
