import { PAGE_WORDS } from "../../base/page-words.ts";
import { fill, type Language, rowName, say, whoName, words } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import type { Evidence, Incident } from "../../model/incident.ts";
import type { IncidentRecord } from "../backend.ts";
import { incidentView } from "../views/incident.ts";
import type { MapView, Tower } from "../views/schemas.ts";
import { takenDownBy } from "../views/taken-down.ts";
import { html, type PrintWord, paperOf, row, signatures, table } from "./paper.ts";
import { type MapWithGround, printedMap } from "./print-map.ts";

/** What a page says, in the office's language, and how its clock shows a time. */
interface Paper {
	language: Language;
	w: (typeof PAGE_WORDS)[Language];
	t: (word: PrintWord) => string;
	time: (ms: number | undefined) => string;
	/** Who spoke, by the name that is kept, else by what is known of the post. */
	nameOf: (who: string, name?: unknown) => string;
}

/** What stands around an incident: its ground, whose it is, and who was on duty at the desk meanwhile, by sign-on. */
export interface Around {
	map: MapWithGround & Pick<MapView, "cameras">;
	unit: string;
	onDuty: readonly { role: string; name: string }[];
}

/**
 * One incident on paper as an office files it: what it was, picture and place, who was told and answered, what happened
 * when and by whom, and lines to sign; what the ledger holds beside that stands in an annex.
 */
export function printable(
	record: IncidentRecord,
	{ language, timeZone, name: tower }: Pick<Tower, "language" | "timeZone" | "name">,
	{ map, unit, onDuty }: Around,
): string {
	const { incident: i, ledger } = record;
	const paper: Paper = {
		language,
		w: PAGE_WORDS[language],
		t: (word) => html(words(language, `print.${word}`)),
		time: (ms) => (ms === undefined ? "" : localTime(ms, timeZone).replace("T", " ")),
		nameOf: (who, name) => {
			if (typeof name === "string" && name !== "") return name;
			return i.involved.find((p) => p.personId === who)?.name ?? whoName(language, who) ?? who;
		},
	};
	const { t } = paper;
	const parts = [
		`<h1>${html(unit)}${t(i.kind === "fire" ? "title" : "titleFault")}</h1><p class="number">${html(i.id)} · ${html(tower)}</p>`,
		factsOf(record, onDuty, paper),
		calledOf(i, paper),
		seenOf(i, map, paper),
		`<h2>${t("told")}</h2>${toldOf(record, paper)}`,
		`<h2>${t("course")}</h2>${courseOf(record, paper)}`,
		signatures(language, ["signOfficer", "signLeader", "signOffice", "signDate"]),
		`<section class="annex"><h2>${t("annex")}</h2>${annexOf(record, paper)}<p>${t("hash")}: ${html(ledger.at(-1)?.hash)}</p></section>`,
	];
	return paperOf(language, i.id, parts);
}

const named = (words: Record<string, string>, key = "") => words[key] ?? key;

function factsOf(
	{ incident: i, ledger }: IncidentRecord,
	onDuty: Around["onDuty"],
	{ w, t, time, nameOf }: Paper,
): string {
	const { place } = i;
	const where = [
		i.grids.map((g) => g.name).join("、"),
		place.bearingDeg === undefined ? "" : `${w.bearing} ${Math.round(place.bearingDeg)}°`,
		place.distanceM === undefined ? "" : `${w.distance} ${(place.distanceM / 1000).toFixed(1)} km`,
		place.best
			? `${place.best.lat.toFixed(5)}, ${place.best.lon.toFixed(5)} (WGS84) ±${Math.round(place.errorM ?? 0)} m`
			: "",
	];
	const verdict = ledger.findLast((l) => l.who === i.closedBy && typeof l.personal?.["name"] === "string");
	const facts: [string, unknown][] = [
		[t("place"), where.filter((part) => part !== "").join("; ")],
		[t("status"), `${w.kinds[i.kind]} · ${t(i.status)}`],
		[
			t("onDuty"),
			onDuty.map(({ role, name }) => `${name}（${named({ ...w.roles, ...w.dutyPage.roles }, role)}）`).join("、"),
		],
		[t("opened"), time(i.openedAt)],
		[t("state"), named(w.states, i.state)],
		[t("verdict"), i.closedBy && nameOf(i.closedBy, verdict?.personal?.["name"])],
		[t("cause"), i.cause],
		[t("size"), i.sizeHa === undefined ? "" : `${i.sizeHa} ha`],
		[t("closed"), time(i.closedAt)],
	];
	return `<table>${facts.map(([name, value]) => `<tr><th>${name}</th><td>${html(value)}</td></tr>`).join("")}</table>`;
}

