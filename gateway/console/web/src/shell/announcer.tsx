import { useReader } from "../context.ts";
import { whereOf } from "../desk/where.ts";
import { useDesk } from "../feed/use-feed.ts";
import { useAlarmState } from "./use-alarm.ts";

/** Says a new fire to whoever reads with his ears: a region that screen readers speak when it changes. */
export function Announcer() {
	const { w } = useReader();
	const { incidents } = useDesk();
	const { ringing } = useAlarmState();
	const newest = incidents.find((i) => i.id === ringing.at(-1));
	return (
		<p className="unseen" aria-live="polite">
			{newest ? `${w.queue.newFire}: ${whereOf(newest)}` : ""}
		</p>
	);
}
