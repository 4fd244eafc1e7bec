import { useCallback, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { type Briefing, call, type Incident } from "./api.ts";
import { BriefingView } from "./briefing.tsx";
import { ClosingForm, mayClose } from "./closing.tsx";
import { clock, filled, inWords, preferred, word, words } from "./i18n.ts";
import { add, send, waiting } from "./phone-outbox.ts";
import "./style.css";

interface View {
	tower: { name: string };
	person: { name: string };
	incident: Incident & { answered: { name: string; answer: string }[] };
	mine?: string;
	task?: string;
	mayEnd: boolean;
	picture?: string;
	briefing: Briefing;
}

type Said = "going" | "onScene" | "confirmed" | "controlled" | "out" | "notMe" | "false" | "permitted";

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
const LOOK_MS = 15_000;

function remember(token: string, view: View): void {
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

function remembered(token: string): View | undefined {
	try {
		return JSON.parse(localStorage.getItem(`view.${token}`) ?? "null") ?? undefined;
	} catch {
		return undefined;
	}
}

/** What a chief's phone shows: one incident, one tap. The token stands in the fragment and goes out in a POST only. */
function Phone() {
	const token = location.hash.slice(1);
	const [key] = useState(() => keyOf(token));
	const w = words(preferred());
	const [view, setView] = useState<View | undefined>();
	const [picture, setPicture] = useState<string | undefined>();
	const [fault, setFault] = useState<"" | "badLink" | "usedLink">("");
	const [answered, setAnswered] = useState("");
	const [isOffline, setOffline] = useState(false);
	const [left, setLeft] = useState(() => waiting(token).length);
	const [file, setFile] = useState<File | undefined>();
	const fileInput = useRef<HTMLInputElement>(null);
	const [withPlace, setWithPlace] = useState(true);
	const [eta, setEta] = useState("");
	const load = useCallback(
		() =>
			call<View>("POST", "/api/phone/incident", { token, key }).then(
				(fresh) => {
					setView(fresh);
					setOffline(false);
					remember(token, fresh);
				},
				(e: { status?: number }) => {
					// only the gateway itself knows that a link is none: no network, or a proxy's 502, says nothing of it
					if (e.status === 410 || e.status === 404 || e.status === 400) {
						forget(token);
						return setFault(e.status === 410 ? "usedLink" : "badLink");
					}
					setOffline(true);
					setView((shown) => shown ?? remembered(token));
				},
			),
		[token, key],
	);
	const flush = useCallback(
		() =>
			send(
				{ token, key },
				({ said: { answer } }) => setAnswered(`${w.thanks}: ${w[answer as Said] ?? w.closeIncident}`),
				(_, why) => setAnswered(inWords(w, why)),
			)
				.then(() => load())
				.finally(() => setLeft(waiting(token).length)),
		[token, key, w, load],
	);
	useEffect(() => {
		const timer = setInterval(() => {
			void (waiting(token).length > 0 ? flush() : load());
		}, LOOK_MS);
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
		fetch("/api/phone/picture", {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ token, key }),
		})
			.then(async (r) => r.ok && setPicture(URL.createObjectURL(await r.blob())))
			.catch(() => {});
	}, [load, token, key]);
	const keepAndSend = (what: Record<string, unknown>) => {
		add(token, what);
		setLeft(waiting(token).length);
		return flush();
	};
	const close = (what: { cause: string; note?: string }) => keepAndSend({ answer: "close", ...what });
	const say = async (a: Said) => {
		setAnswered("…");
		const seesIt = a === "onScene" || a === "confirmed" || a === "controlled" || a === "out";
		const position = seesIt && withPlace ? await whereAmI() : undefined;
		const jpeg = seesIt && file ? await shrunk(file).catch(() => undefined) : undefined;
		const minutes = a === "going" && Number(eta) >= 1 ? { etaMinutes: Math.round(Number(eta)) } : {};
		await keepAndSend({ answer: a, ...minutes, ...(position ? { position } : {}), ...(jpeg ? { picture: jpeg } : {}) });
		if (seesIt && file && !jpeg) setAnswered(w.phonePage.unreadable);
		setFile(undefined);
		if (fileInput.current) fileInput.current.value = "";
	};
	const again = () =>
		call("POST", "/api/phone/again", { token, key }).then(
			() => setAnswered(w.sentAgain),
			(e: Error) => setAnswered(inWords(w, e.message)),
		);
	if (fault)
		return (
			<main className="phone fault">
				<p>{w[fault]}</p>
				{fault === "usedLink" && (
					<button type="button" onClick={() => void again()}>
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
				{left > 0 && <p className="warn">{filled(w, w.phonePage.waiting, { count: left })}</p>}
			</main>
		);
	const { incident } = view;
	const boxes = incident.evidence.findLast((e) => e.picture)?.boxes ?? [];
	const open = !["false", "permitted", "closed"].includes(incident.state);
	return (
		<main className={`phone ${incident.kind}`}>
			<h1>
				{w.kinds[incident.kind]}{" "}
				{incident.status === "exercise" && <span className="badge exercise">{w.exercise}</span>}
			</h1>
			{left > 0 && (
				<p className="warn" role="status">
					{filled(w, w.phonePage.waiting, { count: left })}
				</p>
			)}
			{isOffline && <p className="warn">{w.phonePage.offline}</p>}
			{!open && (
				<p className="task">
					{w.phonePage.ended}: {word(w.states, incident.state)}
				</p>
			)}
			{open && view.task && incident.kind === "fire" && <p className="task">{word(w.tasks, view.task)}</p>}
			<p className="where">
				{incident.grids
					.slice(0, 2)
					.map((g) => g.name)
					.join(" · ")}
			</p>
			<p className="facts">
				<span>{view.tower.name}</span>
				{incident.place.distanceM !== undefined && <span>{(incident.place.distanceM / 1000).toFixed(1)} km</span>}
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
				<>
					<div className="answers big">
						{choices(view.mine, view.mayEnd).map((a) => (
							<button type="button" key={a} className={a} aria-pressed={view.mine === a} onClick={() => void say(a)}>
								{w[a]}
							</button>
						))}
					</div>
					<div className="extras">
						{!view.mine || view.mine === "seen" ? (
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
			)}
			{view.mayEnd && mayClose(incident) && (
				<ClosingForm incident={incident} w={w} onClose={(said) => void close(said)} />
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

createRoot(document.getElementById("root") as HTMLElement).render(<Phone />);
