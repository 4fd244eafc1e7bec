import "./sensors.css";
import { Anchor, Button, Group, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ask } from "../api.ts";
import type { SensorHistory } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords, word } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { Chart } from "./chart.tsx";
import { chartDataOf } from "./chart-data.ts";
import { SensorNow } from "./sensors.tsx";

const HOURS = ["1", "6", "24", "168", "720", "2160", "8760"] as const;
const FRESH_MS = 60_000;

/** One sensor: what it says now, and what it has measured before. */
export function SensorPage() {
	const { w } = useReader();
	const { id } = useParams({ strict: false }) as { id: string };
	const { sensors } = useDesk();
	const [hours, setHours] = useState<string>("24");
	const sensor = sensors.find((s) => s.id === id);
	const history = useQuery({
		queryKey: ["sensor", id, hours],
		queryFn: () => ask<SensorHistory>(`/api/sensors/${encodeURIComponent(id)}/history`, { hours }),
		refetchInterval: FRESH_MS,
		placeholderData: (before) => before,
	});
	const s = w.sensorPage;
	return (
		<section className="page" aria-busy={history.isFetching}>
			<Anchor component={Link} to="/sensors">
				← {w.nav.sensors}
			</Anchor>
			<h1>{sensor?.name ?? id}</h1>
			{sensor && (
				<div className={sensor.silent ? "sensor one silent" : "sensor one"}>
					<SensorNow sensor={sensor} />
				</div>
			)}
			<Group gap="xs">
				<SegmentedControl
					aria-label={s.span}
					value={hours}
					onChange={setHours}
					data={HOURS.map((value) => ({ value, label: word(s.hours, value) }))}
				/>
				<Button component="a" href={`/api/sensors/${encodeURIComponent(id)}/history/export?hours=${hours}`}>
					{s.export}
				</Button>
			</Group>
			<Fault text={history.error ? inWords(w, history.error.message) : ""} />
			{history.data && <Charts history={history.data} />}
		</section>
	);
}

function Charts({ history: { from, to, isCut, quantities, alarms } }: { history: SensorHistory }) {
	const { w } = useReader();
	const s = w.sensorPage;
	return (
		<>
			{isCut && <p>{s.cut}</p>}
			{quantities.length === 0 && <p>{s.nothing}</p>}
			{quantities.map((measured) => (
				<Measured
					key={measured.quantity}
					measured={measured}
					alarms={alarms.filter((a) => a.quantity === measured.quantity)}
					from={from / 1000}
					to={to / 1000}
				/>
			))}
		</>
	);
}

interface MeasuredProps {
	measured: SensorHistory["quantities"][number];
	/** Of this quantity. */
	alarms: SensorHistory["alarms"];
	from: number;
	to: number;
}

function Measured({ measured, alarms, from, to }: MeasuredProps) {
	const { w } = useReader();
	const { tower } = useDesk();
	const data = useMemo(() => chartDataOf(measured), [measured]);
	const { quantity, unit, least, most, mean, threshold, unusable } = measured;
	const s = w.sensorPage;
	const marks = useMemo(
		() => ({ alarms: alarms.map((a) => a.at / 1000), unusable: unusable.map((at) => at / 1000) }),
		[alarms, unusable],
	);
	const notes = [
		threshold === undefined ? "" : filled(w, s.threshold, { value: threshold, unit }),
		alarms.length === 0 ? "" : filled(w, s.rang, { count: alarms.length }),
		unusable.length === 0 ? "" : filled(w, s.unusable, { count: unusable.length }),
	].filter((note) => note !== "");
	const name = word(w.quantities, quantity);
	const gaps = { name, least: Math.min(...least), most: Math.max(...most), last: mean.at(-1) ?? 0, unit };
	return (
		<figure className="measured">
			<figcaption>
				{name} <small>{[unit, ...notes].join(" · ")}</small>
			</figcaption>
			<Chart
				data={data}
				threshold={threshold}
				marks={marks}
				label={filled(w, s.said, gaps)}
				names={s.columns}
				unit={unit}
				timeZone={tower.timeZone}
				from={from}
				to={to}
			/>
		</figure>
	);
}
