import { createHash } from "node:crypto";
import { notEmpty } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { joined, phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import { traitsOf } from "../../model/channel.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Task } from "../../model/task.ts";
import { addressesOf, deliveries, ledger, notifiedAs } from "../escalation/effects.ts";
import { allClearOf } from "../escalation/message.ts";
import { answering, nameOf, peopleOf } from "../escalation/people.ts";
import { groupsOf, highDanger } from "../escalation/plan.ts";
import { nextReminderAt, withTimes } from "../escalation/times.ts";
import type { Change } from "../judgement/judged.ts";
import type { JudgeContext } from "../judgement/state.ts";

/**
 * 看守火场: burnt ground is guarded until somebody with the right has looked at it and releases it by name (森林防火条例: people
 * stay until the ground was inspected). Whoever guards it says so in time; a word that does not come escalates to a
 * group of the verify ladder each quarter of an hour.
 */
const HOUR_MS = 3_600_000;
/** Burnt area from which on it is guarded so long, hectares and hours; a day more at high danger. */
const LENGTHS = [
	{ fromHa: 100, hours: 72 },
	{ fromHa: 1, hours: 48 },
	{ fromHa: 0, hours: 24 },
];
const EVERY_MS = 2 * HOUR_MS;

/**
 * The task that begins with "out". Whoever has said so guards it, or whoever was there last, or the desk until it names
 * somebody.
 */
export function guardOf(context: JudgeContext, incident: Incident, a: Answer): Task {
	const { involved, id, tasks = [] } = incident;
	const { hours, everyMs } = lengthOf(context, incident);
	const there = involved.filter((i) => i.personId !== DUTY_DESK && WAS_THERE.includes(i.answer));
	const owner = there.find((i) => i.personId === a.personId) ?? there.at(-1);
	const { personId, name } = owner ?? { personId: DUTY_DESK, name: "" };
	return {
		id: `G-${createHash("sha256").update(`${id} ${tasks.length}`).digest("hex").slice(0, 8)}`,
		kind: "guard",
		personId,
		name,
		since: context.now,
		dueAt: context.now + everyMs,
		everyMs,
		until: context.now + hours * HOUR_MS,
		groupsNotified: 0,
	};
}

const WAS_THERE: readonly Involved["answer"][] = ["onScene", "controlled", "out"];

/** How long burnt ground is guarded, and how often a word is due. */
function lengthOf(context: JudgeContext, incident: Incident): { hours: number; everyMs: number } {
	const { sizeHa = 0 } = incident;
	const { hours } = LENGTHS.find((l) => sizeHa >= l.fromHa) ?? { hours: 24 };
	if (highDanger(context, incident) === undefined) return { hours, everyMs: EVERY_MS };
	return { hours: hours + 24, everyMs: EVERY_MS / 2 };
}

/** What people still owe for an incident. */
export function openTasks({ tasks = [] }: Incident): Task[] {
	return tasks.filter((t) => t.doneAt === undefined);
}

/** The tasks of an incident with those that were open done. */
export function tasksDone(incident: Incident, done: { doneAt: number; doneBy: string }): Task[] | undefined {
	const open = openTasks(incident);
	return incident.tasks?.map((t) => (open.includes(t) ? { ...t, ...done } : t));
}

/** Tells whoever guards it; beside the all-clear, which others get. */
export function guardBegins(context: JudgeContext, incident: Incident): Effect[] {
	const task = incident.tasks?.at(-1);
	if (!task) return [];
	const { personId: who, id, everyMs, until } = task;
	const detail = { task: id, everyMs, until };
	const entry = ledger(incident, { at: context.now, what: "guard:begins", who, detail });
	return [entry, ...asked(context, incident, { task, people: [who], key: "begins" })];
}

/**
 * Looks at what is due: whoever guards is reminded, and a word that does not come escalates. Undefined when nothing is
 * due.
 */
export function guardDue(context: JudgeContext, incident: Incident): Change | undefined {
	const due = openTasks(incident).filter((t) => nextReminderAt(t) <= context.now);
	if (incident.state !== "out" || due.length === 0) return undefined;
	const reminded = new Map(due.map((task) => [task, remind(context, incident, task)]));
	const tasks = incident.tasks?.map((task) => reminded.get(task)?.task ?? task);
	const effects = [...reminded.values()].flatMap((r) => r.effects);
	return { incident: withTimes(context, { ...incident, tasks }), effects };
}

/** First a reminder, then those above, one group after the other; the last of them again and again. */
function remind(context: JudgeContext, incident: Incident, task: Task): { task: Task; effects: Effect[] } {
	const { id, personId, dueAt, groupsNotified, notified: before = [] } = task;
	const above = peopleAbove(context, incident, groupsNotified);
	const people = [...new Set([personId, ...above])];
	const what = groupsNotified === 0 ? "guard:due" : "guard:missed";
	const entry = ledger(incident, { at: context.now, what, who: "rule", detail: { task: id, people, dueAt } });
	const messages = asked(context, incident, { task, people, key: `${dueAt}.${groupsNotified}` });
	const notified = [...new Set([...before, ...above])].filter((other) => other !== personId);
	return {
		task: { ...task, groupsNotified: groupsNotified + 1, ...notEmpty({ notified }) },
		effects: [entry, ...messages],
	};
}

function peopleAbove(context: JudgeContext, incident: Incident, groupsNotified: number): string[] {
	// police, agencies and the levels above the county hear of a fire, and not of a watch
	const groups = groupsOf(incident.ladder.plan, "verify").filter((g) => g.when !== "confirmed");
	const group = groups[Math.min(groupsNotified, groups.length) - 1];
	if (!group) return [];
	const all = answering(context, incident);
	return group.steps.flatMap((step) => peopleOf(context, incident, step, all).map((t) => t.person.id));
}

/** Whoever guards it, and whoever heard that no word came, hears that nobody need guard it any more. */
export function guardOver(
	context: JudgeContext,
	incident: Incident,
	{ tasks, endedBy }: { tasks: Task[]; endedBy: string },
): Effect[] {
	const by = nameOf(context, incident, endedBy) ?? "";
	const said = allClearOf(context, incident, by, context.now);
	const over = (text: Phrase) => joined("message.comma", [phrase("message.guardOver"), text]);
	const message = { ...said, body: over(said.body), short: over(said.short) };
	const ifNotified = notifiedAs(incident);
	return tasks.flatMap(({ id, personId: owner, notified = [] }) => {
		const others = [owner, ...notified].filter((personId) => personId !== endedBy);
		const key = `guardOver.${id}`;
		return others.flatMap((personId) => {
			// nobody is woken for what is over
			const silent = addressesOf(context, personId, (channel) => traitsOf(channel).rings === undefined);
			const sent = deliveries(context, incident, silent, { key, personId, message });
			return sent.map((d) => ({ ...d, delivery: { ...d.delivery, lane: "state" as const, ifNotified } }));
		});
	});
}

/** Somebody who was told says that he is there: the next word is due anew. */
export function checkedIn(context: JudgeContext, incident: Incident, a: Answer): Change {
	const open = openTasks(incident);
	if (open.length === 0) return { incident, effects: [] };
	const { now } = context;
	const { personId, personName: name } = a;
	const anew = (t: Task): Task => ({ ...t, dueAt: now + t.everyMs, groupsNotified: 0, personId, name });
	const tasks = incident.tasks?.map((t) => (open.includes(t) ? anew(t) : t));
	const effects = open
		.map(anew)
		.map(({ id: task, dueAt }) =>
			ledger(incident, { at: now, what: "guard:checkedIn", who: personId, detail: { task, dueAt } }),
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
		const addresses = addressesOf(context, personId, (channel) => traitsOf(channel).rings !== "everybody");
		return deliveries(context, incident, addresses, { key: `guard.${id}.${key}`, personId, task: "guard" });
	});
}
