import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { forwardUntil, main, NODE, startGateway, until } from "../harness/harness.ts";
import { linkIn, welcome } from "../harness/log-in.ts";
import { SmallWorld } from "../harness/small-world.ts";

/**
 * What a tower needs is not all there when it starts: it goes on with the rest, says what is missing, and takes it up
 * when it comes.
 */
describe("a tower that starts when not everything is there", () => {
	let world: SmallWorld;
	const held: Server[] = [];

	beforeEach(async () => {
		world = await SmallWorld.open({ cameras: false });
	});
	afterEach(async () => {
		for (const server of held.splice(0)) server.close();
		await world.stop();
	});

	async function hold(port: number): Promise<Server> {
		const server = createServer((socket) => socket.destroy());
		await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
		held.push(server);
		return server;
	}
	const change = (edit: (config: Record<string, never>) => void) => {
		const config = parse(readFileSync(world.simulation.configFile, "utf8"));
		edit(config);
		writeFileSync(world.simulation.configFile, stringify(config));
	};
	const partFaults = async () =>
		((await world.get("/api/state")) as { tower: { partFaults?: string[] } }).tower.partFaults ?? [];

	it("a port that is taken, a secret that is missing and a disk that is not mounted: the others go on, and each is taken up", async () => {
		const broker = await hold(world.ports.broker);
		change((config: Record<string, unknown>) => {
			const reach = config["reach"] as Record<string, unknown>;
			reach["email"] = { url: "file:smtp-url", from: "tower@lookout.example" };
			const place = { lat: 29, lon: 108, heightM: 500, azimuthDeg: 0, fovDeg: 60, periodS: 5 };
			config["cameras"] = [{ id: "usb", name: "usb", source: { type: "folder", path: "usb" }, ...place }];
		});
		const gateway = await world.start();
		const chief = world.simulation.world.responsible;
		await world.enrol(chief);
		const faults = (await partFaults()).join("\n");
		for (const why of [
			/fault\.LK0302.*fault\.brokerPort\?/,
			/fault\.LK0101.*fault\.noSecretFile.*smtp-url/,
			/fault\.LK0405.*usb/,
		])
			expect(faults).toMatch(why);
		expect(gateway.output()).toMatch(/LK0006 a part of the tower cannot start/);

		broker.close();
		mkdirSync(join(world.folder, "usb"));
		writeFileSync(join(world.folder, "usb/1.jpg"), "not yet whole");
		await world.goOn(
			async () => (await partFaults()).every((f) => /LK0101/.test(f)),
			60_000,
			"broker and camera to be taken up",
		);
		const [node] = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		await node?.alarm(400);
		await until(() => world.pushes.some((p) => p.person === chief), 10_000, "the chief to be told");
	}, 60_000);

	it("the console's port is taken: sensors are heard, and the page is there when the port is free", async () => {
		const other = await hold(world.ports.console);
		const gateway = await startGateway(world.simulation.configFile);
		const [node] = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		await node?.alarm(400); // acknowledged
		expect(gateway.output()).toMatch(/LK0701 the console cannot listen/);
		other.close();
		let cookie = "";
		await forwardUntil(
			() => [gateway],
			async () => {
				cookie = (await welcome(linkIn(gateway.output()) ?? "http://127.0.0.1:9/")) ?? "";
				return cookie !== "";
			},
			60_000,
			"the console to be there",
		);
		const state = await (await fetch(`${gateway.consoleUrl}/api/state`, { headers: { cookie } })).json();
		expect((state as { incidents: unknown[] }).incidents).toHaveLength(1);
		await gateway.stop();
	}, 60_000);

	it("two gateways on one store: the second waits until the first has ended", async () => {
		const first = await world.start();
		const second = spawn(NODE, [main, "run", world.simulation.configFile], { stdio: ["ignore", "ignore", "pipe"] });
		let said = "";
		second.stderr.on("data", (text) => {
			said += text;
		});
		expect(await new Promise((resolve) => second.once("close", resolve))).toBe(1); // which is tried again
		expect(said).toMatch(/LK0204 another gateway runs/);
		first.child.kill("SIGKILL");
		await first.ended;
		await (await world.start()).stop();
	}, 60_000);

	it("nobody reads what it prints: it runs all the same", async () => {
		const child = spawn(NODE, [main, "run", world.simulation.configFile], { stdio: ["ignore", "pipe", "ignore"] });
		child.stdout.destroy();
		const ended = new Promise((resolve) => child.once("close", resolve));
		const [node] = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		await node?.alarm(400); // acknowledged: it is up
		expect(child.exitCode).toBeNull();
		child.kill("SIGTERM");
		await ended;
		expect(child.exitCode).toBe(0);
	}, 60_000);
});
