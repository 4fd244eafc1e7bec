import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, type PointerEvent, useState } from "react";
import { call } from "../api.ts";
import type { Box, Camera, IncidentSummary } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { day, inWords } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { Boxes } from "../ui/boxes.tsx";
import { Fault } from "../ui/fault.tsx";
import { BoxFields } from "./box-fields.tsx";

/** Share of the picture below which a box is a slip of the finger. */
const LEAST_AREA = 0.0001;

interface MaskEditorProps {
	camera: Camera;
	/** What is meant to be masked, as an alarm's box. */
	start?: Box;
	onClose: () => void;
}

/** Draws masks over a camera's picture: why and until when are asked for, since nothing in a mask rings. */
export function MaskEditor({ camera, start, onClose }: MaskEditorProps) {
	const { w } = useReader();
	const { incidents } = useDesk();
	const [box, setBox] = useState<Box | undefined>(start);
	const [fault, setFault] = useState("");
	const failed = (error: Error) => setFault(inWords(w, error.message));
	const save = (mask: { reason: string; days: number }) => {
		if (!box) return;
		const saving = call("POST /api/cameras/{id}/masks", { path: { id: camera.id }, body: { box, ...mask } });
		saving.then(() => setBox(undefined), failed);
	};
	const isDrawn = box !== undefined && box.w * box.h >= LEAST_AREA;
	return (
		<Modal opened onClose={onClose} title={`${w.masks} · ${camera.name}`} size="xl">
			<Stack>
				<Text size="sm">{w.maskHint}</Text>
				<Drawing camera={camera} box={box} onDraw={setBox} />
				<BoxFields box={box} onBox={setBox} />
				{camera.masks.map((m) => (
					<Group key={m.id} gap="xs">
						{m.reason} · {m.author} · {w.until} {day(w, m.until)}
						<Button
							size="compact-sm"
							onClick={() => void call("POST /api/masks/{id}/end", { path: { id: m.id } }).catch(failed)}
						>
							{w.maskEnd}
						</Button>
					</Group>
				))}
				{isDrawn && burnsIn(incidents, camera.id, box) && <Fault text={w.cameraPage.maskOverFire} />}
				<MaskForm isDrawn={isDrawn} onSave={save} />
				<Fault text={fault} />
			</Stack>
		</Modal>
	);
}

/** Whether a fire is open that this camera has seen within a box. */
function burnsIn(incidents: readonly IncidentSummary[], cameraId: string, box: Box): boolean {
	return incidents.some(
		({ kind, state, source, picture }) =>
			kind === "fire" && isOpen({ state }) && source.id === cameraId && picture?.box && overlap(picture.box, box),
	);
}

function overlap(a: Box, b: Box): boolean {
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

interface DrawingProps {
	camera: Camera;
	box: Box | undefined;
	onDraw: (box: Box) => void;
}

/** A camera's picture, over which a box is drawn from one corner to the other. */
function Drawing({ camera, box, onDraw }: DrawingProps) {
	const [from, setFrom] = useState<{ x: number; y: number } | undefined>();
	const drag = (e: PointerEvent<HTMLElement>) => {
		if (!from) return;
		const to = placeOf(e);
		const corner = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y) };
		onDraw({ ...corner, w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) });
	};
	return (
		<div
			className="picture drawing"
			onPointerDown={(e) => {
				e.currentTarget.setPointerCapture(e.pointerId);
				setFrom(placeOf(e));
			}}
			onPointerMove={drag}
			onPointerUp={() => setFrom(undefined)}
		>
			<img src={`/api/cameras/${camera.id}/snapshot`} alt={camera.name} draggable={false} />
			<Boxes boxes={camera.masks.map((m) => m.box)} kind="mask" />
			{box && <Boxes boxes={[box]} kind="mask new" />}
		</div>
	);
}

/** Where the pointer is, as shares of what it is over. */
function placeOf(e: PointerEvent<HTMLElement>): { x: number; y: number } {
	const r = e.currentTarget.getBoundingClientRect();
	const share = (v: number) => Math.min(1, Math.max(0, v));
	return { x: share((e.clientX - r.left) / r.width), y: share((e.clientY - r.top) / r.height) };
}

function MaskForm({ isDrawn, onSave }: { isDrawn: boolean; onSave: (mask: { reason: string; days: number }) => void }) {
	const { w } = useReader();
	const [reason, setReason] = useState("");
	const [days, setDays] = useState(7);
	const save = (e: FormEvent) => {
		e.preventDefault();
		onSave({ reason: reason.trim(), days });
	};
	return (
		<form onSubmit={save}>
			<Group align="end">
				<TextInput
					className="grow"
					label={w.maskReason}
					required
					minLength={2}
					maxLength={200}
					value={reason}
					onChange={(e) => setReason(e.currentTarget.value)}
				/>
				<NumberInput label={w.days} min={1} max={90} required value={days} onChange={(v) => setDays(Number(v) || 7)} />
				<Button type="submit" variant="filled" disabled={!isDrawn}>
					{w.maskSave}
				</Button>
			</Group>
		</form>
	);
}
