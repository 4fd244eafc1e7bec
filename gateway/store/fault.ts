/** What is wrong with the store, while it is. */
export interface StoreFault {
	/**
	 * `lost`: there was a store, and its file is gone or empty. `silent`: the disk neither takes what is written nor
	 * refuses it.
	 */
	why: DiskTrouble | "lost" | "silent";
	/**
	 * reserve: the disk is full, alarms go into the room that was kept for them. memory: nothing can be written; what
	 * happens is kept in memory and written when that is possible again. replaced: another file has taken the place of
	 * the one that was. waiting: alarms and all else wait for the disk.
	 */
	state: "reserve" | "memory" | "replaced" | "waiting";
	/** Tables of which something could not be read. */
	missing?: string[];
}

/** Why a disk cannot be written, or its file not be read. `locked`: another program holds the store for itself. */
export type DiskTrouble = "full" | "readOnly" | "failing" | "damaged" | "locked";
