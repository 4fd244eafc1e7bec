import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { Account } from "./account.tsx";
import { type Camera, type Candidate, call, type Incident, isOpen, type Sensor, type State, type Tower } from "./api.ts";
import { CallIn } from "./call-in.tsx";
import { Cameras } from "./cameras.tsx";
import { Candidates } from "./candidates.tsx";
import { mayClose } from "./closing.tsx";
import { CompanionPage } from "./companion.tsx";
import { DangerLevel } from "./danger.tsx";
import { Enrol } from "./enrol-dialog.tsx";
import { clock, type Language, preferred, word, words } from "./i18n.ts";
import { IncidentCard, IncidentPage } from "./incident.tsx";
import { Login } from "./login.tsx";
import { Sensors } from "./sensors.tsx";
import { chime } from "./sound.ts";

type Change =
	| { type: "state"; state: State }
	| { type: "incident"; incident: Incident }
	| { type: "cameras"; cameras: Camera[] }
	| { type: "sensors"; sensors: Sensor[] }
	| { type: "candidates"; candidates: Candidate[] }
	| { type: "tower"; tower: Tower };

function reduce(state: State | undefined, change: Change): State | undefined {
	if (change.type === "state") return change.state;
	if (!state) return state;
	switch (change.type) {
		case "incident":
			return {
				...state,
				incidents: [change.incident, ...state.incidents.filter((i) => i.id !== change.incident.id)].sort((a, b) => b.openedAt - a.openedAt),
			};
		case "cameras":
			return { ...state, cameras: change.cameras };
		case "sensors":
			return { ...state, sensors: state.sensors.map((s) => change.sensors.find(({ id }) => id === s.id) ?? s) };
		case "candidates":
			return { ...state, candidates: change.candidates };
		case "tower":
			return { ...state, tower: change.tower };
	}
}

