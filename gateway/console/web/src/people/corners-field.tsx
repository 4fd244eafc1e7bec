import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useReader } from "../context.ts";
import { cornersIn, cornersText, type Polygons, withPieces } from "./outline.ts";

/** The corners of an outline as text, for whoever draws nothing with a pointer, or has them from elsewhere. */
export function CornersField({ outline, onTyped }: { outline: Polygons; onTyped: (value: string) => void }) {
	const { w } = useReader();
	const o = w.registerPage.outline;
	const [typed, setTyped] = useState<string | undefined>();
	const text = typed ?? cornersText(outline);
	const pieces = cornersIn(text);
	return (
		<details>
			<summary>{o.typed}</summary>
			<Textarea
				label={o.corners}
				description={o.cornersHint}
				autosize
				minRows={4}
				maxRows={14}
				maxLength={200_000}
				value={text}
				error={pieces ? undefined : o.noCorners}
				onChange={(e) => setTyped(e.currentTarget.value)}
			/>
			<Button
				size="compact-sm"
				mt="xs"
				disabled={typed === undefined || !pieces}
				onClick={() => {
					if (pieces) onTyped(withPieces(outline, pieces));
					setTyped(undefined);
				}}
			>
				{o.take}
			</Button>
		</details>
	);
}
