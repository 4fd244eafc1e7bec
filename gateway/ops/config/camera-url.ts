/**
 * What is wrong with a camera's address, and how it is to be written; undefined when it can be used. Never shows the
 * address: it holds a password.
 */
export function faultOfCameraUrl(text: string): string | undefined {
	const [, rest = ""] = /^[a-z]+:\/\/(.*)$/is.exec(text) ?? [];
	if (/\s/.test(text)) return "a blank is written %20";
	if (rest === "" || /^[/?#]/.test(rest)) return "the host is missing: rtsp://user:password@HOST/path";
	if (/\[[^\]]*%[^\]]*\]/.test(rest))
		return "an IPv6 address with a zone (behind %) cannot be used: write the camera's global address or its name";
	// user and password end at the last @; what may not stand in them as it is would end them earlier
	const at = rest.lastIndexOf("@");
	const user = at < 0 ? "" : rest.slice(0, at);
	const bare = [...new Set(user.match(/[#/?@[\]]/g) ?? [])];
	if (bare.length > 0)
		return `in user and password ${bare.map((c) => `"${c}" is written ${encodeURIComponent(c)}`).join(", ")}`;
	if (/%(?![0-9a-f]{2})/i.test(rest)) return '"%" is written %25, unless two digits of a code follow it';
	if (!URL.canParse(text) || new URL(text).hostname === "")
		return "it is no address: user:password@host:port/path, with anything else in user and password as %XX";
	return undefined;
}
