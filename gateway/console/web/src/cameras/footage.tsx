import { Group, Slider, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api.ts";
import type { Camera } from "../api-types.ts";
import { useReader } from "../context.ts";
import { clock } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

/** Pieces come and go each ten seconds, ms. */
const AGAIN_MS = 10_000;

/** The last minutes as the camera sent them, in pieces of ten seconds; one follows the other while it plays. */
export function Footage({ camera }: { camera: Camera }) {
	const { w } = useReader();
	const pieces = useQuery({
		queryKey: ["footage", camera.id],
		queryFn: () => call("GET /api/cameras/{id}/footage", { path: { id: camera.id } }),
		refetchInterval: AGAIN_MS,
	});
	const [chosen, setChosen] = useState<number | undefined>();
	const [unplayable, setUnplayable] = useState<number | undefined>();
	const all = pieces.data?.pieces ?? [];
	// what is shown may have been deleted meanwhile: the oldest that is left follows it
	const at = chosen === undefined ? all[0] : (all.find((from) => from >= chosen) ?? all.at(-1));
	if (at === undefined) return <Text c="dimmed">{pieces.isPending ? "" : w.cameraPage.noFootage}</Text>;
	return (
		<>
			<div className="picture">
				<video
					key={at}
					src={`/api/cameras/${camera.id}/footage/${at}`}
					autoPlay
					muted
					controls
					onEnded={() => setChosen(all.find((from) => from > at) ?? at)}
					onError={() => setUnplayable(at)}
				/>
			</div>
			{unplayable === at && <Fault text={w.cameraPage.unplayable} />}
			<Group gap="md" wrap="nowrap">
				<Slider
					className="grow"
					min={0}
					max={Math.max(1, all.length - 1)}
					value={all.indexOf(at)}
					onChange={(n) => setChosen(all[n])}
					disabled={all.length < 2}
					label={null}
					thumbLabel={w.cameraPage.footage}
				/>
				<Text className="when">{clock(w, at)}</Text>
			</Group>
		</>
	);
}
