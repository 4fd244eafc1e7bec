/** Whether a key is meant for a field or a dialog, and not for the page. */
export function isTyping({ target }: KeyboardEvent): boolean {
	if (!(target instanceof HTMLElement)) return false;
	return target.matches("input, textarea, select, [contenteditable]") || target.closest("[role=dialog]") !== null;
}
