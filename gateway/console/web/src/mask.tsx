import { type FormEvent, type PointerEvent, useState } from "react";
import { call } from "./api.ts";
import type { Box, Camera } from "./api-types.ts";
import { Boxes } from "./boxes.tsx";
import { texts } from "./form.ts";
import { day, inWords, type Words } from "./i18n.ts";

/** Draws masks over a camera's picture: who, why and until when are asked for, since nothing in a mask rings. */
export function MaskEditor({ camera, w, onClose }: { camera: Camera; w: Words; onClose: () => void }) {
	const [box, setBox] = useState<Box | undefined>();
	const [fault, setFault] = useState("");
	const failed = (error: Error) => setFault(inWords(w, error.message));
	const save = (mask: { reason: string; days: number }) => {
		if (!box) return;
		const saving = call("POST /api/cameras/{id}/masks", { path: { id: camera.id }, body: { box, ...mask } });
		saving.then(() => setBox(undefined), failed);
	};
	const end = (id: string) => {
		call("POST /api/masks/{id}/end", { path: { id } }).catch(failed);
	};
	return (
		<div className="veil">
			<dialog open className="mask-editor" aria-label={w.masks}>
				<h2>
					{w.masks} · {camera.name}
				</h2>
				<p>{w.maskHint}</p>
				<Drawing camera={camera} box={box} onDraw={setBox} />
				{camera.masks.map((m) => (
					<p key={m.id} className="mask-line">
						{m.reason} · {m.author} · {w.until} {day(w, m.until)}{" "}
						<button type="button" className="quiet" onClick={() => end(m.id)}>
							{w.maskEnd}
						</button>
					</p>
				))}
				<MaskForm w={w} isDrawn={box !== undefined && box.w * box.h >= LEAST_AREA} onSave={save} onClose={onClose} />
				{fault && <p className="fault">{fault}</p>}
			</dialog>
		</div>
	);
}

/** Share of the picture below which a box is a slip of the finger. */
const LEAST_AREA = 0.0001;

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

/** Where the pointer is, as fractions of what it is over. */
function placeOf(e: PointerEvent<HTMLElement>): { x: number; y: number } {
	const r = e.currentTarget.getBoundingClientRect();
	const share = (v: number) => Math.min(1, Math.max(0, v));
	return { x: share((e.clientX - r.left) / r.width), y: share((e.clientY - r.top) / r.height) };
}

interface MaskFormProps {
	w: Words;
	isDrawn: boolean;
	onSave: (mask: { reason: string; days: number }) => void;
	onClose: () => void;
}

function MaskForm({ w, isDrawn, onSave, onClose }: MaskFormProps) {
	const save = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const [reason = "", days = ""] = texts(e.currentTarget, "reason", "days");
		onSave({ reason, days: Number(days) });
	};
	const field = (name: string, words: string, maxLength: number) => (
		<input name={name} required minLength={2} maxLength={maxLength} placeholder={words} aria-label={words} />
	);
	return (
		<form onSubmit={save}>
			{field("reason", w.maskReason, 200)}
			<label>
				<input name="days" type="number" required min={1} max={90} defaultValue={7} /> {w.days}
			</label>
			<button type="submit" disabled={!isDrawn}>
				{w.maskSave}
			</button>
			<button type="button" className="quiet" onClick={onClose}>
				{w.close}
			</button>
		</form>
	);
}
