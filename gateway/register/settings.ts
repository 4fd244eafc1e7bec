import type { Level } from "../model/register.ts";
import type { PARTS } from "./import.ts";

/** What the register needs of a configuration; paths are relative to the configuration's folder. */
export interface RegisterSettings {
	/** `timeZone`: of times in tables that name none themselves. */
	tower: { timeZone: string };
	/** Folder of the gateway's data. */
	dataDir: string;
	register: Partial<Record<(typeof PARTS)[number], string>> & {
		/** Levels of responsibility, nearest first. */
		levels: readonly Level[];
		/** Days after a post has changed hands within which its row must have been checked. */
		renewDays: number;
		/** Days after which an unchecked row may name somebody who has left; 0: never. */
		verifyDays: number;
	};
	/** The channels that are set up; of named ones, by name. */
	reach: Partial<Record<"robots" | "webhooks" | "mqtt" | "sirens", Record<string, unknown>>> &
		Partial<Record<"webPush" | "sms" | "voice" | "modem" | "email" | "ntfy", unknown>>;
}
