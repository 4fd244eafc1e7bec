import { expect, it } from "vitest";
import { RecentStream } from "./recent.ts";

const fragment = (key: boolean, bytes = 1_000) => ({ key, bytes: Buffer.alloc(bytes) });

it("keeps six seconds and more from a keyframe on, and nothing before the first one", () => {
	const recent = new RecentStream();
	recent.add(fragment(false), 0);
	expect(recent.fragments()).toEqual([]);
	for (let second = 0; second < 20; second++) recent.add(fragment(second % 2 === 0), second * 1_000);
	const kept = recent.fragments();
	expect(kept[0]?.key).toBe(true);
	// the newest is of second 19: groups begin at 12, 14, 16 and 18
	expect(kept).toHaveLength(8);
});

it("is bounded: what is too much is dropped from its beginning, and it begins again with the next keyframe", () => {
	const recent = new RecentStream();
	recent.add(fragment(true, 5 << 20), 0);
	recent.add(fragment(false, 5 << 20), 1);
	expect(recent.fragments()).toHaveLength(2);
	recent.add(fragment(false, 5 << 20), 2);
	expect(recent.fragments()).toEqual([]);
	recent.add(fragment(false), 3);
	expect(recent.fragments()).toEqual([]);
	recent.add(fragment(true), 4);
	expect(recent.fragments()).toHaveLength(1);
	recent.clear();
	expect(recent.fragments()).toEqual([]);
});
