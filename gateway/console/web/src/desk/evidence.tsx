import { ActionIcon, Button, Group, Modal, SegmentedControl, Slider } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconSquareOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { call } from "../api.ts";
import type { Box, Camera, Incident } from "../api-types.ts";
import { MaskEditor } from "../cameras/mask.tsx";
import { useMay, useReader } from "../context.ts";
import { clock, type Words, word } from "../i18n.ts";
import { Boxes } from "../ui/boxes.tsx";
import { type Cut, cutAround } from "../ui/crop.tsx";
import { isTyping } from "../ui/keys.ts";
import { Compare, VIEWS, type View } from "./compare.tsx";
import { Cropped, type Shot } from "./shot.tsx";
import { useSourceName } from "./source-name.ts";

/** Between two pictures of the loop, ms. */
const STEP_MS = 600;
/** A picture that is as sure as another but for this, and newer, shows more. */
const AS_SURE = 0.02;

type Seen = Incident["evidence"][number] & { picture: string };

const shotOf = ({ picture, at, boxes = [], probability }: Seen): Shot => ({
	src: `/api/pictures/${picture}`,
	at,
	boxes: boxes.slice(0, 1),
	...(probability === undefined ? {} : { probability }),
});

/** The view as it was in each minute of the half hour before. */
function usePast(incidentId: string, cameraId: string, before: number): Shot[] {
	const past = useQuery({
		queryKey: ["past", incidentId, cameraId],
		queryFn: () =>
			call("GET /api/incidents/{id}/past/{camera}", { path: { id: incidentId, camera: cameraId } }).catch(() => ({
				minutes: [],
			})),
		staleTime: Number.POSITIVE_INFINITY,
	});
	return (past.data?.minutes ?? [])
		.filter((at) => at < before)
		.map((at) => ({ src: `/api/incidents/${incidentId}/past/${cameraId}/${at}`, at, boxes: [] }));
}

/**
 * What was seen: the same piece of the picture over time, before and now on top of each other; and what sensors say.
 */
export function Evidence({ incident, cameras }: { incident: Incident; cameras: Camera[] }) {
	const { w } = useReader();
	const pictured = incident.evidence.filter((e): e is Seen => e.picture !== undefined);
	const sources = [...new Set(pictured.map((e) => e.sourceId))];
	const surest = pictured.reduce<Seen | undefined>(
		(a, b) => (a && (a.probability ?? 0) - AS_SURE > (b.probability ?? 0) ? a : b),
		undefined,
	);
	const [chosen, setChosen] = useState<string | undefined>();
	const source = chosen ?? surest?.sourceId;
	const name = (id: string) => cameras.find((c) => c.id === id)?.name ?? id;
	return (
		<section className="evidence" aria-label={w.evidence}>
			{sources.length > 1 && (
				<SegmentedControl
					data={sources.map((id) => ({ value: id, label: name(id) }))}
					value={source ?? ""}
					onChange={setChosen}
				/>
			)}
			{source === undefined ? (
				<p className="none">{w.incidentPage.noPicture}</p>
			) : (
				<Pictures
					key={source}
					incidentId={incident.id}
					camera={cameras.find((c) => c.id === source)}
					source={source}
					seen={pictured.filter((e) => e.sourceId === source)}
					name={name(source)}
				/>
			)}
			<Sayings incident={incident} w={w} />
		</section>
	);
}

/** What sensors and people have said of it. */
function Sayings({ incident, w }: { incident: Incident; w: Words }) {
	const nameOf = useSourceName();
	const others = incident.evidence.filter((e) => e.source !== "camera" || e.picture === undefined).slice(-4);
	if (others.length === 0) return null;
	return (
		<ul className="sayings">
			{others.map((e) => (
				<li key={`${e.sourceId} ${e.at}`}>
					<time>{clock(w, e.at)}</time> {nameOf(e.sourceId)}: {word({ ...w.alarms, ...w.reasons }, e.what)}{" "}
					{e.note ?? e.value ?? ""} {e.unit ?? ""}
				</li>
			))}
		</ul>
	);
}

