import { drilledBy } from "../model/report.ts";
import type { JudgementStore } from "../store/judgement.ts";
import type { OutboxStore } from "../store/outbox.ts";

/** How one person fared in a drill, seconds from being told; undefined where nothing came. */
export interface DrillLine {
	personId: string;
	name: string;
	role: string;
	task: string;
	channels: string[];
	acceptedS?: number;
	receiptS?: number;
	answer?: string;
	answerS?: number;
}

export interface DrillReport {
	incident: string;
	by: string;
	startedAt: number;
	state: string;
	lines: DrillLine[];
}

/** The drills of a gateway's store, newest first. */
export async function drillReports({
	judgements,
	outbox,
}: {
	judgements: JudgementStore;
	outbox: OutboxStore;
}): Promise<DrillReport[]> {
	const all = await judgements.openedBetween(0, Number.MAX_SAFE_INTEGER);
	const drills = all.filter((i) => drilledBy(i) !== undefined).reverse();
	const reports: DrillReport[] = [];
	for (const i of drills) {
		const deliveries = await outbox.ofIncident(i.id);
		const since = (told: number, at: number | undefined) =>
			at === undefined ? undefined : Math.round((at - told) / 100) / 10;
		const lines = i.involved.map((p): DrillLine => {
			const own = deliveries.filter((d) => d.personId === p.personId);
			const first = (times: number[]) => (times.length === 0 ? undefined : Math.min(...times));
			const accepted = since(
				p.notifiedAt,
				first(own.flatMap((d) => d.tries.filter((t) => t.outcome === "accepted").map((t) => t.at))),
			);
			const receipt = since(p.notifiedAt, first(own.flatMap((d) => d.receipts.map((r) => r.at))));
			const answered = p.answer === "seen" ? undefined : since(p.notifiedAt, p.answeredAt);
			return {
				personId: p.personId,
				name: p.name,
				role: p.role,
				task: p.task,
				channels: own.map((d) => d.channel),
				acceptedS: accepted,
				receiptS: receipt,
				...(answered === undefined ? {} : { answer: p.answer as string, answerS: answered }),
			};
		});
		const by = drilledBy(i) ?? "";
		reports.push({ incident: i.id, by, startedAt: i.openedAt, state: i.state, lines });
	}
	return reports;
}
