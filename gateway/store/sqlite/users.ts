import { defined } from "../../base/omit.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { ApiToken, AuditRow, DutyShift, Right, User, UserRole } from "../../model/user.ts";
import type { UserStore } from "../users.ts";
import type { Database, Row } from "./database.ts";
import { type Read, SqliteLedger } from "./ledger.ts";

/** The link of the first administrator, who has no id yet. */
const NOBODY = "";
const SAME_LOGIN = "SELECT 1 FROM user WHERE login=? COLLATE NOCASE AND id<>?";

export class SqliteUserStore implements UserStore {
	readonly #db: Database;
	readonly #ledger: SqliteLedger;

	constructor(db: Database) {
		this.#db = db;
		this.#ledger = new SqliteLedger(db);
	}

	async users(): Promise<User[]> {
		return (await this.#db.all("SELECT * FROM user ORDER BY name, login")).map(user);
	}

	user(id: string): Promise<User | undefined> {
		return this.#one("id=?", id);
	}

	byLogin(login: string): Promise<User | undefined> {
		return this.#one("login=? COLLATE NOCASE", login);
	}

	bySubject(subject: string): Promise<User | undefined> {
		return this.#one("subject=?", subject);
	}

	async #one(where: string, param: string): Promise<User | undefined> {
		const row = await this.#db.get(`SELECT * FROM user WHERE ${where}`, [param]);
		return row && user(row);
	}

	add(u: User, entry: LedgerEntry): Promise<boolean> {
		const sql = `INSERT INTO user (${COLUMNS.join(",")}) VALUES (${COLUMNS.map(() => "?").join(",")})`;
		const isFree = async (read: Read) => !(await read(SAME_LOGIN, [u.login, u.id]));
		return this.#ledger.writeIf(isFree, [{ sql, params: row(u) }], [entry]);
	}

	change(u: User, entry: LedgerEntry): Promise<boolean> {
		const [, ...columns] = COLUMNS;
		const [, ...values] = row({ ...u, version: u.version + 1 });
		const sql = `UPDATE user SET ${columns.map((c) => `${c}=?`).join(",")} WHERE id=?`;
		const isAsItWas = async (read: Read) =>
			(await read("SELECT 1 FROM user WHERE id=? AND version=?", [u.id, u.version])) !== undefined &&
			!(await read(SAME_LOGIN, [u.login, u.id]));
		return this.#ledger.writeIf(isAsItWas, [{ sql, params: [...values, u.id] }], [entry]);
	}

	async setPassword(id: string, password: string | undefined, entry: LedgerEntry): Promise<void> {
		const sql = "UPDATE user SET password=?, version=version+1 WHERE id=?";
		await this.#ledger.write([{ sql, params: [password ?? null, id] }], [entry]);
	}

	takeTotpStep(id: string, step: number): Promise<boolean> {
		const isFresh = async (read: Read) =>
			(await read("SELECT 1 FROM user WHERE id=? AND totp_step<?", [id, step])) !== undefined;
		return this.#ledger.writeIf(isFresh, [{ sql: "UPDATE user SET totp_step=? WHERE id=?", params: [step, id] }]);
	}

