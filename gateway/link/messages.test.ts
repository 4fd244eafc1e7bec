import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, sensorAlarm, T0 } from "../../test/harness/judging.ts";
import { isFileName } from "../base/text.ts";
import { withFirstNames } from "../model/first-names.ts";
import type { Incident } from "../model/incident.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { ackIn, centreMessageIn, incidentIn as incidentOf } from "./messages.ts";

const context = contextWith({
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village"), person("ranger", "ranger", "village")],
});
const first = play([fire(45), sensorAlarm("n1", 45, 3000, T0 + 1000)], context);
const position = { lat: 29.51, lon: 108.71 };
const whole = play(
	[
		answer(first, "ranger", "going", T0 + 2000, { etaMinutes: 5 }),
		answer(first, "ranger", "onScene", T0 + 60_000, { position, note: "三棵树" }),
		answer(first, "chief", "confirmed", T0 + 90_000, { sizeHa: 0.5 }),
	],
	context,
	first.state,
).incident as Incident;
const NOW = T0 + 600_000;
const TOWER = whole.id.split("-")[1] ?? "";
const incidentIn = (value: unknown) => incidentOf(value, TOWER, NOW);
const plain = (i: unknown) => JSON.parse(JSON.stringify(i)) as Record<string, unknown>;
/** As it goes over the line: under the first names of its fields. */
const sent = (i: unknown) => plain(withFirstNames(i as Incident));

