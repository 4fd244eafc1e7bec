import { Autocomplete, Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { call } from "../api.ts";
import type { Grid } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { texts } from "../form.ts";
import { inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

type Kind = "reports" | "drills";

/** What a caller is asked for. */
const FROM_CALLER = [
	{ name: "note", most: 200 },
	{ name: "caller", most: 60 },
	{ name: "phone", most: 30 },
] as const;

/** A fire that somebody has called in 接警, or a drill 演练: both ring people. */
export function CallIn({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
	const { w } = useReader();
	return (
		<Modal opened={isOpen} onClose={onClose} title={w.callIn.title}>
			{isOpen && <Form onClose={onClose} />}
		</Modal>
	);
}

function Form({ onClose }: { onClose: () => void }) {
	const { w } = useReader();
	const navigate = useNavigate();
	const [mayCall, mayDrill] = [useMay("call"), useMay("drill")];
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const [kind, setKind] = useState<Kind>(mayCall ? "reports" : "drills");
	const [where, setWhere] = useState("");
	const [fault, setFault] = useState("");
	const send = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const place = placeIn(where, grids.data ?? []);
		if (!place) return setFault(w.callIn.noPlace);
		const said = texts(e.currentTarget, ...FROM_CALLER.map(({ name }) => name));
		const words = kind === "reports" ? FROM_CALLER.map(({ name }, i) => [name, said[i]?.trim()] as const) : [];
		const body = { ...place, ...Object.fromEntries(words.filter(([, text]) => text)) };
		call(`POST /api/${kind}`, { body }).then(
			({ incident }) => {
				onClose();
				void navigate({ to: "/desk/$id", params: { id: incident } });
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	const kinds = [...(mayCall ? (["reports"] as const) : []), ...(mayDrill ? (["drills"] as const) : [])];
	return (
		<form onSubmit={send}>
			<Stack>
				<SegmentedControl
					data={kinds.map((k) => ({ value: k, label: w.callIn[k] }))}
					value={kind}
					onChange={(k) => setKind(k as Kind)}
				/>
				<Autocomplete
					label={w.callIn.where}
					data={(grids.data ?? []).map((g) => `${g.name} ${g.code}`)}
					value={where}
					onChange={setWhere}
					limit={20}
					required
					maxLength={80}
					data-autofocus
				/>
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
	const degrees = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
	if (degrees) return { lat: Number(degrees[1]), lon: Number(degrees[2]) };
	const meant = text.trim();
	const grid = grids.find((g) => [g.code, g.name, `${g.name} ${g.code}`].includes(meant));
	return grid && { grid: grid.code };
}
