import type { Incident } from "../../gateway/model/incident.ts";
import { REAL_TIME } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";
import { quantile, round } from "./proc.ts";

/** A gateway fed by the small world, with an open live feed and enrolled phones. */
export interface Bench {
	world: SmallWorld;
	consoleUrl: string;
	/** Changes of the live feed with the moment they arrived. */
	feed: { type: string; at: number; data: { incident?: Incident; cameras?: { id: string; lastFrameAt?: number }[] } }[];
	answerFalse: (incidentId: string) => Promise<void>;
	stop: () => Promise<void>;
}

/**
 * Opens one; `phones` are the people whose phones are enrolled, `prepare` changes its configuration before it starts.
 */
export async function open(
	cameras: boolean,
	seed: number,
	phones: (world: SmallWorld) => string[] | Promise<string[]>,
	prepare: (world: SmallWorld) => void = () => {},
): Promise<Bench> {
	const world = await SmallWorld.open({ cameras, seed });
	prepare(world);
	const gateway = await world.start(undefined, REAL_TIME.env);
	for (const person of await phones(world)) await world.enrol(person);
	const feed: Bench["feed"] = [];
	const abort = new AbortController();
	void listen(`${gateway.consoleUrl}/api/events`, world.cookie, abort.signal, feed);
	return {
		world,
		consoleUrl: gateway.consoleUrl,
		feed,
		answerFalse: async (incidentId) => {
			await fetch(`${gateway.consoleUrl}/api/incidents/${incidentId}/answer`, {
				method: "POST",
				headers: { cookie: world.cookie, "content-type": "application/json" },
				body: JSON.stringify({ answer: "false" }),
			});
		},
		stop: async () => {
			abort.abort();
			await world.stop();
		},
	};
}

async function listen(url: string, cookie: string, signal: AbortSignal, feed: Bench["feed"]): Promise<void> {
	try {
		const response = await fetch(url, { headers: { cookie }, signal });
		let text = "";
		for await (const chunk of response.body ?? []) {
			text += new TextDecoder().decode(chunk);
			for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
				const [event = "", data = ""] = text.slice(0, end).split("\n");
				feed.push({ type: event.slice(7), at: Date.now(), data: JSON.parse(data.slice(6)) });
				text = text.slice(end + 2);
			}
		}
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}

export const figures = (values: number[]) => ({
	n: values.length,
	p50: round(quantile(values, 0.5), 0),
	p99: round(quantile(values, 0.99), 0),
});
