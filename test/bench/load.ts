import { create, toBinary } from "@bufbuild/protobuf";
import mqtt from "mqtt";
import { BirthSchema, TelemetrySchema } from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";

/**
 * Sensor nodes that each send a message a second until they are ended: `load.ts PORT NODES PASSWORD`. Says when all are
 * there.
 */
const [port, count, password] = process.argv.slice(2) as [string, string, string];
const boot = 1;

for (let k = 0; k < Number(count); k++) {
	const id = `load-${k}`;
	const client = await mqtt.connectAsync({
		host: "127.0.0.1",
		port: Number(port),
		clientId: id,
		username: id,
		password,
		protocolVersion: 4,
	});
	await client.publishAsync(
		`t/1/demo/${id}/birth`,
		Buffer.from(toBinary(BirthSchema, create(BirthSchema, { boot, seq: 1, firmware: "bench" }))),
		{
			qos: 1,
		},
	);
	let seq = 1;
	setTimeout(
		() => {
			setInterval(() => {
				const quantity = [1, 2, 3, 4, 5, 6, 7, 8];
				const telemetry = create(TelemetrySchema, {
					boot,
					seq: ++seq,
					quantity,
					value: quantity.map((q) => q * 1000 + (seq % 997)),
				});
				client.publish(`t/1/demo/${id}/tel`, Buffer.from(toBinary(TelemetrySchema, telemetry)), { qos: 1 });
			}, 1000);
		},
		(k * 1000) / Number(count),
	);
}
process.stdout.write("there\n");
