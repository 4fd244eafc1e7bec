import type { Incident } from "./api-types.ts";

export const isOpen = (i: Pick<Incident, "state">) => !["false", "permitted", "closed"].includes(i.state);
