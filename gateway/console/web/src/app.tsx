import { useCallback, useEffect, useMemo, useState } from "react";
import { Account } from "./account.tsx";
import { call } from "./api.ts";
import type { Incident } from "./api-types.ts";
import { CallIn } from "./call-in.tsx";
import { Cameras } from "./cameras.tsx";
import { CompanionPage } from "./companion.tsx";
import { Enrol } from "./enrol-dialog.tsx";
import { FaultLines } from "./fault-lines.tsx";
import { type Dialog, Header } from "./header.tsx";
import { clock, filled, type Language, preferred, type Words, words } from "./i18n.ts";
import { IncidentPage, whereOf } from "./incident.tsx";
import { IncidentList } from "./incident-list.tsx";
import { Login } from "./login.tsx";
import { Sensors } from "./sensors.tsx";
import { isOpen } from "./states.ts";
import { type Feed, useFeed } from "./use-feed.ts";
import { Welcome, welcomeToken } from "./welcome.tsx";

/** The duty desk: log-in, then what burns, and everything else below it. */
export function App() {
	const [language, setLanguage] = useState<Language>(preferred);
	/** Whether somebody is logged in; undefined until the gateway has said so. */
	const [isIn, setIn] = useState<boolean | undefined>();
	const [hasSound, setSound] = useState(() => localStorage.getItem("sound") === "on");
	const [welcome, setWelcome] = useState(welcomeToken);
	const onLogout = useCallback(() => setIn(false), []);
	const feed = useFeed(isIn === true, hasSound, onLogout);
	const timeZone = feed.state?.tower.timeZone;
	const w = useMemo(() => words(language, timeZone), [language, timeZone]);
	useEffect(() => {
		localStorage.setItem("language", language);
		document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
	}, [language]);
	useEffect(() => localStorage.setItem("sound", hasSound ? "on" : "off"), [hasSound]);
	useEffect(() => {
		call("GET /api/state").then(
			() => setIn(true),
			() => setIn(false),
		);
	}, []);
	if (welcome !== undefined)
		return (
			<Welcome
				token={welcome}
				w={w}
				onDone={() => {
					setWelcome(undefined);
					setIn(true);
				}}
			/>
		);
	if (isIn === undefined) return <main className="empty">…</main>;
	if (!isIn) return <Login w={w} language={language} onLanguage={setLanguage} onDone={() => setIn(true)} />;
	return <Desk feed={feed} w={w} language={language} onLanguage={setLanguage} hasSound={hasSound} onSound={setSound} />;
}

/** Which incident is shown, and which fires nobody at this page has looked at yet. */
function useSelection(incidents: Incident[] | undefined) {
	const [selected, select] = useState<string | undefined>();
	const [seen, setSeen] = useState<ReadonlySet<string> | undefined>();
	const open = (incidents ?? []).filter((i) => i.primaryId === undefined && isOpen(i));
	const fires = open.filter((i) => i.kind === "fire");
	// what is shown stays, whatever comes in: a click must not land on another fire
	const first = fires[0]?.id ?? open[0]?.id;
	const isThere = incidents?.some((i) => i.id === selected) === true;
	useEffect(() => {
		// what is there when the page opens is no news
		if (incidents) setSeen((all) => all ?? new Set(incidents.map((i) => i.id)));
	}, [incidents]);
	useEffect(() => {
		if (!isThere && first !== undefined) select(first);
	}, [isThere, first]);
	useEffect(() => {
		if (selected !== undefined) setSeen((all) => (all?.has(selected) ? all : new Set([...(all ?? []), selected])));
	}, [selected]);
	return { selected, select, unseen: seen ? fires.filter((i) => !seen.has(i.id)) : [] };
}

interface DeskProps {
	feed: Feed;
	w: Words;
	language: Language;
	onLanguage: (language: Language) => void;
	hasSound: boolean;
	onSound: (on: boolean) => void;
}

function Desk({ feed, w, ...choices }: DeskProps) {
	const { state, isLive, isFrozen, silentS, touched, now } = feed;
	const [dialog, setDialog] = useState<Dialog | undefined>();
	const { selected, select, unseen } = useSelection(state?.incidents);
	useEffect(() => {
		document.title = unseen.length > 0 ? `(${unseen.length}) ${w.title}` : w.title;
	}, [unseen.length, w]);
	if (!state) return <main className="empty">{isLive ? "…" : w.disconnected}</main>;
	const { tower, cameras } = state;
	const shown = state.incidents.find((i) => i.id === selected);
	const close = () => setDialog(undefined);
	return (
		<>
			<Header tower={tower} w={w} isLive={isLive} silentS={silentS} onDialog={setDialog} {...choices} />
			{isFrozen && (
				<p className="fault frozen" role="alert">
					{filled(w, w.frozen, { seconds: silentS })}
				</p>
			)}
			{unseen.length > 0 && <NewFires fires={unseen} w={w} onSelect={select} />}
			<FaultLines tower={tower} w={w} />
			<main>
				<IncidentList state={state} selected={shown?.id} onSelect={select} w={w} now={now} />
				<section className="work">
					{shown && (
						<IncidentPage
							key={shown.id}
							incident={shown}
							touched={touched}
							w={w}
							now={now}
							tower={tower}
							cameras={cameras}
						/>
					)}
					<Cameras cameras={cameras} w={w} now={now} />
					<CompanionPage w={w} />
					<Sensors sensors={state.sensors} w={w} now={now} />
				</section>
			</main>
			{dialog === "callIn" && (
				<CallIn
					w={w}
					onClose={close}
					onOpened={(id) => {
						close();
						select(id);
					}}
				/>
			)}
			{dialog === "account" && <Account w={w} onClose={close} />}
			{dialog === "enrol" && <Enrol w={w} onClose={close} />}
		</>
	);
}

function NewFires({ fires, w, onSelect }: { fires: Incident[]; w: Words; onSelect: (id: string) => void }) {
	return (
		<p className="new-fires" role="alert">
			<b>
				{w.newFires} ({fires.length})
			</b>{" "}
			{fires.slice(0, 3).map((i) => (
				<button type="button" key={i.id} onClick={() => onSelect(i.id)}>
					{whereOf(i)} · {clock(w, i.openedAt)} · {w.show}
				</button>
			))}
		</p>
	);
}
