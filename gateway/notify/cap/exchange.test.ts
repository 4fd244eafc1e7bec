import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextWith, grid, person } from "../../../test/harness/judging.ts";
import { ManualClock } from "../../base/clock.ts";
import { SystemRandom } from "../../base/random.ts";
import { say } from "../../base/say.ts";
import { judge } from "../../judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../../judge/judgement/state.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { createLog } from "../../ops/log/log.ts";
import { SqliteCapStore } from "../../store/sqlite/cap.ts";
import { Database } from "../../store/sqlite/database.ts";
import { CapExchange } from "./exchange.ts";

const CASES = join(import.meta.dirname, "../../../test/fixtures/cases");
const NOW = Date.parse("2026-11-25T19:05:00+08:00");
const options = { towerId: "t1", towerName: "塔", sender: "us@x.example", senderName: "我们", restriction: "r" };

describe("a neighbour's message", () => {
	let folder: string;
	let db: Database;
	let state: JudgeState;
	let desk: CapExchange;
	let clock: ManualClock;
	const register = {
		...EMPTY_REGISTER,
		version: "v",
		grids: [grid("A01")],
		people: [person("chief", "chief", "village")],
	};
	const context = contextWith(register);

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-cap-"));
		db = await Database.open(join(folder, "store.db"));
		state = EMPTY_STATE;
		clock = new ManualClock(NOW);
		desk = new CapExchange({
			options,
			store: new SqliteCapStore(db),
			context: () => context,
			base: () => "http://x",
			clock,
			random: new SystemRandom(),
			log: createLog("silent"),
			open: () => state.incidents,
			submit: async (event) => {
				state = judge(context, state, event, clock.now()).state;
			},
		});
	});
	afterEach(async () => {
		await db.close();
		rmSync(folder, { recursive: true });
	});

	interface Parts {
		id?: string;
		sender?: string;
		sent?: string;
		msgType?: string;
		references?: string;
		infos?: string[];
		status?: string;
	}
	const message = ({
		id = "1",
		sender = "n@x.example",
		sent = "2026-11-25T19:00:00+08:00",
		msgType = "Alert",
		references,
		infos = [info()],
		status = "Actual",
	}: Parts) =>
		`<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${id}</identifier><sender>${sender}</sender><sent>${sent}</sent><status>${status}</status><msgType>${msgType}</msgType><scope>Public</scope>${references === undefined ? "" : `<references>${references}</references>`}${infos.join("")}</alert>`;
	const info = (
		more: Partial<Record<"category" | "event" | "extra" | "urgency" | "certainty" | "area" | "times", string>> = {},
	) => {
		const {
			category = "Fire",
			event = "林火",
			extra = "",
			urgency = "Immediate",
			certainty = "Observed",
			times = "",
		} = more;
		const area = more.area ?? "<area><areaDesc>某村</areaDesc><circle>29.58,108.83 0.2</circle></area>";
		return `<info><category>${category}</category><event>${event}</event>${extra}<urgency>${urgency}</urgency><severity>Severe</severity><certainty>${certainty}</certainty>${times}${area}</info>`;
	};
	const circle = (at: string) => `<area><areaDesc>某村</areaDesc><circle>${at} 0.2</circle></area>`;
	/** What the desk reads, in English. */
	const intake = async (xml: string) => {
		const result = await desk.intake(xml);
		return "why" in result ? { ...result, why: say("en", result.why ?? "") } : result;
	};
	const fires = () => state.incidents.map((i) => `${i.evidence[0]?.sourceId} ${i.place.best?.lat.toFixed(2)}`);

	it("opens a fire for each place of each area of each info, and counts a place once", async () => {
		const polygon =
			"<area><areaDesc>x</areaDesc><polygon>29.3,108.3 29.3,108.31 29.31,108.31 29.3,108.3</polygon><polygon>29.9,108.3 29.9,108.31 29.91,108.31 29.9,108.3</polygon></area>";
		const english = info({ event: "forest fire", area: circle("29.58,108.83") });
		const taken = await desk.intake(
			message({ infos: [info(), english, info({ area: `${circle("29.1,108.9")}${polygon}` })] }),
		);
		expect(taken).toEqual({ taken: true, judged: true });
		expect(fires()).toHaveLength(4);
	});

	it("is known by sender and identifier: the same of another sender is another, of the same sender none", async () => {
		expect(await desk.intake(message({}))).toMatchObject({ taken: true, judged: true });
		expect(await desk.intake(message({}))).toMatchObject({
			taken: false,
			judged: false,
			why: "cap.takenBefore",
		});
		expect(
			await desk.intake(message({ sender: "b@x.example", infos: [info({ area: circle("29.2,108.2") })] })),
		).toMatchObject({ judged: true });
		expect(fires()).toHaveLength(2);
	});

	it.each<[string, Parts, RegExp]>([
		["of three days ago", { sent: "2026-11-22T18:00:00+08:00" }, /more than a day ago/],
		["of tomorrow", { sent: "2026-11-26T18:00:00+08:00" }, /holds from/],
		[
			"that holds from later on",
			{ infos: [info({ times: "<onset>2026-11-26T08:00:00+08:00</onset>" })] },
			/holds from/,
		],
		["that has expired", { infos: [info({ times: "<expires>2026-11-25T18:59:00+08:00</expires>" })] }, /expired/],
		["of fire danger", { infos: [info({ event: "森林火险红色预警" })] }, /warns of danger/],
		["of fire weather, in English", { infos: [info({ event: "Red Flag Warning" })] }, /warns of danger/],
		["of a fire that may come", { infos: [info({ urgency: "Future", certainty: "Possible" })] }, /warns of danger/],
		[
			"of half a province",
			{ infos: [info({ area: "<area><areaDesc>某省</areaDesc><circle>29.58,108.83 2000</circle></area>" })] },
			/too wide/,
		],
		["of an earthquake", { infos: [info({ category: "Geo", event: "地震" })] }, /tells of no fire/],
		["that is a test", { status: "Test" }, /status is Test/],
		["that only acknowledges", { msgType: "Ack", references: "us@x.example,1,2026-11-25T19:00:00+08:00" }, /type Ack/],
		[
			"without a place",
			{ infos: [info({ area: "<area><areaDesc>某县</areaDesc></area>" })] },
			/no place that is known here/,
		],
		[
			"of an end here of nothing",
			{ infos: [info({ extra: "<responseType>AllClear</responseType>", urgency: "Past" })] },
			/gives the all-clear for a fire that is not open/,
		],
	])("%s rings nobody, and is shown with the reason", async (_, parts, why) => {
		expect(await intake(message(parts))).toEqual({ taken: true, judged: false, why: expect.stringMatching(why) });
		expect(state.incidents).toEqual([]);
		expect(desk.notices).toHaveLength(1);
		expect(say("en", desk.notices[0]?.why ?? "")).toMatch(why);
	});

	it.each([
		["a time that there is not", message({ sent: "9999-99-99T99:99:99+08:00" })],
		[
			"a circle without end",
			message({ infos: [info({ area: "<area><areaDesc>x</areaDesc><circle>29.58,108.83 Infinity</circle></area>" })] }),
		],
	])("with %s is refused", async (_, xml) => {
		expect(await desk.intake(xml)).toHaveProperty("faults");
	});

	it("many at once ring ten fires, and one more a minute; the others are shown", async () => {
		const said = await Promise.all(
			Array.from({ length: 30 }, (_, n) =>
				desk.intake(message({ id: `m${n}`, infos: [info({ area: circle(`${29 + n / 20},108.83`) })] })),
			),
		);
		expect(said.filter((s) => "judged" in s && s.judged)).toHaveLength(10);
		expect(fires()).toHaveLength(10);
		expect(say("en", desk.notices[0]?.why ?? "")).toMatch(/too many/);
		clock.advance(60_000);
		expect(await desk.intake(message({ id: "later", infos: [info({ area: circle("29.33,108.1") })] }))).toMatchObject({
			judged: true,
		});
	});

	it("that names a code alone is where the grids of that code are", async () => {
		const own = contextWith({ ...register, grids: [{ ...grid("500114201"), code: "500114201" }] });
		const codes =
			"<area><areaDesc>某镇</areaDesc><geocode><valueName>GB2260</valueName><value>500114201</value></geocode></area>";
		const clock = new ManualClock(NOW);
		const other = new CapExchange({
			options,
			store: new SqliteCapStore(db),
			context: () => own,
			base: () => "http://x",
			clock,
			random: new SystemRandom(),
			log: createLog("silent"),
			open: () => state.incidents,
			submit: async (event) => {
				state = judge(own, state, event, NOW).state;
			},
		});
		expect(await other.intake(message({ infos: [info({ area: codes })] }))).toMatchObject({ judged: true });
		expect(state.incidents[0]?.grids[0]?.code).toBe("500114201");
	});

	it("own messages stand in the feed under their headline as it was written, or their event", async () => {
		const store = new SqliteCapStore(db);
		const row = { sent: NOW, origin: "own", saying: "" };
		const titled = info().replace("</certainty>", "</certainty><headline>林&amp;草 &lt;北坡&gt;</headline>");
		await store.add({ ...row, identifier: "urn:uuid:1", xml: message({ infos: [titled] }) });
		await store.add({ ...row, identifier: "urn:uuid:2", sent: NOW - 1000, xml: message({ id: "2" }) });
		const { xml } = await desk.feed();
		const titles = [...xml.matchAll(/<entry>.*?<title>(.*?)<\/title>/gs)].map(([, title]) => title);
		expect(titles).toEqual(["林&amp;草 &lt;北坡&gt;", "林火"]);
	});

	it("empty elements are absent ones", async () => {
		const xml = message({
			infos: [info({ extra: "<responseType></responseType>", times: "<effective/><expires></expires>" })],
			references: "",
		});
		expect(await desk.intake(xml)).toMatchObject({ judged: true });
		expect(await desk.intake(message({ id: "2", msgType: "Update", references: "" }))).toMatchObject({
			faults: [expect.stringMatching(/^cap\.fault\.missingFor\?at=references/)],
		});
	});

	it.each<[string, Parts, RegExp]>([
		["an update", { msgType: "Update" }, /邻县更新/],
		["a cancelling without anything else", { msgType: "Cancel", infos: [] }, /邻县取消此警报/],
		[
			"an all-clear that refers to it",
			{ msgType: "Update", infos: [info({ extra: "<responseType>AllClear</responseType>", urgency: "Past" })] },
			/邻县通报解除/,
		],
		[
			"an update that calls itself something else",
			{ msgType: "Update", infos: [info({ category: "Safety", event: "通报" })] },
			/邻县更新/,
		],
		["an update that finds it unlikely", { msgType: "Update", infos: [info({ certainty: "Unlikely" })] }, /邻县更新/],
		[
			"an update that has expired",
			{ msgType: "Update", infos: [info({ times: "<expires>2026-11-25T19:01:00+08:00</expires>" })] },
			/邻县更新/,
		],
		[
			"a cancelling that comes days late",
			{ msgType: "Cancel", sent: "2026-11-22T19:00:00+08:00", infos: [] },
			/邻县取消此警报/,
		],
		[
			"an all-clear for the place",
			{ infos: [info({ extra: "<responseType>AllClear</responseType>", urgency: "Past" })] },
			/邻县通报解除/,
		],
	])("%s of a fire stands on its card, and ends nothing by itself", async (_, parts, words) => {
		await desk.intake(message({}));
		const references = parts.msgType ? { references: "n@x.example,1,2026-11-25T19:00:00+08:00" } : {};
		expect(await desk.intake(message({ id: "2", ...references, ...parts }))).toEqual({ taken: true, judged: true });
		expect(state.incidents).toHaveLength(1);
		expect(state.incidents[0]?.state).toBe("detected");
		expect(state.incidents[0]?.reports?.[0]?.note).toMatch(words);
	});

	it("a cancelling of a message that told of two fires stands on the cards of both", async () => {
		await desk.intake(message({ infos: [info({ area: circle("29.1,108.9") }), info({ area: circle("29.4,108.2") })] }));
		await desk.intake(
			message({ id: "2", msgType: "Cancel", infos: [], references: "n@x.example,1,2026-11-25T19:00:00+08:00" }),
		);
		expect(state.incidents).toHaveLength(2);
		for (const incident of state.incidents) expect(incident.reports?.[0]?.note).toMatch(/邻县取消此警报/);
	});

	it("an update of something never seen is a fire, marked", async () => {
		const xml = message({ msgType: "Update", references: "n@x.example,never-seen,2026-11-25T17:00:00+08:00" });
		expect(await desk.intake(xml)).toEqual({ taken: true, judged: true });
		expect(state.incidents[0]?.evidence[0]?.note).toContain("未见原消息");
	});

	it("of the cases that went wrong gives what it must", async () => {
		const xml = (name: string) => readFileSync(join(CASES, `cap-${name}.xml`), "utf8");
		expect(await desk.intake(xml("three-days-old"))).toMatchObject({
			judged: false,
			why: expect.stringMatching(/^cap\.old/),
		});
		expect(await desk.intake(xml("allclear"))).toMatchObject({ judged: false });
		expect(await desk.intake(xml("cancel"))).toMatchObject({
			judged: false,
			why: "cap.cancelsUnknown",
		});
		expect(state.incidents).toEqual([]);
		expect(await desk.intake(xml("second-area"))).toMatchObject({ judged: true });
		expect(state.incidents[0]?.place.best?.lat).toBeCloseTo(29.5, 2);
		expect(await desk.intake(xml("two-polygons"))).toMatchObject({ judged: true });
		expect(state.incidents).toHaveLength(3);
		expect(await desk.intake(xml("update-unseen"))).toMatchObject({ judged: true });
		const other = xml("same-identifier").replace("b@county-b.example", "a@county-a.example");
		expect(await desk.intake(other)).toMatchObject({ judged: true });
		expect(await desk.intake(xml("same-identifier"))).toMatchObject({ taken: true, judged: true });
	});
});
