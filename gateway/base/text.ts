/** Small helpers on text. */

/** Edits (insert, delete, replace) that lead from a to b. */
export function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}

/** The candidate most like `word`, if one is near enough to be a slip of the finger. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
	const ranked = candidates.map((c) => ({ c, d: editDistance(word.toLowerCase(), c.toLowerCase()) })).sort((x, y) => x.d - y.d);
	const best = ranked[0];
	return best && best.d <= Math.max(1, Math.floor(word.length / 3)) ? best.c : undefined;
}

/** Whether a text can be the name of a file and nothing else: what others send us is never a path. */
export function isFileName(text: string): boolean {
	return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}$/.test(text);
}

/** A URL as text with its password, and the secrets of its query, replaced; text that is no URL has its userinfo removed. */
export function redactUrl(url: string): string {
	return (
		url
			// up to the last @: a password may hold one, and anything else that should have been written in another way
			.replace(/(\w[\w+.-]*:\/\/)[^\s"'<>]*@/g, "$1***@")
			.replace(/([?&](?:access_token|key|token|sign|secret|password|pwd|user|username|auth)=)[^&\s]*/gi, "$1***")
	);
}
