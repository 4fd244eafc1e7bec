import type { MqttClient } from "mqtt";
import { type Clock, SystemClock } from "./clock.ts";

/**
 * What another system's broker may send in a second. More than honest ones ever do: a call-out of a thousand has a
 * thousand acknowledgements, and fifty towers that are back after an outage say at once what is open (100 incidents
 * each at most).
 */
const MOST_PACKETS = 5_000;
const MOST_BYTES = 64 << 20;

/**
 * Ends a connection on which more comes than anybody here could want; the client makes a new one after its usual pause.
 * What one broker sends is read on the thread on which alarms are judged.
 */
export function endFloods(
	client: MqttClient,
	onFlood: (packets: number, bytes: number) => void,
	clock: Clock = new SystemClock(),
): void {
	let since = Number.NEGATIVE_INFINITY;
	let packets = 0;
	let bytes = 0;
	client.on("packetreceive", (packet) => {
		const now = clock.monotonic();
		if (now - since >= 1_000) {
			since = now;
			packets = 0;
			bytes = 0;
		}
		packets++;
		if (packet.cmd === "publish") bytes += packet.payload.length;
		if ((packets <= MOST_PACKETS && bytes <= MOST_BYTES) || client.stream.destroyed) return;
		onFlood(packets, bytes);
		client.stream.destroy();
	});
}
