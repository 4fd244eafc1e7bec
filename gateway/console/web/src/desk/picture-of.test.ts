import { expect, it } from "vitest";
import type { Incident, LedgerLine } from "../api-types.ts";
import { pictureOf } from "./picture-of.ts";

const seen = (sourceId: string, at: number, picture?: string): Incident["evidence"][number] => ({
	source: "camera",
	sourceId,
	at,
	what: "smoke",
	...(picture === undefined ? {} : { picture }),
});
const row = (at: number, what: string, who = "rule", detail = {}): LedgerLine => ({ n: 1, at, what, who, detail });

it("a row has the picture that was taken or sent with it, and no other", () => {
	const incident: Pick<Incident, "evidence" | "reports"> = {
		evidence: [seen("east", 900), seen("east", 1000, "a"), seen("west", 2000, "b"), seen("west", 3000, "c")],
		reports: [{ personId: "p1", at: 4000, what: "onScene", picture: "d" }],
	};
	expect(pictureOf(row(1000, "opened"), incident)).toBe("a");
	expect(pictureOf(row(2100, "joined", "rule", { source: "west" }), incident)).toBe("b");
	expect(pictureOf(row(2900, "joined", "rule", { source: "west" }), incident)).toBe("c");
	expect(pictureOf(row(2900, "joined", "rule", { source: "gas-1" }), incident)).toBeUndefined();
	expect(pictureOf(row(4000, "answer:onScene", "p1"), incident)).toBe("d");
	expect(pictureOf(row(4000, "answer:onScene", "p2"), incident)).toBeUndefined();
	expect(pictureOf(row(1000, "notified"), incident)).toBeUndefined();
	// called in before anything was seen
	expect(pictureOf(row(800, "opened"), incident)).toBeUndefined();
	expect(pictureOf(undefined, incident)).toBeUndefined();
});
