import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import { omit } from "../../base/omit.ts";
import type { Incident } from "../../model/incident.ts";
import type { IncidentFilter } from "../../model/incident-row.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { openStores } from "../open.ts";
import { MIGRATIONS } from "./migrations.ts";

const HOUR = 3_600_000;
const context = contextWith({
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village")],
});
const first = play([fire(45)], context);
const seed = first.incident as Incident;

let folder: string;
let stores: Awaited<ReturnType<typeof openStores>>;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-list-"));
	stores = await openStores(join(folder, "store.db"));
});
afterEach(async () => {
	await stores.db.close();
	rmSync(folder, { recursive: true });
});

let commits = 0;
const keep = (...incidents: Incident[]) =>
	stores.judgements.commit({
		eventId: `e${++commits}`,
		at: T0,
		incidents,
		ledger: [],
		deliveries: [],
		stops: [],
	});
const ids = async (filter: IncidentFilter, limit = 10) =>
	(await stores.incidentList.find(filter, limit)).map((r) => r.id);

describe("the list of all incidents", () => {
	it("finds by each thing that is asked for, and by all at once", async () => {
		const a: Incident = {
			...seed,
			id: "a",
			openedAt: T0,
			sources: ["east"],
			grids: [{ code: "500114104201-02", name: "二号", share: 1 }],
		};
		const b: Incident = {
			...seed,
			id: "b",
			openedAt: T0 + HOUR,
			state: "false",
			cause: "雾 100%",
			sources: ["report:周 丽#1"],
			grids: [{ code: "500115101201-01", name: "一号", share: 1 }],
			involved: [],
		};
		const c: Incident = { ...seed, id: "c", openedAt: T0 + 2 * HOUR, kind: "coverageLost", grids: [], involved: [] };
		await keep(a, b, c);
		expect(await ids({})).toEqual(["c", "b", "a"]);
		expect(await ids({ from: T0 + HOUR, to: T0 + 2 * HOUR })).toEqual(["b"]);
		expect(await ids({ kind: "fire" })).toEqual(["b", "a"]);
		expect(await ids({ states: ["false", "permitted"] })).toEqual(["b"]);
		expect(await ids({ area: "500114104" })).toEqual(["a"]);
		expect(await ids({ area: "114104" })).toEqual([]);
		expect(await ids({ source: "east" })).toEqual(["a"]);
		expect(await ids({ source: "eas" })).toEqual([]);
		expect(await ids({ source: "report:周 丽#1" })).toEqual(["b"]);
		expect(await ids({ person: "chief" })).toEqual(["a"]);
		expect(await ids({ text: "100%" })).toEqual(["b"]);
		expect(await ids({ text: "%" })).toEqual(["b"]);
		expect(await ids({ within: ["500115"] })).toEqual(["c", "b"]);
		expect(await ids({ kind: "fire", area: "5001", states: ["detected"] })).toEqual(["a"]);
		expect(await stores.incidentList.count({}, 2)).toBe(2);
		expect(await stores.incidentList.count({ kind: "fire" }, 100)).toBe(2);
	});

	it("finds by what is known of it, and all that are no fires", async () => {
		const known = {
			cause: "雾",
			confirmedAt: T0 + 60_000,
			reports: [{ personId: "chief", at: T0 + 90_000, what: "onScene" as const }],
		};
		await keep({ ...seed, id: "a", ...known }, { ...seed, id: "b" }, { ...seed, id: "c", kind: "coverageLost" });
		expect(await ids({ kind: "fault" })).toEqual(["c"]);
		expect(await ids({ has: "noCause", kind: "fire" })).toEqual(["b"]);
		for (const has of ["answer", "scene", "confirmed"] as const) expect(await ids({ has })).toEqual(["a"]);
	});

	it("goes on behind a row, also among those of one moment", async () => {
		await keep(...["a", "b", "c"].map((id): Incident => ({ ...seed, id })));
		const [newest] = await stores.incidentList.find({}, 1);
		const { id = "", openedAt = 0 } = newest ?? {};
		expect((await stores.incidentList.find({}, 10, { id, openedAt })).map((r) => r.id)).toEqual(["b", "a"]);
	});

	it("keeps when the first word came, whatever is said after it", async () => {
		const going = play([answer(first, "chief", "going", T0 + 60_000)], context, first.state);
		const there = play([answer(first, "chief", "onScene", T0 + 600_000)], context, going.state);
		for (const { incident } of [first, going, there]) if (incident) await keep(incident);
		const [row] = await stores.incidentList.find({}, 1);
		expect(row).toMatchObject({ answeredAt: T0 + 60_000, onSceneAt: T0 + 600_000, people: ["chief"] });
		expect(await ids({ slowerThanS: 60 })).toHaveLength(1);
		expect(await ids({ slowerThanS: 61 })).toEqual([]);
	});

	it("an older store's incidents are in it from the update on", async () => {
		const said = play([answer(first, "chief", "onScene", T0 + 60_000, { note: "有烟" })], context, first.state);
		await keep(said.incident as Incident);
		const [made] = await stores.incidentList.find({}, 1);
		await stores.db.write([{ sql: "DROP TABLE incident_row", params: [] }]);
		const later = MIGRATIONS.filter((sql) => sql.includes("TABLE incident_row")).flatMap((sql) => sql.split(";\n"));
		for (const sql of later.filter((s) => s.trim() !== "")) await stores.db.write([{ sql, params: [] }]);
		// when it was first seen was not kept in a row then
		expect(await stores.incidentList.find({}, 10)).toEqual([made && omit(made, "firstSeenAt")]);
	});
});
