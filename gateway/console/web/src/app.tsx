import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { Account } from "./account.tsx";
import {
	type Camera,
	type Candidate,
	call,
	type Incident,
	isOpen,
	type Sensor,
	type State,
	type Tower,
} from "./api.ts";
import { CallIn } from "./call-in.tsx";
import { Cameras } from "./cameras.tsx";
import { Candidates } from "./candidates.tsx";
import { mayClose } from "./closing.tsx";
import { CompanionPage } from "./companion.tsx";
import { DangerLevel } from "./danger.tsx";
import { Enrol } from "./enrol-dialog.tsx";
import { Fires } from "./fires.tsx";
import { clock, filled, inWords, type Language, preferred, word, words } from "./i18n.ts";
import { IncidentCard, IncidentPage, whereOf } from "./incident.tsx";
import { Login } from "./login.tsx";
import { MaintenanceLines } from "./maintenance.tsx";
import { Sensors } from "./sensors.tsx";
import { chime } from "./sound.ts";

/**
 * The gateway beats every ten seconds: after two and a half of them without a word what stands on the page may be old.
 */
const FROZEN_S = 25;

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
				incidents: [change.incident, ...state.incidents.filter((i) => i.id !== change.incident.id)].sort(
					(a, b) => b.openedAt - a.openedAt,
				),
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
		// what flares up again, and what reaches nobody, is news as well
		const unheard =
			incident.involved.length > 0 && incident.involved.every((i) => i.unreached || i.notReachedAt !== undefined);
		const news = `${incident.id} ${incident.rekindled ?? 0} ${incident.kind === "fire" && unheard}`;
		if (!known.current.has(news) && soundOn.current) chime();
		known.current.add(news);
	}, []);
	/** When the gateway was last heard of, by its own beat, and how often we have connected anew. */
	const heard = useRef(Date.now());
	const [turn, setTurn] = useState(0);
	/** Fires that somebody at this page has looked at. */
	const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());

	// biome-ignore lint/correctness/useExhaustiveDependencies: each turn is a new connection
	useEffect(() => {
		if (!authorised) return;
		const source = new EventSource("/api/events");
		const on = <T,>(name: string, handle: (data: T) => void) =>
			source.addEventListener(name, (e) => {
				heard.current = Date.now();
				handle(JSON.parse((e as MessageEvent<string>).data) as T);
			});
		heard.current = Date.now();
		on("beat", () => setLive(true));
		source.onopen = () => setLive(true);
		source.onerror = () => {
			setLive(false);
			// an EventSource hides the status: ask whether the log-in has run out
			call("GET", "/api/people").catch((e: { status?: number }) => e.status === 401 && setAuthorised(false));
		};
		on<State>("state", (s) => {
			offset.current = s.now - Date.now();
			// what is there when the page opens is no news
			setSeen((all) => (all.size === 0 ? new Set(s.incidents.map((i) => i.id)) : all));
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
	}, [authorised, onIncident, turn]);

	const silentS = Math.floor((Date.now() - heard.current) / 1000);
	const isFrozen = authorised === true && state !== undefined && silentS >= FROZEN_S;
	useEffect(() => {
		if (!isFrozen) return;
		if (soundOn.current) chime();
		const timer = setInterval(() => setTurn((n) => n + 1), FROZEN_S * 1000);
		setTurn((n) => n + 1);
		return () => clearInterval(timer);
	}, [isFrozen]);

	// what is shown stays, whatever comes in: a click must not land on another fire
	const fires = (state?.incidents ?? []).filter((i) => i.partOf === undefined && isOpen(i) && i.kind === "fire");
	const first = fires[0]?.id ?? (state?.incidents ?? []).find((i) => i.partOf === undefined && isOpen(i))?.id;
	const isThere = state?.incidents.some((i) => i.id === selected) === true;
	useEffect(() => {
		if (!isThere && first !== undefined) setSelected(first);
	}, [isThere, first]);
	useEffect(() => {
		if (selected !== undefined) setSeen((all) => (all.has(selected) ? all : new Set([...all, selected])));
	}, [selected]);
	const unseen = fires.filter((i) => !seen.has(i.id));
	useEffect(() => {
		document.title = unseen.length > 0 ? `(${unseen.length}) ${w.title}` : w.title;
	}, [unseen.length, w]);

	if (authorised === undefined) return <main className="empty">…</main>;
	if (!authorised)
		return <Login w={w} language={language} onLanguage={setLanguage} onDone={() => setAuthorised(true)} />;
	if (!state) return <main className="empty">{live ? "…" : w.disconnected}</main>;

	const now = Date.now() + offset.current;
	// of one fire that several towers see, one incident is shown and answered
	const own = state.incidents.filter((i) => i.partOf === undefined);
	const open = own.filter(isOpen);
	const unclosed = own.filter((i) => !isOpen(i) && mayClose(i));
	const closed = own.filter((i) => !isOpen(i) && !mayClose(i));
	const storeSeen = () => {
		const by = prompt(w.storeSeenBy);
		if (by) call("POST", "/api/store/seen", { by }).catch((error: Error) => alert(inWords(w, error.message)));
	};
	const shown = state.incidents.find((i) => i.id === selected);
	const burning = open.filter((i) => i.kind === "fire");
	const faults = open.filter((i) => i.kind !== "fire");
	return (
		<>
			<header>
				<strong>{w.title}</strong>
				<span className="tower">{state.tower.name}</span>
				{state.tower.exercise && <span className="badge exercise">{w.exercise}</span>}
				<span className={live && !isFrozen ? "dot on" : "dot off"} role="status">
					{live && !isFrozen ? w.connected : w.disconnected}
				</span>
				<small>{filled(w, w.beat, { seconds: silentS })}</small>
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
				<button
					type="button"
					className="quiet"
					onClick={() => call("POST", "/api/logout").finally(() => location.reload())}
				>
					{w.logout}
				</button>
			</header>
			{isFrozen && (
				<p className="fault frozen" role="alert">
					{filled(w, w.frozen, { seconds: silentS })}
				</p>
			)}
			{unseen.length > 0 && (
				<p className="new-fires" role="alert">
					<b>
						{w.newFires} ({unseen.length})
					</b>{" "}
					{unseen.slice(0, 3).map((i) => (
						<button type="button" key={i.id} onClick={() => setSelected(i.id)}>
							{whereOf(i)} · {clock(i.openedAt)} · {w.show}
						</button>
					))}
				</p>
			)}
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
			<MaintenanceLines tower={state.tower} w={w} />
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
			{state.tower.audit && (
				<p className="fault">
					{w.audit}: <code>{state.tower.audit.map((d) => `${d.incidentId}: ${inWords(w, d.what)}`).join(" · ")}</code>
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
					<Fires fires={burning} selected={shown?.id} onSelect={setSelected} w={w} now={now} />
					{faults.length > 0 && (
						<details open={faults.length <= 3 && burning.length === 0}>
							<summary>
								{w.faultsLine} ({faults.length}): {faults.slice(0, 12).map(whereOf).join("、")}
							</summary>
							{faults.map((i) => (
								<IncidentCard
									key={i.id}
									incident={i}
									w={w}
									now={now}
									selected={i.id === shown?.id}
									onSelect={() => setSelected(i.id)}
								/>
							))}
						</details>
					)}
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
										<IncidentCard
											key={i.id}
											incident={i}
											w={w}
											now={now}
											selected={i.id === shown?.id}
											onSelect={() => setSelected(i.id)}
										/>
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
										<small>{clock(n.at)}</small> {n.headline || n.sender}{" "}
										<small>{`${n.sender}: ${inWords(w, n.why)}`}</small>
									</li>
								))}
							</ul>
						</details>
					)}
					{state.candidates.length > 0 && <Candidates candidates={state.candidates} cameras={state.cameras} w={w} />}
				</nav>
				<section className="work">
					{shown && (
						<IncidentPage
							key={shown.id}
							incident={shown}
							touched={touched}
							w={w}
							now={now}
							tower={state.tower}
							cameras={state.cameras}
						/>
					)}
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
