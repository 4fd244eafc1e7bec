import { defined } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { type Language, phrase } from "../../base/say.ts";
import { covers, holds, type Person, type Register } from "../../model/register.ts";
import type { Editor, EditResult, RowEdit, Table } from "../../model/register-edit.ts";
import type { Where } from "../../model/report.ts";
import type { DryRun, Finding, PersonPage, RegisterEdits, RegisterPreview, RegisterRows } from "./schemas.ts";

/** What the pages ask of the register, and change of it. */
export interface RegisterBackend {
	/** A table in force; of whoever is for some areas, the rows of those. */
	rows(table: Table, areas: readonly string[]): RegisterRows;
	/** The same as a file. */
	file(table: Table, areas: readonly string[], words?: Language): { name: string; text: string };
	/** What is in force. */
	inForce(): Register;
	/** Of whoever is for some areas, what was changed of those. */
	edits(areas: readonly string[]): RegisterEdits;
	/** In force when it resolves with the edit's number. */
	change(edits: readonly RowEdit[], by: Editor, note: string): Promise<EditResult>;
	undo(n: number, by: Editor): Promise<EditResult>;
	settle(table: Table, key: string, take: "file" | "edit", by: Editor): Promise<EditResult>;
	/** The file of whoever is for some areas takes the place of the rows of those alone. */
	preview(
		table: Table,
		file: { name: string; bytes: Buffer; isPart?: boolean },
		areas: readonly string[],
	): Promise<RegisterPreview>;
	findings(areas: readonly string[]): Promise<Finding[]>;
	/** Undefined where there is no such grid. */
	dryRun(question: { where: Where; at: number; confirmedAfterMin?: number | undefined }): Promise<DryRun | undefined>;
	/** Undefined where there is nobody of that id. */
	person(id: string): Promise<PersonPage | undefined>;
}

/** Who would be told, with names. Without a phone that is enrolled (`phones`: whose are) Web Push reaches nobody. */
export function dryRunView(
	{ people }: Register,
	phones: ReadonlySet<string>,
	{
		told,
		...run
	}: { told: { personId: string; afterS: number; task: string; channels: string[] }[] } & Pick<
		DryRun,
		"grids" | "missing"
	>,
): DryRun {
	const byId = new Map(people.map((p) => [p.id, p]));
	const named = told.flatMap((line) => {
		const person = byId.get(line.personId);
		if (!person) return [];
		const { name, title, role, level, phone, grids, deputyOf } = person;
		const own = level === "village" ? run.grids.find(({ code }) => covers(grids, code)) : undefined;
		const isMute = (channel: string) => channel === "webpush" && !phones.has(line.personId);
		const [channels, mute] = [line.channels.filter((c) => !isMute(c)), line.channels.filter(isMute)];
		const isDeputy = deputyOf === undefined ? undefined : true;
		return [{ ...line, channels, mute, name, role, level, ...defined({ title, phone, grid: own?.code, isDeputy }) }];
	});
	return { ...run, told: named };
}

/** People whose only channel is Web Push, and of whom no phone is enrolled: what the register says reaches nobody. */
export function withoutPhone({ people }: Register, phones: ReadonlySet<string>, now: number): Finding[] {
	const isMute = (p: Person) =>
		holds(p, now) && p.addresses.length > 0 && p.addresses.every((a) => a.channel === "webpush") && !phones.has(p.id);
	return people
		.filter(isMute)
		.map(({ id, name }) => ({ kind: "unreachable", what: id, from: now, detail: phrase("check.noPhone", { name }) }));
}

/** What is known of how a person is reached beside the register. */
export interface Reached {
	phones: { device: string; createdAt: number }[];
	heardAt: number | undefined;
}

/** A person's own post, with the days of it that matter now. */
export function postView({ id, title, role, level, grids, deputyOf, from, to }: Person, now: number) {
	const days = {
		startsAt: from !== undefined && from > now ? from : undefined,
		endsAt: to !== undefined && to > now ? to : undefined,
		leftAt: to !== undefined && to <= now ? to : undefined,
	};
	return {
		id,
		role,
		level,
		grids,
		...defined({ title, isDeputy: deputyOf === undefined ? undefined : true, ...days }),
	};
}

export function personView(register: Register, id: string, reached: Reached, now: number): PersonPage | undefined {
	const person = register.people.find((p) => p.id === id);
	if (!person) return undefined;
	const { name, title, phone, addresses, verifiedAt } = person;
	const held = [person, ...register.assignments.filter((a) => a.person === id)];
	return {
		id,
		name,
		...defined({ title, phone, verifiedAt, heardAt: reached.heardAt }),
		posts: held.map(({ role, level, grids, from, to, deputyOf }) => {
			const isDeputy = deputyOf === undefined ? undefined : true;
			return { role, level, grids, ...defined({ from, to, isDeputy }) };
		}),
		channels: addresses.map(({ channel, address }) => ({ channel, address })),
		phones: reached.phones.map(({ device, createdAt }) => ({ device, since: createdAt })),
		shifts: register.shifts
			.filter((s) => s.person === id && s.to > now)
			.toSorted((a, b) => a.from - b.from)
			.slice(0, MOST_SHIFTS)
			.map(({ post, from, to }) => ({ post, from, to })),
	};
}

const MOST_SHIFTS = 30;

/** What a file would change; a refusal of the file as what is wrong with it. */
export async function previewView(
	preview: Promise<RegisterPreview["changes"]>,
	faultsOf: (error: unknown) => readonly Phrase[] | undefined,
): Promise<RegisterPreview> {
	try {
		return { changes: await preview, faults: [] };
	} catch (error) {
		const faults = faultsOf(error);
		if (!faults) throw error;
		return { changes: [], faults: [...faults] };
	}
}
