import JSMpeg from "@cycjimmy/jsmpeg-player";
import { Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

/** A camera's stream, as long as it is looked at. */
export function Live({ id }: { id: string }) {
	const canvas = useRef<HTMLCanvasElement>(null);
	const [isThere, setThere] = useState(false);
	useEffect(() => {
		if (!canvas.current) return;
		const scheme = location.protocol === "https:" ? "wss" : "ws";
		const player = new JSMpeg.Player(`${scheme}://${location.host}/api/live/${id}`, {
			canvas: canvas.current,
			audio: false,
			disableGl: true,
			videoBufferSize: 1 << 20,
			onVideoDecode: () => setThere(true),
		});
		return () => player.destroy();
	}, [id]);
	return (
		<>
			<canvas ref={canvas} />
			{!isThere && <Loader className="loading" />}
		</>
	);
}
