import type UPlot from "uplot";

/** What is marked over a chart: times, seconds since 1970, and a value. */
export interface Marks {
	alarms: readonly number[];
	unusable: readonly number[];
	/** At which the sensor rings, in what is drawn. */
	threshold: number | undefined;
	colours: { alarm: string; unusable: string };
}

const TICK_PX = 6;
const DASH = [6, 4];

/**
 * Draws alarms as lines from top to bottom, a threshold as a broken one across, and slices with readings that were not
 * to be believed as ticks at the foot.
 */
export function marks({ alarms, unusable, threshold, colours }: Marks): UPlot.Plugin {
	const draw = (u: UPlot) => {
		const { ctx, bbox } = u;
		const [right, foot] = [bbox.left + bbox.width, bbox.top + bbox.height];
		const line = (from: [number, number], to: [number, number], colour: string) => {
			ctx.strokeStyle = colour;
			ctx.beginPath();
			ctx.moveTo(...from);
			ctx.lineTo(...to);
			ctx.stroke();
		};
		const upright = (at: number, top: number, colour: string) => {
			const x = Math.round(u.valToPos(at, "x", true));
			if (x >= bbox.left && x <= right) line([x, top], [x, foot], colour);
		};
		ctx.save();
		ctx.lineWidth = 2 * devicePixelRatio;
		ctx.setLineDash([]);
		for (const at of unusable) upright(at, foot - TICK_PX * devicePixelRatio, colours.unusable);
		for (const at of alarms) upright(at, bbox.top, colours.alarm);
		if (threshold !== undefined) {
			const y = Math.round(u.valToPos(threshold, "y", true));
			ctx.setLineDash(DASH.map((px) => px * devicePixelRatio));
			line([bbox.left, y], [right, y], colours.alarm);
		}
		ctx.restore();
	};
	return { hooks: { draw } };
}
