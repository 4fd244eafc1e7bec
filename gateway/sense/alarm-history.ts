import { defined } from "../base/omit.ts";
import type { SensorAlarm, SensorHistory } from "../model/sensor-history.ts";
import type { MessageStore } from "../store/messages.ts";
import { alarmKindOf, decode, KIND, scaled } from "./decode/decode.ts";

/** Alarms of a node that are looked through, the newest. */
const MOST = 200;

/**
 * A history with the alarms of its time, oldest first, and for each quantity the threshold at which the node rang, as
 * the newest of its alarms that names one says: thresholds are the nodes' own.
 */
export async function withAlarms(
	store: MessageStore,
	node: string,
	history: Omit<SensorHistory, "alarms">,
): Promise<SensorHistory> {
	const all = await alarmsOf(store, node);
	const thresholds = new Map(all.flatMap(({ quantity, threshold }) => (threshold ? [[quantity, threshold]] : [])));
	return {
		...history,
		alarms: all.filter(({ at }) => at >= history.from && at < history.to),
		quantities: history.quantities.map((q) => ({ ...q, ...defined({ threshold: thresholds.get(q.quantity) }) })),
	};
}

/** The newest alarms of a node, oldest first. */
async function alarmsOf(store: MessageStore, node: string): Promise<SensorAlarm[]> {
	const messages = await store.newest(node, KIND.event, MOST);
	return messages.reverse().flatMap(({ payload, receivedAt: at }) => {
		const decoded = decode("event", payload, false);
		if (decoded?.kind !== "event") return [];
		const { quantity, value, threshold } = decoded.message;
		const measured = scaled(quantity, value);
		return [
			{
				at,
				what: alarmKindOf(decoded.message),
				// 0 stands for a field that is not there
				...defined({
					quantity: measured?.name,
					value: measured?.value,
					unit: measured?.unit,
					threshold: threshold === 0 ? undefined : scaled(quantity, threshold)?.value,
				}),
			},
		];
	});
}
