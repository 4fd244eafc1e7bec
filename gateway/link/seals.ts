import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { Log } from "../ops/log/log.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { Ledger } from "../store/ledger.ts";
import { openIdentity } from "./identity.ts";
import { CENTRE, type Seals } from "./lines.ts";
import { type Heard, type Identity, Opener, Sealer } from "./seal.ts";
import type { LinkSettings } from "./settings.ts";

/** What was heard goes to the disk within this: what a crash forgets the judge has seen, and judges once. */
const KEEP_MS = 1_000;

/** The seals of this gateway; `service` keeps what was heard, `fault` says why it cannot sign. */
export type GatewaySeals = Seals & { fault?: unknown; service: Service };

/**
 * How a gateway signs what it says to the other end, and knows what that end says. Where its own key cannot be read it
 * says everything unsigned: fires are shown there all the same, and `fault` names the file.
 */
export async function buildSeals(
	config: LinkSettings,
	dataDir: string,
	deps: { accounts: AccountStore; ledger: Ledger; clock: Clock; log: Log },
): Promise<GatewaySeals> {
	const { accounts, ledger, clock, log } = deps;
	const keys = {
		...config.centre?.keys,
		...(config.reach.centre?.key === undefined ? {} : { [CENTRE]: config.reach.centre.key }),
	};
	let identity: Identity | undefined;
	let fault: unknown;
	if (config.centre || config.reach.centre) {
		try {
			identity = await openIdentity(dataDir, config.tower.id, clock.now());
		} catch (error) {
			fault = error;
		}
	}
	const sealer = identity && new Sealer(identity);
	const store = heardStore(accounts, clock, log);
	return {
		seal: (topic, body) => (sealer ? sealer.seal(topic, body) : Promise.resolve(JSON.stringify(body))),
		opener: new Opener(keys, store),
		service: { start: async () => {}, stop: store.keep },
		onEpoch: (name) => {
			log.info({ of: name }, "the other end of the line has restarted");
			const entry = { at: clock.now(), incidentId: "", what: "epoch" as const, who: name, detail: {} };
			ledger
				.append([entry])
				.catch((err) => log.error({ err }, "a restart of the other end could not be written to the ledger"));
		},
		fault,
	};
}

function heardStore(accounts: AccountStore, clock: Clock, log: Log) {
	const key = (topic: string) => `heard:${topic}`;
	const fresh = new Map<string, Heard>();
	let timer: Timer | undefined;
	const keep = async () => {
		timer?.cancel();
		timer = undefined;
		const taken = [...fresh];
		fresh.clear();
		for (const [topic, heard] of taken) {
			await accounts
				.setSetting(key(topic), JSON.stringify(heard))
				.catch((err) => log.error({ err }, "what was heard of the line cannot be kept"));
		}
	};
	return {
		keep,
		get: async (topic: string): Promise<Heard | undefined> => {
			const kept = await accounts.setting(key(topic));
			return kept === undefined ? undefined : (JSON.parse(kept) as Heard);
		},
		set: (topic: string, heard: Heard) => {
			timer ??= clock.after("line.heard", KEEP_MS, () => void keep());
			fresh.set(topic, heard);
		},
	};
}
