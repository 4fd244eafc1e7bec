import { useEffect, useState } from "react";
import { call } from "./api.ts";
import type { Grid } from "./api-types.ts";
import { texts } from "./form.ts";
import { inWords, type Words } from "./i18n.ts";

interface CallInProps {
	w: Words;
	onClose: () => void;
	onOpened: (incidentId: string) => void;
}

type Kind = "reports" | "drills";

/** What a caller is asked for. */
const FROM_CALLER = [
	{ name: "note", most: 200 },
	{ name: "caller", most: 60 },
	{ name: "phone", most: 30 },
] as const;

/**
 * A fire that somebody has called in 接警, or a drill 演练: both ring people, so that who asks for it stands in the ledger.
 */
export function CallIn({ w, onClose, onOpened }: CallInProps) {
	const [grids, setGrids] = useState<Grid[]>([]);
	const [kind, setKind] = useState<Kind>("reports");
	const [fault, setFault] = useState("");
	useEffect(() => {
		call("GET /api/grids").then(setGrids, () => setGrids([]));
	}, []);
	const send = (form: HTMLFormElement) => {
		const [where = "", ...said] = texts(form, "where", ...FROM_CALLER.map(({ name }) => name));
		const place = placeIn(where, grids);
		if (!place) return setFault(w.callIn.noPlace);
		const words = kind === "reports" ? FROM_CALLER.map(({ name }, i) => [name, said[i]?.trim()] as const) : [];
		const filled = words.filter(([, text]) => text);
		call(`POST /api/${kind}`, { body: { ...place, ...Object.fromEntries(filled) } }).then(
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
						send(e.currentTarget);
					}}
				>
					<div className="answers" role="radiogroup">
						{(["reports", "drills"] as const).map((k) => (
							<button type="button" key={k} aria-pressed={k === kind} onClick={() => setKind(k)}>
								{w.callIn[k]}
							</button>
						))}
					</div>
					<Fields w={w} kind={kind} grids={grids} />
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

/** Who asks, where it is, and, of a fire that was called in, what the caller says. */
function Fields({ w, kind, grids }: { w: Words; kind: Kind; grids: Grid[] }) {
	return (
		<>
			<label>
				{w.callIn.where}
				<input name="where" required maxLength={80} list="grids" />
			</label>
			<datalist id="grids">
				{grids.map((g) => (
					<option key={g.code} value={`${g.name} ${g.code}`} />
				))}
			</datalist>
			{FROM_CALLER.map(({ name, most }) => (
				<label key={name} hidden={kind !== "reports"}>
					{w.callIn[name]}
					<input name={name} maxLength={most} type={name === "phone" ? "tel" : "text"} />
				</label>
			))}
		</>
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
