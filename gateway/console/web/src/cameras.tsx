import JSMpeg from "@cycjimmy/jsmpeg-player";
import { useEffect, useRef, useState } from "react";
import type { Camera } from "./api-types.ts";
import { Boxes } from "./boxes.tsx";
import { clock, span, type Words, word } from "./i18n.ts";
import { MaskEditor } from "./mask.tsx";

export function Cameras({ cameras, w, now }: { cameras: Camera[]; w: Words; now: number }) {
	return (
		<section aria-label={w.cameras}>
			<h2>{w.cameras}</h2>
			<div className="cameras">
				{cameras.map((c) => (
					<CameraTile key={c.id} camera={c} w={w} now={now} />
				))}
			</div>
		</section>
	);
}

function CameraTile({ camera, w, now }: { camera: Camera; w: Words; now: number }) {
	const [live, setLive] = useState(false);
	const [masking, setMasking] = useState(false);
	const [picture, setPicture] = useState(0);
	// a still now and then is enough to see that a camera looks where it should
	useEffect(() => {
		const timer = setInterval(() => setPicture((n) => n + 1), 15_000);
		return () => clearInterval(timer);
	}, []);
	const first = camera.lastFrameAt === undefined ? 0 : 1;
	return (
		<figure className={camera.blind ? "camera blind" : "camera"}>
			<div className="picture">
				{live ? (
					<Live id={camera.id} />
				) : (
					<img src={`/api/cameras/${camera.id}/snapshot?n=${picture}.${first}`} alt={camera.name} />
				)}
				<Boxes boxes={camera.masks.map((m) => m.box)} kind="mask" />
			</div>
			{masking && <MaskEditor camera={camera} w={w} onClose={() => setMasking(false)} />}
			<figcaption>
				<b>{camera.name}</b>
				<CameraBadge camera={camera} w={w} now={now} />
				<small title={camera.lastLines.join("\n")}>
					{camera.lastFrameAt === undefined ? w.never : `${w.frame} ${clock(w, camera.lastFrameAt)}`}
				</small>
				<span className="grow" />
				<button type="button" className="quiet" onClick={() => setMasking(true)}>
					{w.masks}
					{camera.masks.length > 0 && ` (${camera.masks.length})`}
				</button>
				{camera.live && (
					<button type="button" className="quiet" onClick={() => setLive(!live)}>
						{live ? w.stop : w.live}
					</button>
				)}
			</figcaption>
		</figure>
	);
}

/** Whether it sees, and if not, why and since when. */
function CameraBadge({ camera, w, now }: { camera: Camera; w: Words; now: number }) {
	const { blind, noPicture, learning, unsteady } = camera;
	if (blind)
		return (
			<span className="badge alert">
				{w.blind} {word(w.reasons, blind.reason)} {span(now - blind.since, w)}
				{noPicture && ` · ${word(w.noPicture, noPicture)}`}
			</span>
		);
	if (learning) return <span className="badge learning">{w.learning}</span>;
	if (unsteady) return <span className="badge learning">{w.unsteady[unsteady]}</span>;
	return <span className="badge calm">{w.watching}</span>;
}

function Live({ id }: { id: string }) {
	const canvas = useRef<HTMLCanvasElement>(null);
	useEffect(() => {
		if (!canvas.current) return;
		const scheme = location.protocol === "https:" ? "wss" : "ws";
		const player = new JSMpeg.Player(`${scheme}://${location.host}/api/live/${id}`, {
			canvas: canvas.current,
			audio: false,
			disableGl: true,
			videoBufferSize: 1 << 20,
		});
		return () => player.destroy();
	}, [id]);
	return <canvas ref={canvas} />;
}
