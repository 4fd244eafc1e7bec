import { useCallback, useEffect, useMemo, useState } from "react";
import type { IncidentSummary } from "../api-types.ts";
import { whereOf } from "../desk/where.ts";
import type { News } from "../feed/feed.ts";
import type { Words } from "../i18n.ts";
import { useStored } from "../ui/use-stored.ts";
import { type Ring, ringOf, stillRinging, untaken } from "./rings.ts";
import { chime, mayChime } from "./sound.ts";

/** The alarm sounds again as long as nobody at this page has taken it, ms. */
const AGAIN_MS = 10_000;

/** What rings at this page until somebody has taken it. */
export interface Alarm {
	/** Incidents that nobody here has looked at yet, the oldest first. */
	ringing: readonly string[];
	/** Whether it is to be heard, and whether the browser lets it be. */
	isOn: boolean;
	isHeard: boolean;
	turn: (on: boolean) => void;
	/** Sounds once, by a click: that is what browsers ask for. */
	test: () => void;
	/** Somebody looks at it. */
	take: (id: string) => void;
	takeAll: () => void;
	/** What is known of incidents now: what somebody else has taken rings no longer. */
	onIncidents: (incidents: readonly IncidentSummary[]) => void;
	onNews: (news: News) => void;
	/** What there is when the page opens: a fire that nobody has taken rings there too. */
	onOpened: (incidents: readonly IncidentSummary[]) => void;
}

/** Sound until taken, a notification of the desktop, and the count in the tab's title. */
export function useAlarm(w: Words, open: (id: string) => void): Alarm {
	const [isOn, setOn] = useStored("alarm", true);
	const [isHeard, setHeard] = useState(mayChime);
	const [rings, setRings] = useState<readonly Ring[]>([]);
	const ringing = useMemo(() => rings.map(({ id }) => id), [rings]);
	const count = rings.length;
	useEffect(() => {
		document.title = count > 0 ? `(${count}) ${w.title}` : w.title;
	}, [count, w]);
	useEffect(() => {
		if (count === 0 || !isOn) return;
		const sound = () => void chime().then(setHeard);
		sound();
		const timer = setInterval(sound, AGAIN_MS);
		return () => clearInterval(timer);
	}, [count, isOn]);
	// a browser lets a page be heard once somebody has touched it
	useEffect(() => {
		const touched = () => setHeard(mayChime());
		for (const what of ["pointerdown", "keydown"]) addEventListener(what, touched, { passive: true });
		return () => {
			for (const what of ["pointerdown", "keydown"]) removeEventListener(what, touched);
		};
	}, []);
	const onNews = useCallback(
		({ incident }: News) => {
			if (incident.kind !== "fire" || incident.primaryId !== undefined) return;
			setRings((all) => [...all.filter(({ id }) => id !== incident.id), ringOf(incident)]);
			notify(w.queue.newFire, whereOf(incident), incident.id, open);
		},
		[w, open],
	);
	const onOpened = useCallback((incidents: readonly IncidentSummary[]) => setRings(untaken(incidents).map(ringOf)), []);
	const test = useCallback(() => {
		void chime().then(setHeard);
		if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
	}, []);
	const take = useCallback(
		(id: string) => setRings((all) => (all.some((r) => r.id === id) ? all.filter((r) => r.id !== id) : all)),
		[],
	);
	const takeAll = useCallback(() => setRings([]), []);
	const onIncidents = useCallback(
		(incidents: readonly IncidentSummary[]) => setRings((all) => stillRinging(all, incidents)),
		[],
	);
	return useMemo(
		() => ({ ringing, isOn, isHeard, turn: setOn, test, take, takeAll, onIncidents, onNews, onOpened }),
		[ringing, isOn, isHeard, setOn, test, take, takeAll, onIncidents, onNews, onOpened],
	);
}

function notify(title: string, body: string, tag: string, open: (id: string) => void): void {
	if (!("Notification" in window) || Notification.permission !== "granted") return;
	const shown = new Notification(title, { body, tag, requireInteraction: true });
	shown.onclick = () => {
		window.focus();
		open(tag);
		shown.close();
	};
}
