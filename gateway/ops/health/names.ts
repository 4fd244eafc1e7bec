import dns, { type LookupAddress, type LookupAllOptions, type LookupOptions } from "node:dns";
import { isIP } from "node:net";
import { type Clock, SystemClock } from "../../base/clock.ts";

/** Asks the system, as `dns.lookup` with `all` does. */
export type SystemLookup = (
	name: string,
	options: LookupAllOptions,
	done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;
type Done = (error: NodeJS.ErrnoException | null, address?: string | LookupAddress[], family?: number) => void;

/** So long an answer is waited for, ms; less than a connection may take that needs it. */
const PATIENCE_MS = 4_000;
/** Names that are asked for at the same time, and names that are remembered. */
const MOST_NAMES = 1_000;

interface Name {
	ask: (done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;
	/** What the system said last. */
	last: LookupAddress[] | undefined;
	/** Its last answer was not there in time: it takes only the places that are meant for such names. */
	isSlow: boolean;
	state: "idle" | "waiting" | "running";
	/** Called once each, with the answer. */
	readonly asking: Set<(error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void>;
}

/**
 * Host names of the whole process. The system's look-up blocks a thread for as long as a name server is silent, and
 * there are few threads: a single name whose server is dead, asked for again and again, would hold up everybody else's.
 * So a name has one look-up at a time, names that hang have half of the places, nobody waits longer than `PATIENCE_MS`,
 * and where the name servers are silent or cannot be reached the last address is given that was known. (Not a resolver
 * of our own: `/etc/hosts`, search domains, `.local` names and a `resolv.conf` that changes with the line would all be
 * lost.)
 */
export class Names {
	readonly #system: SystemLookup;
	readonly #clock: Clock;
	readonly #places: number;
	/** By name and options; the one that was asked for longest ago first. */
	readonly #names = new Map<string, Name>();
	#running = 0;
	#slowRunning = 0;

	/** `places`: how many look-ups the system takes at the same time. */
	constructor(places: number, system: SystemLookup = dns.lookup, clock: Clock = new SystemClock()) {
		this.#places = Math.max(2, places);
		this.#system = system;
		this.#clock = clock;
	}

	/** As `dns.lookup`. Errors: what the system says; `EAI_AGAIN` where it says nothing in time. */
	readonly lookup = (hostname: string, optionsOrDone: LookupOptions | number | Done, maybeDone?: Done): void => {
		const options: LookupOptions =
			typeof optionsOrDone === "object"
				? optionsOrDone
				: typeof optionsOrDone === "number"
					? { family: optionsOrDone }
					: {};
		const done = typeof optionsOrDone === "function" ? optionsOrDone : (maybeDone as Done);
		const answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
			const [first] = addresses;
			if (error || !first) done(error ?? unanswered(hostname));
			else if (options.all) done(null, addresses);
			else done(null, first.address, first.family);
		};
		const all = { ...options, all: true as const };
		// addresses, and what is none at all, are answered without asking anybody
		if (typeof hostname !== "string" || hostname === "" || isIP(hostname) !== 0) this.#system(hostname, all, answer);
		else this.#find(hostname, all, answer);
	};

	#find(
		hostname: string,
		options: LookupAllOptions,
		answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
	): void {
		const key = JSON.stringify([
			hostname.toLowerCase(),
			options.family,
			options.hints,
			options.order,
			options.verbatim,
		]);
		const name: Name = this.#names.get(key) ?? {
			ask: (done) => this.#system(hostname, options, done),
			last: undefined,
			isSlow: false,
			state: "idle",
			asking: new Set(),
		};
		this.#names.delete(key);
		if (!this.#makeRoom()) return answer(unanswered(hostname), []);
		this.#names.set(key, name);
		const known = () => (name.last ? answer(null, name.last) : answer(unanswered(hostname), []));
		if (name.isSlow && name.last) {
			known(); // its place is asked for all the same: it may have come back
		} else {
			const settle = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
				late.cancel();
				if (error?.code === "EAI_AGAIN") known();
				else answer(error, addresses);
			};
			name.asking.add(settle);
			const late = this.#clock.after("names.patience", PATIENCE_MS, () => {
				if (name.asking.delete(settle)) known();
			});
		}
		if (name.state === "idle") name.state = "waiting";
		this.#startWaiting();
	}

	/** Forgets the name that nobody has asked for the longest; false where all that are known are being looked up. */
	#makeRoom(): boolean {
		if (this.#names.size < MOST_NAMES) return true;
		for (const [key, { state }] of this.#names) if (state === "idle") return this.#names.delete(key);
		return false;
	}

	#startWaiting(): void {
		for (const name of this.#names.values()) {
			if (this.#running >= this.#places) return;
			if (name.state === "waiting" && (!name.isSlow || this.#slowRunning < this.#places / 2)) this.#run(name);
		}
	}

	#run(name: Name): void {
		name.state = "running";
		this.#running++;
		let isSlow = name.isSlow;
		if (isSlow) this.#slowRunning++;
		const late = this.#clock.after("names.slow", PATIENCE_MS, () => {
			name.isSlow = true;
			if (!isSlow) this.#slowRunning++;
			isSlow = true;
		});
		const started = this.#clock.monotonic();
		name.ask((error, addresses) => {
			late.cancel();
			this.#running--;
			if (isSlow) this.#slowRunning--;
			name.state = "idle";
			name.isSlow = this.#clock.monotonic() - started >= PATIENCE_MS;
			if (!error) name.last = addresses;
			// a name that is gone is gone; one whose servers say nothing may stand as it was
			else if (error.code !== "EAI_AGAIN") name.last = undefined;
			const asking = [...name.asking];
			name.asking.clear();
			for (const settle of asking) settle(error, addresses ?? []);
			this.#startWaiting();
		});
	}
}

/** Worded as the system words it. */
function unanswered(hostname: string): NodeJS.ErrnoException {
	const error: NodeJS.ErrnoException & { hostname?: string } = new Error(`getaddrinfo EAI_AGAIN ${hostname}`);
	return Object.assign(error, { code: "EAI_AGAIN", syscall: "getaddrinfo", hostname });
}

/**
 * From now on every connection of this process finds its host by `names`, those of libraries too, some of which take no
 * look-up of their own: Node asks `dns.lookup` at each connection.
 */
export function lookUpThrough(names: Names): void {
	Object.assign(dns, { lookup: names.lookup });
}

/** How many look-ups Node runs at the same time: half of its pool of threads (libuv, "slow I/O"). */
export function placesForLookups(env: Record<string, string | undefined> = process.env): number {
	const threads = Number(env["UV_THREADPOOL_SIZE"] ?? 4);
	return Math.ceil((Number.isInteger(threads) && threads > 0 ? threads : 4) / 2);
}
