import { ActionIcon, Drawer } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconList } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { IncidentSummary } from "../api-types.ts";
import { CameraTile } from "../cameras/camera-tile.tsx";
import { CameraWall } from "../cameras/wall.tsx";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { useAlarmState } from "../shell/use-alarm.ts";
import { isTyping } from "../ui/keys.ts";
import { BANDS, inBand, openFaults, ownFires } from "./bands.ts";
import { Candidates } from "./candidates.tsx";
import { IncidentScreen } from "./incident-screen.tsx";
import { Neighbours } from "./neighbours.tsx";
import { Queue } from "./queue.tsx";
import { whereOf } from "./where.ts";

/** The desk: what is to be done on the left, one incident beside it, and on a wide screen the cameras too. */
export function DeskPage() {
	const { w } = useReader();
	const { id } = useParams({ strict: false });
	const { incidents, tower, candidates, cameras } = useDesk();
	const { take } = useAlarmState();
	const order = useMemo(() => inOrder(incidents), [incidents]);
	const opened = useFirst(id, order);
	useKeys(id, order);
	// who has chosen it has taken it; what came up by itself rings until somebody touches it, or has answered
	useEffect(() => {
		if (id !== undefined && id !== opened.current) take(id);
	}, [id, take, opened]);
	useTouch(id, take);
	const [isListed, setListed] = useState(false);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the list goes when something of it was chosen
	useEffect(() => setListed(false), [id]);
	return (
		<div className="desk">
			<aside className="left">
				<Queue selected={id} />
				<Neighbours notices={tower.neighbours ?? []} w={w} />
				{candidates.length > 0 && <Candidates candidates={candidates} cameras={cameras} w={w} />}
			</aside>
			<Pager id={id} order={order} onList={() => setListed(true)} />
			<Drawer opened={isListed} onClose={() => setListed(false)} title={w.queue.list} size="md">
				<Queue selected={id} />
			</Drawer>
			{id === undefined ? <Calm /> : <IncidentScreen key={id} id={id} />}
			<CameraWall />
		</div>
	);
}

/** Nothing burns: what the cameras see, which is what a watch is for. */
function Calm() {
	const { w } = useReader();
	const { cameras } = useDesk();
	return (
		<section className="calm" aria-label={w.nav.cameras}>
			<div className="cameras">
				{cameras.map((c) => (
					<CameraTile key={c.id} camera={c} />
				))}
			</div>
		</section>
	);
}

/** As the queue shows them: needs you, under way, to close, devices; what is over is not leafed through. */
function inOrder(incidents: readonly IncidentSummary[]): IncidentSummary[] {
	const fires = ownFires(incidents);
	const open = BANDS.filter((band) => band !== "recent").flatMap((band) => inBand(fires, band));
	return [...open, ...openFaults(incidents)];
}

/**
 * Where nothing is chosen the first is shown; what is shown stays, whatever comes in. Gives the one that was opened so,
 * by nobody.
 */
function useFirst(id: string | undefined, order: IncidentSummary[]): RefObject<string | undefined> {
	const navigate = useNavigate();
	const opened = useRef<string>(undefined);
	const first = order[0]?.id;
	useEffect(() => {
		if (id !== undefined || first === undefined) return;
		opened.current = first;
		void navigate({ to: "/desk/$id", params: { id: first }, replace: true });
	}, [id, first, navigate]);
	return opened;
}

/** Whoever touches what is shown has seen it. */
function useTouch(id: string | undefined, take: (id: string) => void): void {
	useEffect(() => {
		const touched = ({ target }: PointerEvent) => {
			const isOn = target instanceof Element && target.closest(".desk > .incident, .desk > .right") !== null;
			if (id !== undefined && isOn) take(id);
		};
		addEventListener("pointerdown", touched);
		return () => removeEventListener("pointerdown", touched);
	}, [id, take]);
}

/** J and K lead to the next and to the one before. */
function useKeys(id: string | undefined, order: IncidentSummary[]): void {
	const step = useStep(id, order);
	useEffect(() => {
		const pressed = (e: KeyboardEvent) => {
			if (e.ctrlKey || e.metaKey || e.altKey || isTyping(e)) return;
			if (e.key === "j") step(1);
			else if (e.key === "k") step(-1);
		};
		addEventListener("keydown", pressed);
		return () => removeEventListener("keydown", pressed);
	}, [step]);
}

function useStep(id: string | undefined, order: IncidentSummary[]) {
	const navigate = useNavigate();
	return useCallback(
		(by: 1 | -1) => {
			const at = order.findIndex((i) => i.id === id);
			const next = order[Math.min(order.length - 1, Math.max(0, at + by))];
			if (next) void navigate({ to: "/desk/$id", params: { id: next.id } });
		},
		[id, order, navigate],
	);
}

interface PagerProps {
	id: string | undefined;
	order: IncidentSummary[];
	onList: () => void;
}

/** In place of the list on a narrow screen: which one it is, the next, the one before, and all of them. */
function Pager({ id, order, onList }: PagerProps) {
	const { w } = useReader();
	const step = useStep(id, order);
	const at = order.findIndex((i) => i.id === id);
	const shown = order[at];
	return (
		<div className="pager">
			<ActionIcon size="xl" aria-label={w.queue.previous} disabled={at <= 0} onClick={() => step(-1)}>
				<IconChevronLeft />
			</ActionIcon>
			<button type="button" onClick={onList}>
				<IconList size={18} aria-hidden /> {shown ? `${at + 1}/${order.length} ${whereOf(shown)}` : w.queue.list}
			</button>
			<ActionIcon
				size="xl"
				aria-label={w.queue.following}
				disabled={at < 0 || at >= order.length - 1}
				onClick={() => step(1)}
			>
				<IconChevronRight />
			</ActionIcon>
		</div>
	);
}
