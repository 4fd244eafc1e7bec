import type { Incident, State } from "./api-types.ts";
import { Candidates } from "./candidates.tsx";
import { mayClose } from "./closing.tsx";
import { Fires } from "./fires.tsx";
import { clock, inWords, type Words } from "./i18n.ts";
import { IncidentCard, whereOf } from "./incident.tsx";
import { isOpen } from "./states.ts";

interface Choice {
	selected: string | undefined;
	onSelect: (id: string) => void;
	w: Words;
	now: number;
}

/** Incidents that are open, wait for their file to be closed, or are closed; and what rang nobody. */
export function IncidentList({ state, ...choice }: Choice & { state: State }) {
	const { selected, onSelect, w, now } = choice;
	// of one fire that several towers see, one incident is shown and answered
	const own = state.incidents.filter((i) => i.primaryId === undefined);
	const open = own.filter(isOpen);
	const fires = open.filter((i) => i.kind === "fire");
	const faults = open.filter((i) => i.kind !== "fire");
	const faultsLine = `${w.faultsLine} (${faults.length}): ${faults.slice(0, 12).map(whereOf).join("、")}`;
	const unclosed = own.filter((i) => !isOpen(i) && mayClose(i));
	const closed = own.filter((i) => !isOpen(i) && !mayClose(i));
	return (
		<nav aria-label={w.open}>
			<h2>
				{w.open} {open.length > 0 && <span className="count">{open.length}</span>}
			</h2>
			{open.length === 0 && (
				<p className="calm">
					{w.none}
					<small>{w.noneHint}</small>
				</p>
			)}
			<Fires fires={fires} selected={selected} onSelect={onSelect} w={w} now={now} />
			<Folded name={faultsLine} list={faults} isUnfolded={faults.length <= 3 && fires.length === 0} {...choice} />
			<Folded name={`${w.toClose} (${unclosed.length})`} list={unclosed} {...choice} />
			<Folded name={`${w.closed} (${closed.length})`} list={closed} {...choice} />
			<Neighbours notices={state.tower.neighbours ?? []} w={w} />
			{state.candidates.length > 0 && <Candidates candidates={state.candidates} cameras={state.cameras} w={w} />}
		</nav>
	);
}

function Folded({
	name,
	list,
	isUnfolded,
	selected,
	onSelect,
	w,
	now,
}: Choice & { name: string; list: Incident[]; isUnfolded?: boolean }) {
	if (list.length === 0) return null;
	return (
		<details open={isUnfolded}>
			<summary>{name}</summary>
			{list.map((i) => (
				<IncidentCard
					key={i.id}
					incident={i}
					w={w}
					now={now}
					selected={i.id === selected}
					onSelect={() => onSelect(i.id)}
				/>
			))}
		</details>
	);
}

/** What neighbours have said of late that rang nobody, and why. */
function Neighbours({ notices, w }: { notices: NonNullable<State["tower"]["neighbours"]>; w: Words }) {
	if (notices.length === 0) return null;
	return (
		<details>
			<summary>
				{w.neighbours} ({notices.length})
			</summary>
			<ul className="notices">
				{notices.map((n) => (
					<li key={`${n.at} ${n.sender} ${n.headline}`}>
						<small>{clock(w, n.at)}</small> {n.headline || n.sender}{" "}
						<small>{`${n.sender}: ${inWords(w, n.why)}`}</small>
					</li>
				))}
			</ul>
		</details>
	);
}
