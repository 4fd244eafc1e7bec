import { spawn } from "node:child_process";
import { connect, connect as connectSocket, type Socket } from "node:net";
import fc from "fast-check";
import mqtt from "mqtt";
import { describe, expect, it } from "vitest";
import { BirthSchema, EventSchema, TelemetrySchema } from "../../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import { until } from "../../../test/harness/harness.ts";
import { alarm, birth, password, telemetry, useSense } from "../../../test/harness/sensing.ts";
import { SqliteCommandStore } from "../../store/sqlite/commands.ts";

describe("the broker", () => {
	const own = useSense();
	const { restart, lasting, node } = own;

	it("lets nobody in without the node's own password, and no node under another's name", async () => {
		await expect(node("n1", "wrong")).rejects.toThrow(/bad username or password/i);
		await expect(node("stranger")).rejects.toThrow();
		await expect(
			mqtt.connectAsync({ host: "127.0.0.1", port: own.sense.port, clientId: "n1", reconnectPeriod: 0 }),
		).rejects.toThrow();
	});

	it("lets nodes in while strangers open 600 connections again and again, and turns those away that never log in", async () => {
		let flooding = true;
		const strangers = new Set<Socket>();
		const stranger = () => {
			const socket = connect(own.sense.port, "127.0.0.1");
			strangers.add(socket);
			socket.on("error", () => {});
			socket.once("close", () => strangers.delete(socket) && flooding && stranger());
		};
		for (let i = 0; i < 600; i++) stranger();
		await until(() => strangers.size >= 600, 5_000, "the flood");
		for (let round = 0; round < 10; round++) {
			const client = await node(round % 2 === 0 ? "n1" : "n2");
			await client.publishAsync(`t/1/t1/n${1 + (round % 2)}/birth`, Buffer.from(birth(round + 1)), { qos: 1 });
			await client.endAsync();
			for (const socket of [...strangers].slice(0, 100)) socket.destroy();
		}
		expect(await own.store.count()).toBe(10);
		await until(() => own.sense.tally.total("broker.noLogin") > 100, 15_000, "strangers to be turned away");
		flooding = false;
		for (const socket of strangers) socket.destroy();
	}, 30_000);

	it("a node's subscription and the commands that wait for it outlive a restart, and each command comes once", async () => {
		const first = await lasting("n1");
		await first.client.subscribeAsync("t/1/t1/n1/cmd", { qos: 1 });
		await own.sense.command("n1", Buffer.from("a"));
		await until(() => first.got.length === 1, 5_000, "the command");
		await first.client.endAsync(true);
		for (const text of ["b", "c"]) await own.sense.command("n1", Buffer.from(text));
		await restart();
		await own.sense.command("n1", Buffer.from("d"));
		const again = await lasting("n1");
		expect(again.sessionPresent).toBe(true);
		await until(() => again.got.length === 3, 5_000, "the commands");
		expect(again.got).toEqual(["b", "c", "d"].map((text) => `t/1/t1/n1/cmd ${text}`));
		await again.client.endAsync();
		await restart();
		const third = await lasting("n1");
		await own.sense.command("n1", Buffer.from("e"));
		await until(() => third.got.length > 0, 5_000, "the last command");
		expect(third.got).toEqual(["t/1/t1/n1/cmd e"]);
	});

	it("keeps no subscription that was refused, however it was asked for, and none of a node that wants none", async () => {
		const { client } = await lasting("n1");
		await expect(client.subscribeAsync(["t/1/t1/n1/cmd", "t/1/t1/n2/cmd", "#"], { qos: 1 })).rejects.toThrow(
			/Subscribe error/,
		);
		await client.endAsync();
		const other = await lasting("n2");
		await other.client.subscribeAsync("t/1/t1/n2/cmd", { qos: 1 });
		await restart();
		const back = await lasting("n1");
		await own.sense.command("n2", Buffer.from("for n2"));
		await own.sense.command("n1", Buffer.from("for n1"));
		await until(() => back.got.length > 0, 5_000, "the own command");
		expect(back.got).toEqual(["t/1/t1/n1/cmd for n1"]);
		await back.client.endAsync();
		await (await lasting("n1", true)).client.endAsync();
		await restart();
		await expect(own.sense.command("n1", Buffer.from("x"))).rejects.toThrow(/LK0303.*takes no commands/);
	});

	it("holds a bounded number of commands for a node that stays away, and none for a stranger", async () => {
		await expect(own.sense.command("n1", Buffer.from("x"))).rejects.toThrow(/LK0303/);
		const { client } = await lasting("n1");
		await client.subscribeAsync("t/1/t1/n1/cmd", { qos: 1 });
		await client.endAsync();
		for (let i = 0; i < 32; i++) await own.sense.command("n1", Buffer.from(String(i)));
		await expect(own.sense.command("n1", Buffer.from("x"))).rejects.toThrow(/LK0303.*32 commands wait/);
		await expect(own.sense.command("n1", Buffer.alloc(2000))).rejects.toThrow(/LK0303.*longer/);
		await restart();
		await expect(own.sense.command("n1", Buffer.from("x"))).rejects.toThrow(/32 commands wait/);
		await own.db.write([
			{ sql: "UPDATE command SET at=at-8*86400000 WHERE node='n1' AND CAST(payload AS TEXT)<>'31'" },
		]);
		await restart();
		const back = await lasting("n1");
		await until(() => back.got.length > 0, 5_000, "what is not too old");
		expect(back.got).toEqual(["t/1/t1/n1/cmd 31"]);
		// it is forgotten when the node has acknowledged it
		await until(
			async () => (await new SqliteCommandStore(own.db).waiting()).length === 0,
			5_000,
			"nothing to wait any more",
		);
	});

	it("two devices under one name are seen; one that comes back after a broken line is none", async () => {
		for (let i = 0; i < 4; i++) await node("n1");
		expect(own.sense.nodes()[0]?.isShared).toBeFalsy();
		await node("n1");
		await until(() => own.sense.nodes()[0]?.isShared === true, 5_000, "the name to be known as shared");
		expect(own.sense.nodes()[1]?.isShared).toBeUndefined();
	});

	it("cuts a connection that sends a packet without end, and no other", async () => {
		const n2 = await node("n2");
		const n1 = await node("n1");
		const closed = new Promise((resolve) => n1.once("close", () => resolve(undefined)));
		n1.publish("t/1/t1/n1/tel", Buffer.alloc(200_000), { qos: 1 });
		await closed;
		expect(own.sense.tally.total("broker.oversizedPacket")).toBeGreaterThan(0);
		await n2.publishAsync("t/1/t1/n2/birth", Buffer.from(birth(1)), { qos: 1 });
		expect(await own.store.count()).toBe(1);
	});

	it("cuts a connection whose answers nobody reads, and no other", async () => {
		const n2 = await node("n2");
		const text = (t: string) => [t.length >> 8, t.length & 255, ...Buffer.from(t)];
		const login = [...text("MQTT"), 4, 0xc2, 0, 0, ...text("n1"), ...text("n1"), ...text(password)];
		// a process of its own: it only sends, PUBREL after PUBREL, each of which has an answer
		const flood = `
			const socket = require("node:net").connect(${own.sense.port}, "127.0.0.1");
			socket.on("error", () => {}).on("close", () => process.exit());
			const many = Buffer.from(Array.from({ length: 20000 }, (_, i) => [0x62, 2, i >> 8, i & 255]).flat());
			const send = () => socket.write(many, send);
			socket.once("data", () => [socket.pause(), send()]);
			socket.write(Buffer.from(${JSON.stringify([0x10, login.length, ...login])}));`;
		const child = spawn(process.execPath, ["-e", flood], { stdio: "ignore" });
		await until(() => own.sense.tally.total("broker.unread") === 1, 50_000, "the connection to be cut");
		child.kill("SIGKILL");
		await n2.publishAsync("t/1/t1/n2/birth", Buffer.from(birth(1)), { qos: 1 });
		expect(await own.store.count()).toBe(1);
	}, 60_000);

	it("survives bytes that are no MQTT", async () => {
		const socket = connectSocket(own.sense.port, "127.0.0.1");
		const closed = new Promise((resolve) => socket.once("close", resolve));
		socket.on("error", () => {});
		socket.write("GET / HTTP/1.1\r\n\r\n");
		await closed;
		expect((await node("n1")).connected).toBe(true);
	});

	it("shows subscriptions of others' topics the door", async () => {
		const n1 = await node("n1");
		const granted = await n1.subscribeAsync("t/1/t1/n2/#", { qos: 1 }).catch(() => [{ qos: 128 }]);
		expect(granted[0]?.qos).toBe(128);
	});

	it("whoever holds the password of one node can do no more than that node, on any topic, with any field and by any will", async () => {
		const [good, bad] = [await node("n2"), await node("n1")];
		await good.publishAsync("t/1/t1/n2/birth", Buffer.from(birth(5)), { qos: 1 });
		await good.publishAsync("t/1/t1/n2/tel", Buffer.from(telemetry(5, 2)), { qos: 1 });
		await bad.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		const heard: string[] = [];
		good.on("message", (topic) => heard.push(topic));
		bad.on("message", (topic) => heard.push(topic));
		const before = JSON.stringify(own.sense.nodes().find((n) => n.id === "n2"));
		const rows = await own.store.count();
		const kinds = ["birth", "tel", "evt", "death", "cmd", "tel/json", "evt/json", ""];
		const others = [
			"t/1/t1/n2",
			"t/1/t1/+",
			"t/1/t1/#",
			"t/1/t2/n2",
			"t/1/t1/n1/../n2",
			"t/1/t1/n1/n2",
			"T/1/t1/n2",
			"fw/1/t1",
			"$SYS/broker",
			"/t/1/t1/n2",
		];
		for (const topic of others.flatMap((o) => kinds.map((k) => `${o}/${k}`)).filter((t) => !/[+#]/.test(t)))
			for (const retain of [false, true]) await bad.publishAsync(topic, alarm(9, 9), { qos: 1, retain });
		for (const topic of ["#", "+/+/+/+/+", "t/1/t1/n2/cmd", "t/1/t1/+/cmd", "$SYS/#", "$share/g/t/1/t1/n2/cmd"]) {
			const granted = await bad.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
			expect(granted[0]?.qos, topic).toBe(128);
		}
		// its own name in its own message is all there is: no field of the contract names a node, a tower or a time
		for (const schema of [BirthSchema, TelemetrySchema, EventSchema])
			expect(schema.fields.map((f) => f.localName).filter((f) => /node|tower|name|(?<!up)time|at$/i.test(f))).toEqual(
				[],
			);
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ maxLength: 200 }),
				fc.constantFrom("birth", "tel", "evt", "death"),
				async (payload, kind) => {
					await bad.publishAsync(`t/1/t1/n2/${kind}`, Buffer.from(payload), { qos: 1 });
				},
			),
			{ numRuns: 300 },
		);
		const dying = await mqtt.connectAsync({
			host: "127.0.0.1",
			port: own.sense.port,
			clientId: "n1",
			username: "n1",
			password,
			reconnectPeriod: 0,
			protocolVersion: 4,
			will: { topic: "t/1/t1/n2/death", payload: Buffer.from([8, 5]), qos: 1, retain: true },
		});
		dying.stream.destroy();
		await until(() => own.sense.tally.total("sense.refused.rights") > 0, 10_000, "what it was refused");
		await good.publishAsync("t/1/t1/n2/tel", Buffer.from(telemetry(5, 3)), { qos: 1 });
		expect(heard).toEqual([]);
		expect(own.events).toEqual([]);
		expect(await own.store.count()).toBe(rows + 1);
		const now = own.sense.nodes().find((n) => n.id === "n2");
		expect(JSON.stringify({ ...now, lastAt: 0, readings: [] })).toBe(
			JSON.stringify({ ...JSON.parse(before), lastAt: 0, readings: [] }),
		);
		await expect(
			mqtt.connectAsync({
				host: "127.0.0.1",
				port: own.sense.port,
				clientId: "n2",
				username: "n1",
				password,
				reconnectPeriod: 0,
			}),
		).rejects.toThrow();
		await expect(
			mqtt.connectAsync({
				host: "127.0.0.1",
				port: own.sense.port,
				clientId: "n1",
				username: "n2",
				password: "wrong",
				reconnectPeriod: 0,
			}),
		).rejects.toThrow();
	});
});
