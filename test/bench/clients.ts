import { create, toBinary } from "@bufbuild/protobuf";
import mqtt from "mqtt";
import { BirthSchema, TelemetrySchema } from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";

/**
 * Twenty sensor nodes in a process of their own: `clients.ts PORT CLIENTS IN_FLIGHT MESSAGES PASSWORD BOOT`. Prints
 * messages per second.
 */
const [port, clients, inFlight, messages, password, boot] = process.argv.slice(2) as [
	string,
	string,
	string,
	string,
	string,
	string,
];
const each = Math.floor(Number(messages) / Number(clients));

const nodes = await Promise.all(
	Array.from({ length: Number(clients) }, async (_, k) => {
		const id = `node-${k}`;
		const client = await mqtt.connectAsync({
			host: "127.0.0.1",
			port: Number(port),
			clientId: id,
			username: id,
			password,
			protocolVersion: 4,
			reconnectPeriod: 0,
			keepalive: 120,
		});
		const head = { boot: Number(boot), uptimeMs: 86_400_000n };
		await client.publishAsync(
			`t/1/bench/${id}/birth`,
			Buffer.from(toBinary(BirthSchema, create(BirthSchema, { ...head, seq: 1, firmware: "bench" }))),
			{ qos: 1 },
		);
		// about 64 bytes, made beforehand: the bench measures brokers, not encoders
		const payloads = Array.from({ length: each }, (_, i) => {
			const quantity = [1, 2, 3, 4, 5, 6, 7, 8];
			const value = quantity.map((q) => q * 1000 + (i % 997));
			return Buffer.from(
				toBinary(
					TelemetrySchema,
					create(TelemetrySchema, {
						...head,
						seq: i + 2,
						quantity: [...quantity, ...quantity],
						value: [...value, ...value],
					}),
				),
			);
		});
		return { client, topic: `t/1/bench/${id}/tel`, payloads };
	}),
);
const started = performance.now();
await Promise.all(
	nodes.map(
		({ client, topic, payloads }) =>
			new Promise<void>((resolve, reject) => {
				let next = 0;
				let acknowledged = 0;
				const publish = () => {
					const payload = payloads[next++];
					if (!payload) return;
					client.publish(topic, payload, { qos: 1 }, (error) => {
						if (error) return reject(error);
						if (++acknowledged === payloads.length) resolve();
						else publish();
					});
				};
				for (let i = 0; i < Number(inFlight); i++) publish();
			}),
	),
);
const seconds = (performance.now() - started) / 1000;
process.stdout.write(`${Math.round((each * nodes.length) / seconds)}\n`);
await Promise.all(nodes.map(({ client }) => client.endAsync(true)));