export function App() {
	const [language, setLanguage] = useState<Language>(preferred);
	const [authorised, setAuthorised] = useState<boolean | undefined>();
	const [state, dispatch] = useReducer(reduce, undefined);
	const [live, setLive] = useState(false);
	const [selected, setSelected] = useState<string | undefined>();
	const [touched, setTouched] = useState(0);
	const [account, setAccount] = useState(false);
	const [enrolling, setEnrolling] = useState(false);
	const [calling, setCalling] = useState(false);
	const [sound, setSound] = useState(() => localStorage.getItem("sound") === "on");
	const offset = useRef(0);
	const [, tick] = useReducer((n: number) => n + 1, 0);
	const w = words(language);

	useEffect(() => {
		localStorage.setItem("language", language);
		document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
	}, [language]);
	useEffect(() => {
		const timer = setInterval(tick, 1000);
		return () => clearInterval(timer);
	}, []);
	useEffect(() => {
		call<State>("GET", "/api/state").then(
			() => setAuthorised(true),
			() => setAuthorised(false),
		);
	}, []);

	const soundOn = useRef(sound);
	soundOn.current = sound;
	const known = useRef(new Set<string>());
	const onIncident = useCallback((incident: Incident) => {
		if (!known.current.has(incident.id) && soundOn.current) chime();
		known.current.add(incident.id);
	}, []);

	useEffect(() => {
		if (!authorised) return;
		const source = new EventSource("/api/events");
		const on = <T,>(name: string, handle: (data: T) => void) =>
			source.addEventListener(name, (e) => handle(JSON.parse((e as MessageEvent<string>).data) as T));
		source.onopen = () => setLive(true);
		source.onerror = () => {
			setLive(false);
			// an EventSource hides the status: ask whether the log-in has run out
			call("GET", "/api/people").catch((e: { status?: number }) => e.status === 401 && setAuthorised(false));
		};
		on<State>("state", (s) => {
			offset.current = s.now - Date.now();
			for (const i of s.incidents) known.current.add(i.id);
			dispatch({ type: "state", state: s });
		});
		on<{ incident: Incident }>("incident", ({ incident }) => {
			onIncident(incident);
			dispatch({ type: "incident", incident });
			setTouched((n) => n + 1);
		});
		on("delivery", () => setTouched((n) => n + 1));
		on<{ cameras: Camera[] }>("cameras", ({ cameras }) => dispatch({ type: "cameras", cameras }));
		on<{ sensors: Sensor[] }>("sensors", ({ sensors }) => dispatch({ type: "sensors", sensors }));
		on<{ candidates: Candidate[] }>("candidates", ({ candidates }) => dispatch({ type: "candidates", candidates }));
		on<{ tower: Tower }>("tower", ({ tower }) => dispatch({ type: "tower", tower }));
		return () => source.close();
	}, [authorised, onIncident]);

	if (authorised === undefined) return <main className="empty">…</main>;
	if (!authorised) return <Login w={w} language={language} onLanguage={setLanguage} onDone={() => setAuthorised(true)} />;
	if (!state) return <main className="empty">{live ? "…" : w.disconnected}</main>;

	const now = Date.now() + offset.current;
	// of one fire that several towers see, one incident is shown and answered
	const own = state.incidents.filter((i) => i.partOf === undefined);
	const open = own.filter(isOpen);
	const unclosed = own.filter((i) => !isOpen(i) && mayClose(i));
	const closed = own.filter((i) => !isOpen(i) && !mayClose(i));
	const storeSeen = () => {
		const by = prompt(w.storeSeenBy);
		if (by) call("POST", "/api/store/seen", { by }).catch((error: Error) => alert(error.message));
	};
	const shown = state.incidents.find((i) => i.id === selected) ?? open.find((i) => i.kind === "fire") ?? open[0];
	return (
		<>
			<header>
				<strong>{w.title}</strong>
				<span className="tower">{state.tower.name}</span>
				{state.tower.exercise && <span className="badge exercise">{w.exercise}</span>}
				<span className={live ? "dot on" : "dot off"} role="status">
					{live ? w.connected : w.disconnected}
				</span>
				<span className="grow" />
				<DangerLevel tower={state.tower} w={w} />
				<button
					type="button"
					className="quiet"
					aria-pressed={sound}
					onClick={() => {
						localStorage.setItem("sound", sound ? "off" : "on");
						setSound(!sound);
						if (!sound) chime();
					}}
				>
					{w.sound} {sound ? "✓" : "–"}
				</button>
				<button type="button" className="quiet" onClick={() => setCalling(true)}>
					{w.callIn.title}
				</button>
				<button type="button" className="quiet" onClick={() => setEnrolling(true)}>
					{w.enrol}
				</button>
				<button type="button" className="quiet" onClick={() => setLanguage(language === "zh" ? "en" : "zh")}>
					{language === "zh" ? "EN" : "中文"}
				</button>
				<button type="button" className="quiet" onClick={() => setAccount(true)}>
					{w.accountPage.title}
				</button>
				<button type="button" className="quiet" onClick={() => call("POST", "/api/logout").finally(() => location.reload())}>
					{w.logout}
				</button>
			</header>
			{state.tower.configFault && (
				<p className="fault">
					{w.configFault}: <code>{state.tower.configFault}</code>
				</p>
			)}
			{state.tower.storeFault && (
				<p className="fault">
					{word(w.storeFault, state.tower.storeFault.state)} <code>{word(w.storeWhy, state.tower.storeFault.why)}</code>{" "}
					{state.tower.storeFault.state === "replaced" && (
						<button type="button" onClick={storeSeen}>
							{w.storeSeen}
						</button>
					)}
				</p>
			)}
			{state.tower.modelFault && (
				<p className="fault">
					{w.modelFault}: <code>{state.tower.modelFault}</code>
				</p>
			)}
			{state.tower.registerFault && (
				<p className="fault">
					{w.registerFault}: <code>{state.tower.registerFault}</code>
				</p>
			)}
			{state.tower.partFaults && (
				<p className="fault">
					{w.partFaults}: <code>{state.tower.partFaults.join("; ")}</code>
				</p>
			)}
			{state.tower.auditFault && (
				<p className="fault">
					{w.auditFault}: <code>{state.tower.auditFault}</code>
				</p>
			)}
			<main>
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
					{open.map((i) => (
						<IncidentCard key={i.id} incident={i} w={w} now={now} selected={i.id === shown?.id} onSelect={() => setSelected(i.id)} />
					))}
					{[
						{ name: w.toClose, list: unclosed },
						{ name: w.closed, list: closed },
					].map(
						({ name, list }) =>
							list.length > 0 && (
								<details key={name}>
									<summary>
										{name} ({list.length})
									</summary>
									{list.map((i) => (
										<IncidentCard key={i.id} incident={i} w={w} now={now} selected={i.id === shown?.id} onSelect={() => setSelected(i.id)} />
									))}
								</details>
							),
					)}
					{state.tower.neighbours && (
						<details>
							<summary>
								{w.neighbours} ({state.tower.neighbours.length})
							</summary>
							<ul className="notices">
								{state.tower.neighbours.map((n) => (
									<li key={`${n.at} ${n.sender} ${n.headline}`}>
										<small>{clock(n.at)}</small> {n.headline || n.sender} <small>{`${n.sender}: ${n.why}`}</small>
									</li>
								))}
							</ul>
						</details>
					)}
					{state.candidates.length > 0 && <Candidates candidates={state.candidates} cameras={state.cameras} w={w} />}
				</nav>
				<section className="work">
					{shown && <IncidentPage key={shown.id} incident={shown} touched={touched} w={w} now={now} tower={state.tower} cameras={state.cameras} />}
					<Cameras cameras={state.cameras} w={w} now={now} />
					<CompanionPage w={w} />
					<Sensors sensors={state.sensors} w={w} now={now} />
				</section>
			</main>
			{calling && (
				<CallIn
					w={w}
					onClose={() => setCalling(false)}
					onOpened={(id) => {
						setCalling(false);
						setSelected(id);
					}}
				/>
			)}
			{account && <Account w={w} onClose={() => setAccount(false)} />}
			{enrolling && <Enrol w={w} onClose={() => setEnrolling(false)} />}
		</>
	);
}
