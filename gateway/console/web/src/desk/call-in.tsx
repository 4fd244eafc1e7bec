import {
	Autocomplete,
	Button,
	type ComboboxItem,
	Group,
	Modal,
	type OptionsFilter,
	SegmentedControl,
	Stack,
	Text,
	TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { call } from "../api.ts";
import type { Grid, IncidentSummary } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { texts } from "../form.ts";
import { clock, filled, inWords } from "../i18n.ts";
import { between, gridAt } from "../map/features.ts";
import { degreesIn } from "../ui/degrees.ts";
import { Fault } from "../ui/fault.tsx";
import { whereOf } from "./where.ts";

type Kind = "reports" | "drills";

/** What a caller is asked for. */
const FROM_CALLER = [
	{ name: "note", most: 200 },
	{ name: "caller", most: 60 },
	{ name: "phone", most: 30 },
] as const;

interface CallInProps {
	isOpen: boolean;
	/** Where, when that is known already: latitude and longitude. */
	start?: string;
	onClose: () => void;
}

/** A fire that somebody has called in 接警, or a drill 演练: both ring people. */
export function CallIn({ isOpen, start = "", onClose }: CallInProps) {
	const { w } = useReader();
	return (
		<Modal opened={isOpen} onClose={onClose} title={w.callIn.title}>
			{isOpen && <Form start={start} onClose={onClose} />}
		</Modal>
	);
}

function Form({ start, onClose }: { start: string; onClose: () => void }) {
	const { w } = useReader();
	const navigate = useNavigate();
	const [mayCall, mayDrill] = [useMay("call"), useMay("drill")];
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const [kind, setKind] = useState<Kind>(mayCall ? "reports" : "drills");
	const [where, setWhere] = useState(start);
	const [fault, setFault] = useState("");
	const { incidents } = useDesk();
	const [joined, setJoined] = useState<IncidentSummary | undefined>();
	const send = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const place = placeIn(where, grids.data ?? []);
		if (!place) return setFault(w.callIn.noPlace);
		const said = texts(e.currentTarget, ...FROM_CALLER.map(({ name }) => name));
		const words = kind === "reports" ? FROM_CALLER.map(({ name }, i) => [name, said[i]?.trim()] as const) : [];
		const body = { ...place, ...Object.fromEntries(words.filter(([, text]) => text)) };
		call(`POST /api/${kind}`, { body }).then(
			({ incident }) => {
				const known = incidents.find((i) => i.id === incident);
				if (known) return setJoined(known);
				onClose();
				void navigate({ to: "/desk/$id", params: { id: incident } });
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	if (joined) return <Joined into={joined} onClose={onClose} />;
	const kinds = [...(mayCall ? (["reports"] as const) : []), ...(mayDrill ? (["drills"] as const) : [])];
	return (
		<form onSubmit={send}>
			<Stack>
				<SegmentedControl
					data={kinds.map((k) => ({ value: k, label: w.callIn[k] }))}
					value={kind}
					onChange={(k) => setKind(k as Kind)}
				/>
				<Where value={where} grids={grids.data ?? []} onChange={setWhere} />
				{kind === "reports" && <OfTheCaller />}
				<Text size="sm" c="dimmed">
					{kind === "drills" ? w.callIn.drillHint : w.callIn.reportHint}
				</Text>
				<Fault text={fault} />
				<Group justify="flex-end">
					<Button onClick={onClose}>{w.ending.cancel}</Button>
					<Button type="submit" variant="filled">
						{w.callIn.send}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

/** A grid or a place in degrees, and what is there. */
function Where({ value, grids, onChange }: { value: string; grids: Grid[]; onChange: (text: string) => void }) {
	const { w } = useReader();
	return (
		<>
			<Autocomplete
				filter={loosely}
				label={w.callIn.where}
				data={grids.map((g) => `${g.name} ${g.code}`)}
				value={value}
				onChange={onChange}
				limit={20}
				required
				maxLength={80}
				data-autofocus
			/>
			<WhatIsThere text={value} grids={grids} />
		</>
	);
}

/** A call that was taken for a fire that is open: nobody must think that it made one of its own. */
function Joined({ into, onClose }: { into: IncidentSummary; onClose: () => void }) {
	const { w } = useReader();
	return (
		<Stack>
			<Text>
				<b>{filled(w, w.callIn.joined, { place: whereOf(into), time: clock(w, into.openedAt).slice(0, 5) })}</b>
			</Text>
			<Text size="sm">{w.callIn.joinedHint}</Text>
			<Button component={Link} to={`/desk/${into.id}`} variant="filled" onClick={onClose}>
				{w.queue.show}
			</Button>
		</Stack>
	);
}

/** Whose ground a place in degrees is, and how far from the tower: a slip of the finger is seen before it rings. */
function WhatIsThere({ text, grids }: { text: string; grids: Grid[] }) {
	const { w } = useReader();
	const map = useQuery({ queryKey: ["map"], queryFn: () => call("GET /api/map"), staleTime: 60_000 });
	const place = placeIn(text, grids);
	if (!place || "grid" in place || !map.data) return null;
	const code = gridAt(map.data, place);
	const name = map.data.grids.find((g) => g.code === code)?.name;
	const km = (between(map.data.tower, place).metres / 1000).toFixed(1);
	if (name === undefined) return <Fault text={filled(w, w.callIn.noGrid, { km })} />;
	return <Text size="sm">{filled(w, w.callIn.there, { name, km })}</Text>;
}

function OfTheCaller() {
	const { w } = useReader();
	return FROM_CALLER.map(({ name, most }) => (
		<TextInput
			key={name}
			name={name}
			label={w.callIn[name]}
			maxLength={most}
			type={name === "phone" ? "tel" : "text"}
		/>
	));
}

/** A grid by its name or code, or a place as "29.53, 108.77". */
function placeIn(text: string, grids: Grid[]): { grid: string } | { lat: number; lon: number } | undefined {
	const degrees = degreesIn(text);
	if (degrees) return degrees;
	const meant = text.trim();
	const grid = grids.find((g) => [g.code, g.name, `${g.name} ${g.code}`].includes(meant));
	return grid && { grid: grid.code };
}

/** Grids whose name or code has the letters that were typed, in their order: 双河5 finds 双河镇5村. */
const loosely: OptionsFilter = ({ options, search }) => {
	const letters = [...search.replaceAll(/\s/g, "").toLowerCase()];
	return (options as ComboboxItem[]).filter(({ label }) => {
		let from = 0;
		return letters.every((letter) => {
			from = label.toLowerCase().indexOf(letter, from) + 1;
			return from > 0;
		});
	});
};
