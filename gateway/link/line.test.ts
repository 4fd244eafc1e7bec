import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { pino } from "pino";
import { expect, it } from "vitest";
import { Line } from "./line.ts";

it("a broker that floods loses its connection, costs a line of the log a second, and is connected to again", async () => {
	const broker = await Aedes.createBroker();
	let tower: Socket | undefined;
	const server = createServer((socket) => {
		tower = socket.on("error", () => {});
		broker.handle(socket);
	});
	await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	const said: string[] = [];
	const log = pino({}, { write: (line: string) => said.push(line) });
	let heard = 0;
	const line = new Line(
		{
			url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
			clientId: "tower",
			topics: ["fw/1/#"],
			timeoutMs: 5_000,
			seal: async (_topic, body) => JSON.stringify(body),
			onMessage: async () => void heard++,
		},
		log as never,
	);
	const subscribed = once(broker, "subscribe");
	await line.start();
	await subscribed;
	const again = once(broker, "clientDisconnect").then(() => once(broker, "subscribe"));
	// PUBLISH, QoS 0 (MQTT 3.1.1, 3.3)
	const [topic, payload] = ["fw/1/x", "nonsense"];
	const packet = Buffer.concat([
		Buffer.from([0x30, 2 + topic.length + payload.length, 0, topic.length]),
		Buffer.from(topic + payload),
	]);
	tower?.write(Buffer.concat(Array(50_000).fill(packet)));
	await again;
	broker.publish({ cmd: "publish", topic, payload: "{}", qos: 0, retain: false, dup: false }, () => {});
	await expect.poll(() => heard).toBe(1);
	await line.stop();
	expect(said.filter((text) => text.includes("too many messages came in"))).toHaveLength(1);
	expect(said.filter((text) => text.includes("not understood")).length).toBeLessThan(10);
	await new Promise<void>((closed) => broker.close(() => closed()));
	server.close();
});
