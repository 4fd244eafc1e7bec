import type { LookupAddress } from "node:dns";
import { connect, createServer } from "node:net";
import { expect, it } from "vitest";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { lookUpThrough, Names, placesForLookups } from "./names.ts";

const ADDRESS = [{ address: "10.0.0.1", family: 4 }];
const again = () => Object.assign(new Error("no server"), { code: "EAI_AGAIN" });

/** A system of which each look-up is ended by hand; those that wait for nobody are not begun. */
function world(places = 4) {
	const clock = new ManualClock();
	const asked: { name: string; done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void }[] = [];
	const names = new Names(places, (name, _options, done) => asked.push({ name, done }), clock);
	const said: Record<string, string[]> = {};
	const ask = (name: string) =>
		names.lookup(name, { all: true }, (error, found) => {
			said[name] ??= [];
			said[name].push(error ? String(error.code) : (found as LookupAddress[]).map((a) => a.address).join());
		});
	const end = (name: string, error: NodeJS.ErrnoException | null = null) => {
		const at = asked.findIndex((a) => a.name === name);
		asked.splice(at, 1)[0]?.done(error, error ? [] : ADDRESS);
	};
	return { clock, names, said, ask, end, running: () => asked.map((a) => a.name) };
}

it("a name has one look-up at a time, and whoever asks meanwhile has its answer", () => {
	const { said, ask, end, running } = world();
	ask("camera");
	ask("camera");
	ask("camera");
	expect(running()).toEqual(["camera"]);
	end("camera");
	expect(said["camera"]).toEqual(["10.0.0.1", "10.0.0.1", "10.0.0.1"]);
	ask("camera");
	expect(running()).toEqual(["camera"]); // asked again: addresses change
});

it("a name whose server is silent is given up in time, and holds half of the places at most with its like", () => {
	const { clock, said, ask, end, running } = world(4);
	for (const name of ["h1", "h2", "h3", "h4"]) ask(name);
	ask("hook");
	expect(running()).toEqual(["h1", "h2", "h3", "h4"]); // nobody could know
	clock.advance(4_000);
	expect(said["h1"]).toEqual(["EAI_AGAIN"]);
	expect(said["hook"]).toEqual(["EAI_AGAIN"]);
	for (const name of ["h1", "h2", "h3", "h4"]) {
		end(name, again());
		ask(name);
	}
	expect(running()).toEqual(["hook", "h1", "h2"]);
	end("hook");
	ask("hook");
	end("hook");
	expect(said["hook"]).toEqual(["EAI_AGAIN", "10.0.0.1"]);
	expect(running()).toEqual(["h1", "h2"]);
});

it("what was known is given where the servers are silent, at once from then on, until they answer again", () => {
	const { clock, said, ask, end, running } = world();
	ask("hook");
	end("hook");
	ask("hook");
	end("hook", again());
	ask("hook");
	clock.advance(4_000);
	ask("hook");
	expect(said["hook"]).toEqual(["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1"]);
	end("hook", Object.assign(new Error("gone"), { code: "ENOTFOUND" }));
	ask("hook");
	expect(running()).toEqual(["hook"]);
	end("hook", again());
	expect(said["hook"]?.at(-1)).toBe("EAI_AGAIN"); // it was gone: nothing is known of it
});

it("names from strangers are bounded, and never push out one that is being looked up", () => {
	const { said, ask, end } = world(2);
	for (let i = 0; i < 1_000; i++) ask(`n${i}`);
	ask("one more");
	expect(said["one more"]).toEqual(["EAI_AGAIN"]);
	end("n0");
	ask("one more");
	expect(said["n0"]).toEqual(["10.0.0.1"]);
	expect(said["one more"]).toEqual(["EAI_AGAIN"]);
});

it("a connection of Node's finds its host through it", async () => {
	const dns = await import("node:dns");
	const real = dns.default.lookup;
	const server = createServer((socket) => socket.end());
	await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	try {
		lookUpThrough(new Names(2, (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }])));
		const { port } = server.address() as { port: number };
		for (const autoSelectFamily of [true, false]) {
			const socket = connect({ port, host: "tower.example", autoSelectFamily });
			await new Promise((connected, failed) => socket.once("connect", connected).once("error", failed));
			expect(socket.remoteAddress).toBe("127.0.0.1");
			socket.destroy();
		}
	} finally {
		Object.assign(dns.default, { lookup: real });
		server.close();
	}
});

it("an address needs no look-up, in whichever way it is asked for", async () => {
	const names = new Names(2);
	const answers: unknown[] = [];
	names.lookup("::1", (_error, address, family) => answers.push([address, family]));
	names.lookup("127.0.0.1", 4, (_error, address, family) => answers.push([address, family]));
	names.lookup("127.0.0.1", { all: true }, (_error, address) => answers.push(address));
	await until(() => answers.length === 3, 5_000, "the answers");
	expect(answers).toEqual([["::1", 6], ["127.0.0.1", 4], [{ address: "127.0.0.1", family: 4 }]]);
});

it("the places are those of Node's pool", () => {
	expect([{}, { UV_THREADPOOL_SIZE: "32" }, { UV_THREADPOOL_SIZE: "nonsense" }].map(placesForLookups)).toEqual([
		2, 16, 2,
	]);
});
