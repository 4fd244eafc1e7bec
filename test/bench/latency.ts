import { until } from "../harness/harness.ts";
import { sleep } from "./proc.ts";
import { figures, open } from "./tower.ts";

const ALARMS = 100;

/** From a sensor alarm's PUBLISH to the live feed and to the push service's acceptance, ms. */
export async function alarmLatency() {
	const bench = await open(false, 5, (world) => [world.simulation.world.responsible]);
	const { world, feed } = bench;
	const { pushes } = world;
	const toFeed: number[] = [];
	const toPush: number[] = [];
	try {
		const nodes = await world.simulation.connectNodes(() => world.ports.broker, 3_600_000);
		await sleep(1500);
		for (let i = 0; i < ALARMS; i++) {
			const [seenFeed, seenPush] = [feed.length, pushes.length];
			const published = Date.now();
			// by turns: one node alone would raise more alarms a minute than are taken of it
			void nodes[i % nodes.length]?.alarm(300 + i);
			const opened = () => feed.slice(seenFeed).find((f) => f.data.incident?.state === "detected");
			await until(() => pushes.length > seenPush && opened() !== undefined, 10_000, "the alarm to arrive");
			const arrived = opened();
			toFeed.push((arrived?.at ?? 0) - published);
			toPush.push((pushes[seenPush]?.at ?? 0) - published);
			await bench.answerFalse(arrived?.data.incident?.id ?? "");
		}
	} finally {
		await bench.stop();
	}
	return { toConsoleMs: figures(toFeed), toFirstChannelMs: figures(toPush) };
}
