import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { defined } from "../../../../base/omit.ts";
import { call } from "../api.ts";
import type { PhoneView } from "../api-types.ts";
import { BriefingView } from "../desk/briefing.tsx";
import { clock, filled, inWords, preferred, type Words, word, words } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { Boxes } from "../ui/boxes.tsx";
import { ClosingForm, mayClose } from "./closing.tsx";
import { add, send, type Tap, waiting } from "./phone-outbox.ts";
import "./style.css";

type Said = "going" | "onScene" | "confirmed" | "controlled" | "out" | "notMe" | "false" | "permitted";

/** Said by those who see it. */
const ON_SCENE: readonly Said[] = ["onScene", "confirmed", "controlled", "out"];

/**
 * What can be said next: first whether one goes, then what is there, and by those with the right that it is nothing.
 */
function choices(mine: string | undefined, mayEnd: boolean): Said[] {
	const end: Said[] = mayEnd ? ["false", "permitted"] : [];
	if (mine === "going") return ["onScene", "confirmed", "notMe", ...end];
	if (mine === "onScene" || mine === "confirmed" || mine === "controlled")
		return ["confirmed", "controlled", "out", ...end];
	return ["going", "onScene", "notMe", ...end];
}

/** The phone's own place, when its owner allows it. */
function whereAmI(): Promise<{ lat: number; lon: number } | undefined> {
	return new Promise((resolve) => {
		if (!("geolocation" in navigator)) return resolve(undefined);
		navigator.geolocation.getCurrentPosition(
			({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude }),
			() => resolve(undefined),
			{ enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
		);
	});
}

/**
 * A picture of at most 1280 pixels: it must pass a poor line, and drawing it anew drops what a camera writes into it.
 */
async function shrunk(file: File): Promise<string> {
	const bitmap = await createImageBitmap(file);
	const scale = Math.min(1, 1280 / Math.max(bitmap.width, bitmap.height));
	const canvas = document.createElement("canvas");
	[canvas.width, canvas.height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
	canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
	return canvas.toDataURL("image/jpeg", 0.8).replace(/^[^,]*,/, "");
}

/** This browser's key to a link: with the first answer the link belongs to it. */
function keyOf(token: string): string {
	const name = `link.${token}`;
	const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
	try {
		const kept = localStorage.getItem(name) ?? made;
		localStorage.setItem(name, kept);
		return kept;
	} catch {
		return made; // a browser that keeps nothing: the link works until the page is closed
	}
}

/** How often the page looks for what is new, and tries what waits, ms. */
const AGAIN_MS = 15_000;

function remember(token: string, view: PhoneView): void {
	try {
		localStorage.setItem(`view.${token}`, JSON.stringify(view));
	} catch {
		// a browser that keeps nothing shows nothing without signal
	}
}

/** A link that is none any more leaves nothing behind. */
function forget(token: string): void {
	try {
		localStorage.removeItem(`view.${token}`);
	} catch {
		// nothing is kept there
	}
}

function remembered(token: string): PhoneView | undefined {
	try {
		return JSON.parse(localStorage.getItem(`view.${token}`) ?? "null") ?? undefined;
	} catch {
		return undefined;
	}
}

/** The link's incident as the gateway last showed it, and what the phone has said and not got through yet. */
function useLink(token: string, w: Words) {
	const [key] = useState(() => keyOf(token));
	const [view, setView] = useState<PhoneView | undefined>();
	const [picture, setPicture] = useState<string | undefined>();
	const [fault, setFault] = useState<"" | "badLink" | "usedLink">("");
	const [answered, setAnswered] = useState("");
	const [isOffline, setOffline] = useState(false);
	const [left, setLeft] = useState(() => waiting(token).length);
	const load = useCallback(async () => {
		const shown = await viewOf(token, key);
		if (shown.fault) return setFault(shown.fault);
		setOffline(shown.isOffline);
		setView((before) => (shown.isOffline ? (before ?? shown.view) : shown.view));
	}, [token, key]);
	const flush = useCallback(async () => {
		await send(
			{ token, key },
			({ said: { answer } }) => setAnswered(`${w.thanks}: ${w[answer as Said] ?? w.closeIncident}`),
			(_, why) => setAnswered(inWords(w, why)),
		);
		await load();
		setLeft(waiting(token).length);
	}, [token, key, w, load]);
	useEffect(() => {
		const timer = setInterval(() => void (waiting(token).length > 0 ? flush() : load()), AGAIN_MS);
		const now = () => void flush();
		addEventListener("online", now);
		return () => {
			clearInterval(timer);
			removeEventListener("online", now);
		};
	}, [token, flush, load]);
	useEffect(() => {
		// the page and what it showed last are there without signal, too
		navigator.serviceWorker?.register("/sw.js").catch(() => {});
		void load();
		pictureOf(token, key).then(setPicture, () => {});
	}, [load, token, key]);
	const say = (said: Tap["said"]) => {
		add(token, said);
		setLeft(waiting(token).length);
		return flush();
	};
	const again = () =>
		call("POST /api/phone/again", { body: { token, key } }).then(
			() => setAnswered(w.sentAgain),
			(e: Error) => setAnswered(inWords(w, e.message)),
		);
	return { view, picture, fault, answered, setAnswered, isOffline, left, say, again };
}

interface Shown {
	view?: PhoneView | undefined;
	fault?: "badLink" | "usedLink";
	isOffline: boolean;
}

/** The incident of a link; without a line as it was shown last. */
async function viewOf(token: string, key: string): Promise<Shown> {
	try {
		const view = await call("POST /api/phone/incident", { body: { token, key } });
		remember(token, view);
		return { view, isOffline: false };
	} catch (error) {
		const { status = 0 } = error as { status?: number };
		// only the gateway itself knows that a link is none: no network, or a proxy's 502, says nothing of it
		if (![410, 404, 400].includes(status)) return { view: remembered(token), isOffline: true };
		forget(token);
		return { fault: status === 410 ? "usedLink" : "badLink", isOffline: false };
	}
}

async function pictureOf(token: string, key: string): Promise<string | undefined> {
	const headers = { "content-type": "application/json" };
	const response = await fetch("/api/phone/picture", { method: "POST", headers, body: JSON.stringify({ token, key }) });
	return response.ok ? URL.createObjectURL(await response.blob()) : undefined;
}

/** What a chief's phone shows: one incident, one tap. The token stands in the fragment and goes out in a POST only. */
function Phone() {
	const w = useMemo(() => words(preferred()), []);
	const link = useLink(location.hash.slice(1), w);
	const { view, fault, isOffline, left } = link;
	if (fault) return <DeadLink fault={fault} link={link} w={w} />;
	if (!view)
		return (
			<main className="phone">
				<p role="status">{isOffline ? w.phonePage.noLine : "…"}</p>
				<Unsent count={left} w={w} />
			</main>
		);
	const { incident } = view;
	return (
		<main className={`phone ${incident.kind}`}>
			<h1>
				{w.kinds[incident.kind]}{" "}
				{incident.status === "exercise" && <span className="badge exercise">{w.exercise}</span>}
			</h1>
			<Unsent count={left} w={w} />
			{isOffline && <p className="warn">{w.phonePage.offline}</p>}
			<Facts view={view} w={words(w.language, view.tower.timeZone)} />
			<Shot picture={link.picture} view={view} w={w} />
			{isOpen(incident) && <Answers view={view} w={w} onSay={link.say} onSaid={link.setAnswered} />}
			{view.mayEnd && mayClose(incident) && (
				<ClosingForm incident={incident} w={w} onClose={(said) => void link.say({ answer: "close", ...said })} />
			)}
			<BriefingView briefing={view.briefing} w={w} />
			{link.answered && <p role="status">{link.answered}</p>}
			<WhoSaidWhat view={view} w={w} />
		</main>
	);
}

interface DeadLinkProps {
	fault: "badLink" | "usedLink";
	link: ReturnType<typeof useLink>;
	w: Words;
}

/** A link that is none, or another phone's: what was used elsewhere can be sent again. */
function DeadLink({ fault, link, w }: DeadLinkProps) {
	return (
		<main className="phone fault">
			<p>{w[fault]}</p>
			{fault === "usedLink" && (
				<button type="button" onClick={() => void link.again()}>
					{w.sendAgain}
				</button>
			)}
			{link.answered && <p role="status">{link.answered}</p>}
		</main>
	);
}

function Unsent({ count, w }: { count: number; w: Words }) {
	if (count === 0) return null;
	return (
		<p className="warn" role="status">
			{filled(w, w.phonePage.waiting, { count })}
		</p>
	);
}

function Shot({ picture, view, w }: { picture: string | undefined; view: PhoneView; w: Words }) {
	if (!picture) return null;
	return (
		<div className="picture">
			<img src={picture} alt={w.evidence} />
			<Boxes boxes={view.incident.evidence.findLast((e) => e.picture)?.boxes ?? []} />
		</div>
	);
}

function WhoSaidWhat({ view: { person, incident }, w }: { view: PhoneView; w: Words }) {
	return (
		<p className="facts">
			<span>
				{w.hello}, {person.name}
			</span>
			{incident.answered.map((a) => (
				<span key={a.name}>
					{a.name}: {word(w as unknown as Record<string, string>, a.answer)}
				</span>
			))}
		</p>
	);
}

/** What one is asked to do, where it is, and how far people have come with it. */
function Facts({ view: { incident, tower, task }, w }: { view: PhoneView; w: Words }) {
	const { state, kind, grids, place, firstSeenAt } = incident;
	return (
		<>
			{!isOpen(incident) && (
				<p className="task">
					{w.phonePage.ended}: {word(w.states, state)}
				</p>
			)}
			{isOpen(incident) && task && kind === "fire" && <p className="task">{word(w.tasks, task)}</p>}
			<p className="where">
				{grids
					.slice(0, 2)
					.map((g) => g.name)
					.join(" · ")}
			</p>
			<p className="facts">
				<span>{tower.name}</span>
				{place.distanceM !== undefined && <span>{(place.distanceM / 1000).toFixed(1)} km</span>}
				{place.bearingDeg !== undefined && (
					<span>
						{w.bearing} {Math.round(place.bearingDeg)}°
					</span>
				)}
				<span>
					{w.firstSeen} {clock(w, firstSeenAt)}
				</span>
				<span className={`badge ${state}`}>{word(w.states, state)}</span>
			</p>
		</>
	);
}

interface AnswersProps {
	view: PhoneView;
	w: Words;
	onSay: (said: Tap["said"]) => Promise<void>;
	onSaid: (words: string) => void;
}

/** What can be said now, with the time of arrival before one goes, and place and picture once one is there. */
function Answers({ view: { mine, mayEnd }, w, onSay, onSaid }: AnswersProps) {
	const [file, setFile] = useState<File | undefined>();
	const fileInput = useRef<HTMLInputElement>(null);
	const [withPlace, setWithPlace] = useState(true);
	const [eta, setEta] = useState("");
	const isFresh = !mine || mine === "seen";
	const say = async (answer: Said) => {
		onSaid("…");
		const isThere = ON_SCENE.includes(answer);
		const shown = isThere ? file : undefined;
		const position = isThere && withPlace ? await whereAmI() : undefined;
		const picture = shown && (await shrunk(shown).catch(() => undefined));
		await onSay({ answer, ...defined({ etaMinutes: minutesOf(answer, eta), position, picture }) });
		if (shown && !picture) onSaid(w.phonePage.unreadable);
		setFile(undefined);
		if (fileInput.current) fileInput.current.value = "";
	};
	return (
		<>
			<div className="answers big">
				{choices(mine, mayEnd).map((a) => (
					<button type="button" key={a} className={a} aria-pressed={mine === a} onClick={() => void say(a)}>
						{w[a]}
					</button>
				))}
			</div>
			<div className="extras">
				{isFresh ? (
					<label>
						{w.eta} <input type="number" min="1" max="600" value={eta} onChange={(e) => setEta(e.target.value)} />
					</label>
				) : (
					<FromTheScene w={w} withPlace={withPlace} onPlace={setWithPlace} fileInput={fileInput} onFile={setFile} />
				)}
			</div>
		</>
	);
}

/** Until he is there, as somebody says who goes; minutes. */
function minutesOf(answer: Said, eta: string): number | undefined {
	return answer === "going" && Number(eta) >= 1 ? Math.round(Number(eta)) : undefined;
}

interface FromTheSceneProps {
	w: Words;
	withPlace: boolean;
	onPlace: (isWanted: boolean) => void;
	fileInput: RefObject<HTMLInputElement | null>;
	onFile: (file: File | undefined) => void;
}

/** What goes along with a word of somebody who is there: where, and what it looks like. */
function FromTheScene({ w, withPlace, onPlace, fileInput, onFile }: FromTheSceneProps) {
	return (
		<>
			<label>
				<input type="checkbox" checked={withPlace} onChange={(e) => onPlace(e.target.checked)} /> {w.askPosition}
			</label>
			<label>
				{w.askPicture}{" "}
				<input
					ref={fileInput}
					type="file"
					accept="image/*"
					capture="environment"
					onChange={(e) => onFile(e.target.files?.[0])}
				/>
			</label>
		</>
	);
}

createRoot(document.getElementById("root") as HTMLElement).render(<Phone />);
