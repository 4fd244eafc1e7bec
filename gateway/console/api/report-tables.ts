import { PAGE_WORDS } from "../../base/page-words.ts";
import { fill, type Language } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import type { Numbers } from "../views/schemas.ts";
import type { Table } from "./workbook.ts";

type Sheet = Table & { name: string };

/** What stands over the report, and in which language it is. */
export interface Cover {
	language: Language;
	timeZone: string;
	tower: string;
	status: "actual" | "exercise";
	/** A time that lasts is not yet all of it; ms since 1970. */
	now: number;
}

/** The tables of the report 季度调度: an overview, and the same by month, area, camera, cause, channel and chief. */
export function reportTables(numbers: Numbers, cover: Cover): Sheet[] {
	const { numbersPage: n, channels } = PAGE_WORDS[cover.language];
	const groups = (by: "byMonth" | "byArea" | "byCamera" | "byCause"): Sheet => ({
		name: n.by[by],
		columns: [n.name, n.fires, n.false, n.permitted, n.closed, n.answerMin],
		rows: numbers[by].map((g) => ({
			[n.name]: g.label ?? (g.name || n.unknown),
			[n.fires]: g.all,
			[n.false]: g.false,
			[n.permitted]: g.permitted,
			[n.closed]: g.closed,
			[n.answerMin]: minutes(g.toAnswer.medianS),
		})),
	});
	return [
		{
			name: n.overview,
			columns: [n.name, n.value, n.basis, n.before],
			rows: overviewOf(numbers, cover).map(([name, value = n.nothing, basis = "", was = ""]) => ({
				[n.name]: name,
				[n.value]: value,
				[n.basis]: basis,
				[n.before]: was,
			})),
		},
		...(["byMonth", "byArea", "byCamera", "byCause"] as const).map(groups),
		{
			name: n.byChannel,
			columns: [n.name, n.sent, n.accepted, n.failed],
			rows: numbers.byChannel.map((c) => ({
				[n.name]: (channels as Record<string, string>)[c.channel] ?? c.channel,
				[n.sent]: c.all,
				[n.accepted]: c.accepted,
				[n.failed]: c.failed,
			})),
		},
		{
			name: n.byChief,
			columns: [n.name, n.told, n.drills],
			rows: numbers.byChief.map((c) => ({ [n.name]: c.name, [n.told]: c.told, [n.drills]: c.drills })),
		},
	];
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Minutes with one digit, as offices file them. */
const minutes = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds / 6) / 10);

/** Name, value, what it rests on, and how it was before. */
type Line = [name: string, value: string | number | undefined, basis?: string, before?: string | number];

function overviewOf(numbers: Numbers, { language, timeZone, tower, status, now }: Cover): Line[] {
	const { numbersPage: n } = PAGE_WORDS[language];
	const day = (at: number) => localTime(at, timeZone).slice(0, 10);
	const { before, falsePerCameraDay: rate, toAlarm, toAnswer, toScene, unattended, fires } = numbers;
	const seen = rate.cameraDays >= 1 ? round(rate.rate) : n.nothing;
	const rests = ({ count }: Numbers["toAnswer"]) => fill(language, n.rests, { count });
	return [
		[n.tower, tower],
		[PAGE_WORDS[language].list.columns.status, PAGE_WORDS[language].list.status[status]],
		[n.from, day(numbers.from), "", before && day(before.from)],
		[n.to, day(numbers.to - 1), numbers.to > now ? n.unfinished : "", before && day(before.to - 1)],
		[n.fires, fires.all, "", before?.fires.all],
		[n.confirmed, numbers.confirmed, "", before?.confirmed],
		[n.false, fires.false, "", before?.fires.false],
		[n.permitted, fires.permitted, "", before?.fires.permitted],
		[n.closed, fires.closed, "", before?.fires.closed],
		[n.open, fires.open, "", before?.fires.open],
		[n.burnt, round(numbers.burntHa), "", before && round(before.burntHa)],
		[n.falseRate, seen, fill(language, n.ofCameraDays, { count: rate.count, days: round(rate.cameraDays) })],
		[n.alarmMin, minutes(toAlarm.medianS), rests(toAlarm)],
		[n.answerMin, minutes(toAnswer.medianS), rests(toAnswer), before && minutes(before.toAnswer.medianS)],
		[n.answerP90Min, minutes(toAnswer.p90S), rests(toAnswer), before && minutes(before.toAnswer.p90S)],
		[n.sceneMin, minutes(toScene.medianS), rests(toScene), before && minutes(before.toScene.medianS)],
		[n.unanswered, numbers.unanswered, "", before?.unanswered],
		[n.faults, numbers.faults],
		[n.drills, numbers.drills],
		[n.unattended, round(unattended.hours), fill(language, n.ofHours, { hours: round(unattended.ofHours) })],
	];
}
