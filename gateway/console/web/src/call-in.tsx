import { useEffect, useState } from "react";
import { call } from "./api.ts";
import type { Grid } from "./api-types.ts";
import { inWords, type Words } from "./i18n.ts";

/**
 * A fire that somebody has called in 接警, or a drill 演练: both ring people, so that who asks for it stands in the ledger.
 */
export function CallIn({
	w,
	onClose,
	onOpened,
}: {
	w: Words;
	onClose: () => void;
	onOpened: (incidentId: string) => void;
}) {
	const [grids, setGrids] = useState<Grid[]>([]);
	const [kind, setKind] = useState<"reports" | "drills">("reports");
	const [by, setBy] = useState("");
	const [where, setWhere] = useState("");
	const [note, setNote] = useState("");
	const [caller, setCaller] = useState("");
	const [phone, setPhone] = useState("");
	const [fault, setFault] = useState("");
	useEffect(() => {
		call("GET /api/grids").then(setGrids, () => setGrids([]));
	}, []);
	const send = () => {
		const place = placeIn(where, grids);
		if (!place) return setFault(w.callIn.noPlace);
		const filled = Object.entries({ note, caller, phone }).flatMap(([k, v]) =>
			v.trim() ? [[k, v.trim()] as const] : [],
		);
		const said = kind === "reports" ? Object.fromEntries(filled) : {};
		call(`POST /api/${kind}`, { body: { by: by.trim(), ...place, ...said } }).then(
			({ incident }) => onOpened(incident),
			(e: Error) => setFault(inWords(w, e.message)),
		);
	};
	return (
		<div className="veil">
			<dialog open aria-label={w.callIn.title}>
				<h2>{w.callIn.title}</h2>
				<form
					className="call-in"
					onSubmit={(e) => {
						e.preventDefault();
						send();
					}}
				>
					<div className="answers" role="radiogroup">
						{(["reports", "drills"] as const).map((k) => (
							<button type="button" key={k} aria-pressed={k === kind} onClick={() => setKind(k)}>
								{w.callIn[k]}
							</button>
						))}
					</div>
					<label>
						{w.callIn.by}
						<input required minLength={2} maxLength={60} value={by} onChange={(e) => setBy(e.target.value)} />
					</label>
					<label>
						{w.callIn.where}
						<input required maxLength={80} list="grids" value={where} onChange={(e) => setWhere(e.target.value)} />
					</label>
					<datalist id="grids">
						{grids.map((g) => (
							<option key={g.code} value={`${g.name} ${g.code}`} />
						))}
					</datalist>
					{kind === "reports" && (
						<>
							<label>
								{w.callIn.note}
								<input maxLength={200} value={note} onChange={(e) => setNote(e.target.value)} />
							</label>
							<label>
								{w.callIn.caller}
								<input maxLength={60} value={caller} onChange={(e) => setCaller(e.target.value)} />
							</label>
							<label>
								{w.callIn.phone}
								<input type="tel" maxLength={30} value={phone} onChange={(e) => setPhone(e.target.value)} />
							</label>
						</>
					)}
					<p>{kind === "drills" ? w.callIn.drillHint : w.callIn.reportHint}</p>
					{fault && (
						<p className="fault" role="alert">
							{fault}
						</p>
					)}
					<button type="submit">{w.callIn.send}</button>
				</form>
				<button type="button" className="quiet" onClick={onClose}>
					{w.close}
				</button>
			</dialog>
		</div>
	);
}

/** A grid by its name or code, or a place as "29.53, 108.77". */
function placeIn(text: string, grids: Grid[]): { grid: string } | { lat: number; lon: number } | undefined {
	const degrees = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
	if (degrees) return { lat: Number(degrees[1]), lon: Number(degrees[2]) };
	const grid = grids.find(
		(g) => text.trim() === g.code || text.trim() === g.name || text.trim() === `${g.name} ${g.code}`,
	);
	return grid && { grid: grid.code };
}
