import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { type Change, call } from "./api.ts";
import type { Incident, State } from "./api-types.ts";
import { chime } from "./sound.ts";

/**
 * The gateway beats every ten seconds: after two and a half of them without a word what stands on the page may be old.
 */
const FROZEN_S = 25;

/** What the live feed has told, and how fresh it is. */
export interface Feed {
	state: State | undefined;
	/** Whether the connection stands and something was heard of late. */
	isLive: boolean;
	isFrozen: boolean;
	/** Since something was heard, seconds. */
	silentS: number;
	/** Counts what was told of incidents and their messages: details are asked for anew with each. */
	touched: number;
	/** The gateway's time, ms since 1970. */
	now: number;
}

type Heard = Change | { type: "state"; state: State };

function reduce(state: State | undefined, heard: Heard): State | undefined {
	if (heard.type === "state") return heard.state;
	return state && changedBy(state, heard);
}

function changedBy(state: State, heard: Change): State {
	switch (heard.type) {
		case "incident":
			return { ...state, incidents: withIncident(state.incidents, heard.incident) };
		case "cameras":
			return { ...state, cameras: heard.cameras };
		case "sensors":
			return { ...state, sensors: state.sensors.map((s) => heard.sensors.find(({ id }) => id === s.id) ?? s) };
		case "candidates":
			return { ...state, candidates: heard.candidates };
		case "tower":
			return { ...state, tower: heard.tower };
		case "duty":
			return { ...state, duty: heard.duty };
		case "delivery":
			return state;
	}
}

function withIncident(incidents: Incident[], changed: Incident): Incident[] {
	return [changed, ...incidents.filter((i) => i.id !== changed.id)].sort((a, b) => b.openedAt - a.openedAt);
}

/** What is worth a sound of an incident: that it is there, that it flares up again, that it reaches nobody. */
function newsOf({ id, kind, rekindled = 0, involved }: Incident): string {
	const isUnheard = involved.length > 0 && involved.every((i) => i.unreached || i.notReachedAt !== undefined);
	return `${id} ${rekindled} ${kind === "fire" && isUnheard}`;
}

/** The live state of the gateway while somebody is logged in; `onLogout` is told when the log-in has run out. */
export function useFeed(isIn: boolean, hasSound: boolean, onLogout: () => void): Feed {
	const [state, dispatch] = useReducer(reduce, undefined);
	const [touched, touch] = useReducer((n: number) => n + 1, 0);
	const offset = useRef(0);
	const sound = useRef(hasSound);
	sound.current = hasSound;
	const isNews = useNews();
	const onHeard = useCallback(
		(heard: Heard) => {
			if (heard.type === "state") offset.current = heard.state.now - Date.now();
			if (isNews(heard) && sound.current) chime();
			if (heard.type === "incident" || heard.type === "delivery") touch();
			dispatch(heard);
		},
		[isNews],
	);
	const { isConnected, silentS, connectAgain } = useEvents(isIn, onHeard, onLogout);
	const isFrozen = isIn && state !== undefined && silentS >= FROZEN_S;
	useEffect(() => {
		if (!isFrozen) return;
		if (sound.current) chime();
		const timer = setInterval(connectAgain, FROZEN_S * 1000);
		connectAgain();
		return () => clearInterval(timer);
	}, [isFrozen, connectAgain]);
	return { state, isLive: isConnected && !isFrozen, isFrozen, silentS, touched, now: Date.now() + offset.current };
}

/** Tells what is worth a sound from what was known before; what is there when the page opens is no news. */
function useNews(): (heard: Heard) => boolean {
	const known = useRef(new Set<string>());
	return useCallback((heard) => {
		const before = known.current.size;
		if (heard.type === "state") for (const i of heard.state.incidents) known.current.add(newsOf(i));
		if (heard.type !== "incident") return false;
		known.current.add(newsOf(heard.incident));
		return known.current.size > before;
	}, []);
}

const CHANGES: readonly Change["type"][] = [
	"incident",
	"delivery",
	"cameras",
	"sensors",
	"candidates",
	"tower",
	"duty",
];

/** The connection over which the gateway tells what changes, while somebody is logged in. */
function useEvents(isIn: boolean, onHeard: (heard: Heard) => void, onLogout: () => void) {
	const [isConnected, setConnected] = useState(false);
	/** How often we have connected anew. */
	const [turn, connectAgain] = useReducer((n: number) => n + 1, 0);
	const [, tick] = useReducer((n: number) => n + 1, 0);
	/** When the gateway was last heard of, by its own beat. */
	const heardAt = useRef(Date.now());
	useEffect(() => {
		const timer = setInterval(tick, 1000);
		return () => clearInterval(timer);
	}, []);
	// biome-ignore lint/correctness/useExhaustiveDependencies: each turn is a new connection
	useEffect(() => {
		if (!isIn) return;
		const source = new EventSource("/api/events");
		const on = (name: string, handle: (data: unknown) => void) =>
			source.addEventListener(name, (e) => {
				heardAt.current = Date.now();
				handle(JSON.parse((e as MessageEvent<string>).data));
			});
		heardAt.current = Date.now();
		source.onopen = () => setConnected(true);
		source.onerror = () => {
			setConnected(false);
			// an EventSource hides the status: ask whether the log-in has run out
			call("GET /api/people").catch((e: { status?: number }) => e.status === 401 && onLogout());
		};
		on("beat", () => setConnected(true));
		on("state", (whole) => onHeard({ type: "state", state: whole as State }));
		for (const type of CHANGES) on(type, (change) => onHeard(change as Change));
		return () => source.close();
	}, [isIn, onHeard, onLogout, turn]);
	return { isConnected, silentS: Math.floor((Date.now() - heardAt.current) / 1000), connectAgain };
}
