import { Button, Menu, TextInput } from "@mantine/core";
import { useState } from "react";
import { useReader } from "../context.ts";
import { Sheet } from "../ui/sheet.tsx";
import { type Filter, filterIn, searchOf } from "./filter.ts";

const KEPT = "incident-views";

interface View {
	name: string;
	search: Record<string, string | number>;
}

/** Filters with a name, kept in this browser. */
export function SavedViews({ filter, onFilter }: { filter: Filter; onFilter: (next: Filter) => void }) {
	const { w } = useReader();
	const l = w.list;
	const [views, setViews] = useState(kept);
	const [name, setName] = useState<string | undefined>();
	const keep = (next: View[]) => {
		setViews(next);
		try {
			localStorage.setItem(KEPT, JSON.stringify(next));
		} catch {
			// they last as long as the page
		}
	};
	const save = () => {
		const named = (name ?? "").trim();
		if (named !== "") keep([...views.filter((v) => v.name !== named), { name: named, search: searchOf(filter) }]);
		setName(undefined);
	};
	return (
		<>
			<Menu>
				<Menu.Target>
					<Button>{l.views}</Button>
				</Menu.Target>
				<Menu.Dropdown>
					{views.map((v) => (
						<Menu.Item key={v.name} onClick={() => onFilter(filterIn(v.search))}>
							{v.name}
						</Menu.Item>
					))}
					{views.map((v) => (
						<Menu.Item key={`- ${v.name}`} color="red" onClick={() => keep(views.filter((o) => o !== v))}>
							{l.remove}: {v.name}
						</Menu.Item>
					))}
					<Menu.Divider />
					<Menu.Item onClick={() => setName("")}>{l.save}</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			{name !== undefined && (
				<Sheet title={l.save} act={l.save} onAct={save} onClose={() => setName(undefined)}>
					<TextInput
						label={l.viewName}
						value={name}
						onChange={(e) => setName(e.currentTarget.value)}
						required
						maxLength={40}
						data-autofocus
					/>
				</Sheet>
			)}
		</>
	);
}

function kept(): View[] {
	try {
		const all: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
		return Array.isArray(all) ? (all as View[]) : [];
	} catch {
		return [];
	}
}
