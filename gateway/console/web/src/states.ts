import { isEnd } from "../../../model/incident-states.ts";
import type { Incident } from "./api-types.ts";

export const isOpen = (i: Pick<Incident, "state">) => !isEnd(i.state);
