declare module "@cycjimmy/jsmpeg-player" {
	const JSMpeg: {
		Player: new (
			url: string,
			options: {
				canvas: HTMLCanvasElement;
				audio: boolean;
				disableGl: boolean;
				videoBufferSize: number;
				onVideoDecode?: () => void;
			},
		) => { destroy(): void };
	};
	export default JSMpeg;
}
declare module "*.css";