/** Who has called, and what he said. */
function calledOf({ evidence }: Incident, { t, time }: Paper): string {
	const calls = evidence.filter((e) => e.source === "person" && e.note !== undefined);
	if (calls.length === 0) return "";
	const clerk = (id: string) => id.replace(/^(report|drill):/, "").replace(/#.*$/, "");
	const rows = calls.map((e) => row([time(e.at).slice(5), clerk(e.sourceId), e.note]));
	return `<h2>${t("called")}</h2>${table([t("at"), t("who"), t("detail")], rows)}`;
}

/** What was seen first, and at its surest, with what it was seen in; and the place beside it. */
function seenOf(i: Incident, map: Around["map"], { t, time }: Paper): string {
	const drawn = printedMap(incidentView(i), map);
	const pictures = picturesOf(i).map(
		(e) =>
			`<figure><img src="/api/pictures/${html(e.picture)}" alt="">${boxOf(e)}<figcaption>${html(map.cameras.find((c) => c.id === e.sourceId)?.name ?? e.sourceId)} ${time(e.at)}${
				e.probability === undefined ? "" : ` ${Math.round(e.probability * 100)}%`
			}</figcaption></figure>`,
	);
	const place = drawn === "" ? "" : `<figure>${drawn}<figcaption>${t("place")}</figcaption></figure>`;
	const all = [...pictures, place].join("");
	return all === "" ? "" : `<h2>${t("seen")}</h2><div class="seen">${all}</div>`;
}

function picturesOf({ evidence }: Incident): Evidence[] {
	const seen = evidence.filter((e) => e.picture !== undefined);
	const sure = (e: Evidence) => e.probability ?? 0;
	const surest = seen.reduce<Evidence | undefined>((a, b) => (a && sure(a) > sure(b) ? a : b), undefined);
	return [...new Set([seen[0], surest])].filter((e) => e !== undefined);
}

/** The box as shares of the picture that it lies over. */
function boxOf({ boxes }: Evidence): string {
	const [box] = boxes ?? [];
	if (!box) return "";
	const share = (value: number) => (value * 100).toFixed(1);
	const rect = `<rect class="box" x="${share(box.x)}" y="${share(box.y)}" width="${share(box.w)}" height="${share(box.h)}"/>`;
	return `<svg class="over" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${rect}</svg>`;
}

function toldOf({ incident: i, deliveries }: IncidentRecord, { language, w, t, time }: Paper): string {
	const post = (p: { level: string; role: string }) =>
		fill(language, w.post, { level: named(w.levels, p.level), role: named(w.roles, p.role) });
	const channels = (personId: string) =>
		deliveries
			.filter((d) => d.personId === personId)
			.map((d) => {
				const receipts = d.receipts.map((r) => ` ${rowName(language, `receipt:${r.what}`)} ${time(r.at).slice(11)}`);
				return `${named(w.channels, d.channel)} ${named(w.deliveries, d.state)}${receipts.join("")}`;
			})
			.join("; ");
	const people = i.involved.map((p) =>
		row([
			time(p.notifiedAt).slice(5, 16),
			`${p.name} ${p.title ?? post(p)} ${p.team ?? ""}`,
			named(w.tasks, p.task),
			channels(p.personId),
			`${p.answer ? rowName(language, `answer:${p.answer}`) : ""} ${time(p.answeredAt).slice(11)}`,
		]),
	);
	return table([t("at"), t("who"), t("task"), t("channels"), t("answer")], people);
}

/** What goes out to each address is listed with the people: the course is what was decided and said. */
const NOT_OF_THE_COURSE = /^(attempt|receipt):/;

function courseOf({ ledger, users }: IncidentRecord, { language, t, time, nameOf }: Paper): string {
	const lines = ledger
		.filter((l) => !NOT_OF_THE_COURSE.test(l.what))
		.map((l) => {
			const { name, note } = l.personal ?? {};
			const said = [l.detail["why"], l.detail["cause"], note].filter((text) => typeof text === "string");
			const { people, personId } = l.detail;
			const meant = [...(Array.isArray(people) ? people : []), ...(personId === undefined ? [] : [personId])];
			const told = meant.map((id) => nameOf(String(id)));
			const by = takenDownBy(l, users);
			return row([
				time(l.at).slice(5),
				rowName(language, l.what),
				by === undefined ? nameOf(l.who, name) : words(language, "print.takenDown", { who: nameOf(l.who, name), by }),
				[...said.map((text) => say(language, text)), told.join("、")].filter((text) => text !== "").join(" "),
			]);
		});
	return table([t("at"), t("what"), t("who"), t("detail")], lines);
}

/** Each row of the ledger as it is stored, for whoever holds it against its hash. */
function annexOf({ ledger }: IncidentRecord, { language, t, time, nameOf }: Paper): string {
	const lines = ledger.map((l) => {
		const { why, detail: outcome, ...rest } = l.detail;
		const inWords = [why, outcome].filter((text) => typeof text === "string").map((text) => say(language, text));
		const stored = [...inWords, JSON.stringify(rest)].join(" ");
		return row([l.n, time(l.at), rowName(language, l.what), nameOf(l.who), stored]);
	});
	return table(["#", t("at"), t("what"), t("who"), t("detail")], lines);
}
