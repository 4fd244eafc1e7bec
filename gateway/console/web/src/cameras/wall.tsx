import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { CameraTile } from "./camera-tile.tsx";

/** The cameras beside the desk, where the screen is wide enough for them. */
export function CameraWall() {
	const { w } = useReader();
	const { cameras } = useDesk();
	return (
		<aside className="camera-wall" aria-label={w.nav.cameras}>
			{cameras.map((c) => (
				<CameraTile key={c.id} camera={c} />
			))}
		</aside>
	);
}
