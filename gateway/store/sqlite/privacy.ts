import { omit } from "../../base/omit.ts";
import { isFileName } from "../../base/text.ts";
import type { Answer } from "../../model/answer.ts";
import type { Incident } from "../../model/incident.ts";
import type { PrivacyStore } from "../privacy.ts";
import type { Database, Row, SqlValue, Statement } from "./database.ts";
import { bodyOf, incidentIn } from "./incident-body.ts";
import { SqliteLedger } from "./ledger.ts";
import { editsWithout, SqliteRegisterEditStore } from "./register-edits.ts";

/** What is left where a name, number or place has been erased. */
const ERASED = "erased";

/**
 * Telephone numbers, names, positions and photos of people: erased on request or after their time. The ledger's chain
 * stays whole.
 */
export class SqlitePrivacyStore implements PrivacyStore {
	readonly #db: Database;
	readonly #ledger: SqliteLedger;

	constructor(db: Database) {
		this.#db = db;
		this.#ledger = new SqliteLedger(db);
	}

	/** Whether anything is kept of a person. */
	async knows(personId: string): Promise<boolean> {
		const places = ["outbox", "personal", "subscription", "link", "enrolment"].map(
			(t) => `SELECT 1 AS x FROM ${t} WHERE person=?1`,
		);
		const named = "SELECT 1 AS x FROM incident WHERE instr(body, ?2) > 0";
		const edited =
			"SELECT 1 AS x FROM register_edit, json_each(changes) AS c " +
			"WHERE json_extract(c.value, '$.key')=?1 AND json_extract(c.value, '$.table')='people'";
		return (
			(await this.#db.get(`${[...places, named, edited].join(" UNION ALL ")} LIMIT 1`, [
				personId,
				JSON.stringify({ personId }).slice(1, -1),
			])) !== undefined
		);
	}

	/**
	 * Erases what is kept of a person beside the ledger's chain: phones, links, addresses of messages, words and places
	 * beside the ledger, reports and name in incidents, edits of the register. Answers with the names of pictures that
	 * are to be deleted. That it was done, when and by whom stands in the ledger.
	 */
	async forget(personId: string, by: string, now: number): Promise<string[]> {
		const { statements, pictures } = await this.#incidents((i) => withoutPerson(i, personId));
		const beside = await this.#db.all(`SELECT ${PICTURE} AS picture FROM personal WHERE person=?`, [personId]);
		await this.#ledger.write(
			[
				...statements,
				...editsWithout(await new SqliteRegisterEditStore(this.#db).all(), personId),
				{ sql: "DELETE FROM personal WHERE person=?", params: [personId] },
				{ sql: "DELETE FROM subscription WHERE person=?", params: [personId] },
				{ sql: "DELETE FROM enrolment WHERE person=?", params: [personId] },
				{ sql: "DELETE FROM link WHERE person=?", params: [personId] },
				{
					sql: "UPDATE outbox SET address=?, key=id, state=CASE WHEN state IN ('queued','trying') THEN 'stopped' ELSE state END WHERE person=?",
					params: [ERASED, personId],
				},
			],
			[{ at: now, incidentId: "", what: "forgotten", who: by, detail: { personId } }],
		);
		return [...new Set([...pictures, ...picturesIn(beside)])];
	}

	/**
	 * Erases numbers, positions, photos and words older than a time, ms since 1970, and younger than `after`, up to which
	 * it was done before; a page at a time. Answers with pictures to be deleted, and with the time up to which it is done
	 * now.
	 */
	async retain(before: number, after = 0): Promise<{ pictures: string[]; doneUntil: number }> {
		const pages = this.#pages((i) => withoutReports(i), "changed_at>=? AND changed_at<?", [after, before]);
		const pictures = new Set<string>();
		for await (const page of pages) {
			await this.#db.write(page.statements);
			for (const picture of page.pictures) pictures.add(picture);
		}
		// of an incident that has become a short row, the ledger's words alone still name what people sent
		for (const erase of ERASE) for (const picture of await this.#erase(erase, before)) pictures.add(picture);
		return { pictures: [...pictures], doneUntil: before };
	}

	/** Erases rows older than a time, a page at a time; the pictures that they name. */
	async #erase({ rows, change }: (typeof ERASE)[number], before: number): Promise<string[]> {
		const pictures: string[] = [];
		for (;;) {
			const found = await this.#db.all(`${rows} LIMIT ?`, [before, PAGE * 10]);
			const keys = found.map((r) => String(r["k"]));
			if (keys.length > 0)
				await this.#db.write([{ sql: `${change} (${keys.map(() => "?").join(",")})`, params: keys }]);
			pictures.push(...picturesIn(found));
			if (keys.length < PAGE * 10) return pictures;
		}
	}

	async #incidents(change: (incident: Incident) => Incident): Promise<{ statements: Statement[]; pictures: string[] }> {
		const all: { statements: Statement[]; pictures: string[] } = { statements: [], pictures: [] };
		for await (const page of this.#pages(change, "changed_at>=0", [])) {
			all.statements.push(...page.statements);
			all.pictures.push(...page.pictures);
		}
		return all;
	}

	/** What a change makes of whole incidents, a few of them in memory at a time. */
	async *#pages(
		change: (incident: Incident) => Incident,
		where: string,
		params: SqlValue[],
	): AsyncGenerator<{ statements: Statement[]; pictures: string[] }> {
		const ids = await this.#db.all(
			`SELECT id FROM incident INDEXED BY incident_personal WHERE whole=1 AND ${where}`,
			params,
		);
		for (let at = 0; at < ids.length; at += PAGE) {
			const page = ids.slice(at, at + PAGE).map((r) => String(r["id"]));
			const rows = await this.#db.all(
				`SELECT id, body FROM incident WHERE id IN (${page.map(() => "?").join(",")})`,
				page,
			);
			yield changesIn(rows, change);
		}
	}
}

