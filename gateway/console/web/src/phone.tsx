import { useCallback, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { defined } from "../../../base/omit.ts";
import { call } from "./api.ts";
import type { PhoneView } from "./api-types.ts";
import { Boxes } from "./boxes.tsx";
import { BriefingView } from "./briefing.tsx";
import { ClosingForm, mayClose } from "./closing.tsx";
import { clock, filled, inWords, preferred, type Words, word, words } from "./i18n.ts";
import { add, send, type Tap, waiting } from "./phone-outbox.ts";
import { isOpen } from "./states.ts";
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
		try {
			const fresh = await call("POST /api/phone/incident", { body: { token, key } });
			setView(fresh);
			setOffline(false);
			remember(token, fresh);
		} catch (error) {
			const { status = 0 } = error as { status?: number };
			// only the gateway itself knows that a link is none: no network, or a proxy's 502, says nothing of it
			if ([410, 404, 400].includes(status)) {
				forget(token);
				return setFault(status === 410 ? "usedLink" : "badLink");
			}
			setOffline(true);
			setView((shown) => shown ?? remembered(token));
		}
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

async function pictureOf(token: string, key: string): Promise<string | undefined> {
	const headers = { "content-type": "application/json" };
	const response = await fetch("/api/phone/picture", { method: "POST", headers, body: JSON.stringify({ token, key }) });
	return response.ok ? URL.createObjectURL(await response.blob()) : undefined;
}

/** What a chief's phone shows: one incident, one tap. The token stands in the fragment and goes out in a POST only. */
function Phone() {
	const w = words(preferred());
	const link = useLink(location.hash.slice(1), w);
	const { view, picture, fault, answered, isOffline, left } = link;
	const unsent = left > 0 && (
		<p className="warn" role="status">
			{filled(w, w.phonePage.waiting, { count: left })}
		</p>
	);
	if (fault)
		return (
			<main className="phone fault">
				<p>{w[fault]}</p>
				{fault === "usedLink" && (
					<button type="button" onClick={() => void link.again()}>
						{w.sendAgain}
					</button>
				)}
				{answered && <p role="status">{answered}</p>}
			</main>
		);
	if (!view)
		return (
			<main className="phone">
				<p role="status">{isOffline ? w.phonePage.noLine : "…"}</p>
				{unsent}
			</main>
		);
	const { incident } = view;
	return (
		<main className={`phone ${incident.kind}`}>
			<h1>
				{w.kinds[incident.kind]}{" "}
				{incident.status === "exercise" && <span className="badge exercise">{w.exercise}</span>}
			</h1>
			{unsent}
			{isOffline && <p className="warn">{w.phonePage.offline}</p>}
			<Facts view={view} w={w} />
			{picture && (
				<div className="picture">
					<img src={picture} alt={w.evidence} />
					<Boxes boxes={incident.evidence.findLast((e) => e.picture)?.boxes ?? []} />
				</div>
			)}
			{isOpen(incident) && <Answers view={view} w={w} onSay={link.say} onSaid={link.setAnswered} />}
			{view.mayEnd && mayClose(incident) && (
				<ClosingForm incident={incident} w={w} onClose={(said) => void link.say({ answer: "close", ...said })} />
			)}
			<BriefingView briefing={view.briefing} w={w} />
			{answered && <p role="status">{answered}</p>}
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
					{w.firstSeen} {clock(firstSeenAt)}
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
		const seesIt = ON_SCENE.includes(answer);
		const position = seesIt && withPlace ? await whereAmI() : undefined;
		const picture = seesIt && file ? await shrunk(file).catch(() => undefined) : undefined;
		const etaMinutes = answer === "going" && Number(eta) >= 1 ? Math.round(Number(eta)) : undefined;
		await onSay({ answer, ...defined({ etaMinutes, position, picture }) });
		if (seesIt && file && !picture) onSaid(w.phonePage.unreadable);
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
					<>
						<label>
							<input type="checkbox" checked={withPlace} onChange={(e) => setWithPlace(e.target.checked)} />{" "}
							{w.askPosition}
						</label>
						<label>
							{w.askPicture}{" "}
							<input
								ref={fileInput}
								type="file"
								accept="image/*"
								capture="environment"
								onChange={(e) => setFile(e.target.files?.[0])}
							/>
						</label>
					</>
				)}
			</div>
		</>
	);
}

createRoot(document.getElementById("root") as HTMLElement).render(<Phone />);
