/** A report of istanbul: statements that tests reach, per cent, one line for all rooms: `judge 97.1 · store 90.2`. */
module.exports = class CoverageByRoom {
	rooms = new Map();

	execute(context) {
		context.getTree("flat").visit(this, context);
	}

	onDetail(node) {
		const room = /gateway\/(\w+)\//.exec(node.getFileCoverage().path)?.[1] ?? "elsewhere";
		const { total, covered } = node.getCoverageSummary(false).statements;
		const known = this.rooms.get(room) ?? { total: 0, covered: 0 };
		this.rooms.set(room, { total: known.total + total, covered: known.covered + covered });
	}

	onEnd() {
		const shares = [...this.rooms].map(([room, { total, covered }]) => [room, (100 * covered) / Math.max(1, total)]);
		const words = shares.sort((a, b) => b[1] - a[1]).map(([room, share]) => `${room} ${share.toFixed(1)}`);
		console.log(`Statements reached, per cent: ${words.join(" · ")}`);
	}
};
