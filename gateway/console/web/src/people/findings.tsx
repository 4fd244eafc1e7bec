import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api.ts";
import type { Finding } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { day, filled, inWords, word } from "../i18n.ts";
import { postName } from "./cell-words.ts";
import { useNames } from "./register.ts";

const MOST = 40;

/** What the register lacks, as a list of things to do, each with the way to where it is mended. */
export function Findings() {
	const { w } = useReader();
	const r = w.registerPage;
	const findings = useQuery({
		queryKey: ["register", "findings"],
		queryFn: () => call("GET /api/register/findings"),
	});
	const [all, setAll] = useState<readonly string[]>([]);
	const kinds = Object.entries(byKind(findings.data ?? []));
	return (
		<>
			<Text size="sm" c="dimmed">
				{r.findingsHint}
			</Text>
			{findings.data?.length === 0 && <p>{r.findingsNone}</p>}
			{kinds.map(([kind, of]) => (
				<section key={kind}>
					<Title order={2} size="h4" mt="md">
						{word(w.registerPage.findingKinds, kind)} ({of.length})
					</Title>
					{of.slice(0, all.includes(kind) ? of.length : MOST).map((f) => (
						<Line key={`${f.what} ${f.from} ${f.detail}`} finding={f} />
					))}
					{of.length > MOST && !all.includes(kind) && (
						<Button size="compact-xs" variant="subtle" onClick={() => setAll([...all, kind])}>
							{filled(w, r.more, { count: of.length - MOST })}
						</Button>
					)}
				</section>
			))}
		</>
	);
}

function Line({ finding }: { finding: Finding }) {
	const { w } = useReader();
	const nameOf = useNames();
	const { now } = useDesk();
	const { to, search } = wayTo(finding);
	const what = finding.kind === "roster" ? postName(w, finding.what, nameOf) : nameOf(finding.what);
	return (
		<Group gap="xs" className="finding">
			<Button component={Link} size="compact-xs" to={to} {...({ search } as object)}>
				{w.registerPage.goThere}
			</Button>
			<span>
				{what} · {inWords(w, finding.detail)}
				{finding.from > now && ` · ${day(w, finding.from)}`}
				{finding.kind === "roster" && finding.to !== undefined && ` – ${day(w, finding.to)}`}
			</span>
		</Group>
	);
}

function byKind(findings: readonly Finding[]): Record<string, Finding[]> {
	const kinds: Record<string, Finding[]> = {};
	for (const finding of findings) kinds[finding.kind] = [...(kinds[finding.kind] ?? []), finding];
	return kinds;
}

/** Where it is mended: the person, the roster, or the table with the rows of it. */
function wayTo({ kind, what, from }: Finding): { to: string; search?: Record<string, string | number> } {
	if (["stale", "silent", "unreachable"].includes(kind)) return { to: `/people/${encodeURIComponent(what)}` };
	if (kind === "roster") return { to: "/duty", search: { post: what, at: from } };
	const table = TABLE_OF[kind] ?? "people";
	return { to: "/people", search: { tab: "tables", table, ...(kind === "card" ? { add: what } : { q: what }) } };
}

const TABLE_OF: Record<string, string> = { team: "teams", card: "cards", place: "places", forest: "grids" };
