import { Autocomplete, Button, Group, MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { omit } from "../../../../base/omit.ts";
import { KNOWN } from "../../../../model/incident-row.ts";
import { INCIDENT_STATES, type IncidentState } from "../../../../model/incident-states.ts";
import { call } from "../api.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { postOf, word } from "../i18n.ts";
import { useAreas } from "../people/register.ts";
import { type Filter, KINDS } from "./filter.ts";
import { SavedViews } from "./saved-views.tsx";

interface FiltersProps {
	filter: Filter;
	onFilter: (next: Filter) => void;
}

/** By time, kind, state, area, device, person, words, and how long nobody answered; on a phone they are folded. */
export function Filters(props: FiltersProps) {
	const { w } = useReader();
	const { filters } = w.list;
	const isNarrow = useMediaQuery("(max-width: 599px)");
	const asked = Object.keys(props.filter).length;
	return (
		<search className="filters" aria-label={filters}>
			{isNarrow ? (
				<details>
					<summary>
						{filters} {asked > 0 && `(${asked})`}
					</summary>
					<Fields {...props} />
				</details>
			) : (
				<Fields {...props} />
			)}
		</search>
	);
}

function Fields({ filter, onFilter }: FiltersProps) {
	const { w } = useReader();
	const l = w.list;
	const set = (name: keyof Filter, value: Filter[keyof Filter] | null | "") =>
		onFilter(value === null || value === "" || value === undefined ? omit(filter, name) : { ...filter, [name]: value });
	return (
		<Group align="end" gap="xs">
			<TypedText label={l.text} value={filter.text} onSet={(v) => set("text", v)} />
			<Day label={l.from} value={filter.from} onSet={(v) => set("from", v)} />
			<Day label={l.to} value={filter.to} onSet={(v) => set("to", v)} />
			<Select
				label={l.columns.kind}
				placeholder={l.any}
				data={KINDS.map((k) => ({ value: k, label: k === "fault" ? l.fault : w.kinds[k] }))}
				value={filter.kind ?? null}
				onChange={(v) => set("kind", v)}
				clearable
			/>
			<MultiSelect
				label={l.columns.state}
				placeholder={filter.states ? "" : l.any}
				data={INCIDENT_STATES.map((s) => ({ value: s, label: word(w.states, s) }))}
				value={filter.states ?? []}
				onChange={(v) => set("states", v.length === 0 ? null : (v as IncidentState[]))}
				clearable
			/>
			<Select
				label={l.columns.status}
				placeholder={l.any}
				data={(["actual", "exercise"] as const).map((s) => ({ value: s, label: l.status[s] }))}
				value={filter.status ?? null}
				onChange={(v) => set("status", v)}
				clearable
			/>
			<Area value={filter.area} onSet={(v) => set("area", v)} />
			<Known value={filter.has} onSet={(v) => set("has", v as Filter["has"])} />
			<Device value={filter.source} onSet={(v) => set("source", v)} />
			<PersonFilter value={filter.person} onSet={(v) => set("person", v)} />
			<NumberInput
				label={l.slower}
				min={0}
				max={1_000_000}
				value={filter.slowerThanS ?? ""}
				onChange={(v) => set("slowerThanS", typeof v === "number" ? v : null)}
			/>
			{Object.keys(filter).length > 0 && <Button onClick={() => onFilter({})}>{l.clear}</Button>}
			<SavedViews filter={filter} onFilter={onFilter} />
		</Group>
	);
}

interface FieldProps {
	value: string | undefined;
	onSet: (value: string | null) => void;
}

/** Text that is asked for once somebody has typed it: with Enter, or when he goes on. */
function TypedText({ label, value = "", onSet }: FieldProps & { label: string }) {
	const [text, setText] = useState<string | undefined>();
	const done = () => {
		if (text !== undefined && text !== value) onSet(text.trim());
		setText(undefined);
	};
	return (
		<TextInput
			label={label}
			value={text ?? value}
			maxLength={80}
			onChange={(e) => setText(e.currentTarget.value)}
			onBlur={done}
			onKeyDown={(e) => e.key === "Enter" && done()}
		/>
	);
}

function Day({ label, value = "", onSet }: FieldProps & { label: string }) {
	return <TextInput type="date" label={label} value={value} onChange={(e) => onSet(e.currentTarget.value)} />;
}

function Area({ value, onSet }: FieldProps) {
	const l = useReader().w.list;
	const areas = useAreas();
	return (
		<Select
			label={l.area}
			placeholder={l.any}
			data={areas}
			value={value ?? null}
			onChange={onSet}
			searchable
			clearable
			limit={200}
		/>
	);
}

/** By what is known of it: that somebody has answered, or was there. */
function Known({ value, onSet }: FieldProps) {
	const l = useReader().w.list;
	return (
		<Select
			label={l.has}
			placeholder={l.any}
			data={KNOWN.map((k) => ({ value: k, label: l.known[k] }))}
			value={value ?? null}
			onChange={onSet}
			clearable
		/>
	);
}

function Device({ value, onSet }: FieldProps) {
	const { w } = useReader();
	const { cameras, sensors } = useDesk();
	const ids = [...new Set([...cameras.map((c) => c.id), ...sensors.map((s) => s.id)])];
	return (
		<Autocomplete
			key={value}
			label={w.list.source}
			data={ids}
			defaultValue={value ?? ""}
			onOptionSubmit={onSet}
			onBlur={(e) => e.currentTarget.value.trim() !== (value ?? "") && onSet(e.currentTarget.value.trim())}
			limit={20}
		/>
	);
}

function PersonFilter({ value, onSet }: FieldProps) {
	const { w } = useReader();
	const seesPeople = useMay("personal");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people"), enabled: seesPeople });
	if (!seesPeople) return null;
	return (
		<Select
			label={w.list.person}
			placeholder={w.list.any}
			data={(people.data ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.title ?? postOf(w, p)}` }))}
			value={value ?? null}
			onChange={onSet}
			searchable
			clearable
			limit={30}
		/>
	);
}
