import { omit } from "../../../../base/omit.ts";
import { type Body, call } from "../api.ts";

/** What a phone has said and not got through yet: kept in the browser, and sent with how long ago it was tapped. */
export interface Tap {
	tap: string;
	at: number;
	said: Omit<Body<"POST /api/phone/answer">, "token" | "key" | "tap" | "ageMs">;
}

const MOST_TAPS = 20;

function nameOf(token: string): string {
	return `taps.${token}`;
}

export function waiting(token: string): Tap[] {
	try {
		return JSON.parse(localStorage.getItem(nameOf(token)) ?? "[]") as Tap[];
	} catch {
		return [];
	}
}

function keep(token: string, taps: Tap[]): boolean {
	try {
		localStorage.setItem(nameOf(token), JSON.stringify(taps.slice(-MOST_TAPS)));
		return true;
	} catch {
		return false; // full, or a browser that keeps nothing
	}
}

/** Keeps a tap; without its picture where there is no room for that. */
export function add(token: string, said: Tap["said"]): Tap {
	const tap = {
		tap: Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join(""),
		at: Date.now(),
		said,
	};
	const bare = omit(said, "picture");
	if (!keep(token, [...waiting(token), tap])) keep(token, [...waiting(token), { ...tap, said: bare }]);
	return tap;
}

function drop(token: string, tap: string): void {
	keep(
		token,
		waiting(token).filter((t) => t.tap !== tap),
	);
}

/**
 * Sends what waits, the oldest first. `said` hears of each that got through, `refused` of each that the gateway has an
 * answer to; what has no answer, or that of a proxy before it, waits on. True when nothing waits any more.
 */
export async function send(
	{ token, key }: { token: string; key: string },
	said: (tap: Tap) => void,
	refused: (tap: Tap, why: string) => void,
): Promise<boolean> {
	for (const tap of waiting(token)) {
		try {
			const body = { token, key, ...tap.said, tap: tap.tap, ageMs: Math.max(0, Date.now() - tap.at) };
			// whose it is stands ahead of a picture, which is not read from anybody
			await call("POST /api/phone/answer", { body, headers: { "x-link-token": token, "x-link-key": key } });
			drop(token, tap.tap);
			said(tap);
		} catch (error) {
			const status = (error as { status?: number }).status ?? 0;
			// the gateway's own words alone are an answer: 502 is a proxy's, and 429 or 500 are for now
			if (![400, 404, 409, 410, 413, 422].includes(status)) return false;
			drop(token, tap.tap);
			refused(tap, (error as Error).message);
		}
	}
	return true;
}
