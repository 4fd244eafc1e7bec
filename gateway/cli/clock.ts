import { type Clock, ForwardClock, nextTurn, SystemClock } from "../base/clock.ts";

/**
 * The clock of this program: the system's. Where whoever has started it as a child asks for it (LOOKOUT_CLOCK, by how
 * many ms it begins ahead, and a channel to us), one that the parent can put forward: a message `{ forwardMs }` is
 * answered when what fell due has been set off. For tests of the whole program.
 */
export function programClock(): Clock {
	const ahead = process.env["LOOKOUT_CLOCK"];
	if (!process.send || !ahead) return new SystemClock();
	const clock = new ForwardClock(Number(ahead));
	process.on("message", ({ forwardMs }: { forwardMs: number }) => {
		clock.forward(forwardMs);
		void nextTurn().then(() => process.send?.({ aheadMs: clock.aheadMs }));
	});
	process.channel?.unref();
	return clock;
}
