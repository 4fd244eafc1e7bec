import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";

interface Push {
	task: string;
	at: number;
}
const self: { toShow?: (shown: Push | undefined, come: Push) => Push } = {};
runInNewContext(readFileSync(join(import.meta.dirname, "web/public/order.js"), "utf8"), { self });
const toShow = self.toShow as (shown: Push | undefined, come: Push) => Push;
const arriving = (pushes: Push[]) => pushes.reduce<Push | undefined>((shown, push) => toShow(shown, push), undefined);

it("in whatever order pushes arrive, a phone shows the highest order, and the all-clear behind it", () => {
	const orders = ["verify", "standBy", "assemble", "go"];
	const story = fc.record({
		length: fc.integer({ min: 1, max: 4 }),
		isOver: fc.boolean(),
		seed: fc.array(fc.double({ noNaN: true }), { minLength: 6, maxLength: 6 }),
	});
	fc.assert(
		fc.property(story, ({ length, isOver, seed }) => {
			const sent = [...orders.slice(0, length), ...(isOver ? ["standDown"] : [])].map((task, i) => ({
				task,
				at: 1000 + i,
			}));
			const arrived = sent.map((push, i) => ({ push, by: seed[i] ?? 0 })).sort((a, b) => a.by - b.by);
			return arriving(arrived.map((a) => a.push))?.task === sent.at(-1)?.task;
		}),
		{ numRuns: 500 },
	);
});

it("what begins again after the all-clear is shown, and what is said later of less than an order is news", () => {
	expect(
		arriving([
			{ task: "go", at: 1 },
			{ task: "standDown", at: 2 },
			{ task: "verify", at: 3 },
		])?.at,
	).toBe(3);
	expect(
		arriving([
			{ task: "standDown", at: 2 },
			{ task: "go", at: 1 },
		])?.task,
	).toBe("standDown");
	expect(
		arriving([
			{ task: "go", at: 1 },
			{ task: "standBy", at: 2 },
		])?.task,
	).toBe("go");
	expect(
		arriving([
			{ task: "go", at: 1 },
			{ task: "inform", at: 2 },
		])?.at,
	).toBe(2);
});
