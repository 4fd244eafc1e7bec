import { Anchor, Badge } from "@mantine/core";
import { IconCheck, IconChecks, IconClock, IconEye, IconMessageCheck, IconPhone, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { DUTY_DESK } from "../../../../model/register.ts";
import { call } from "../api.ts";
import type { Incident, IncidentDetail } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { attemptLines, clock, filled, postOf, span, type Words, word } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { comingOf } from "./coming.ts";
import { WhyTold } from "./why-told.tsx";

type Person = Incident["involved"][number];
type Delivery = IncidentDetail["deliveries"][number];

/** Who was told, by when, as a ladder in time: what became of each message, who answered, and who is next. */
export function People({ detail }: { detail: IncidentDetail }) {
	const { w } = useReader();
	const { incident, deliveries } = detail;
	const seesPeople = useMay("personal");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people"), enabled: seesPeople });
	const phones = new Map((people.data ?? []).map((p) => [p.id, p.phone]));
	const { involved } = incident;
	const field = involved.filter((i) => i.personId !== DUTY_DESK);
	const unheard = field.filter((i) => (i.unreached || i.notReachedAt !== undefined) && i.answer === undefined).length;
	const answered = field.filter((i) => i.answer !== undefined && i.answer !== "seen").length;
	const rungs = new Map<number, Person[]>();
	for (const i of involved) {
		const after = Math.max(0, Math.round((i.notifiedAt - incident.openedAt) / 60_000));
		rungs.set(after, [...(rungs.get(after) ?? []), i]);
	}
	return (
		<section className="people" aria-label={w.incidentPage.who}>
			<h2>
				{w.incidentPage.who} <small>{filled(w, w.incidentPage.whoLine, { answered, told: field.length })}</small>
				{unheard > 0 && <small className="bad"> · {filled(w, w.incidentPage.unheard, { count: unheard })}</small>}
			</h2>
			<Overdue people={involved} phones={phones} />
			{involved.length === 0 && <p className="missing">{w.nobody}</p>}
			<ol>
				{[...rungs].map(([minute, own]) => (
					<li key={minute}>
						<span className="minute">{span(minute * 60_000, w)}</span>
						<ul>
							{own.map((p) => (
								<PersonRow
									key={p.personId}
									person={p}
									isFire={incident.kind === "fire"}
									phone={phones.get(p.personId)}
									deliveries={deliveries.filter((d) => d.personId === p.personId)}
								/>
							))}
						</ul>
					</li>
				))}
				<Coming incident={incident} />
			</ol>
			{seesPeople && <WhyTold incident={incident} />}
		</section>
	);
}

interface OverdueProps {
	people: readonly Person[];
	phones: ReadonlyMap<string, string | undefined>;
}

/** Who has promised to come and was not heard of since: whom to ring now. */
function Overdue({ people, phones }: OverdueProps) {
	const { w } = useReader();
	const { now } = useDesk();
	const late = people.filter(({ lapsedAt, feedbackBy = now }) => lapsedAt !== undefined || feedbackBy < now);
	if (late.length === 0) return null;
	return (
		<p className="overdue bad">
			<b>{w.incidentPage.overdue}</b>{" "}
			{late.map((p) => {
				const phone = phones.get(p.personId);
				return (
					<span key={p.personId}>
						{p.name || postOf(w, p)}{" "}
						{p.feedbackBy !== undefined &&
							filled(w, w.incidentPage.wasDue, { time: clock(w, p.feedbackBy).slice(0, 5) })}{" "}
						{phone && <Anchor href={`tel:${phone}`}>{phone}</Anchor>}
					</span>
				);
			})}
		</p>
	);
}

interface PersonRowProps {
	person: Person;
	isFire: boolean;
	phone: string | undefined;
	deliveries: Delivery[];
}

function PersonRow({ person: p, isFire, phone, deliveries }: PersonRowProps) {
	const { w } = useReader();
	const isUnheard = (p.notReachedAt !== undefined && p.answer === undefined) || p.unreached;
	return (
		<li className={p.answer === undefined ? "" : `said ${p.answer}`}>
			<span className="name">
				<b>{p.name || postOf(w, p)}</b> <small>{p.title ?? postOf(w, p)}</small>
				{p.team && <small> {p.team}</small>}
				{isFire && <Badge size="xs" variant="light">{`${word(w.tasks, p.task)}`}</Badge>}
				{phone && (
					<Anchor className="phone" href={`tel:${phone}`} aria-label={`${w.incidentPage.called} ${p.name} ${phone}`}>
						<IconPhone size={14} aria-hidden /> {phone}
					</Anchor>
				)}
			</span>
			<span className="channels">
				{deliveries.map((d) => (
					<DeliveryMark key={d.id} delivery={d} />
				))}
				{isUnheard && <b className="bad">{w.notReached}</b>}
				<Answered person={p} />
			</span>
		</li>
	);
}

/** What somebody has said, when he will be there, and whether he is late. */
function Answered({ person: p }: Pick<PersonRowProps, "person">) {
	const { w } = useReader();
	const { now } = useDesk();
	const said = p.answer && word(w as unknown as Record<string, string>, p.answer);
	const until = p.feedbackBy;
	if (!said && until === undefined && p.lapsedAt === undefined) return null;
	return (
		<span className="answer">
			{said && (
				<b>
					{said} {p.answeredAt && clock(w, p.answeredAt).slice(0, 5)}
				</b>
			)}
			{until !== undefined && p.lapsedAt === undefined && (
				<span>
					{filled(w, w.incidentPage.eta, { time: clock(w, until).slice(0, 5) })} (
					{filled(w, w.incidentPage.notYet, { span: span(until - now, w) })})
				</span>
			)}
			{p.lapsedAt !== undefined && <b className="bad">{w.lapsed}</b>}
		</span>
	);
}

/**
 * One message as one sign: waits, is on its way, taken by its service, shown, read, or failed; all of it by word too.
 */
function DeliveryMark({ delivery: d }: { delivery: Delivery }) {
	const { w } = useReader();
	const { Icon, state } = markOf(d);
	const text = `${word(w.channels, d.channel)} ${word(w.deliveries, d.state)}`;
	return (
		<span className={`mark ${state}`} title={`${text}\n${attemptLines(w, d.tries)}`}>
			<Icon size={15} aria-hidden /> {word(w.channels, d.channel)}
			<span className="unseen">{word(w.deliveries, d.state)}</span>
			{d.attempts > 1 && ` ×${d.attempts}`}
		</span>
	);
}

function markOf({ state, receipts }: Delivery) {
	const heard = new Set(receipts.map((r) => r.what));
	if (heard.has("read")) return { Icon: IconEye, state: "read" };
	if (receipts.length > 0) return { Icon: IconChecks, state: "delivered" };
	if (state === "accepted") return { Icon: IconCheck, state };
	if (state === "failed") return { Icon: IconX, state };
	return { Icon: state === "stopped" ? IconMessageCheck : IconClock, state };
}

/** Who is told next, by each ladder, when nothing changes: the steps of the plan that are to come. */
function Coming({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const { now } = useDesk();
	if (!isOpen(incident) || incident.kind !== "fire") return null;
	return comingOf(incident).map(({ ladder, after, at, steps }) => (
		<li key={`${ladder} ${after}`} className="coming">
			<span className="minute">
				{at === undefined ? span(after, w) : filled(w, w.incidentPage.notYet, { span: span(at - now, w) })}
			</span>
			<span>
				{steps.map((s) => stepName(s, w)).join("、")}{" "}
				<Badge size="xs" variant="light">
					{[...new Set(steps.map((s) => word(w.tasks, s.task)))].join("、")}
				</Badge>
			</span>
		</li>
	));
}

function stepName({ level, roles = [], tiers = [] }: Incident["ladder"]["plan"][number], w: Words): string {
	const of = level === undefined ? "" : word(w.levels, level);
	return [...roles.map((role) => `${of}${word(w.roles, role)}`), ...tiers.map((t) => word(w.tiers, t))].join("·") || of;
}
