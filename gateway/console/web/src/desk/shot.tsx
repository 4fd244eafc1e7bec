import type { Box } from "../api-types.ts";
import { Boxes } from "../ui/boxes.tsx";
import { type Cut, laidFor } from "../ui/crop.tsx";

/** A picture of an incident: what was seen, or before it the view of a minute. */
export interface Shot {
	src: string;
	/** ms since 1970 */
	at: number;
	boxes: Box[];
	probability?: number;
}

interface CroppedProps {
	shot: Shot;
	cut: Cut;
	hasBox: boolean;
	alt: string;
}

/** The part of a picture that an incident is about. */
export function Cropped({ shot, cut, hasBox, alt }: CroppedProps) {
	return (
		<span className="crop large">
			<span className="inner" style={laidFor(cut)}>
				<img src={shot.src} alt={alt} />
				{hasBox && <Boxes boxes={shot.boxes} />}
			</span>
		</span>
	);
}
