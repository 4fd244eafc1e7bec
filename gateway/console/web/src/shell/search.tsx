import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useState } from "react";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { whereOf } from "../desk/where.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, dayAndClock, postOf, word } from "../i18n.ts";
import { listed } from "../incidents/listed.ts";

const MOST = 12;
/** Whoever types has paused, ms. */
const PAUSE_MS = 250;
/** Letters from which on what is long over is looked for. */
const LEAST = 2;

/** A telephone number is written in groups, and searched for in one piece. */
const bare = (text: string) => text.replaceAll(/\s/g, "").toLowerCase();

interface Found {
	key: string;
	kind: string;
	text: string;
	to: string;
}

interface SearchProps {
	isOpen: boolean;
	onOpen: () => void;
	onClose: () => void;
}

/** Over everything, on `/`: incidents, grids, people, cameras, sensors. */
export function Search({ isOpen, onOpen, onClose }: SearchProps) {
	useEffect(() => {
		const pressed = (e: globalThis.KeyboardEvent) => {
			const isTyping = e.target instanceof HTMLElement && e.target.matches("input, textarea, select");
			if (e.key !== "/" || isTyping || e.ctrlKey || e.metaKey || e.altKey) return;
			e.preventDefault();
			onOpen();
		};
		addEventListener("keydown", pressed);
		return () => removeEventListener("keydown", pressed);
	}, [onOpen]);
	return (
		<Modal opened={isOpen} onClose={onClose} withCloseButton={false} padding="sm" yOffset="10vh" centered={false}>
			{isOpen && <Searching onClose={onClose} />}
		</Modal>
	);
}

function Searching({ onClose }: { onClose: () => void }) {
	const { w } = useReader();
	const navigate = useNavigate();
	const [text, setText] = useState("");
	const [at, setAt] = useState(0);
	const found = useFound(text.trim());
	const go = (hit: Found | undefined) => {
		if (!hit) return;
		onClose();
		void navigate({ to: hit.to });
	};
	const onKey = (e: KeyboardEvent) => {
		if (e.key === "ArrowDown") setAt((n) => Math.min(n + 1, found.length - 1));
		else if (e.key === "ArrowUp") setAt((n) => Math.max(0, n - 1));
		else if (e.key === "Enter") go(found[at]);
		else return;
		e.preventDefault();
	};
	return (
		<>
			<TextInput
				aria-label={w.shell.search}
				placeholder={w.shell.searchHint}
				value={text}
				onChange={(e) => {
					setText(e.currentTarget.value);
					setAt(0);
				}}
				onKeyDown={onKey}
				data-autofocus
			/>
			<ul className="found">
				{found.map((hit, n) => (
					<li key={hit.key}>
						<button type="button" aria-current={n === at} onClick={() => go(hit)}>
							<small>{hit.kind}</small> {hit.text}
						</button>
					</li>
				))}
				{text.trim() !== "" && found.length === 0 && <li>{w.shell.nothingFound}</li>}
			</ul>
		</>
	);
}

/** What matches, the incidents first. */
function useFound(text: string): Found[] {
	const { w, me } = useReader();
	const { incidents, cameras, sensors, now } = useDesk();
	const seesPeople = me.rights.includes("personal");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people"), enabled: seesPeople });
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const [asked] = useDebouncedValue(text, PAUSE_MS);
	const older = useQuery({
		queryKey: ["incidents", "search", asked],
		queryFn: () => listed({ text: asked, limit: String(MOST) }),
		enabled: asked.length >= LEAST,
	});
	if (text === "") return [];
	const known = new Set(incidents.map((i) => i.id));
	const meant = bare(text);
	const all: Found[] = [
		...incidents.map((i) => ({
			key: i.id,
			kind: w.kinds[i.kind],
			text: `${whereOf(i)} ${clock(w, i.openedAt)} ${i.id}`,
			to: `/desk/${i.id}`,
		})),
		...cameras.map((c) => ({
			key: `c${c.id}`,
			kind: w.nav.cameras,
			text: `${c.name} ${c.id}`,
			to: `/cameras/${c.id}`,
		})),
		...sensors.map((s) => ({
			key: `s${s.id}`,
			kind: w.nav.sensors,
			text: `${s.name} ${s.id}`,
			to: `/sensors/${s.id}`,
		})),
		...(people.data ?? []).map((p) => ({
			key: `p${p.id}`,
			kind: postOf(w, p),
			text: `${p.name} ${p.phone ?? ""}`,
			to: `/people/${encodeURIComponent(p.id)}`,
		})),
		...(grids.data ?? []).map((g) => ({
			key: `g${g.code}`,
			kind: word({ grid: w.place }, "grid"),
			text: `${g.name} ${g.code}`,
			to: `/map?grid=${encodeURIComponent(g.code)}`,
		})),
	];
	const past = (older.data?.rows ?? [])
		.filter((i) => !known.has(i.id))
		.map((i) => ({
			key: i.id,
			kind: w.kinds[i.kind],
			text: `${i.place} ${dayAndClock(w, i.openedAt, now)} ${i.id}`,
			to: `/incidents/${i.id}`,
		}));
	return [...all.filter((f) => bare(f.text).includes(meant)), ...past].slice(0, MOST);
}
