/** English: what commands print. */
export const cli = {
	"cli.check.noGrids": "no grids: register.grids is not set, and nobody answers for any ground",
	"cli.check.many": "{count}: {names} and others; --json lists them",
	"cli.check.sum": "{people} people, {grids} grids, {days} days: {gaps} gaps, {others} other remarks",
	"cli.verify.missing": "the entry {hash} is not in the ledger: its end was cut off, or another was put there",
	"cli.verify.whole": "whole: {n} entries, last hash {hash}",
	"cli.verify.broken": "entry {n} was changed, put in or taken out",
	"cli.audit.sum": "{incidents} incidents, {differences} differences",
	"cli.drill.started": "the drill is {incident}; see: lookout drill report",
	"cli.drill.of": "{incident}  {state}, by {by}",
	"cli.drill.person": "accepted {accepted}  receipt {receipt}",
	"cli.drill.answered": "{answer} after {seconds} s",
	"cli.drill.silent": "nobody heard of in {days} days: {grid} ({people} with an address)",
	"cli.drill.sum": "{drills} drills; {silent} of {grids} grids without anybody heard of in {days} days",
	"cli.maintenance.line": "{id}  {devices}  until {until}  {by}: {reason}",
	"cli.maintenance.none": "nothing is worked on",
	"cli.maintenance.over": "it is over",
} as const;
