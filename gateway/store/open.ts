import { join } from "node:path";
import type { Random } from "../base/random.ts";
import type { AccountStore } from "./accounts.ts";
import type { LinkStore } from "./answer-links.ts";
import type { AverageStore } from "./averages.ts";
import type { CapStore } from "./cap.ts";
import type { CommandStore } from "./commands.ts";
import type { IncidentList } from "./incident-list.ts";
import type { JudgementStore } from "./judgement.ts";
import type { MessageStore } from "./messages.ts";
import type { OutboxStore } from "./outbox.ts";
import type { PrivacyStore } from "./privacy.ts";
import type { RegisterEditStore } from "./register-edits.ts";
import type { Retention } from "./retention.ts";
import type { RulingStore } from "./rulings.ts";
import { SqliteAccountStore } from "./sqlite/accounts.ts";
import { SqliteLinkStore } from "./sqlite/answer-links.ts";
import { SqliteAverageStore } from "./sqlite/averages.ts";
import { SqliteCapStore } from "./sqlite/cap.ts";
import { SqliteCommandStore } from "./sqlite/commands.ts";
import { Database } from "./sqlite/database.ts";
import { SqliteIncidentList } from "./sqlite/incident-list.ts";
import { SqliteJudgementStore } from "./sqlite/judgement.ts";
import { SqliteMessageStore } from "./sqlite/messages.ts";
import { SqliteOutboxStore } from "./sqlite/outbox.ts";
import { SqlitePrivacyStore } from "./sqlite/privacy.ts";
import { SqliteRegisterEditStore } from "./sqlite/register-edits.ts";
import { SqliteRetention } from "./sqlite/retention.ts";
import { SqliteRulingStore } from "./sqlite/rulings.ts";
import { SqliteUserStore } from "./sqlite/users.ts";
import type { UserStore } from "./users.ts";

/** Everything that is kept, a store for each group of tables. */
export interface Stores {
	accounts: AccountStore;
	averages: AverageStore;
	cap: CapStore;
	commands: CommandStore;
	incidentList: IncidentList;
	judgements: JudgementStore;
	/** Links that are drawn by lot; `secret` is this gateway's own. */
	links: (secret: string, random: Random) => LinkStore;
	messages: MessageStore;
	outbox: OutboxStore;
	privacy: PrivacyStore;
	registerEdits: RegisterEditStore;
	retention: Retention;
	rulings: RulingStore;
	users: UserStore;
}

/** Where a gateway keeps its store, by its data folder. */
export function storeFile(dataDir: string): string {
	return join(dataDir, "lookout.db");
}

/** The stores of an open database. */
export function storesOf(db: Database): Stores {
	return {
		accounts: new SqliteAccountStore(db),
		averages: new SqliteAverageStore(db),
		cap: new SqliteCapStore(db),
		commands: new SqliteCommandStore(db),
		incidentList: new SqliteIncidentList(db),
		judgements: new SqliteJudgementStore(db),
		links: (secret, random) => new SqliteLinkStore(db, secret, random),
		messages: new SqliteMessageStore(db),
		outbox: new SqliteOutboxStore(db),
		privacy: new SqlitePrivacyStore(db),
		registerEdits: new SqliteRegisterEditStore(db),
		retention: new SqliteRetention(db),
		rulings: new SqliteRulingStore(db),
		users: new SqliteUserStore(db),
	};
}

/** A gateway's store, for commands that read it beside a gateway that may be running. Close `db` after use. */
export async function openStores(file: string): Promise<Stores & { db: Database }> {
	const db = await Database.open(file);
	return { ...storesOf(db), db };
}
