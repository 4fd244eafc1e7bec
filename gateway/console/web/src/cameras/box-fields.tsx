import { Group, NumberInput } from "@mantine/core";
import type { Box } from "../api-types.ts";
import { useReader } from "../context.ts";

/** What is there until something has been drawn: the middle of the picture. */
const MIDDLE: Box = { x: 0.4, y: 0.4, w: 0.2, h: 0.2 };
const SIDES = ["x", "y", "w", "h"] as const;

/** A box in hundredths of the picture, for whoever draws nothing with a pointer. */
export function BoxFields({ box, onBox }: { box: Box | undefined; onBox: (box: Box) => void }) {
	const { w } = useReader();
	const set = (side: (typeof SIDES)[number], percent: number) => {
		const next = { ...(box ?? MIDDLE), [side]: percent / 100 };
		onBox({ ...next, w: Math.min(next.w, 1 - next.x), h: Math.min(next.h, 1 - next.y) });
	};
	return (
		<Group gap="xs" grow>
			{SIDES.map((side) => (
				<NumberInput
					key={side}
					size="xs"
					label={w.cameraPage.box[side]}
					min={0}
					max={100}
					decimalScale={1}
					value={box ? Math.round(box[side] * 1000) / 10 : ""}
					onChange={(v) => typeof v === "number" && set(side, Math.min(100, Math.max(0, v)))}
				/>
			))}
		</Group>
	);
}
