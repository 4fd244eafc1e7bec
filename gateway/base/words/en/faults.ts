/**
 * English: everything that can go wrong, a hundred codes to a folder, each with the system's own words in its gap. The
 * code rides in the message, so that a pasted line finds its place here and in deploy/runbooks/errors.md.
 */
export const faults = {
	"fault.LK0001": "LK0001 internal fault: {why}",
	"fault.LK0003": "LK0003 queue is full: {why}",
	"fault.LK0004": "LK0004 event loop stands still: {why}",
	"fault.LK0005": "LK0005 clock was set: {why}",
	"fault.LK0006": "LK0006 part cannot start: {why}",
	"fault.LK0101": "LK0101 configuration is not valid: {why}",
	"fault.LK0102": "LK0102 configuration file is missing: {why}",
	"fault.LK0201": "LK0201 store cannot be opened: {why}",
	"fault.LK0202": "LK0202 store refused a write: {why}",
	"fault.LK0203": "LK0203 disk cannot be written: {why}",
	"fault.LK0204": "LK0204 store is in use: {why}",
	"fault.LK0205": "LK0205 gateway's key cannot be read: {why}",
	"fault.LK0302": "LK0302 broker cannot listen: {why}",
	"fault.LK0303": "LK0303 command not taken: {why}",
	"fault.LK0401": "LK0401 camera stream failed: {why}",
	"fault.LK0402": "LK0402 picture cannot be decoded: {why}",
	"fault.LK0403": "LK0403 model is missing or damaged: {why}",
	"fault.LK0404": "LK0404 detector process failed: {why}",
	"fault.LK0405": "LK0405 footage cannot be read: {why}",
	"fault.LK0501": "LK0501 register import is not valid: {why}",
	"fault.LK0502": "LK0502 terrain cannot be read: {why}",
	"fault.LK0601": "LK0601 channel does not work: {why}",
	"fault.LK0602": "LK0602 channel refused the message: {why}",
	"fault.LK0603": "LK0603 ledger differs from what should have been told: {why}",
	"fault.LK0701": "LK0701 console cannot listen: {why}",
	"fault.LK0702": "LK0702 base map cannot be used: {why}",
	"fault.LK0801": "LK0801 a program that is needed is not there: {why}",
	"fault.LK0901": "LK0901 wrong use of the command: {why}",

	// channels that do not work: what somebody must mend
	"fault.noTls":
		"e-mail: the server offers no TLS, and password and names would go in clear; reach.email.plain: true permits it",
	"fault.mailLogIn": "e-mail: the server refuses our log-in ({code})",
	"fault.modem": "the modem on {device}: {why}",

	// the model in use is not the one asked for
	"fault.modelTakenOut": "LK0404 the model {model} was taken out: {why}",
	"fault.changed": "{file} has changed and is valid: restart to use it",

	// parts that cannot start, and what to do
	"fault.endedInARow": "its process ended {count} times in a row ({how})",
	"fault.endedInAnHour": "its process ended {count} times within an hour ({how})",
	"fault.failedInARow": "it failed at {count} frames in a row: {why}",
	"fault.grew": "its process grew beyond {memory} MiB {count} times within an hour",
	"fault.noProof": "it gave no answer within {seconds} s",
	"fault.ended": "its process ended ({how}) {said}",
	"fault.failed": "it failed",
	"fault.modelUnusable": "the model {model} cannot be used: {why}",
	"fault.brokerPort": "the broker cannot listen on {address}: {why}",
	"fault.brokerPortHint": "Another gateway or program may hold the port: stop it, or change broker.port.",
	"fault.baseMap": "{file} is not there, or is no PMTiles file (version 3)",
	"fault.consolePort": "the console cannot listen on {address}: {why}",
	"fault.consolePortHint": "Another program may hold the port; change console.port.",
	"fault.noSecretFile": "the secret file {file} cannot be read",
	"fault.noSecretVariable": "the environment has no {name}, which the configuration names as a secret",
	"fault.noFfmpeg": "ffmpeg is not installed, and no camera can be read without it",
	"fault.setUpHint": "Run `bash deploy/setup.sh`, which installs what is missing.",
	"fault.keyUnreadable": "{file} cannot be read: {why}",
	"fault.keyHint":
		"Bring it back from a copy, or delete it and give the new public key (lookout identity) to the other end.",
} as const;
