import { PAGE_WORDS } from "../../base/page-words.ts";
import type { Language } from "../../base/say.ts";
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
}

/** The tables of the report 季度调度: an overview, and the same by month, area, camera, cause, channel and chief. */
export function reportTables(numbers: Numbers, { language, timeZone, tower, status }: Cover): Sheet[] {
	const { numbersPage: n, channels } = PAGE_WORDS[language];
	const day = (at: number) => localTime(at, timeZone).slice(0, 10);
	const overview: [string, string | number | undefined][] = [
		[n.tower, tower],
		[PAGE_WORDS[language].list.columns.status, PAGE_WORDS[language].list.status[status]],
		[n.from, day(numbers.from)],
		[n.to, day(numbers.to - 1)],
		[n.fires, numbers.fires.all],
		[n.open, numbers.fires.open],
		[n.false, numbers.fires.false],
		[n.permitted, numbers.fires.permitted],
		[n.closed, numbers.fires.closed],
		[n.falseRate, round(numbers.falsePerCameraDay.rate)],
		[n.cameraDays, round(numbers.falsePerCameraDay.cameraDays)],
		[n.answerS, numbers.toAnswer.medianS],
		[n.answerP90S, numbers.toAnswer.p90S],
		[n.sceneS, numbers.toScene.medianS],
		[n.unanswered, numbers.unanswered],
		[n.faults, numbers.faults],
		[n.drills, numbers.drills],
		[n.unattended, round(numbers.unattended.hours)],
	];
	const groups = (by: "byMonth" | "byArea" | "byCamera" | "byCause"): Sheet => ({
		name: n.by[by],
		columns: [n.name, n.fires, n.false, n.permitted, n.closed, n.answerS],
		rows: numbers[by].map((g) => ({
			[n.name]: g.label ?? (g.name || n.unknown),
			[n.fires]: g.all,
			[n.false]: g.false,
			[n.permitted]: g.permitted,
			[n.closed]: g.closed,
			[n.answerS]: g.toAnswer.medianS,
		})),
	});
	return [
		{ name: n.overview, columns: [n.name, n.value], rows: overview.map(([a, b]) => ({ [n.name]: a, [n.value]: b })) },
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
