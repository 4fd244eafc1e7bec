import { useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { call, type Incident } from "./api.ts";
import { clock, preferred, word, words } from "./i18n.ts";
import "./style.css";

interface View {
	tower: { name: string };
	person: { name: string };
	incident: Incident & { answered: { name: string; answer: string }[] };
	mine?: string;
	picture?: string;
}

const ANSWERS = ["going", "onScene", "notMe", "false"] as const;

/** What a chief's phone shows: one incident, one tap. The token stands in the fragment and goes out in a POST only. */
function Phone() {
	const token = location.hash.slice(1);
	const w = words(preferred());
	const [view, setView] = useState<View | undefined>();
	const [picture, setPicture] = useState<string | undefined>();
	const [fault, setFault] = useState("");
	const [said, setSaid] = useState("");
	const load = useCallback(() => call<View>("POST", "/api/phone/incident", { token }).then(setView, () => setFault(w.badLink)), [token, w]);
	useEffect(() => {
		void load();
		fetch("/api/phone/picture", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token }) })
			.then(async (r) => r.ok && setPicture(URL.createObjectURL(await r.blob())))
			.catch(() => {});
	}, [load, token]);
	if (fault) return <main className="phone fault">{fault}</main>;
	if (!view) return <main className="phone">…</main>;
	const { incident } = view;
	const boxes = incident.evidence.findLast((e) => e.picture)?.boxes ?? [];
	const open = !["false", "permitted", "closed"].includes(incident.state);
	return (
		<main className={`phone ${incident.kind}`}>
			<h1>
				{w.kinds[incident.kind]} {incident.status === "exercise" && <span className="badge exercise">{w.exercise}</span>}
			</h1>
			<p className="where">
				{incident.grids
					.slice(0, 2)
					.map((g) => g.name)
					.join(" · ")}
			</p>
			<p className="facts">
				<span>{view.tower.name}</span>
				{incident.place.bearingDeg !== undefined && (
					<span>
						{w.bearing} {Math.round(incident.place.bearingDeg)}°
					</span>
				)}
				<span>
					{w.firstSeen} {clock(incident.firstSeenAt)}
				</span>
				<span className={`badge ${incident.state}`}>{word(w.states, incident.state)}</span>
			</p>
			{picture && (
				<div className="picture">
					<img src={picture} alt={w.evidence} />
					{boxes.map((b) => (
						<span
							key={`${b.x},${b.y}`}
							className="box"
							style={{ left: `${b.x * 100}%`, top: `${b.y * 100}%`, width: `${b.w * 100}%`, height: `${b.h * 100}%` }}
						/>
					))}
				</div>
			)}
			{open && (
				<div className="answers big">
					{ANSWERS.map((a) => (
						<button
							type="button"
							key={a}
							className={a}
							aria-pressed={view.mine === a}
							onClick={() =>
								call("POST", "/api/phone/answer", { token, answer: a }).then(
									() => {
										setSaid(`${w.thanks}: ${w[a]}`);
										void load();
									},
									(e: Error) => setSaid(e.message),
								)
							}
						>
							{w[a]}
						</button>
					))}
				</div>
			)}
			{said && <p role="status">{said}</p>}
			<p className="facts">
				<span>
					{w.hello}, {view.person.name}
				</span>
				{incident.answered.map((a) => (
					<span key={a.name}>
						{a.name}: {word(w as unknown as Record<string, string>, a.answer)}
					</span>
				))}
			</p>
		</main>
	);
}

createRoot(document.getElementById("root") as HTMLElement).render(<Phone />);
