import { type FormEvent, type PointerEvent, useState } from "react";
import { call } from "./api.ts";
import type { Box, Camera } from "./api-types.ts";
import { Boxes } from "./boxes.tsx";
import { texts } from "./form.ts";
import { day, inWords, type Words } from "./i18n.ts";

/** Draws masks over a camera's picture: who, why and until when are asked for, since nothing in a mask rings. */
export function MaskEditor({ camera, w, onClose }: { camera: Camera; w: Words; onClose: () => void }) {
	const [from, setFrom] = useState<{ x: number; y: number } | undefined>();
	const [box, setBox] = useState<Box | undefined>();
	const [fault, setFault] = useState("");
	const at = (e: PointerEvent<HTMLElement>) => {
		const r = e.currentTarget.getBoundingClientRect();
		const share = (v: number) => Math.min(1, Math.max(0, v));
		return { x: share((e.clientX - r.left) / r.width), y: share((e.clientY - r.top) / r.height) };
	};
	const drag = (e: PointerEvent<HTMLElement>) => {
		if (!from) return;
		const to = at(e);
		setBox({
			x: Math.min(from.x, to.x),
			y: Math.min(from.y, to.y),
			w: Math.abs(to.x - from.x),
			h: Math.abs(to.y - from.y),
		});
	};
	const save = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		if (!box) return;
		const [author = "", reason = "", days = ""] = texts(e.currentTarget, "author", "reason", "days");
		call("POST /api/cameras/{id}/masks", {
			path: { id: camera.id },
			body: { box, author, reason, days: Number(days) },
		}).then(
			() => setBox(undefined),
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	const end = (id: string) => {
		const by = prompt(w.maskEndBy);
		if (by)
			call("POST /api/masks/{id}/end", { path: { id }, body: { by } }).catch((error: Error) =>
				setFault(inWords(w, error.message)),
			);
	};
	return (
		<div className="veil">
			<dialog open className="mask-editor" aria-label={w.masks}>
				<h2>
					{w.masks} · {camera.name}
				</h2>
				<p>{w.maskHint}</p>
				<div
					className="picture drawing"
					onPointerDown={(e) => {
						e.currentTarget.setPointerCapture(e.pointerId);
						setFrom(at(e));
					}}
					onPointerMove={drag}
					onPointerUp={() => setFrom(undefined)}
				>
					<img src={`/api/cameras/${camera.id}/snapshot`} alt={camera.name} draggable={false} />
					<Boxes boxes={camera.masks.map((m) => m.box)} kind="mask" />
					{box && <Boxes boxes={[box]} kind="mask new" />}
				</div>
				{camera.masks.map((m) => (
					<p key={m.id} className="mask-line">
						{m.reason} · {m.author} · {w.until} {day(m.until)}{" "}
						<button type="button" className="quiet" onClick={() => end(m.id)}>
							{w.maskEnd}
						</button>
					</p>
				))}
				<form onSubmit={save}>
					<input
						name="author"
						required
						minLength={2}
						maxLength={60}
						placeholder={w.maskAuthor}
						aria-label={w.maskAuthor}
					/>
					<input
						name="reason"
						required
						minLength={2}
						maxLength={200}
						placeholder={w.maskReason}
						aria-label={w.maskReason}
					/>
					<label>
						<input name="days" type="number" required min={1} max={90} defaultValue={7} /> {w.days}
					</label>
					<button type="submit" disabled={!box || box.w * box.h < 0.0001}>
						{w.maskSave}
					</button>
					<button type="button" className="quiet" onClick={onClose}>
						{w.close}
					</button>
				</form>
				{fault && <p className="fault">{fault}</p>}
			</dialog>
		</div>
	);
}
