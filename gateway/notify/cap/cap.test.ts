import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { describe, expect, it } from "vitest";
import { answer, contextWith, defaultPlan, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import { say } from "../../base/say.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { type CapAlert, writeCap } from "./alert.ts";
import { atomFeed } from "./feed.ts";
import { type CapSent, nextCap, sayingOf } from "./life.ts";
import { readCap } from "./read.ts";

const STANDARDS = join(import.meta.dirname, "../../../../shared/standards/cap");
const here = existsSync(STANDARDS);
const vector = (name: string) => readFileSync(join(STANDARDS, name), "utf8");
const MIN = 60_000;

const options = {
	towerId: "t1",
	towerName: "青石山塔",
	sender: "tower-t1@firewatch.example.cn",
	senderName: "青云县森林火情监测中心",
	restriction: "forest-fire-response-500114",
	contact: "023-12119",
	web: "https://tower.example/",
};
const register = {
	...EMPTY_REGISTER,
	grids: [grid("500114101201-01")],
	people: [person("chief", "chief", "village", { grids: ["5"] })],
};
const context = contextWith(register, { steps: defaultPlan() });

/** A fire's messages from the first look to the end, as they would go out. */
function life(...steps: { at: number; says: "confirmed" | "controlled" | "out" | "false" }[]): CapAlert[] {
	const alerts: CapAlert[] = [];
	const sent: CapSent[] = [];
	const publish = (incident: ReturnType<typeof play>["incident"], at: number) => {
		if (!incident) return;
		const uuid = `0197c1d2-8a4e-7b3a-9c55-0c1f6a2e4b1${alerts.length}`;
		const alert = nextCap(options, incident, { grids: register.grids, sent, now: at, uuid });
		if (!alert) return;
		alerts.push(alert);
		sent.push({ identifier: alert.identifier, sender: alert.sender, sent: at, saying: sayingOf(incident) });
	};
	const first = play([fire(45)], context);
	publish(first.incident, T0);
	publish(first.incident, T0 + MIN); // nothing has changed: nothing is said
	let { state } = first;
	for (const { at, says } of steps) {
		const next = play([answer(first, "chief", says, at)], context, state);
		state = next.state;
		publish(next.incident, at);
	}
	return alerts;
}

describe("CAP through a fire's life", () => {
	const whole = () =>
		life(
			{ at: T0 + 5 * MIN, says: "confirmed" },
			{ at: T0 + 20 * MIN, says: "controlled" },
			{ at: T0 + 40 * MIN, says: "out" },
		);

	it("Alert, Updates with references and rising certainty, all clear", () => {
		const told = whole().map((a) => [
			a.msgType,
			a.references.length,
			a.info[0]?.certainty,
			a.info[0]?.responseType[0],
			a.info[0]?.urgency,
		]);
		expect(told).toEqual([
			["Alert", 0, "Possible", "Assess", "Immediate"],
			["Update", 1, "Observed", "Execute", "Immediate"],
			["Update", 2, "Observed", "Monitor", "Immediate"],
			["Update", 3, "Observed", "AllClear", "Past"],
		]);
	});

	it("a false alarm is cancelled; one that nobody was told of is not", () => {
		const alerts = life({ at: T0 + 5 * MIN, says: "false" });
		expect(alerts.map((a) => a.msgType)).toEqual(["Alert", "Cancel"]);
		expect(alerts[1]).toMatchObject({ note: "误报", references: [{ identifier: alerts[0]?.identifier }] });
		const ended = play(
			[answer(play([fire(45)], context), "chief", "false", T0)],
			context,
			play([fire(45)], context).state,
		);
		expect(
			ended.incident && nextCap(options, ended.incident, { grids: [], sent: [], now: T0, uuid: "u" }),
		).toBeUndefined();
	});

	it("of one fire seen by two towers one incident speaks, and takes the place of what was said of the other", () => {
		const own = play([fire(45)], context).incident as Incident;
		const part: Incident = { ...own, id: "FF-t2", primaryId: own.id };
		const sent = [own, part].map((i, n) => ({
			identifier: `urn:uuid:${n}`,
			sender: options.sender,
			sent: T0 + n,
			saying: sayingOf(i),
		}));
		expect(nextCap(options, part, { grids: register.grids, sent, now: T0 + MIN, uuid: "u" })).toBeUndefined();
		const primary: Incident = { ...own, towerName: "二号塔", linkedIncidents: [{ tower: "t2", incidentId: part.id }] };
		const update = nextCap(options, primary, { grids: register.grids, sent, now: T0 + MIN, uuid: "u" });
		expect(update).toMatchObject({ msgType: "Update", incidents: `${own.id} FF-t2` });
		expect(update?.references.map((r) => r.identifier)).toEqual(["urn:uuid:0", "urn:uuid:1"]);
		expect(update?.info[0]?.description).toContain("二号塔方位角");
		expect(readCap(writeCap(update as CapAlert)).ok).toBe(true);
	});

	it("what is written is read back, and keeps all rules", () => {
		for (const alert of [...whole(), ...life({ at: T0 + MIN, says: "false" })]) {
			const reading = readCap(writeCap(alert));
			expect(reading).toMatchObject({
				ok: true,
				alert: { identifier: alert.identifier, sent: Math.floor(alert.sent / 1000) * 1000 },
			});
			expect(alert.info[0]?.headline?.length).toBeLessThan(140);
			expect(alert.info[0]?.headline).not.toBe(alert.info[0]?.description);
		}
	});

	it("text from outside cannot leave its element", () => {
		const [alert] = whole();
		if (!alert) throw new Error("no alert");
		const evil = writeCap({ ...alert, note: "</note><scope>Public</scope>\u0000&x;" });
		expect(evil).toContain("<note>&lt;/note&gt;&lt;scope&gt;Public&lt;/scope&gt;&amp;x;</note>");
		expect(readCap(evil).ok).toBe(true);
	});

	it.skipIf(!here)("is valid against the schema of the standard (skipped where ../shared is not there)", () => {
		const schema = XmlDocument.fromString(vector("cap12.xsd"));
		const validator = XsdValidator.fromDoc(schema);
		for (const alert of [...whole(), ...life({ at: T0 + MIN, says: "false" })]) {
			const document = XmlDocument.fromString(writeCap(alert));
			validator.validate(document);
			document.dispose();
		}
		const wrong = XmlDocument.fromString(
			writeCap(whole()[0] as CapAlert).replace(/<sent>.*<\/sent>/, "<sent>2026-04-05T06:03:21.000Z</sent>"),
		);
		expect(() => validator.validate(wrong)).toThrow();
		wrong.dispose();
		validator.dispose();
		schema.dispose();
	});
});

describe("CAP from others (the vectors of the standard are skipped where ../shared is not there)", () => {
	it.skipIf(!here).each(["australia.cap", "canada.cap", "earthquake.cap", "weather.cap", "no_optional_fields.cap"])(
		"%s is read",
		(name) => {
			const reading = readCap(vector(name));
			expect(reading.ok ? [] : reading.faults).toEqual([]);
		},
	);

	it.skipIf(!here)("a fire has a place", () => {
		const reading = readCap(vector("australia.cap"));
		expect(reading).toMatchObject({ ok: true, alert: { kind: "fire", status: "Actual" } });
	});

	it.skipIf(!here).each([
		["invalid.cap", /scope/],
		["canada_errors.cap", /references/],
		["noaa_errors.cap", /./],
		["xee.cap", /document type or entity declaration is refused/],
		["xee.atom", /document type|root element/],
	])("%s is refused: %s", (name, why) => {
		const reading = readCap(vector(name));
		expect(reading.ok ? "read" : reading.faults.map((fault) => say("en", fault)).join("; ")).toMatch(why);
		expect(reading.ok).toBe(false);
	});

	it("entities, other roots and what is no XML are refused; nothing is thrown", () => {
		const bomb = `<!DOCTYPE a [<!ENTITY a "${"x".repeat(100)}">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&a;</alert>`;
		for (const bad of ["", "<", "<a/>", bomb, "x".repeat(300_000), '<alert xmlns="urn:other"/>', '{"alert":1}'])
			expect(readCap(bad).ok, bad.slice(0, 40)).toBe(false);
	});
});

it("the feed has a tag that changes with what is in it", () => {
	const entry = { identifier: "urn:uuid:1", sent: T0, title: "<b>", url: "https://x/cap/1.xml?a=1&b=2" };
	const one = atomFeed({ id: "urn:lookout:t1", title: "青石山塔", self: "https://x/cap/feed.atom" }, [entry]);
	expect(one.xml).toContain("&lt;b&gt;");
	expect(one.xml).toContain("a=1&amp;b=2");
	expect(one.etag).toBe(
		atomFeed({ id: "urn:lookout:t1", title: "青石山塔", self: "https://x/cap/feed.atom" }, [entry]).etag,
	);
	expect(one.etag).not.toBe(
		atomFeed({ id: "urn:lookout:t1", title: "青石山塔", self: "https://x/cap/feed.atom" }, []).etag,
	);
});
