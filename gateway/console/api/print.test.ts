import { expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import type { LedgerRow } from "../../store/ledger.ts";
import { printable } from "./print.ts";

const register = {
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village", { name: "张三 <b>" })],
};
const context = contextWith(register);
const first = play([fire(45)], context);
const incident = play([answer(first, "chief", "onScene", T0 + 60_000)], context, first.state).incident as Incident;
const tower = { language: "zh" as const, timeZone: "Asia/Shanghai", name: "青石山塔" };
const map = {
	tower: { id: "t", name: "塔", lat: 29.5, lon: 108.7 },
	cameras: [{ id: "cam1", name: "东塔相机", lat: 29.5, lon: 108.7, azimuthDeg: 45, fovDeg: 60, rangeM: 9000 }],
	// another grid with the same middle: its name would lie over the first
	grids: ["二号网格", "同地网格"].flatMap((name) =>
		register.grids.map(({ code, polygons }) => ({ code, name, polygons })),
	),
	ground: [
		{
			kind: "road" as const,
			polygons: [],
			lines: [
				[
					[108.69, 29.51],
					[108.72, 29.51],
				],
			],
		},
		{
			kind: "river" as const,
			polygons: [],
			lines: [
				[
					[110, 31],
					[110.1, 31],
				],
			],
		},
	],
};
const users = new Map([["u1", "周值班"]]);
const row = (n: number, what: LedgerRow["what"], who: string, more: Partial<LedgerRow> = {}): LedgerRow => ({
	n,
	at: T0 + n * 1000,
	incidentId: incident.id,
	what,
	who,
	detail: {},
	hash: `h${n}`,
	...more,
});

it("an incident is filed in words, with names, picture and place; what is stored stands in the annex alone", () => {
	const ledger = [
		row(1, "opened", "rule"),
		row(2, "attempt:accepted", "channel:sms", { detail: { detail: "attempt.shown", tookMs: 7 } }),
		row(3, "answer:false", "duty-desk", {
			detail: { via: "desk:1", cause: "雾" },
			personal: { name: "周丽", note: "看过" },
		}),
		row(4, "answer:going", "chief", { detail: { via: "desk:u1" }, personal: { name: "张三" } }),
		row(5, "step", "rule", { detail: { people: ["chief"] } }),
	];
	const [evidence] = incident.evidence;
	if (!evidence) throw new Error("no evidence");
	const seen = {
		...incident,
		state: "false" as const,
		closedBy: "duty-desk",
		evidence: [
			{ ...evidence, picture: "a.jpg" },
			{ source: "person" as const, sourceId: "report:李值班#a1", what: "report", at: T0, note: "山脊上有烟" },
		],
	};
	const briefing = { cards: [], near: [], teams: [] };
	const onDuty = [{ role: "officer", name: "周丽" }];
	const record = { incident: seen, deliveries: [], ledger, briefing, rangers: [], unseenBy: [], users };
	const page = printable(record, tower, { map, unit: "青云县", onDuty });
	const [file = "", annex = ""] = page.split('class="annex"');
	expect(file).toMatch(/<h1>青云县森林火情处置档案.*青石山塔/s);
	expect(file).toMatch(/结论人<\/th><td>周丽/);
	expect(file).toMatch(/答复：误报<\/td><td>周丽<\/td><td>雾 看过/);
	expect(file).toMatch(/来电.*李值班<\/td><td>山脊上有烟/s);
	expect(file).toContain("张三（周值班 代记）");
	expect(file).toMatch(/<td>规则<\/td><td>张三 &lt;b&gt;/);
	expect(file).toContain('<img src="/api/pictures/a.jpg"');
	expect(file).toMatch(/<svg .*二号网格/s);
	expect(file).toMatch(/<svg class="over".*<rect class="box" x="50\.0"/s);
	expect(file).toContain("<figcaption>东塔相机");
	expect(file).not.toContain("同地网格");
	expect(file).toContain('class="road"');
	expect(file).not.toContain('class="river"');
	expect(file).toContain("值守</th><td>周丽（值班员）");
	expect(file).toMatch(/值班员签字.*带班领导签字.*林长办（盖章）/s);
	expect(file).not.toMatch(/duty-desk|dutyLeader|\{&quot;|tookMs|attempt/);
	expect(annex).toMatch(/tookMs.*h5/s);
	// what people are called is text, and no markup
	expect(page).not.toContain("张三 <b>");
});
