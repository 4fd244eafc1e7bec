import { type Clock, ForwardClock, SystemClock } from "../base/clock.ts";

/**
 * The clock of this program: the system's. Where whoever has started it as a child asks for it (LOOKOUT_CLOCK=forward,
 * with a channel to us), one that the parent can put forward: a message `{ forwardMs }` is answered when what fell due
 * has been set off. For tests of the whole program.
 */
export function programClock(): Clock {
	if (process.env["LOOKOUT_CLOCK"] !== "forward" || !process.send) return new SystemClock();
	const clock = new ForwardClock();
	process.on("message", ({ forwardMs }: { forwardMs: number }) => {
		clock.forward(forwardMs);
		setImmediate(() => process.send?.({ now: clock.now() }));
	});
	process.channel?.unref();
	return clock;
}
