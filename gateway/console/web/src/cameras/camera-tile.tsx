import { Badge, Button, Loader } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Camera } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, filled, span, word } from "../i18n.ts";
import { Boxes } from "../ui/boxes.tsx";
import { MaskEditor } from "./mask.tsx";

/** A still now and then is enough to see that a camera looks where it should, ms. */
const AGAIN_MS = 15_000;

/** The player is asked for when somebody looks at a stream. */
const Live = lazy(() => import("./live.tsx").then((m) => ({ default: m.Live })));

export function CameraTile({ camera }: { camera: Camera }) {
	const { w } = useReader();
	const mayMask = useMay("mask");
	const [isLive, setLive] = useState(false);
	const [isMasking, setMasking] = useState(false);
	const [turn, setTurn] = useState(0);
	useEffect(() => {
		const timer = setInterval(() => setTurn((n) => n + 1), AGAIN_MS);
		return () => clearInterval(timer);
	}, []);
	const hasPicture = camera.lastFrameAt !== undefined;
	return (
		<figure className={camera.blind ? "camera blind" : "camera"}>
			<div className="picture">
				{isLive && (
					<Suspense fallback={<Loader className="loading" />}>
						<Live id={camera.id} />
					</Suspense>
				)}
				{!isLive && hasPicture && <img src={`/api/cameras/${camera.id}/snapshot?n=${turn}`} alt={camera.name} />}
				<Boxes boxes={camera.masks.map((m) => m.box)} kind="mask" />
				<Stopped camera={camera} />
			</div>
			<figcaption>
				<Link to="/cameras/$id" params={{ id: camera.id } as never}>
					<b>{camera.name}</b>
				</Link>
				<CameraBadge camera={camera} />
				<small title={camera.lastLines.join("\n")}>
					{camera.lastFrameAt === undefined ? w.never : `${w.frame} ${clock(w, camera.lastFrameAt)}`}
				</small>
				<span className="grow" />
				{mayMask && (
					<Button size="compact-xs" variant="subtle" onClick={() => setMasking(true)}>
						{w.masks}
						{camera.masks.length > 0 && ` (${camera.masks.length})`}
					</Button>
				)}
				{camera.live && (
					<Button size="compact-xs" variant="subtle" onClick={() => setLive(!isLive)}>
						{isLive ? w.stop : w.live}
					</Button>
				)}
			</figcaption>
			{isMasking && <MaskEditor camera={camera} onClose={() => setMasking(false)} />}
		</figure>
	);
}

/** That what is shown of a camera is no longer so. */
export function Stopped({ camera: { blind, lastFrameAt } }: { camera: Camera }) {
	const { w } = useReader();
	if (!blind || lastFrameAt === undefined) return null;
	return <span className="stopped">{filled(w, w.cameraPage.stopped, { time: clock(w, lastFrameAt) })}</span>;
}

/** Whether it sees, and if not, why and since when. */
export function CameraBadge({ camera }: { camera: Camera }) {
	const { w } = useReader();
	const { now } = useDesk();
	const { blind, noPicture, learning, unsteady } = camera;
	if (blind)
		return (
			<Badge color="red">
				{w.blind} {word(w.reasons, blind.reason)} {span(now - blind.since, w)}
				{noPicture && ` · ${word(w.noPicture, noPicture)}`}
			</Badge>
		);
	if (learning) return <Badge color="yellow">{w.learning}</Badge>;
	if (unsteady) return <Badge color="yellow">{w.unsteady[unsteady]}</Badge>;
	return <Badge variant="light">{w.watching}</Badge>;
}