interface PicturesProps {
	incidentId: string;
	/** Undefined for one that is not this gateway's. */
	camera: Camera | undefined;
	source: string;
	seen: Seen[];
	name: string;
}

/** Pictures of one camera, cut alike: the loop of what happened and of what was before, that under the newest. */
function Pictures({ incidentId, camera, source, seen, name }: PicturesProps) {
	const { w } = useReader();
	const past = usePast(incidentId, source, seen[0]?.at ?? 0);
	const shots = [...past, ...seen.map(shotOf)];
	const [at, setAt] = usePlace(shots.length);
	const { isPlaying, setPlaying } = useLoop(shots.length, setAt);
	const [hasBox, setBox] = useState(true);
	const [view, setView] = useState<View>("single");
	const last = shots.at(-1);
	const [first] = shots;
	const shown = shots[at];
	if (!shown || !first || !last) return null;
	const how = shots.length > 1 ? view : "single";
	const cut = cutAround(unionOf(seen));
	return (
		<>
			<div className="pair">
				{how === "single" ? (
					<Single shot={shown} cut={cut} hasBox={hasBox} name={name} isBefore={at < past.length} />
				) : (
					<Compare how={how} first={first} last={last} cut={cut} />
				)}
				<Whole shot={shown} hasBox={hasBox} title={`${name} ${clock(w, shown.at)}`} />
			</div>
			<Player
				count={shots.length}
				at={at}
				isPlaying={isPlaying}
				hasBox={hasBox}
				onPlay={(is) => {
					setView("single");
					setPlaying(is);
				}}
				onAt={(n) => {
					setView("single");
					setPlaying(false);
					setAt(() => n);
				}}
				onBox={setBox}
			/>
			<Group gap="xs">
				{shots.length > 1 && <HowToLook how={how} onHow={setView} />}
				{camera && <MaskHere camera={camera} box={seen.at(-1)?.boxes?.[0]} />}
			</Group>
		</>
	);
}

function HowToLook({ how, onHow }: { how: View; onHow: (how: View) => void }) {
	const { w } = useReader();
	const { views } = w.incidentPage;
	return (
		<SegmentedControl
			size="xs"
			aria-label={views.label}
			data={VIEWS.map((v) => ({ value: v, label: views[v] }))}
			value={how}
			onChange={(v) => onHow(v as View)}
		/>
	);
}

interface SingleProps {
	shot: Shot;
	cut: Cut;
	hasBox: boolean;
	name: string;
	isBefore: boolean;
}

/** The place of the alarm in one picture, with its time and how sure it was. */
function Single({ shot, cut, hasBox, name, isBefore }: SingleProps) {
	const { w } = useReader();
	const title = `${name} ${clock(w, shot.at)}`;
	return (
		<figure>
			<Cropped shot={shot} cut={cut} hasBox={hasBox} alt={title} />
			<figcaption>
				{name} · {clock(w, shot.at)}
				{shot.probability !== undefined && ` · ${Math.round(shot.probability * 100)}%`}
				{isBefore && ` · ${w.incidentPage.before}`}
			</figcaption>
		</figure>
	);
}

/** All of the picture, small, and as large as it is for whoever presses it. */
function Whole({ shot, hasBox, title }: Pick<SingleProps, "shot" | "hasBox"> & { title: string }) {
	const { w } = useReader();
	const [isOpen, setOpen] = useState(false);
	return (
		<figure className="whole">
			<button type="button" className="picture" onClick={() => setOpen(true)} aria-label={w.incidentPage.zoom}>
				<img src={shot.src} alt="" />
				{hasBox && <Boxes boxes={shot.boxes} />}
			</button>
			<figcaption>{w.incidentPage.zoom}</figcaption>
			<Modal opened={isOpen} onClose={() => setOpen(false)} fullScreen title={title}>
				<div className="picture zoomed">
					<img src={shot.src} alt={title} />
					{hasBox && <Boxes boxes={shot.boxes} />}
				</div>
			</Modal>
		</figure>
	);
}

