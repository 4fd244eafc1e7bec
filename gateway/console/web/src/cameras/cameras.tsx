import { useReader } from "../context.ts";
import { CompanionPage } from "../desk/companion.tsx";
import { useDesk } from "../feed/use-feed.ts";
import { CameraTile } from "./camera-tile.tsx";

/** All cameras, and where two models do not agree. */
export function CamerasPage() {
	const { w } = useReader();
	const { cameras } = useDesk();
	return (
		<section className="page">
			<h1>{w.nav.cameras}</h1>
			{cameras.length === 0 && <p>{w.cameraPage.noCameras}</p>}
			<div className="cameras">
				{cameras.map((c) => (
					<CameraTile key={c.id} camera={c} />
				))}
			</div>
			<CompanionPage w={w} />
		</section>
	);
}
