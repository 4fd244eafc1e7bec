/** What stands in the fields of a form, by their names; empty where there is no such field. */
export function texts(form: HTMLFormElement, ...names: string[]): string[] {
	const data = new FormData(form);
	return names.map((name) => String(data.get(name) ?? ""));
}