describe("an incident over the line", () => {
	it("comes as it went, with all that a judge writes on it", () => {
		expect(incidentIn(sent(whole))).toEqual(plain(whole));
		expect(incidentIn(sent(first.incident))).toEqual(plain(first.incident));
		const ended = play(
			[answer(first, "chief", "false", T0 + 9000, { cause: "雾", note: "看过" })],
			context,
			first.state,
		).incident;
		expect(incidentIn(sent(ended))).toEqual(plain(ended));
		const { verify, suppress } = whole.ladder;
		const progress = { verify, suppress, involved: whole.involved };
		const { id: incidentId } = whole;
		const ack = {
			side: "centre",
			tower: TOWER,
			what: "ack",
			incidentId,
			of: "notified",
			ok: true,
			progress: plain(progress),
		};
		expect(
			ackIn({ ...plain(ack), of: "told", id: "x", tower: "another", progress: sent(progress) }, TOWER, NOW),
		).toEqual(ack);
	});

	it("that was out and burns again says so: the centre tells those it had told", () => {
		const out = play(
			[answer(first, "chief", "confirmed", T0 + 5000), answer(first, "chief", "out", T0 + 60_000)],
			context,
			first.state,
		);
		const again = play([sensorAlarm("n1", 45, 3000, T0 + 3_600_000)], context, out.state).incident as Incident;
		expect(again.rekindled).toBe(1);
		expect(incidentOf(sent(again), TOWER, T0 + 3_700_000)).toMatchObject({
			rekindled: 1,
			escalatesFrom: again.escalatesFrom,
			state: again.state,
		});
	});

	it("loses what is odd in its lists, and not itself, whatever an outsider has said", () => {
		const odd = { ...whole.evidence[0], source: "sensor", errorM: 2e12 };
		const broken = sent({
			...whole,
			evidence: [...whole.evidence, odd],
			sources: [...whole.sources, "x".repeat(300)],
			hints: ["y".repeat(3000)],
		});
		const taken = incidentIn({
			...broken,
			evidence: [...(broken["evidence"] as object[]), { source: "sensor", errorM: null }],
		});
		expect(taken?.evidence).toHaveLength(whole.evidence.length);
		expect(taken?.sources).toEqual(whole.sources);
		expect(incidentIn({ ...sent(whole), evidence: [odd] })).toBeUndefined();
	});

	it("comes whole on a day of many orders and permits, which are clipped where people read them", () => {
		const order = (n: number) => ({
			id: `o${n}`,
			kind: "fireBan" as const,
			grids: ["A"],
			from: T0 - 1,
			to: T0 + 1e9,
			document: `某某县人民政府关于进入森林高火险期的第${n}号禁火令及其补充通知`,
		});
		const many = contextWith({ ...context.register, orders: Array.from({ length: 60 }, (_, n) => order(n)) });
		const incident = play([fire(45)], many).incident as Incident;
		expect(incident.hints?.length).toBeLessThanOrEqual(20);
		expect(incidentIn(sent(incident))).toEqual(plain(incident));
	});

	it("loses what only a centre may write on it, and whatever nobody knows", () => {
		const forged = {
			...sent(whole),
			partOf: "FF-other",
			witnesses: [{ tower: "t9", incidentId: "x" }],
			lastWord: { answer: "false" },
			takenFrom: {},
			unheardOf: 1,
		};
		expect(incidentIn(forged)).toEqual(plain(whole));
	});

	it.each<[string, (i: Incident) => unknown]>([
		["an empty piece of evidence", (i) => ({ ...i, evidence: [null] })],
		["no evidence", (i) => ({ ...i, evidence: [] })],
		["half a pose", (i) => ({ ...i, evidence: [{ ...i.evidence[0], pose: { cameraId: "c" } }] })],
		[
			"a place off the earth",
			(i) => ({ ...i, place: { method: "sensor", points: [{ lat: 129, lon: 8, weight: 1 }] } }),
		],
		["a state that is none", (i) => ({ ...i, state: "burning" })],
		["an answer that is none", (i) => ({ ...i, involved: [{ ...i.involved[0], answer: "maybe" }] })],
		["more people than a county has", (i) => ({ ...i, involved: Array.from({ length: 5001 }, () => i.involved[0]) })],
		["an id as long as a book", (i) => ({ ...i, id: "x".repeat(5000) })],
		["nothing", () => undefined],
	])("is refused with %s", (_, change) => {
		expect(incidentIn(change(whole) === undefined ? undefined : sent(change(whole)))).toBeUndefined();
	});

	it.each<[string, (i: Incident) => Incident]>([
		["another tower", (i) => ({ ...i, id: i.id.replace(`-${TOWER}-`, "-t9-") })],
		["a tower whose name begins alike", (i) => ({ ...i, id: i.id.replace(`-${TOWER}-`, `-${TOWER}-2-`) })],
		["nobody", (i) => ({ ...i, id: "FF-x" })],
	])("is refused with the id of an incident of %s", (_, change) => {
		expect(incidentIn(sent(change(whole)))).toBeUndefined();
	});

	it("has not happened later than now, whatever its tower's clock says", () => {
		const year = 365 * 86_400_000;
		const ahead = {
			...whole,
			changedAt: NOW + year,
			involved: whole.involved.map((i) => ({ ...i, answeredAt: NOW + year })),
		};
		const read = incidentIn(sent(ahead));
		expect(read?.changedAt).toBe(NOW);
		expect(read?.involved.map((i) => i.answeredAt)).toEqual(read?.involved.map(() => NOW));
		// a deadline may lie in the future
		const due = sent({ ...whole, ladder: { ...whole.ladder, nextAt: NOW + 60_000 } });
		expect(incidentIn(due)?.ladder.nextAt).toBe(NOW + 60_000);
	});
});

