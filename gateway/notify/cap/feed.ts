import { createHash } from "node:crypto";
import { capTime, escapeXml } from "./alert.ts";

export interface FeedEntry {
	identifier: string;
	sent: number;
	title: string;
	url: string;
}

/** An Atom feed (RFC 4287) of CAP messages, newest first, and the ETag under which it is asked for again. */
export function atomFeed(id: string, title: string, self: string, entries: FeedEntry[]): { xml: string; etag: string } {
	const updated = capTime(Math.max(0, ...entries.map((e) => e.sent)));
	const items = entries.map(
		(e) =>
			`<entry>\n<id>${escapeXml(e.identifier)}</id>\n<title>${escapeXml(e.title)}</title>\n<updated>${capTime(e.sent)}</updated>\n` +
			`<link rel="alternate" type="application/cap+xml" href="${escapeXml(e.url)}"/>\n</entry>`,
	);
	const xml =
		`<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<id>${escapeXml(id)}</id>\n<title>${escapeXml(title)}</title>\n` +
		`<updated>${updated}</updated>\n<author><name>${escapeXml(title)}</name></author>\n<link rel="self" href="${escapeXml(self)}"/>\n${items.join("\n")}\n</feed>\n`;
	return { xml, etag: `"${createHash("sha256").update(xml).digest("hex").slice(0, 32)}"` };
}
