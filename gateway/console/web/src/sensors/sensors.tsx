import { Anchor, Badge } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Sensor } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, span, word } from "../i18n.ts";

/** All sensors with what they said last. */
export function SensorsPage() {
	const { w } = useReader();
	const { sensors } = useDesk();
	return (
		<section className="page">
			<h1>{w.nav.sensors}</h1>
			<div className="sensors">
				{sensors.map((s) => (
					<div key={s.id} className={s.silent ? "sensor silent" : "sensor"}>
						<Anchor component={Link} to={`/sensors/${s.id}`} fw={700}>
							{s.name}
						</Anchor>{" "}
						<SensorNow sensor={s} />
					</div>
				))}
			</div>
		</section>
	);
}

/** What was told so long before the last message stands with its time, ms. */
const OLD_MS = 60_000;

/** What a sensor said last, and what is wrong with it. */
export function SensorNow({ sensor: s }: { sensor: Sensor }) {
	const { w } = useReader();
	const { now } = useDesk();
	return (
		<>
			{s.silent && <Badge color="red">{w.silent}</Badge>}
			{s.isShared && <Badge color="red">{w.sharedId}</Badge>}
			{s.refused && <Badge color="orange">{word(w.refusals, s.refused.why)}</Badge>}
			<small>{s.lastAt === undefined ? w.never : `${span(now - s.lastAt, w)} ${w.ago}`}</small>
			<dl>
				{s.readings.map((r) => (
					<div key={r.quantity} className={r.quality}>
						<dt>{word(w.quantities, r.quantity)}</dt>
						<dd>
							{r.quality === "broken" ? "—" : r.value} {r.unit}
							{r.receivedAt < (s.lastAt ?? 0) - OLD_MS && <small> {clock(w, r.receivedAt)}</small>}
						</dd>
					</div>
				))}
			</dl>
		</>
	);
}
