import { Badge } from "@mantine/core";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { span, word } from "../i18n.ts";

/** All sensors with what they said last. */
export function SensorsPage() {
	const { w } = useReader();
	const { sensors, now } = useDesk();
	return (
		<section className="page">
			<h1>{w.nav.sensors}</h1>
			<div className="sensors">
				{sensors.map((s) => (
					<div key={s.id} className={s.silent ? "sensor silent" : "sensor"}>
						<b>{s.name}</b> {s.silent && <Badge color="red">{w.silent}</Badge>}
						{s.isShared && <Badge color="red">{w.sharedId}</Badge>}
						{s.refused && <Badge color="orange">{word(w.refusals, s.refused.why)}</Badge>}
						<small>{s.lastAt === undefined ? w.never : `${span(now - s.lastAt, w)} ${w.ago}`}</small>
						<dl>
							{s.readings.map((r) => (
								<div key={r.quantity} className={r.quality}>
									<dt>{word(w.quantities, r.quantity)}</dt>
									<dd>
										{r.quality === "broken" ? "—" : r.value} {r.unit}
									</dd>
								</div>
							))}
						</dl>
					</div>
				))}
			</div>
		</section>
	);
}
