import { Button, Group, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { call } from "../api.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { word } from "../i18n.ts";
import { FaultLines, hasFaults } from "../shell/fault-lines.tsx";

/** The gateway itself: its version, its faults, its counters, and the way to users and access. */
export function SystemPage() {
	const { w } = useReader();
	const { tower } = useDesk();
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
			{hasFaults(tower) ? <FaultLines tower={tower} w={w} /> : <p>{w.systemPage.noFaults}</p>}
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
