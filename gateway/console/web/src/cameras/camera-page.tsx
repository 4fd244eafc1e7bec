import { Button, Group, Loader, Slider, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { call } from "../api.ts";
import type { Box, Camera, Candidate } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { Boxes } from "../ui/boxes.tsx";
import { Calibrate } from "./calibrate.tsx";
import { CameraBadge, Stopped } from "./camera-tile.tsx";
import { CandidateFigure } from "./candidate-figure.tsx";
import { Footage } from "./footage.tsx";
import { MaskEditor } from "./mask.tsx";

const Live = lazy(() => import("./live.tsx").then((m) => ({ default: m.Live })));
/** A still again after this, ms. */
const AGAIN_MS = 5_000;
/** A candidate of so long ago is drawn over the picture, ms. */
const FRESH_MS = 120_000;

/** One camera, large: as it is, live, or as it was in the last half hour; and what it may have seen. */
export function CameraPage() {
	const { w } = useReader();
	const { id = "" } = useParams({ strict: false }) as { id?: string };
	const { cameras } = useDesk();
	const camera = cameras.find((c) => c.id === id);
	return (
		<section className="page camera-page">
			<Link to="/cameras">← {w.nav.cameras}</Link>
			{camera ? <Shown camera={camera} /> : <p>{w.cameraPage.none}</p>}
		</section>
	);
}

function Shown({ camera }: { camera: Camera }) {
	const { w } = useReader();
	const { candidates } = useDesk();
	const [isMasking, setMasking] = useState(false);
	const [isCalibrating, setCalibrating] = useState(false);
	const [isFootage, setFootage] = useState(false);
	const mayMask = useMay("mask");
	const mayMaintain = useMay("maintain");
	const own = candidates.filter((c) => c.cameraId === camera.id);
	return (
		<>
			<Group>
				<Title order={1} size="h2">
					{camera.name}
				</Title>
				<CameraBadge camera={camera} />
				<Button onClick={() => setFootage(!isFootage)} aria-pressed={isFootage}>
					{w.cameraPage.footage}
				</Button>
				{mayMask && (
					<Button onClick={() => setMasking(true)}>
						{w.masks} {camera.masks.length > 0 && `(${camera.masks.length})`}
					</Button>
				)}
				{mayMaintain && (
					<Button onClick={() => setCalibrating(!isCalibrating)} aria-pressed={isCalibrating}>
						{w.calibration.title}
					</Button>
				)}
			</Group>
			{isCalibrating ? (
				<Calibrate camera={camera} />
			) : isFootage ? (
				<Footage camera={camera} />
			) : (
				<View camera={camera} candidates={own} />
			)}
			<Quiet candidates={own} />
			<Link to="/incidents" search={{ source: camera.id } as never}>
				{w.cameraPage.incidents}
			</Link>
			{isMasking && <MaskEditor camera={camera} onClose={() => setMasking(false)} />}
		</>
	);
}

/** The picture, with what lies over it; a slider leads back through the minutes that are remembered, as does video. */
function View({ camera, candidates }: { camera: Camera; candidates: Candidate[] }) {
	const { w } = useReader();
	const { now, incidents } = useDesk();
	const [isLive, setLive] = useState(false);
	const [turn, setTurn] = useState(0);
	const [back, setBack] = useState(0);
	useEffect(() => {
		const timer = setInterval(() => setTurn((n) => n + 1), AGAIN_MS);
		return () => clearInterval(timer);
	}, []);
	const past = useQuery({
		queryKey: ["cameraPast", camera.id],
		queryFn: () => call("GET /api/cameras/{id}/past", { path: { id: camera.id } }),
		refetchInterval: 60_000,
	});
	const minutes = past.data?.minutes ?? [];
	const at = back === 0 ? undefined : minutes[minutes.length - back];
	const shown =
		at === undefined ? `/api/cameras/${camera.id}/snapshot?n=${turn}` : `/api/cameras/${camera.id}/past/${at}`;
	const fresh = candidates.filter((c) => now - c.at < FRESH_MS).flatMap((c) => c.boxes.slice(0, 1));
	const burning = incidents.filter((i) => i.kind === "fire" && isOpen(i) && i.source.id === camera.id);
	const boxes = [...fresh, ...burning.flatMap((i) => i.picture?.box ?? [])];
	return (
		<>
			<Picture camera={camera} src={shown} isLive={isLive} isNow={at === undefined} boxes={boxes} />
			<Group gap="md" wrap="nowrap">
				{camera.live && (
					<Button onClick={() => setLive(!isLive)} disabled={at !== undefined}>
						{isLive ? w.stop : w.live}
					</Button>
				)}
				<Slider
					className="grow"
					min={-minutes.length}
					max={0}
					value={-back}
					onChange={(n) => {
						setLive(false);
						setBack(-n);
					}}
					disabled={minutes.length === 0}
					label={null}
					thumbLabel={w.cameraPage.past}
				/>
				<Text className="when">{at === undefined ? w.cameraPage.now : clock(w, at).slice(0, 5)}</Text>
			</Group>
		</>
	);
}

interface PictureProps {
	camera: Camera;
	src: string;
	isLive: boolean;
	/** Whether it is of now, and not of a minute that is over. */
	isNow: boolean;
	boxes: Box[];
}

/** What it shows, with its masks; of now also what it may have seen, and that it has stopped. */
function Picture({ camera, src, isLive, isNow, boxes }: PictureProps) {
	return (
		<div className={camera.blind && isNow ? "picture blind" : "picture"}>
			{isLive ? (
				<Suspense fallback={<Loader className="loading" />}>
					<Live id={camera.id} />
				</Suspense>
			) : (
				<img src={src} alt={camera.name} />
			)}
			<Boxes boxes={camera.masks.map((m) => m.box)} kind="mask" />
			{isNow && <Boxes boxes={boxes} />}
			{isNow && !isLive && <Stopped camera={camera} />}
		</div>
	);
}

/** What it may have seen of late, and why nobody was told. */
function Quiet({ candidates }: { candidates: Candidate[] }) {
	const { w } = useReader();
	return (
		<section>
			<Title order={2} size="h4">
				{w.candidates}
			</Title>
			{candidates.length === 0 && <Text c="dimmed">{w.cameraPage.noCandidates}</Text>}
			<div className="cameras">
				{candidates.map((c) => (
					<CandidateFigure key={c.trackId} candidate={c} />
				))}
			</div>
		</section>
	);
}
