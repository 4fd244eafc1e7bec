/** A copy of an object without some of its fields. */
export function omit<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
	const copy = { ...object };
	for (const key of keys) delete copy[key];
	return copy;
}

/** A copy of an object without the fields that are undefined: spread over something known it takes nothing away. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
		[K in keyof T]?: NonNullable<T[K]>;
	};
}

/** A copy of an object without the lists that are empty: a list that is not there is as good as one. */
export function notEmpty<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
	const kept = Object.entries(fields).filter(([, value]) => Array.isArray(value) && value.length > 0);
	return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}
