import { Link } from "@tanstack/react-router";
import { call } from "../api.ts";
import type { Camera, Tower } from "../api-types.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords, span, type Words, word } from "../i18n.ts";
import { MaintenanceLines } from "./maintenance.tsx";

/** What is wrong with the tower itself, a line each. */
export function FaultLines({ tower, w }: { tower: Tower; w: Words }) {
	const { configFault, storeFault, modelFault, registerFaults, partFaults, audit } = tower;
	const blind = useDesk().cameras.filter((c) => c.blind);
	const line = (name: string, text: string | undefined) =>
		text && (
			<p className="line fault">
				{name}: <code>{text}</code>
			</p>
		);
	return (
		<>
			{blind.length > 0 && <BlindLine blind={blind} w={w} />}
			{line(w.configFault, configFault && inWords(w, configFault))}
			{storeFault && <StoreLine fault={storeFault} w={w} />}
			<MaintenanceLines tower={tower} w={w} />
			{line(w.modelFault, modelFault && inWords(w, modelFault))}
			{registerFaults && <RegisterLine faults={registerFaults.map((fault) => inWords(w, fault))} w={w} />}
			{line(w.partFaults, partFaults?.map((fault) => inWords(w, fault)).join(" · "))}
			{audit && <AuditLine audit={audit} w={w} />}
		</>
	);
}

/** Cameras that see nothing: a fire before them is seen by nobody. */
function BlindLine({ blind, w }: { blind: Camera[]; w: Words }) {
	const { now } = useDesk();
	const since = Math.min(...blind.map((c) => c.blind?.since ?? now));
	const gaps = {
		count: blind.length,
		names: blind
			.slice(0, MOST_NAMED)
			.map((c) => c.name)
			.join("、"),
		span: span(now - since, w),
	};
	return (
		<p className="line alert">
			<Link to="/cameras">{filled(w, w.blindLine, gaps)}</Link>
		</p>
	);
}

const MOST_NAMED = 4;

/** What is wrong with the register's files: the first of it, the rest on demand. */
function RegisterLine({ faults, w }: { faults: string[]; w: Words }) {
	return (
		<details className="line fault">
			<summary>
				{w.registerFault}: {faults[0]}
			</summary>
			<ul>
				{faults.slice(1).map((fault) => (
					<li key={fault}>
						<code>{fault}</code>
					</li>
				))}
			</ul>
		</details>
	);
}

/** What the audit has found: the first of it, and how much more there is, with the way to the incident. */
function AuditLine({ audit, w }: { audit: NonNullable<Tower["audit"]>; w: Words }) {
	const [first] = audit;
	if (!first) return null;
	return (
		<p className="line fault">
			{w.audit} ({audit.length}): <a href={`/incidents/${first.incidentId}`}>{first.incidentId}</a>{" "}
			{inWords(w, first.what)}
		</p>
	);
}

function StoreLine({ fault, w }: { fault: NonNullable<Tower["storeFault"]>; w: Words }) {
	const acknowledge = () => {
		call("POST /api/store/seen").catch((error: Error) => alert(inWords(w, error.message)));
	};
	return (
		<p className="line fault">
			{word(w.storeFault, fault.state)} <code>{word(w.storeWhy, fault.why)}</code>{" "}
			{fault.state === "replaced" && (
				<button type="button" onClick={acknowledge}>
					{w.storeSeen}
				</button>
			)}
		</p>
	);
}

/** Whether anything is wrong with the tower itself. */
export function hasFaults({ configFault, storeFault, modelFault, registerFaults, partFaults, audit }: Tower): boolean {
	return [configFault, storeFault, modelFault, registerFaults, partFaults, audit].some((fault) => fault !== undefined);
}
