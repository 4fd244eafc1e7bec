import type { Body } from "../api.ts";

/** What somebody at the desk says of an incident. */
export type Answer = Body<"POST /api/incidents/{id}/answer">;
/** Words that end a fire: asked for once more, with what it was and how that is known. */
export const ENDS = ["false", "permitted", "out", "close"] as const;
export type End = (typeof ENDS)[number];
