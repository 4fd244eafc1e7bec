import { call } from "../api.ts";
import type { Tower } from "../api-types.ts";
import { inWords, type Words, word } from "../i18n.ts";
import { MaintenanceLines } from "./maintenance.tsx";

/** What is wrong with the tower itself, a line each. */
export function FaultLines({ tower, w }: { tower: Tower; w: Words }) {
	const { configFault, storeFault, modelFault, registerFaults, partFaults, audit } = tower;
	const line = (name: string, text: string | undefined) =>
		text && (
			<p className="line fault">
				{name}: <code>{text}</code>
			</p>
		);
	return (
		<>
			{line(w.configFault, configFault && inWords(w, configFault))}
			{storeFault && <StoreLine fault={storeFault} w={w} />}
			<MaintenanceLines tower={tower} w={w} />
			{line(w.modelFault, modelFault && inWords(w, modelFault))}
			{line(w.registerFault, registerFaults?.map((fault) => inWords(w, fault)).join(" · "))}
			{line(w.partFaults, partFaults?.map((fault) => inWords(w, fault)).join(" · "))}
			{audit && <AuditLine audit={audit} w={w} />}
		</>
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
