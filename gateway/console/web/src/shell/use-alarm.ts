import { createContext, useContext } from "react";
import type { Alarm } from "./alarm.ts";

const AlarmContext = createContext<Alarm | undefined>(undefined);
export const AlarmProvider = AlarmContext.Provider;

export function useAlarmState(): Alarm {
	const alarm = useContext(AlarmContext);
	if (!alarm) throw new Error("no alarm above");
	return alarm;
}
