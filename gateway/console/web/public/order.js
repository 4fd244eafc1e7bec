/**
 * Which of two pushes of one incident a phone shows: they may arrive in another order than they were sent in. An order
 * only rises (知悉, 核实, 待命, 集结, 出动) until the all-clear (解除), and what was said after that begins anew.
 */
const RANKS = ["inform", "verify", "standBy", "assemble", "go"];

/** The push to show, of the one that is shown and the one that has come; `at` is when each was made, ms since 1970. */
function toShow(shown, come) {
	if (!shown?.at || !come.at) return come;
	const older = come.at < shown.at;
	if (shown.task === "standDown" || come.task === "standDown") return older ? shown : come;
	if (RANKS.indexOf(come.task) >= RANKS.indexOf(shown.task)) return come;
	// a later word of less than an order is news of its own; of less to do it is one that was overtaken
	return older || RANKS.indexOf(come.task) >= RANKS.indexOf("standBy") ? shown : come;
}
self.toShow = toShow;
