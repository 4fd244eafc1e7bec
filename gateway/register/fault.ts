import type { Phrase } from "../base/phrase.ts";

/** What the check of a register finds: an entry of its report. */
export interface CoverageFault {
	/**
	 * gap: nobody who can be reached answers for a grid; far: nobody nearer than a township does; roster: a post with a
	 * roster that nobody holds for a while; forest: forest that lies in no grid; cell: a village without supervisor or
	 * adviser, a grid without ranger (一长三员); office: a township without an office; team: a village without its own;
	 * number: a line that is two people's or takes no SMS; place: something that stands far from its ground; card: a grid
	 * of which teams know nothing; stale: an entry that may name somebody who has left; silent: an address that has never
	 * answered; unreachable: nobody's address.
	 */
	kind:
		| "gap"
		| "far"
		| "forest"
		| "roster"
		| "cell"
		| "office"
		| "team"
		| "card"
		| "number"
		| "place"
		| "stale"
		| "silent"
		| "unreachable";
	/** Code of the grid, id of the person, or name of the post. */
	what: string;
	/** From when on, until when, ms since 1970. */
	from: number;
	to?: number;
	detail: Phrase;
}
