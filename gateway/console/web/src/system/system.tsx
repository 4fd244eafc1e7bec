import { Badge, Button, Group, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { call } from "../api.ts";
import { CameraBadge } from "../cameras/camera-tile.tsx";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, word } from "../i18n.ts";
import { FaultLines, hasFaults } from "../shell/fault-lines.tsx";

/** Cameras and sensors that do not work, with the way to each. */
function Devices() {
	const { w } = useReader();
	const { cameras, sensors } = useDesk();
	return (
		<ul>
			{cameras
				.filter((c) => c.blind)
				.map((c) => (
					<li key={c.id}>
						<Link to="/cameras/$id" params={{ id: c.id } as never}>
							{c.name}
						</Link>{" "}
						<CameraBadge camera={c} />
					</li>
				))}
			{sensors
				.filter((s) => s.silent)
				.map((s) => (
					<li key={s.id}>
						<Link to="/sensors/$id" params={{ id: s.id } as never}>
							{s.name}
						</Link>{" "}
						<Badge color="red">
							{w.kinds.sensorFault} {s.lastAt !== undefined && clock(w, s.lastAt)}
						</Badge>
					</li>
				))}
		</ul>
	);
}

/** The gateway itself: its version, its faults, its counters, and the way to users and access. */
export function SystemPage() {
	const { w } = useReader();
	const { tower, cameras, sensors } = useDesk();
	const isWell = cameras.every((c) => !c.blind) && sensors.every((s) => !s.silent);
	const health = useQuery({ queryKey: ["health"], queryFn: () => call("GET /api/health"), refetchInterval: 10_000 });
	const [mayKeep, mayAudit] = [useMay("users"), useMay("audit")];
	const { counters = {}, framesScored, framesFailed, detectorRestarts } = health.data ?? {};
	const rows = { framesScored, framesFailed, detectorRestarts, ...counters };
	return (
		<section className="page narrow">
			<h1>{w.nav.system}</h1>
			<Group>
				{(mayKeep || mayAudit) && (
					<Button component={Link} to="/system/users" variant="filled">
						{w.systemPage.settings}
					</Button>
				)}
				<Button component={Link} to="/system/api">
					{w.systemPage.api}
				</Button>
			</Group>
			<p>
				{w.systemPage.version} {tower.version}
			</p>
			<h2>{w.systemPage.faults}</h2>
			{hasFaults(tower) && <FaultLines tower={tower} w={w} />}
			<Devices />
			{!hasFaults(tower) && isWell && <p>{w.systemPage.noFaults}</p>}
			<h2>{w.systemPage.health}</h2>
			<Table>
				<Table.Tbody>
					{Object.entries(rows).map(([name, value]) => (
						<Table.Tr key={name}>
							<Table.Td>{word(w.counters, name)}</Table.Td>
							<Table.Td>{value}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</section>
	);
}
