import { useCallback, useState } from "react";

/** A choice of this browser, kept under a name. A browser that keeps nothing begins with the first one each time. */
export function useStored(name: string, first: boolean): [boolean, (value: boolean) => void] {
	const [value, setValue] = useState(() => read(name, first));
	const set = useCallback(
		(next: boolean) => {
			setValue(next);
			try {
				localStorage.setItem(name, JSON.stringify(next));
			} catch {
				// the choice lasts as long as the page
			}
		},
		[name],
	);
	return [value, set];
}

function read(name: string, first: boolean): boolean {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(name) ?? "null");
		return typeof kept === "boolean" ? kept : first;
	} catch {
		return first;
	}
}
