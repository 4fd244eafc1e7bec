import { Button, CopyButton, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api.ts";
import type { MapView, Person } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { CallIn } from "../desk/call-in.tsx";
import { daysOf, filled, postOf } from "../i18n.ts";
import { between } from "./features.ts";
import type { Found } from "./map-canvas.tsx";
import { OtherMaps } from "./other-maps.tsx";

export interface Place {
	lat: number;
	lon: number;
}
/** What is under a click, and the grid on whose ground it is. */
export type FoundAt = Found & { grid?: string };

interface AtPlaceProps {
	at: Place;
	found: FoundAt;
	map: MapView;
	from: Place | undefined;
	onMeasure: (from: Place | undefined) => void;
}

/** What lies under a click: its position, the grid and who answers for it, the incident, and how far it is. */
export function AtPlace({ at, found, map, from, onMeasure }: AtPlaceProps) {
	const { w } = useReader();
	const grid = map.grids.find((g) => g.code === found.grid);
	const text = `${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}`;
	const seesPeople = useMay("personal");
	const here = { lat: Number(at.lat.toFixed(5)), lon: Number(at.lon.toFixed(5)) };
	const off = between(from ?? map.tower, at);
	const gaps = { km: (off.metres / 1000).toFixed(2), degrees: Math.round(off.azimuthDeg) };
	return (
		<>
			{found.incident && (
				<Button component={Link} to={`/incidents/${found.incident}`} variant="filled">
					{w.incidentPage.file}
				</Button>
			)}
			<Text size="sm">
				{text} (WGS84) · {filled(w, from ? w.mapPage.fromMark : w.mapPage.fromTower, gaps)}
			</Text>
			<Group gap="xs">
				<CopyButton value={text}>
					{({ copied, copy }) => (
						<Button size="compact-sm" onClick={copy}>
							{copied ? w.incidentPage.copied : w.incidentPage.copy}
						</Button>
					)}
				</CopyButton>
				<Button size="compact-sm" onClick={() => onMeasure(from ? undefined : at)}>
					{from ? w.mapPage.measureEnd : w.mapPage.measure}
				</Button>
				<CallHere at={text} />
				{seesPeople && (
					<Button component={Link} size="compact-sm" to="/people" {...({ search: { tab: "try", ...here } } as object)}>
						{w.registerPage.ask}
					</Button>
				)}
			</Group>
			<Text size="sm">
				<OtherMaps at={at} name={grid?.name ?? text} />
			</Text>
			{grid && (
				<>
					<b>
						{grid.name} <small>{grid.code}</small>
					</b>
					<PeopleOf code={grid.code} />
				</>
			)}
		</>
	);
}

/** Takes a call about this very place. */
function CallHere({ at }: { at: string }) {
	const { w } = useReader();
	const mayCall = useMay("call");
	const [isCalling, setCalling] = useState(false);
	if (!mayCall) return null;
	return (
		<>
			<Button size="compact-sm" onClick={() => setCalling(true)}>
				{w.callIn.here}
			</Button>
			<CallIn isOpen={isCalling} start={at} onClose={() => setCalling(false)} />
		</>
	);
}

/** Roles in the order in which somebody looks for them. */
const RANKS = ["chief", "ranger", "supervisor", "adviser"];
const rankOf = ({ role }: Person) => (RANKS.includes(role) ? RANKS.indexOf(role) : RANKS.length);

function PeopleOf({ code }: { code: string }) {
	const { w } = useReader();
	const seesPeople = useMay("personal");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people"), enabled: seesPeople });
	// whoever answers for the smallest ground around it first: the ranger of the grid before the county's chief
	const nearness = (p: Person) => Math.max(...p.grids.filter((g) => code.startsWith(g)).map((g) => g.length));
	const own = (people.data ?? [])
		.filter((p) => p.leftAt === undefined && p.grids.some((g) => code.startsWith(g)))
		.sort((a, b) => nearness(b) - nearness(a) || rankOf(a) - rankOf(b));
	return (
		<ul className="found">
			{own.map((p) => (
				<li key={p.id}>
					<b>{p.name}</b> {p.title ?? postOf(w, p)} {daysOf(w, p)} {p.phone && <a href={`tel:${p.phone}`}>{p.phone}</a>}
				</li>
			))}
		</ul>
	);
}
