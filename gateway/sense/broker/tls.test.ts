import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { expect, it } from "vitest";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { SystemRandom } from "../../base/random.ts";
import { Tally } from "../../base/tally.ts";
import { createLog } from "../../ops/log/log.ts";
import { selfSigned } from "../../sim/phones.ts";
import { SqliteCommandStore } from "../../store/sqlite/commands.ts";
import { Database } from "../../store/sqlite/database.ts";
import { Broker } from "./broker.ts";
import { makeCredential } from "./credentials.ts";

it("speaks TLS with a certificate, and nothing in clear on the same port", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-tls-"));
	const { key, cert } = selfSigned();
	writeFileSync(join(folder, "key.pem"), key);
	writeFileSync(join(folder, "cert.pem"), cert);
	const { password, credential } = makeCredential(new SystemRandom());
	const db = await Database.open(join(folder, "store.db"));
	const clock = new ManualClock();
	const tally = new Tally(clock, () => {});
	const taken: string[] = [];
	const broker = new Broker(
		{
			host: "127.0.0.1",
			port: 0,
			tls: { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") },
			maxPacketBytes: 1024,
			maxClients: 5,
			towerId: "t1",
			commands: new SqliteCommandStore(db),
			onLogin: async () => {},
			credentialOf: () => credential,
			accept: (_node, topic, _payload, done) => {
				taken.push(topic);
				done();
			},
		},
		clock,
		createLog("silent"),
		tally,
	);
	await broker.start();
	const options = {
		port: broker.port,
		clientId: "n1",
		username: "n1",
		password,
		reconnectPeriod: 0,
		connectTimeout: 2000,
		protocolVersion: 4 as const,
	};
	const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${broker.port}`, { ...options, ca: cert });
	await client.publishAsync("t/1/t1/n1/tel", "x", { qos: 1 });
	expect(taken).toEqual(["t/1/t1/n1/tel"]);
	const bare = connect(broker.port, "127.0.0.1");
	const heard: Buffer[] = [];
	bare.on("data", (chunk) => heard.push(chunk));
	bare.on("error", () => {});
	const closed = new Promise((resolve) => bare.once("close", resolve));
	bare.write(Buffer.from("101000044d5154540402003c00046e6f6465", "hex")); // CONNECT in clear
	await closed;
	expect(Buffer.concat(heard)[0]).not.toBe(0x20); // no CONNACK

	// a handshake that never goes on is turned away, and the node stays
	const silent = connect(broker.port, "127.0.0.1");
	silent.on("error", () => {});
	const turnedAway = new Promise((resolve) => silent.once("close", resolve));
	await new Promise((resolve) => silent.once("connect", resolve));
	await until(
		() => {
			clock.advance(1000);
			return tally.total("broker.noLogin") > 0;
		},
		10_000,
		"it to be turned away",
	);
	await turnedAway;
	expect(client.connected).toBe(true);
	await client.endAsync(true);
	await broker.stop();
	await broker.stop();
	await db.close();
	rmSync(folder, { recursive: true });
});
