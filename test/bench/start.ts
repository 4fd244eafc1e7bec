import { connect } from "node:net";
import { REAL_TIME, until } from "../harness/harness.ts";
import { SmallWorld } from "../harness/small-world.ts";
import { quantile, round } from "./proc.ts";

/** Process start to MQTT accepting and to the first analysed frame, ms. */
export async function startTimes() {
	const toMqtt: number[] = [];
	const toFrame: number[] = [];
	const world = await SmallWorld.open({ cameras: true });
	await (await world.start(undefined, REAL_TIME.env)).stop();
	try {
		for (let i = 0; i < 5; i++) {
			const started = performance.now();
			const starting = world.start(undefined, REAL_TIME.env);
			await until(() => accepts(world.ports.broker), 30_000, "MQTT");
			toMqtt.push(performance.now() - started);
			const gateway = await starting;
			await until(
				async () => {
					const state = (await world.get("/api/state")) as { cameras: { lastFrameAt?: number }[] };
					return state.cameras.some((c) => c.lastFrameAt !== undefined);
				},
				60_000,
				"the first frame",
			);
			toFrame.push(performance.now() - started);
			await gateway.stop();
		}
	} finally {
		await world.stop();
	}
	const all = (values: number[]) => ({ median: round(quantile(values, 0.5), 0), worst: round(Math.max(...values), 0) });
	return { toMqttMs: all(toMqtt), toFirstFrameMs: all(toFrame) };
}

/** Whether something listens on a port of this machine. */
export function accepts(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1");
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}
