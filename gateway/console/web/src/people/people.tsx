import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMay, useReader } from "../context.ts";
import { Changes } from "./changes.tsx";
import { DryRunForm } from "./dry-run.tsx";
import { Findings } from "./findings.tsx";
import { PeopleList } from "./people-list.tsx";
import { Tables } from "./tables.tsx";
import "./people.css";

const TABS = ["people", "try", "findings", "tables", "changes"] as const;
type Tab = (typeof TABS)[number];

/** Who answers for what ground: people, what is missing, who would be told, and how the register is changed. */
export function PeoplePage() {
	const { w } = useReader();
	const { tab = "people" } = useSearch({ strict: false }) as { tab?: string };
	const navigate = useNavigate();
	const seesPeople = useMay("personal");
	const tabs = seesPeople ? TABS : TABS.slice(0, 1);
	const shown = tabs.find((t) => t === tab) ?? "people";
	return (
		<section className="page">
			<h1>{w.nav.people}</h1>
			<Tabs value={shown} onChange={(next) => void navigate({ to: "/people", search: { tab: next } as never })}>
				<Tabs.List mb="sm">
					{tabs.map((t) => (
						<Tabs.Tab key={t} value={t}>
							{w.registerPage.tabs[t]}
						</Tabs.Tab>
					))}
				</Tabs.List>
				<Tabs.Panel value={shown}>{VIEW[shown]}</Tabs.Panel>
			</Tabs>
		</section>
	);
}

const VIEW: Record<Tab, React.ReactNode> = {
	people: <PeopleList />,
	try: <DryRunForm />,
	findings: <Findings />,
	tables: <Tables />,
	changes: <Changes />,
};
