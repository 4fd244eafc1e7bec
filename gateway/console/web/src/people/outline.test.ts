import { expect, it } from "vitest";
import { cornersIn, cornersText, outlineIn, piecesOf, withPieces } from "./outline.ts";

const square = (lon: number, lat: number, side = 1) => [
	[lon, lat],
	[lon + side, lat],
	[lon + side, lat + side],
	[lon, lat + side],
	[lon, lat],
];

it("an outline that is drawn anew keeps its holes and its other pieces", () => {
	const before = [[square(0, 0), square(0.2, 0.2, 0.1)], [square(5, 5)]];
	const pieces = piecesOf(outlineIn(JSON.stringify(before))).map((f) => f.geometry);
	expect(JSON.parse(withPieces(before, pieces))).toEqual(before);
	const moved = { ...pieces[0], type: "Polygon" as const, coordinates: [square(0, 0, 2.123_456_789)] };
	const after = JSON.parse(withPieces(before, [moved, pieces[1]])) as number[][][][];
	expect(after[0]?.[0]?.[1]).toEqual([2.123_457, 0]);
	expect(after[0]?.[1]).toEqual(before[0]?.[1]);
	expect(after[1]).toEqual(before[1]);
	expect(JSON.parse(withPieces(before, [undefined, pieces[1]]))).toEqual([before[1]]);
});

it("what is no outline is none", () => {
	expect([outlineIn(undefined), outlineIn("{"), outlineIn("7")]).toEqual([[], [], []]);
});

it("corners are read back as they were written, and what is no outline is not taken", () => {
	const outline = [[square(103, 30), square(103.2, 30.2, 0.1)], [square(105, 31)]];
	const text = cornersText(outline);
	expect(text.split("\n").slice(0, 6)).toEqual(["30, 103", "30, 104", "31, 104", "31, 103", "", "31, 105"]);
	expect(JSON.parse(withPieces(outline, cornersIn(text) ?? []))).toEqual(outline);
	expect(cornersIn("30, 103\n30, 104")).toBeUndefined();
	expect(cornersIn("30, 103\n30, 104\nnorth")).toBeUndefined();
	expect(cornersIn("")).toBeUndefined();
});
