/**
 * Telephone numbers, names, positions and photos of people: erased on request or after their time. The ledger's chain
 * stays whole.
 */
export interface PrivacyStore {
	/** Whether anything is kept of a person. */
	knows(personId: string): Promise<boolean>;
	/**
	 * Erases what is kept of a person beside the ledger's chain: phones, links, addresses of messages, words and places
	 * beside the ledger, reports and name in incidents. Answers with the names of pictures that are to be deleted.
	 * That it was done, when and by whom stands in the ledger.
	 */
	forget(personId: string, by: string, now: number): Promise<string[]>;
	/**
	 * Erases numbers, positions, photos and words older than a time, ms since 1970, and younger than `after`, up to which
	 * it was done before; a page at a time. Answers with pictures to be deleted, and with the time up to which it is done
	 * now.
	 */
	retain(before: number, after?: number): Promise<{ pictures: string[]; doneUntil: number }>;
}
