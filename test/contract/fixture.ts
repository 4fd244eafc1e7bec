import { afterEach, beforeEach, describe } from "vitest";
import type { RowCode } from "../../gateway/base/say.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { LedgerEntry } from "../../gateway/model/ledger.ts";
import type { Judgement } from "../../gateway/store/judgement.ts";
import type { Stores } from "../../gateway/store/open.ts";

/** A store that was opened for one test. `reopen` closes it and opens what it has kept, as a restart does. */
export interface OpenedStores {
	stores: Stores;
	reopen: () => Promise<Stores>;
	close: () => Promise<void>;
}

/** The stores of the test that runs. */
export interface Own {
	stores: Stores;
	/** As after a restart. */
	reopen: () => Promise<void>;
}

/** Tests of which each has stores of its own, opened anew. */
export function withStores(name: string, open: () => Promise<OpenedStores>, define: (own: Own) => void): void {
	describe(name, () => {
		let opened: OpenedStores;
		const own = {
			reopen: async () => {
				own.stores = await opened.reopen();
			},
		} as Own;
		beforeEach(async () => {
			opened = await open();
			own.stores = opened.stores;
		});
		afterEach(() => opened.close());
		define(own);
	});
}

export const T0 = Date.UTC(2026, 3, 5, 6);
export const DAY_MS = 86_400_000;

export const incident = (id: string, extra: Partial<Incident> = {}): Incident => ({
	id,
	kind: "fire",
	status: "actual",
	state: "detected",
	openedAt: T0,
	changedAt: T0,
	decisiveAt: T0,
	firstSeenAt: T0,
	evidence: [],
	place: { method: "none", points: [] },
	grids: [],
	missing: [],
	involved: [],
	ladder: { plan: [], stepsForward: 0, why: [], verify: { done: [], rounds: 0 }, suppress: { done: [], rounds: 0 } },
	sources: ["cam1"],
	registerVersion: "v",
	...extra,
});

export const judgement = (eventId: string, extra: Partial<Judgement> = {}): Judgement => ({
	eventId,
	at: T0,
	incidents: [],
	ledger: [],
	deliveries: [],
	stops: [],
	...extra,
});

export const entry = (what: RowCode, extra: Partial<LedgerEntry> = {}): LedgerEntry => ({
	at: T0,
	incidentId: "FF-1",
	what,
	who: "rule",
	detail: {},
	...extra,
});
