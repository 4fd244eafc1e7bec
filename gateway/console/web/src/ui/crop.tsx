import type { CSSProperties } from "react";
import type { Box, IncidentSummary } from "../api-types.ts";

/** How much of the surroundings is shown around a box, as a multiple of it; and the least share of the picture. */
const AROUND = 2.2;
const LEAST = 0.16;

export interface Cut {
	x: number;
	y: number;
	w: number;
	h: number;
}

/** The part of a picture around a box, as shares of it, within its edges. */
export function cutAround(box: Box | undefined): Cut {
	if (!box) return { x: 0, y: 0, w: 1, h: 1 };
	const size = Math.min(1, Math.max(LEAST, box.w * AROUND, box.h * AROUND));
	const middle = { x: box.x + box.w / 2, y: box.y + box.h / 2 };
	const from = (at: number) => Math.min(1 - size, Math.max(0, at - size / 2));
	return { x: from(middle.x), y: from(middle.y), w: size, h: size };
}

/** How an image is laid so that a part of it fills its frame. */
export function laidFor({ x, y, w, h }: Cut): CSSProperties {
	const percent = (share: number) => `${100 * share}%`;
	return { width: percent(1 / w), height: percent(1 / h), left: percent(-x / w), top: percent(-y / h) };
}

/** The picture of an incident, cut to what is meant in it. */
export function Crop({ picture, alt }: { picture: IncidentSummary["picture"]; alt: string }) {
	if (!picture) return <span className="crop none" />;
	return (
		<span className="crop">
			<img
				src={`/api/pictures/${picture.name}`}
				alt={alt}
				loading="lazy"
				decoding="async"
				style={laidFor(cutAround(picture.box))}
			/>
		</span>
	);
}
