import { createHash } from "node:crypto";
import { notEmpty } from "../../base/omit.ts";
import { words } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Task } from "../../model/task.ts";
import { deliveries, ledger, toldAs } from "../escalation/effects.ts";
import { allClearOf } from "../escalation/message.ts";
import { answering, peopleOf } from "../escalation/people.ts";
import { groupsOf } from "../escalation/plan.ts";
import { lookAtTask, withTimes } from "../escalation/times.ts";
import type { JudgeContext } from "../judgement/state.ts";

/**
 * 看守火场: burnt ground is guarded until somebody with the right has looked at it and releases it by name (森林防火条例: people
 * stay until the ground was inspected). Whoever guards it says so in time; a word that does not come climbs, a group of
 * the verify ladder each quarter of an hour.
 */
const HOUR_MS = 3_600_000;
/** Burnt area from which on it is guarded so long, hectares and hours; a day more at high danger. */
const LENGTHS = [
	{ fromHa: 100, hours: 72 },
	{ fromHa: 1, hours: 48 },
	{ fromHa: 0, hours: 24 },
];
const EVERY_MS = 2 * HOUR_MS;
const HIGH_DANGER = 4;

/**
 * The task that begins with "out". Whoever has said so guards it, or whoever was there last, or the desk until it names
 * somebody.
 */
export function guardOf(context: JudgeContext, incident: Incident, a: Answer): Task {
	const { sizeHa = 0, involved, id, tasks = [] } = incident;
	const dangerous =
		context.danger !== undefined && context.danger.until > context.now && context.danger.level >= HIGH_DANGER;
	const hours = (LENGTHS.find((l) => sizeHa >= l.fromHa)?.hours ?? 24) + (dangerous ? 24 : 0);
	const there = involved.filter(
		(i) => i.personId !== DUTY_DESK && (i.answer === "onScene" || i.answer === "controlled" || i.answer === "out"),
	);
	const owner = there.find((i) => i.personId === a.personId) ?? there.at(-1);
	const everyMs = dangerous ? EVERY_MS / 2 : EVERY_MS;
	return {
		id: `G-${createHash("sha256").update(`${id} ${tasks.length}`).digest("hex").slice(0, 8)}`,
		kind: "guard",
		personId: owner?.personId ?? DUTY_DESK,
		name: owner?.name ?? "",
		since: context.now,
		dueAt: context.now + everyMs,
		everyMs,
		until: context.now + hours * HOUR_MS,
		climbed: 0,
	};
}

/** Tells whoever guards it; beside the all-clear, which others get. */
export function guardBegins(context: JudgeContext, incident: Incident): Effect[] {
	const task = incident.tasks?.at(-1);
	if (!task) return [];
	const entry = ledger(incident, {
		at: context.now,
		what: "guard:begins",
		who: task.personId,
		detail: {
			task: task.id,
			everyMs: task.everyMs,
			until: task.until,
		},
	});
	return [entry, ...asked(context, incident, { task, people: [task.personId], key: "begins" })];
}

/**
 * Looks at what is due: whoever guards is reminded, and a word that does not come climbs. Undefined when nothing is
 * due.
 */
export function guardLook(
	context: JudgeContext,
	incident: Incident,
): { incident: Incident; effects: Effect[] } | undefined {
	const due = (incident.tasks ?? []).filter((t) => t.doneAt === undefined && lookAtTask(t) <= context.now);
	if (incident.state !== "out" || due.length === 0) return undefined;
	const effects: Effect[] = [];
	// police, agencies and the levels above the county hear of a fire, and not of a watch
	const groups = groupsOf(incident.ladder.plan, "verify").filter((g) => g.when !== "confirmed");
	const tasks = (incident.tasks ?? []).map((task) => {
		if (!due.includes(task)) return task;
		// first a reminder, then those above, one group after the other; the last of them again and again
		const group = groups[Math.min(task.climbed, groups.length) - 1];
		const above =
			group?.steps.flatMap((step) =>
				peopleOf(context, incident, step, answering(context, incident)).map((t) => t.person.id),
			) ?? [];
		const people = [...new Set([task.personId, ...above])];
		effects.push(
			ledger(incident, {
				at: context.now,
				what: task.climbed === 0 ? "guard:due" : "guard:missed",
				who: "rule",
				detail: {
					task: task.id,
					people,
					dueAt: task.dueAt,
				},
			}),
		);
		effects.push(...asked(context, incident, { task, people, key: `${task.dueAt}.${task.climbed}` }));
		const told = [...new Set([...(task.told ?? []), ...above])].filter((id) => id !== task.personId);
		return { ...task, climbed: task.climbed + 1, ...notEmpty({ told }) };
	});
	return { incident: withTimes(context, { ...incident, tasks }), effects };
}

/** Whoever guards it, and whoever heard that no word came, hears that nobody need guard it any more. */
export function guardOver(
	context: JudgeContext,
	incident: Incident,
	{ tasks, endedBy }: { tasks: Task[]; endedBy: string },
): Effect[] {
	const by = incident.involved.find((i) => i.personId === endedBy)?.name ?? context.duty.person(endedBy)?.name ?? "";
	const said = allClearOf(context, incident, by, context.now);
	const { language } = context;
	const [word, comma] = [words(language, "message.guardOver"), words(language, "message.comma")];
	const message = {
		...said,
		body: `${word}${comma}${said.body}`.slice(0, 300),
		short: `${word}${comma}${said.short}`.slice(0, 60),
	};
	const ifTold = toldAs(incident);
	return tasks.flatMap((task) =>
		[task.personId, ...(task.told ?? [])].flatMap((personId) => {
			if (personId === endedBy) return [];
			const addresses =
				context.duty.person(personId)?.addresses.filter((a) => a.channel !== "siren" && a.channel !== "voice") ?? [];
			return deliveries(context, incident, addresses, { key: `guardOver.${task.id}`, personId }).map(
				(e): Effect =>
					e.type === "deliver" ? { ...e, delivery: { ...e.delivery, lane: "state", ifTold, message } } : e,
			);
		}),
	);
}

/** Somebody who was told says that he is there: the next word is due anew. */
export function checkedIn(
	context: JudgeContext,
	incident: Incident,
	a: Answer,
): { incident: Incident; effects: Effect[] } {
	const open = (incident.tasks ?? []).filter((t) => t.doneAt === undefined);
	const tasks = incident.tasks?.map((t) =>
		open.includes(t)
			? { ...t, dueAt: context.now + t.everyMs, climbed: 0, personId: a.personId, name: a.personName }
			: t,
	);
	if (!tasks || open.length === 0) return { incident, effects: [] };
	const effects = open.map((t) =>
		ledger(incident, {
			at: context.now,
			what: "guard:checkedIn",
			who: a.personId,
			detail: { task: t.id, dueAt: context.now + t.everyMs },
		}),
	);
	return { incident: withTimes(context, { ...incident, tasks }), effects };
}

/** Asks people for a word of who guards; `key` tells this asking from others of the same task. */
function asked(
	context: JudgeContext,
	incident: Incident,
	{ task: { id }, people, key }: { task: Task; people: string[]; key: string },
): Effect[] {
	return people.flatMap((personId) => {
		const addresses = context.duty.person(personId)?.addresses.filter((a) => a.channel !== "siren") ?? [];
		return deliveries(context, incident, addresses, { key: `guard.${id}.${key}`, personId, task: "guard" });
	});
}