/** Where a message can be bent: every field of it, however deep. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
	if (typeof value !== "object" || value === null) return [path];
	return [path, ...Object.entries(value).flatMap(([k, v]) => pathsOf(v, [...path, k]))];
}
function bent(value: unknown, path: (string | number)[], to: unknown): unknown {
	const [key, ...rest] = path;
	if (key === undefined) return to;
	const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
	copy[key] = bent(copy[key], rest, to);
	return copy;
}
const NASTY = [
	"../../lookout.db",
	"report-../../lookout.db",
	"/etc/passwd",
	"..",
	".",
	"",
	"a/b",
	"a\u0000b",
	"__proto__",
	"constructor",
	"toString",
	"FF-t9-20260101000000-abcdef",
	"t9",
	"centre",
	"duty-desk",
	"x".repeat(100_000),
	"report-0123456789abcdef01234567.jpg",
	Number.NaN,
	Number.POSITIVE_INFINITY,
	-1,
	8.64e15,
	8.64e15 + 1,
	1e308,
	0,
	null,
	true,
	[],
	{},
	[null],
	{ __proto__: { ok: true } },
];
const nasty = fc.oneof(fc.constantFrom<unknown[]>(...NASTY), fc.anything());
const PICTURED = {
	...whole,
	evidence: whole.evidence.map((e) => ({ ...e, picture: "cam1-1.jpg" })),
	reports: (whole.reports ?? []).map((r) => ({ ...r, picture: "report-0123456789abcdef01234567.jpg" })),
};
const progress = { verify: whole.ladder.verify, suppress: whole.ladder.suppress, involved: whole.involved, seenAt: T0 };
const word = {
	id: "a1",
	incidentId: whole.id,
	personId: "chief",
	personName: "李",
	answer: "false",
	at: T0,
	via: "centre",
	cause: "雾",
	sizeHa: 1,
};
const said = { ...word, position, picture: "report-0123456789abcdef01234567.jpg", note: "看过", etaMinutes: 5 };
type Read = (body: unknown) => unknown;
const SCHEMAS: [string, object, Read][] = [
	["incident", PICTURED, incidentIn],
	["take", { id: "m1", incidentId: whole.id, what: "take" }, (b) => centreMessageIn(b as Record<string, unknown>, NOW)],
	["beat", { id: "m1", incidentId: whole.id, what: "beat" }, (b) => centreMessageIn(b as Record<string, unknown>, NOW)],
	[
		"grant",
		{ id: "m1", incidentId: whole.id, what: "grant", ladder: "verify", index: 0 },
		(b) => centreMessageIn(b as Record<string, unknown>, NOW),
	],
	[
		"told",
		{ id: "m1", incidentId: whole.id, what: "told", progress: sent(progress) },
		(b) => centreMessageIn(b as Record<string, unknown>, NOW),
	],
	[
		"answer",
		{ id: "m1", incidentId: whole.id, what: "answer", answer: said },
		(b) => centreMessageIn(b as Record<string, unknown>, NOW),
	],
	[
		"ack",
		{ id: "m1", incidentId: whole.id, of: "told", ok: true, progress: sent(progress) },
		(b) => ackIn(b as Record<string, unknown>, TOWER, NOW),
	],
];

/** What must hold of everything that was taken, wherever it stands. */
function harmless(value: unknown, key = ""): boolean {
	if (typeof value === "string") return key === "picture" ? isFileName(value) : value.length <= 5000;
	if (typeof value === "number")
		return (
			Number.isFinite(value) &&
			(!["at", "changedAt", "openedAt", "answeredAt", "notifiedAt"].includes(key) || value <= NOW)
		);
	if (Array.isArray(value)) return value.every((v) => harmless(v, key));
	if (typeof value === "object" && value !== null) return Object.entries(value).every(([k, v]) => harmless(v, k));
	return typeof value === "boolean";
}

describe("what comes over the line, bent in one or two fields, ten thousand times each", () => {
	it.each(SCHEMAS)(
		"%s: is whole and harmless, or refused",
		(_, message, read) => {
			const good = sent(message);
			expect(read(structuredClone(good))).toBeDefined();
			const path = fc.constantFrom(...pathsOf(good));
			let [taken, refused] = [0, 0];
			fc.assert(
				fc.property(path, nasty, fc.option(path), nasty, (first, value, second, other) => {
					const once = bent(good, first, value);
					const body = second && typeof once === "object" && once !== null ? bent(once, second, other) : once;
					// the line takes only objects
					if (typeof body !== "object" || body === null || Array.isArray(body)) return true;
					const result = read(body) as { incident?: Incident; id?: string; incidentId?: string } | undefined;
					if (result === undefined) refused++;
					else taken++;
					if (result === undefined) return true;
					const of = result.id ?? result.incidentId ?? "";
					return harmless(JSON.parse(JSON.stringify(result))) && /^[A-Za-z0-9._-]{1,128}$/.test(of);
				}),
				{ numRuns: 10_000 },
			);
			// a generator that is always refused would try nothing
			expect(taken).toBeGreaterThan(100);
			expect(refused).toBeGreaterThan(100);
		},
		60_000,
	);
});
