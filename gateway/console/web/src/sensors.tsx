import type { Sensor } from "./api-types.ts";
import { span, type Words, word } from "./i18n.ts";

export function Sensors({ sensors, w, now }: { sensors: Sensor[]; w: Words; now: number }) {
	if (sensors.length === 0) return null;
	return (
		<section aria-label={w.sensors}>
			<h2>{w.sensors}</h2>
			<div className="sensors">
				{sensors.map((s) => (
					<div key={s.id} className={s.silent ? "sensor silent" : "sensor"}>
						<b>{s.name}</b> {s.silent && <span className="badge alert">{w.silent}</span>}
						{s.isShared && <span className="badge alert">{w.sharedId}</span>}
						{s.refused && <span className="badge alert">{word(w.refusals, s.refused.why)}</span>}
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
