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

/**
 * The candidate most like `word`, if one is near enough to be a slip of the finger: two letters exchanged are one slip.
 * Undefined where several are as near, since the wrong one would be taken.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
	const near = (c: string) =>
		isTransposed(word.toLowerCase(), c.toLowerCase()) ? 0.5 : editDistance(word.toLowerCase(), c.toLowerCase());
	const ranked = [...new Set(candidates)].map((c) => ({ c, d: near(c) })).sort((x, y) => x.d - y.d);
	const [best, second] = ranked;
	if (!best || best.d > Math.max(1, Math.floor(word.length / 3))) return undefined;
	return second && second.d === best.d ? undefined : best.c;
}

/** Whether two texts differ by two neighbouring letters that are exchanged. */
function isTransposed(a: string, b: string): boolean {
	if (a.length !== b.length || a === b) return false;
	const at = [...a].findIndex((c, i) => c !== b[i]);
	return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** Whether a text can be the name of a file and nothing else: what others send us is never a path. */
export function isFileName(text: string): boolean {
	return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}$/.test(text);
}

/** Secrets that are in use, as they may stand in a text; the longest first. */
let hidden: string[] = [];
/** Shorter ones stand in other words too, and would blank them. */
const SHORTEST_SECRET = 4;
const MOST_SECRETS = 10_000;

/** Keeps a secret out of everything that passes {@link redactUrl}, however it is written in an address. */
export function hideSecret(secret: string): void {
	let plain = secret;
	try {
		plain = decodeURIComponent(secret);
	} catch {
		// it holds a % of its own
	}
	const forms = [secret, plain, encodeURIComponent(plain), encodeURI(plain)].filter((s) => s.length >= SHORTEST_SECRET);
	hidden = [...new Set([...hidden, ...forms])].sort((a, b) => b.length - a.length).slice(0, MOST_SECRETS);
}

/** What carries a secret in the path or query of an address; some cameras take `/user=admin_password=..._channel=1`. */
const SECRET_FIELD =
	/([?&_/;](?:access_token|key|token|sign|secret|password|passwd|pass|psw|pwd|user|username|auth)=)((?:(?!_[a-z]+=)[^&\s"'<>])*)/gi;

/** Keeps the passwords of an address, before its host or behind it, out of everything that passes {@link redactUrl}. */
export function hidePasswordOf(url: string): void {
	const [, user = ""] = /^[a-z][a-z0-9+.-]*:\/\/(.*)@/is.exec(url) ?? [];
	const colon = user.indexOf(":");
	if (colon >= 0) hideSecret(user.slice(colon + 1));
	for (const [, field = "", value = ""] of url.matchAll(SECRET_FIELD))
		if (!/user(?:name)?=$/i.test(field)) for (const v of [value, value.replace(/#.*/, "")]) hideSecret(v);
}

/**
 * A URL as text with its password, and the secrets of its query, replaced; text that is no URL has its userinfo
 * removed.
 */
export function redactUrl(url: string): string {
	let text = url;
	for (const secret of hidden) if (text.includes(secret)) text = text.replaceAll(secret, "***");
	return (
		text
			// up to the last @: a password may hold one, and anything else that should have been written in another way
			.replace(/(\w[\w+.-]*:\/\/)[^\s"'<>]*@/g, "$1***@")
			.replace(SECRET_FIELD, "$1***")
	);
}

/** Whether a host's name or address is this machine itself. */
export function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