	async addLink(tokenHash: string, userId: string | undefined, expiresAt: number): Promise<void> {
		await this.#db.write([
			{ sql: "DELETE FROM user_link WHERE user=?", params: [userId ?? NOBODY] },
			{ sql: "INSERT INTO user_link VALUES (?,?,?)", params: [tokenHash, userId ?? NOBODY, expiresAt] },
		]);
	}

	async link(tokenHash: string, now: number): Promise<{ userId?: string } | undefined> {
		const found = await this.#db.get("SELECT user FROM user_link WHERE token_hash=? AND expires_at>?", [
			tokenHash,
			now,
		]);
		if (!found) return undefined;
		return found["user"] === NOBODY ? {} : { userId: String(found["user"]) };
	}

	takeLink(tokenHash: string): Promise<boolean> {
		const isThere = async (read: Read) =>
			(await read("SELECT 1 FROM user_link WHERE token_hash=?", [tokenHash])) !== undefined;
		return this.#ledger.writeIf(isThere, [{ sql: "DELETE FROM user_link WHERE token_hash=?", params: [tokenHash] }]);
	}

	async addToken(tokenHash: string, t: ApiToken, entry: LedgerEntry): Promise<void> {
		const { id, name, rights, areas, createdBy, createdAt, endsAt } = t;
		const params = [tokenHash, id, name, JSON.stringify(rights), JSON.stringify(areas), createdBy, createdAt, endsAt];
		await this.#ledger.write([{ sql: "INSERT INTO token VALUES (?,?,?,?,?,?,?,?)", params }], [entry]);
	}

	async tokens(now: number): Promise<ApiToken[]> {
		return (await this.#db.all("SELECT * FROM token WHERE ends_at>? ORDER BY created_at", [now])).map(token);
	}

	async token(tokenHash: string, now: number): Promise<ApiToken | undefined> {
		const found = await this.#db.get("SELECT * FROM token WHERE token_hash=? AND ends_at>?", [tokenHash, now]);
		return found && token(found);
	}

	endToken(id: string, now: number, entry: LedgerEntry): Promise<boolean> {
		const holds = async (read: Read) =>
			(await read("SELECT 1 FROM token WHERE id=? AND ends_at>?", [id, now])) !== undefined;
		return this.#ledger.writeIf(holds, [{ sql: "UPDATE token SET ends_at=? WHERE id=?", params: [now, id] }], [entry]);
	}

	async shifts(ended: number): Promise<DutyShift[]> {
		const rows = [
			...(await this.#db.all("SELECT * FROM duty_shift WHERE ended_at IS NULL ORDER BY began_at DESC LIMIT 100")),
			...(await this.#db.all("SELECT * FROM duty_shift WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?", [
				ended,
			])),
		];
		return rows.map(shift);
	}

	async beginShift(s: DutyShift, entry: LedgerEntry): Promise<void> {
		const params = [s.id, s.userId, s.name, s.role, s.from];
		await this.#ledger.write([{ sql: "INSERT INTO duty_shift VALUES (?,?,?,?,?,NULL,NULL)", params }], [entry]);
	}

	endShift(id: string, at: number, note: string, entry: LedgerEntry): Promise<boolean> {
		const lasts = async (read: Read) =>
			(await read("SELECT 1 FROM duty_shift WHERE id=? AND ended_at IS NULL", [id])) !== undefined;
		const sql = "UPDATE duty_shift SET ended_at=?, note=? WHERE id=?";
		return this.#ledger.writeIf(lasts, [{ sql, params: [at, note, id] }], [entry]);
	}

	async addAudit({ at, who, name, what, of }: AuditRow): Promise<void> {
		await this.#db.write([
			{ sql: "INSERT INTO audit (at, who, name, what, target) VALUES (?,?,?,?,?)", params: [at, who, name, what, of] },
		]);
	}

	async audit(from: number, to: number, limit: number): Promise<AuditRow[]> {
		const sql = "SELECT * FROM audit WHERE at>=? AND at<? ORDER BY at DESC, n DESC LIMIT ?";
		return (await this.#db.all(sql, [from, to, limit])).map((r) => ({
			at: Number(r["at"]),
			who: String(r["who"]),
			name: String(r["name"]),
			what: String(r["what"]),
			of: String(r["target"]),
		}));
	}
}

const COLUMNS = [
	"id",
	"login",
	"name",
	"person",
	"roles",
	"areas",
	"password",
	"totp",
	"subject",
	"disabled_at",
	"created_at",
	"version",
] as const;

function row(u: User): (string | number | null)[] {
	const { id, login, name, personId, roles, areas, password, totp, subject, disabledAt, createdAt, version } = u;
	return [
		id,
		login,
		name,
		personId ?? null,
		JSON.stringify(roles),
		JSON.stringify(areas),
		password ?? null,
		totp ?? null,
		subject ?? null,
		disabledAt ?? null,
		createdAt,
		version,
	];
}

function user(r: Row): User {
	const text = (column: string) => (r[column] === null ? undefined : String(r[column]));
	return {
		id: String(r["id"]),
		login: String(r["login"]),
		name: String(r["name"]),
		roles: JSON.parse(String(r["roles"])) as UserRole[],
		areas: JSON.parse(String(r["areas"])) as string[],
		createdAt: Number(r["created_at"]),
		version: Number(r["version"]),
		...defined({
			personId: text("person"),
			password: text("password"),
			totp: text("totp"),
			subject: text("subject"),
			disabledAt: r["disabled_at"] === null ? undefined : Number(r["disabled_at"]),
		}),
	};
}

function token(r: Row): ApiToken {
	return {
		id: String(r["id"]),
		name: String(r["name"]),
		rights: JSON.parse(String(r["rights"])) as Right[],
		areas: JSON.parse(String(r["areas"])) as string[],
		createdBy: String(r["created_by"]),
		createdAt: Number(r["created_at"]),
		endsAt: Number(r["ends_at"]),
	};
}

function shift(r: Row): DutyShift {
	const over = r["ended_at"] === null ? {} : { to: Number(r["ended_at"]), note: String(r["note"]) };
	return {
		id: String(r["id"]),
		userId: String(r["user"]),
		name: String(r["name"]),
		role: String(r["role"]) as UserRole,
		from: Number(r["began_at"]),
		...over,
	};
}
