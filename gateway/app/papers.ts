import { touched } from "../judge/ladder/people.ts";
import type { World } from "../judge/world.ts";
import { holds, type Person } from "../model/register.ts";
import { audit, type Difference, type IncidentPapers } from "../reach/audit.ts";
import { writeCsv } from "../register/table.ts";
import type { JudgementStore } from "../store/judgement.ts";
import type { OutboxStore } from "../store/outbox.ts";

/** Every incident of a time with its ledger and messages, oldest first. */
export async function papersBetween(judgements: JudgementStore, outbox: OutboxStore, from: number, to: number): Promise<IncidentPapers[]> {
	const incidents = await judgements.openedBetween(from, to);
	const papers: IncidentPapers[] = [];
	for (const incident of incidents) {
		papers.push({ incident, ledger: await judgements.ledger.ofIncident(incident.id), deliveries: await outbox.ofIncident(incident.id) });
	}
	return papers;
}

export function auditAll(papers: IncidentPapers[], now: number): Difference[] {
	return papers.flatMap((p) => audit(withWhole(p, papers), now));
}

/** Steps that tell people. */
const TELLS = ["opened", "step", "newcomers"];

/** The papers with what was told of the wave that an incident was a part of, and what was told of a wave before parts of it went their own ways. */
function withWhole(papers: IncidentPapers, all: IncidentPapers[]): IncidentPapers {
	const { incident, ledger } = papers;
	const { id, involved, split, splitFrom = [] } = incident;
	if (!split && splitFrom.length === 0) return papers;
	const madeFor = (of: string) => all.flatMap((p) => p.deliveries.filter((d) => d.key.startsWith(`${of}|`)));
	const at = ledger.find((l) => l.what === "split" && l.detail["from"] !== undefined);
	const told = splitFrom.flatMap(madeFor).filter((d) => {
		return d.state === "accepted" && at && d.createdAt <= at.at && involved.some((i) => i.personId === d.personId);
	});
	const deliveries = [...new Map([...papers.deliveries, ...madeFor(id), ...told].map((d) => [d.id, d])).values()];
	const before = all.filter((p) => splitFrom.includes(p.incident.id)).flatMap((p) => p.ledger);
	const steps = before.filter((l) => at && l.n < at.n && TELLS.includes(l.what));
	return { incident, ledger: [...steps, ...ledger].sort((a, b) => a.n - b.n), deliveries };
}

/**
 * Why a person was not told of an incident, or what became of it when he was: from the ledger and the register in
 * force. One line per reason.
 */
export function whyNotTold(world: World, { incident, ledger, deliveries }: IncidentPapers, personId: string): string[] {
	const own = deliveries.filter((d) => d.personId === personId);
	if (own.length > 0) {
		return own.map((d) => {
			const last = d.tries.at(-1);
			return `told over ${d.channel}: ${d.state}${last ? `, ${last.outcome} ${last.detail}` : ", not tried yet"}`;
		});
	}
	const person = world.duty.person(personId);
	if (!person) return ["nobody of that id is in the register in force"];
	const elsewhere = ledger.find((l) => l.what === "step" && ((l.detail["toldElsewhere"] as string[] | undefined) ?? []).includes(personId));
	if (elsewhere) return ["another tower had told him of the same fire"];
	const step = ledger.find(
		(l) => (l.what === "step" || l.what === "newcomers") && ((l.detail["people"] as string[] | undefined) ?? []).includes(personId),
	);
	if (step) return ["a step meant him, and the register had no address for him then"];
	return reasons(world, incident, person, ledger);
}

function reasons(world: World, incident: IncidentPapers["incident"], person: Person, ledger: IncidentPapers["ledger"]): string[] {
	const at = incident.openedAt;
	if (!holds(person, at)) return ["his entry did not hold on that day"];
	const grids = touched(world, incident.grids);
	const duties = world.duty.responsible(grids, at).filter((d) => d.person.id === person.id);
	const leads = world.register.teams.some((t) => t.leader === person.id);
	if (duties.length === 0 && !leads) {
		const substitute = world.register.shifts.find((s) => s.post === `for:${person.id}` && holds(s, at));
		if (substitute) return [`${substitute.person} stood in for him`];
		const below = incident.grids.find((g) => !grids.includes(g) && person.grids.some((code) => g.code.startsWith(code)));
		return [
			below
				? `only ${(below.share * 100).toFixed(1)} % of the region lies in his grids, less than the least share`
				: "he answers for none of the grids that the region touches",
		];
	}
	const meant = incident.ladder.plan.filter((s) => !s.roles || s.roles.some((r) => duties.some((d) => d.role === r)));
	if (meant.length === 0 && !leads) return ["no step of the plan names his role"];
	const condition = duties.find((d) => d.condition)?.condition;
	if (condition) return [`he is told on condition "${condition}", which was not met`];
	const end = ledger.find((l) => ["false", "permitted", "closed"].includes(l.what));
	const taken = ledger.find((l) => /^answer:(going|onScene|confirmed)/.test(l.what));
	if (taken) return [`${taken.who} saw to it before his step was due`];
	return [end ? "it was over before his step was due" : "his step is not due yet"];
}

const LEDGER_COLUMNS = [
	...["incident", "status", "kind", "opened", "grid", "person", "name", "role", "level", "task", "told", "channels", "answer", "secondsToAnswer"],
	...["secondsToScene", "state", "verdictBy", "cause", "closed"],
] as const;

/** The ledger of a quarter as a table: a line for each person who was told of each incident. */
export function ledgerCsv(papers: IncidentPapers[], personId?: string): string {
	const rows = papers.flatMap(({ incident: i, ledger, deliveries }) =>
		i.involved
			.filter((p) => personId === undefined || p.personId === personId)
			.map((p) => {
				const scene = ledger.find((l) => l.what === "answer:onScene" && l.who === p.personId);
				const first = ledger.find((l) => l.what.startsWith("answer:") && l.what !== "answer:seen" && l.who === p.personId);
				const own = deliveries.filter((d) => d.personId === p.personId);
				return {
					...{ incident: i.id, status: i.status, kind: i.kind, opened: time(i.openedAt), grid: i.grids[0]?.name, person: p.personId, name: p.name },
					...{ role: p.role, level: p.level, task: p.task, told: time(p.toldAt), channels: own.map((d) => `${d.channel} ${d.state}`).join("; ") },
					...{ answer: first?.what.replace("answer:", ""), secondsToAnswer: since(p.toldAt, first?.at), secondsToScene: since(p.toldAt, scene?.at) },
					...{ state: i.state, verdictBy: i.closedBy, cause: i.cause },
					closed: i.closedAt === undefined ? "" : time(i.closedAt),
				};
			}),
	);
	return writeCsv(LEDGER_COLUMNS, rows);
}

const since = (from: number, to: number | undefined) => (to === undefined ? undefined : Math.round((to - from) / 1000));
const time = (ms: number) => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

/** From and to of a quarter such as 2026Q4 in Beijing time, ms since 1970; undefined when it is none. */
export function quarterOf(text: string): { from: number; to: number } | undefined {
	const match = /^(\d{4})Q([1-4])$/.exec(text);
	if (!match) return undefined;
	const [year, month] = [Number(match[1]), (Number(match[2]) - 1) * 3];
	const start = (y: number, m: number) => Date.UTC(y, m, 1) - 8 * 3_600_000;
	return { from: start(year, month), to: start(year, month + 3) };
}
