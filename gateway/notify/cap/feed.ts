import { createHash } from "node:crypto";
import { DEFAULT_TIME_ZONE } from "../../base/time-zone.ts";
import { capTime, writeXml } from "./alert.ts";

export interface FeedEntry {
	identifier: string;
	sent: number;
	title: string;
	url: string;
}

/** What a feed is of: its id, its title, and the address under which it is read. */
export interface FeedHead {
	id: string;
	title: string;
	self: string;
}

/** An Atom feed (RFC 4287) of CAP messages, newest first, and the ETag under which it is asked for again. */
export function atomFeed(
	{ id, title, self }: FeedHead,
	entries: FeedEntry[],
	timeZone = DEFAULT_TIME_ZONE,
): { xml: string; etag: string } {
	const xml = writeXml("feed", {
		"@xmlns": "http://www.w3.org/2005/Atom",
		id,
		title,
		updated: capTime(Math.max(0, ...entries.map((e) => e.sent)), timeZone),
		author: { name: title },
		link: { "@rel": "self", "@href": self },
		entry: entries.map((e) => ({
			id: e.identifier,
			title: e.title,
			updated: capTime(e.sent, timeZone),
			link: { "@rel": "alternate", "@type": "application/cap+xml", "@href": e.url },
		})),
	});
	return { xml, etag: `"${createHash("sha256").update(xml).digest("hex").slice(0, 32)}"` };
}
