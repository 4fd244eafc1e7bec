import { AccountStore } from "./accounts.ts";
import { CapStore } from "./cap.ts";
import { CommandStore } from "./commands.ts";
import { Database } from "./database.ts";
import { JudgementStore } from "./judgement.ts";
import { MessageStore } from "./messages.ts";
import { OutboxStore } from "./outbox.ts";
import { PrivacyStore } from "./privacy.ts";
import { Retention } from "./retention.ts";
import { RulingStore } from "./rulings.ts";

/** Everything that is kept, a store for each group of tables. */
export interface Stores {
	accounts: AccountStore;
	cap: CapStore;
	commands: CommandStore;
	judgements: JudgementStore;
	messages: MessageStore;
	outbox: OutboxStore;
	privacy: PrivacyStore;
	retention: Retention;
	rulings: RulingStore;
}

/** The stores of an open database. */
export function storesOf(db: Database): Stores {
	return {
		accounts: new AccountStore(db),
		cap: new CapStore(db),
		commands: new CommandStore(db),
		judgements: new JudgementStore(db),
		messages: new MessageStore(db),
		outbox: new OutboxStore(db),
		privacy: new PrivacyStore(db),
		retention: new Retention(db),
		rulings: new RulingStore(db),
	};
}

/** A gateway's store, for commands that read it beside a gateway that may be running. Close `db` after use. */
export async function openStores(file: string): Promise<Stores & { db: Database }> {
	const db = await Database.open(file);
	return { ...storesOf(db), db };
}