/** Silences the place of an alarm's own box, for whoever may. */
function MaskHere({ camera, box }: { camera: Camera; box: Box | undefined }) {
	const { w } = useReader();
	const mayMask = useMay("mask");
	const [isMasking, setMasking] = useState(false);
	if (!mayMask || !box) return null;
	return (
		<>
			<Button size="compact-xs" variant="subtle" onClick={() => setMasking(true)}>
				{w.cameraPage.maskHere}
			</Button>
			{isMasking && <MaskEditor camera={camera} start={box} onClose={() => setMasking(false)} />}
		</>
	);
}

/** Which of so many is shown, counted from the newest: the past comes later than the page. */
function usePlace(count: number): [number, (next: (n: number) => number) => void] {
	const [back, setBack] = useState(0);
	const setAt = useCallback((next: (n: number) => number) => setBack((b) => count - 1 - next(count - 1 - b)), [count]);
	return [Math.max(0, count - 1 - back), setAt];
}

/** Goes round while it plays; space begins and ends it. */
function useLoop(count: number, setAt: (next: (n: number) => number) => void) {
	const [isPlaying, setPlaying] = useState(false);
	useEffect(() => {
		if (!isPlaying) return;
		const timer = setInterval(() => setAt((n) => (n + 1) % count), STEP_MS);
		return () => clearInterval(timer);
	}, [isPlaying, count, setAt]);
	useEffect(() => {
		const pressed = (e: KeyboardEvent) => {
			const isButton = e.target instanceof HTMLElement && e.target.matches("button, a, summary");
			if (e.key !== " " || isButton || isTyping(e)) return;
			e.preventDefault();
			setPlaying((is) => !is);
		};
		addEventListener("keydown", pressed);
		return () => removeEventListener("keydown", pressed);
	}, []);
	return { isPlaying, setPlaying };
}

interface PlayerProps {
	count: number;
	at: number;
	isPlaying: boolean;
	hasBox: boolean;
	onPlay: (is: boolean) => void;
	onAt: (n: number) => void;
	onBox: (has: boolean) => void;
}

/** Plays the pictures, goes to one of them, and takes the box away that hides what it is about. */
function Player({ count, at, isPlaying, hasBox, onPlay, onAt, onBox }: PlayerProps) {
	const { w } = useReader();
	const play = isPlaying ? w.incidentPage.pause : w.incidentPage.play;
	return (
		<Group gap="xs" wrap="nowrap" className="player">
			<ActionIcon size="lg" aria-label={play} disabled={count < 2} onClick={() => onPlay(!isPlaying)}>
				{isPlaying ? <IconPlayerPause size="1.1rem" /> : <IconPlayerPlay size="1.1rem" />}
			</ActionIcon>
			<Slider
				className="grow"
				min={0}
				max={Math.max(1, count - 1)}
				value={at}
				onChange={onAt}
				disabled={count < 2}
				label={null}
				thumbLabel={w.incidentPage.play}
			/>
			<ActionIcon
				size="lg"
				aria-label={w.incidentPage.hideBox}
				aria-pressed={!hasBox}
				onClick={() => onBox(!hasBox)}
				variant={hasBox ? "default" : "filled"}
			>
				<IconSquareOff size="1.1rem" />
			</ActionIcon>
		</Group>
	);
}

/** A box around all boxes, so that the piece of the picture that is shown stands still. */
function unionOf(seen: Seen[]): Box | undefined {
	const boxes = seen.flatMap((e) => e.boxes?.[0] ?? []);
	if (boxes.length === 0) return undefined;
	const x = Math.min(...boxes.map((b) => b.x));
	const y = Math.min(...boxes.map((b) => b.y));
	return {
		x,
		y,
		w: Math.max(...boxes.map((b) => b.x + b.w)) - x,
		h: Math.max(...boxes.map((b) => b.y + b.h)) - y,
	};
}
