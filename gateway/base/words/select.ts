/** An ICU message that says the words of a table by its key, and a key that is not there as it is. */
export function select(gap: string, table: Record<string, string>): string {
	const words = Object.entries(table).map(([key, word]) => `${key} {${word}}`);
	return `{${gap}, select, ${words.join(" ")} other {{${gap}}}}`;
}
