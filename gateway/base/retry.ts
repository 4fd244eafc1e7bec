import type { Random } from "./random.ts";

/** `factor` per failure from `firstMs` up to `maxMs`; `jitter` is the share (0...1) of the wait that chance decides. */
export interface RetryPlan {
	firstMs: number;
	maxMs: number;
	factor: number;
	jitter: number;
}

/** Wait before the next attempt after `failures` (1, 2 ...) failures, in ms. */
export function retryDelayMs(plan: RetryPlan, failures: number, random: Random): number {
	const full = Math.min(plan.maxMs, plan.firstMs * plan.factor ** Math.max(0, failures - 1));
	return Math.round(full * (1 - plan.jitter) + full * plan.jitter * random.next());
}
