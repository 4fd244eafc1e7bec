import type { Box } from "../api-types.ts";

/** Boxes over a picture, as fractions of it. */
export function Boxes({ boxes, kind = "box" }: { boxes: Box[]; kind?: string }) {
	return boxes.map((b) => <span key={`${b.x},${b.y},${b.w},${b.h}`} className={kind} style={placed(b)} />);
}

function placed(b: Box) {
	return { left: `${b.x * 100}%`, top: `${b.y * 100}%`, width: `${b.w * 100}%`, height: `${b.h * 100}%` };
}
