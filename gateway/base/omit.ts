/** A copy of an object without some of its fields. */
export function omit<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
	const copy = { ...object };
	for (const key of keys) delete copy[key];
	return copy;
}

/** A copy of an object without the fields that are undefined: what is spread over something known takes nothing away. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
		[K in keyof T]?: NonNullable<T[K]>;
	};
}