/** Incidents read at a time: a wedge of points is 28 KB. */
const PAGE = 50;

/** The picture that a row of words beside the ledger names. */
const PICTURE = "json_extract(body, '$.picture')";

/** Names of pictures in the column `picture`; what is no name of a file is none. */
function picturesIn(rows: Row[]): string[] {
	return rows.flatMap(({ picture }) => (typeof picture === "string" && isFileName(picture) ? [picture] : []));
}

const ERASE = [
	{
		rows: `SELECT hash AS k, ${PICTURE} AS picture FROM personal WHERE at<?`,
		change: "DELETE FROM personal WHERE hash IN",
	},
	{
		rows: `SELECT id AS k FROM outbox INDEXED BY outbox_created WHERE person IS NOT NULL AND address<>'erased' AND created_at<?`,
		change: `UPDATE outbox SET address='${ERASED}', key=id WHERE id IN`,
	},
];

function changesIn(
	rows: Row[],
	change: (incident: Incident) => Incident,
): { statements: Statement[]; pictures: string[] } {
	const statements: Statement[] = [];
	const pictures: string[] = [];
	for (const row of rows) {
		const incident = incidentIn(row);
		const changed = change(incident);
		const body = bodyOf(changed);
		if (body === bodyOf(incident)) continue;
		statements.push({ sql: "UPDATE incident SET body=? WHERE id=?", params: [body, String(row["id"])] });
		const left = new Set(changed.reports?.map((r) => r.picture));
		pictures.push(
			...(incident.reports ?? []).flatMap((r) =>
				r.picture && isFileName(r.picture) && !left.has(r.picture) ? [r.picture] : [],
			),
		);
	}
	return { statements, pictures };
}

function endingWithout(
	{ answer, before = [], ...rest }: NonNullable<Incident["ending"]>,
	personId: string,
): NonNullable<Incident["ending"]> {
	const said = answer.personId === personId ? bareWord(answer) : answer;
	return { ...rest, answer: said, before: before.map((i) => (i.personId === personId ? { ...i, name: ERASED } : i)) };
}

function withoutPerson(incident: Incident, personId: string): Incident {
	const { finalAnswer, involved, reports, tasks, ending } = incident;
	const own = [...(tasks ?? []), ...(ending ? [ending.answer, ...(ending.before ?? [])] : [])];
	const named =
		own.some((o) => o.personId === personId) ||
		involved.some((i) => i.personId === personId) ||
		reports?.some((r) => r.personId === personId) ||
		finalAnswer?.personId === personId;
	if (!named) return incident;
	return {
		...incident,
		involved: involved.map((i) => (i.personId === personId ? { ...i, name: ERASED } : i)),
		...(reports
			? { reports: reports.map((r) => (r.personId === personId ? { personId, at: r.at, what: r.what } : r)) }
			: {}),
		...(finalAnswer?.personId === personId ? { finalAnswer: bareWord(finalAnswer) } : {}),
		...(tasks ? { tasks: tasks.map((t) => (t.personId === personId ? { ...t, name: ERASED } : t)) } : {}),
		...(ending ? { ending: endingWithout(ending, personId) } : {}),
	};
}

function withoutReports(incident: Incident): Incident {
	const { finalAnswer, reports, evidence } = incident;
	const said = evidence.some((e) => e.note !== undefined) || (finalAnswer && finalAnswer.personName !== ERASED);
	if (!said && !reports?.some((r) => r.position || r.picture || r.note)) return incident;
	return {
		...incident,
		evidence: evidence.map((e) => omit(e, "note")),
		...(reports ? { reports: reports.map(({ personId, at, what }) => ({ personId, at, what })) } : {}),
		...(finalAnswer ? { finalAnswer: bareWord(finalAnswer) } : {}),
	};
}

/** The word that ended it, without what belongs to whoever said it. */
function bareWord({ id, incidentId, personId, answer, at, cause, rekindled }: Answer): Answer {
	const known = { cause, rekindled };
	return { id, incidentId, personId, personName: ERASED, answer, at, ...known };
}
