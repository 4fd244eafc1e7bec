import { Slider } from "@mantine/core";
import { useEffect, useState } from "react";
import { useReader } from "../context.ts";
import { clock } from "../i18n.ts";
import type { Cut } from "../ui/crop.tsx";
import { Cropped, type Shot } from "./shot.tsx";

/** How long each of two pictures stays that take turns, ms: less is hard to look at, more hides what moved. */
const BLINK_MS = 700;

/** One picture after the other; the oldest and the newest under a slider; or these two by turns. */
export const VIEWS = ["single", "wipe", "blink"] as const;
export type View = (typeof VIEWS)[number];

interface CompareProps {
	how: Exclude<View, "single">;
	first: Shot;
	last: Shot;
	cut: Cut;
}

/** Before and now at the same place of the picture: so much of now as a slider lets through, or by turns. */
export function Compare({ how, first, last, cut }: CompareProps) {
	const { w } = useReader();
	const p = w.incidentPage;
	const [share, setShare] = useState(50);
	const isNow = useBlink(how === "blink");
	const hidden = how === "wipe" ? share : isNow ? 0 : 100;
	return (
		<figure>
			<div className="layers">
				<Cropped shot={first} cut={cut} hasBox={false} alt={p.before} />
				<div className="over" style={{ clipPath: `inset(0 0 0 ${hidden}%)` }}>
					<Cropped shot={last} cut={cut} hasBox={false} alt={p.now} />
				</div>
			</div>
			<figcaption>
				{(how === "wipe" || !isNow) && `${clock(w, first.at)} ${p.before}`}
				{how === "wipe" && " | "}
				{(how === "wipe" || isNow) && `${clock(w, last.at)} ${p.now}`}
			</figcaption>
			{how === "wipe" && <Slider value={share} onChange={setShare} label={null} thumbLabel={p.views.wipe} />}
		</figure>
	);
}

/** By turns true and false while it is on. */
function useBlink(isOn: boolean): boolean {
	const [is, setIs] = useState(true);
	useEffect(() => {
		if (!isOn) return;
		const timer = setInterval(() => setIs((now) => !now), BLINK_MS);
		return () => clearInterval(timer);
	}, [isOn]);
	return is;
}
