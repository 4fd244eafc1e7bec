import { ActionIcon, Group, Modal, SegmentedControl, Slider } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconSquareOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { Box, Camera, Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { clock, type Words, word } from "../i18n.ts";
import { Boxes } from "../ui/boxes.tsx";
import { type Cut, cutAround, laidFor } from "../ui/crop.tsx";
import { isTyping } from "../ui/keys.ts";

/** Between two pictures of the loop, ms. */
const STEP_MS = 600;
/** A picture that is as sure as another but for this, and newer, shows more. */
const AS_SURE = 0.02;

type Seen = Incident["evidence"][number] & { picture: string };

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
				<Pictures key={source} seen={pictured.filter((e) => e.sourceId === source)} name={name(source)} />
			)}
			<Sayings incident={incident} w={w} />
		</section>
	);
}

/** What sensors and people have said of it. */
function Sayings({ incident, w }: { incident: Incident; w: Words }) {
	const others = incident.evidence.filter((e) => e.source !== "camera" || e.picture === undefined).slice(-4);
	if (others.length === 0) return null;
	return (
		<ul className="sayings">
			{others.map((e) => (
				<li key={`${e.sourceId} ${e.at}`}>
					<time>{clock(w, e.at)}</time> {e.sourceId.replace(/^(report|drill):/, "").replace(/#.*$/, "")}:{" "}
					{word({ ...w.alarms, ...w.reasons }, e.what)} {e.note ?? e.value ?? ""} {e.unit ?? ""}
				</li>
			))}
		</ul>
	);
}

/** Pictures of one camera, cut alike: the loop of what happened, beside it the first under the newest. */
function Pictures({ seen, name }: { seen: Seen[]; name: string }) {
	const { w } = useReader();
	const [at, setAt] = useState(seen.length - 1);
	const { isPlaying, setPlaying } = useLoop(seen.length, setAt);
	const [isWhole, setWhole] = useState(false);
	const [hasBox, setBox] = useState(true);
	const last = seen.at(-1);
	const shown = seen[Math.min(at, seen.length - 1)];
	if (!shown || !last) return null;
	const cut = cutAround(unionOf(seen));
	return (
		<>
			<div className="pair">
				<figure>
					<Cropped seen={shown} cut={cut} hasBox={hasBox} alt={`${name} ${clock(w, shown.at)}`} />
					<figcaption>
						{name} · {clock(w, shown.at)}
						{shown.probability !== undefined && ` · ${Math.round(shown.probability * 100)}%`}
					</figcaption>
				</figure>
				<figure className="whole">
					<button type="button" className="picture" onClick={() => setWhole(true)} aria-label={w.incidentPage.zoom}>
						<img src={`/api/pictures/${shown.picture}`} alt="" />
						{hasBox && <Boxes boxes={shown.boxes ?? []} />}
					</button>
					<figcaption>{w.incidentPage.zoom}</figcaption>
				</figure>
			</div>
			<Player
				count={seen.length}
				at={at}
				isPlaying={isPlaying}
				hasBox={hasBox}
				onPlay={setPlaying}
				onAt={(n) => {
					setPlaying(false);
					setAt(n);
				}}
				onBox={setBox}
			/>
			{seen.length > 1 && <Wipe first={seen[0] as Seen} last={last} cut={cut} />}
			<Modal opened={isWhole} onClose={() => setWhole(false)} fullScreen title={`${name} ${clock(w, shown.at)}`}>
				<div className="picture zoomed">
					<img src={`/api/pictures/${shown.picture}`} alt={`${name} ${clock(w, shown.at)}`} />
					{hasBox && <Boxes boxes={shown.boxes ?? []} />}
				</div>
			</Modal>
		</>
	);
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

/** The first picture, and over it so much of the newest as a slider lets through. */
function Wipe({ first, last, cut }: { first: Seen; last: Seen; cut: Cut }) {
	const { w } = useReader();
	const [share, setShare] = useState(50);
	return (
		<details className="wipe">
			<summary>
				{w.incidentPage.wipe}: {clock(w, first.at)} {w.incidentPage.before} · {clock(w, last.at)} {w.incidentPage.now}
			</summary>
			<div className="layers">
				<Cropped seen={first} cut={cut} hasBox={false} alt={w.incidentPage.before} />
				<div className="over" style={{ clipPath: `inset(0 0 0 ${share}%)` }}>
					<Cropped seen={last} cut={cut} hasBox={false} alt={w.incidentPage.now} />
				</div>
			</div>
			<Slider value={share} onChange={setShare} label={null} thumbLabel={w.incidentPage.wipe} />
		</details>
	);
}

function Cropped({ seen, cut, hasBox, alt }: { seen: Seen; cut: Cut; hasBox: boolean; alt: string }) {
	return (
		<span className="crop large">
			<span className="inner" style={laidFor(cut)}>
				<img src={`/api/pictures/${seen.picture}`} alt={alt} />
				{hasBox && <Boxes boxes={seen.boxes ?? []} />}
			</span>
		</span>
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
