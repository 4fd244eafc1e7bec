/** One entry per version of the store. Only ever appended to; the version before must be able to read what it knows. */
export const MIGRATIONS: string[] = [
	`
	CREATE TABLE message (
		node TEXT NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
		kind INTEGER NOT NULL, received_at INTEGER NOT NULL, payload BLOB NOT NULL,
		PRIMARY KEY (node, boot, seq)
	) WITHOUT ROWID;
	CREATE INDEX message_time ON message (received_at);
	-- node events that the judge has not confirmed yet: written with the message, deleted with the judgement
	CREATE TABLE pending (id TEXT PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE judged (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
	CREATE INDEX judged_time ON judged (at);
	CREATE TABLE incident (id TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, open INTEGER NOT NULL,
		body TEXT NOT NULL) WITHOUT ROWID;
	CREATE INDEX incident_open ON incident (open, opened_at);
	CREATE TABLE ledger (
		n INTEGER PRIMARY KEY, at INTEGER NOT NULL, incident TEXT NOT NULL, what TEXT NOT NULL,
		who TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL
	);
	CREATE INDEX ledger_incident ON ledger (incident, n);
	CREATE TABLE outbox (
		id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, incident TEXT NOT NULL, person TEXT, channel TEXT NOT NULL,
		address TEXT NOT NULL, lane TEXT NOT NULL, message TEXT NOT NULL, created_at INTEGER NOT NULL,
		state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, settled_at INTEGER
	) WITHOUT ROWID;
	CREATE INDEX outbox_state ON outbox (state, next_at);
	CREATE INDEX outbox_incident ON outbox (incident);
	CREATE TABLE attempt (
		n INTEGER PRIMARY KEY, delivery TEXT NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL,
		detail TEXT NOT NULL, took_ms INTEGER NOT NULL
	);
	CREATE INDEX attempt_delivery ON attempt (delivery);
	CREATE TABLE subscription (
		endpoint TEXT PRIMARY KEY, person TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL,
		created_at INTEGER NOT NULL, device TEXT NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE session (token_hash TEXT PRIMARY KEY, user TEXT NOT NULL, person TEXT,
		expires_at INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE enrolment (token_hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
	`,
	`
	-- parts of views in which nothing rings; an ended one stays as a record of who drew it, why, and who ended it
	CREATE TABLE mask (
		id TEXT PRIMARY KEY, camera TEXT NOT NULL, preset TEXT NOT NULL, box TEXT NOT NULL, author TEXT NOT NULL,
		reason TEXT NOT NULL,
		created_at INTEGER NOT NULL, until INTEGER NOT NULL, ended_by TEXT
	) WITHOUT ROWID;
	CREATE INDEX mask_until ON mask (until);
	-- danger levels as they were declared, the newest one counts
	CREATE TABLE danger (n INTEGER PRIMARY KEY, level INTEGER NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
		until INTEGER NOT NULL);
	`,
	`
	-- what a person answers with: the secret in the fragment of a link, and the code of a reply by SMS
	CREATE TABLE link (
		slug TEXT PRIMARY KEY, code TEXT NOT NULL, incident TEXT NOT NULL, person TEXT NOT NULL, expires_at INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX link_incident ON link (incident, person);
	CREATE INDEX link_code ON link (code);
	-- what a provider said of a delivery later; the same twice counts once
	CREATE TABLE receipt (
		delivery TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (delivery, what)
	) WITHOUT ROWID;
	CREATE INDEX attempt_time ON attempt (at);
	-- names, positions and pictures of ledger entries: the chain holds their salted hash only, so that they can
	-- be erased and it stays whole
	CREATE TABLE personal (hash TEXT PRIMARY KEY, person TEXT NOT NULL, at INTEGER NOT NULL,
		body TEXT NOT NULL) WITHOUT ROWID;
	CREATE INDEX personal_person ON personal (person);
	CREATE INDEX personal_time ON personal (at);
	-- CAP messages as they went out, and those that came in
	CREATE TABLE cap (identifier TEXT PRIMARY KEY, incident TEXT, sent INTEGER NOT NULL, origin TEXT NOT NULL,
		saying TEXT NOT NULL, xml TEXT NOT NULL) WITHOUT ROWID;
	CREATE INDEX cap_incident ON cap (incident, sent);
	`,
	`
	-- hash of the key of the browser that has answered with a link: from then on it works there only
	ALTER TABLE link ADD COLUMN used_by TEXT;
	`,
	`
	-- what housekeeping and the page look for, each by an index: they must not take longer as more is stored
	ALTER TABLE incident ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
	-- 1 until it is reduced to a short row
	ALTER TABLE incident ADD COLUMN whole INTEGER NOT NULL DEFAULT 1;
	UPDATE incident SET changed_at=coalesce(json_extract(body,'$.changedAt'), opened_at);
	CREATE INDEX incident_opened ON incident (opened_at);
	CREATE INDEX incident_changed ON incident (whole, open, changed_at);
	CREATE INDEX outbox_created ON outbox (created_at) WHERE person IS NOT NULL AND address<>'erased';
	CREATE INDEX cap_sent ON cap (sent);
	CREATE INDEX cap_own ON cap (origin, sent);
	CREATE INDEX link_expires ON link (expires_at);
	CREATE INDEX ledger_time ON ledger (at);
	CREATE INDEX mask_camera ON mask (camera);
	-- incidents in which something of people may still stand, by when they changed
	CREATE INDEX incident_personal ON incident (changed_at) WHERE whole=1;
	`,
	`
	-- persistent sessions of nodes: who takes commands, and those that are not acknowledged
	CREATE TABLE node_subscription (node TEXT PRIMARY KEY, qos INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE command (id TEXT PRIMARY KEY, node TEXT NOT NULL, at INTEGER NOT NULL,
		payload BLOB NOT NULL) WITHOUT ROWID;
	CREATE INDEX command_node ON command (node);
	`,
	`
	CREATE TABLE maintenance (
		id TEXT PRIMARY KEY, devices TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
		until INTEGER NOT NULL, ended_by TEXT
	) WITHOUT ROWID;
	CREATE INDEX maintenance_until ON maintenance (until);
	-- where a session was begun, beside it: an older program writes sessions without
	CREATE TABLE session_origin (token_hash TEXT PRIMARY KEY, at INTEGER NOT NULL, origin TEXT NOT NULL,
		agent TEXT NOT NULL) WITHOUT ROWID;
	`,
	`
	-- who may log in; sessions name them in their column user
	CREATE TABLE user (
		id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL, person TEXT,
		roles TEXT NOT NULL, areas TEXT NOT NULL, password TEXT, totp TEXT, totp_step INTEGER NOT NULL DEFAULT 0,
		subject TEXT UNIQUE, disabled_at INTEGER, created_at INTEGER NOT NULL, version INTEGER NOT NULL
	) WITHOUT ROWID;
	-- by which a user sets a password, once
	CREATE TABLE user_link (token_hash TEXT PRIMARY KEY, user TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
	-- ways in for machines
	CREATE TABLE token (
		token_hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, rights TEXT NOT NULL, areas TEXT NOT NULL,
		created_by TEXT NOT NULL, created_at INTEGER NOT NULL, ends_at INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE duty_shift (
		id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, began_at INTEGER NOT NULL,
		ended_at INTEGER, note TEXT
	) WITHOUT ROWID;
	CREATE INDEX duty_shift_ended ON duty_shift (ended_at, began_at);
	-- who has looked at what of people
	CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, name TEXT NOT NULL,
		what TEXT NOT NULL, target TEXT NOT NULL);
	CREATE INDEX audit_time ON audit (at);
	-- the one password that everybody at the desk had
	DELETE FROM setting WHERE key='password';
	`,
	`
	-- all incidents there ever were, as rows that can be searched: lists stand in a text, a space before and behind each
	CREATE TABLE incident_row (
		id TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, state TEXT NOT NULL,
		grids TEXT NOT NULL, place TEXT NOT NULL, sources TEXT NOT NULL, people TEXT NOT NULL, cause TEXT, size_ha REAL,
		confirmed_at INTEGER, answered_at INTEGER, on_scene_at INTEGER, closed_at INTEGER, lat REAL, lon REAL,
		error_m REAL, primary_id TEXT
	);
	CREATE INDEX incident_row_opened ON incident_row (opened_at, id);
	INSERT INTO incident_row SELECT id, opened_at, coalesce(json_extract(body,'$.kind'),'fire'),
		coalesce(json_extract(body,'$.status'),'actual'), coalesce(json_extract(body,'$.state'),'closed'),
		coalesce((SELECT ' '||group_concat(json_extract(value,'$.code'),' ')||' ' FROM json_each(body,'$.grids')), ''),
		coalesce(json_extract(body,'$.grids[0].name'), json_extract(body,'$.sources[0]'), ''),
		coalesce((SELECT ' '||group_concat(replace(value,' ',char(160)),' ')||' ' FROM json_each(body,'$.sources')), ''),
		coalesce((SELECT ' '||group_concat(json_extract(value,'$.personId'),' ')||' ' FROM json_each(body,'$.involved')),
			''),
		json_extract(body,'$.cause'), json_extract(body,'$.sizeHa'), json_extract(body,'$.confirmedAt'),
		(SELECT min(json_extract(value,'$.answeredAt')) FROM json_each(body,'$.involved')
			WHERE json_extract(value,'$.answer')<>'seen'),
		(SELECT min(json_extract(value,'$.at')) FROM json_each(body,'$.reports')
			WHERE json_extract(value,'$.what')='onScene'),
		json_extract(body,'$.closedAt'), json_extract(body,'$.place.best.lat'), json_extract(body,'$.place.best.lon'),
		json_extract(body,'$.place.errorM'), json_extract(body,'$.partOf')
	FROM incident;
	`,
	`
	-- what people have changed in the register, in the order in which they did
	CREATE TABLE register_edit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, name TEXT NOT NULL,
		note TEXT NOT NULL, changes TEXT NOT NULL);
	`,
	`
	-- what an edit takes back stood in its note, where anybody could write the same
	ALTER TABLE register_edit ADD COLUMN undoes INTEGER;
	UPDATE register_edit SET undoes=CAST(substr(note,2) AS INTEGER), note=''
		WHERE note GLOB '#[0-9]*' AND substr(note,2) NOT GLOB '*[^0-9]*';
	-- danger levels of areas; in a table of its own, for an older program takes the newest of the other for everywhere
	CREATE TABLE area_danger (n INTEGER PRIMARY KEY, area TEXT NOT NULL, level INTEGER NOT NULL, by TEXT NOT NULL,
		at INTEGER NOT NULL, until INTEGER NOT NULL);
	`,
	`
	-- what sensors measured, a quarter of a day each: kept when their messages have gone
	CREATE TABLE reading_average (node TEXT NOT NULL, quantity TEXT NOT NULL, at INTEGER NOT NULL, unit TEXT NOT NULL,
		count INTEGER NOT NULL, sum REAL NOT NULL, least REAL NOT NULL, most REAL NOT NULL, east REAL NOT NULL,
		north REAL NOT NULL, PRIMARY KEY (node, quantity, at));
	CREATE INDEX reading_average_at ON reading_average (at);
	`,
	"ALTER TABLE incident_row ADD COLUMN first_seen_at INTEGER",
];

/**
 * The oldest program, by the number of versions it knows, that may still open a store as this one writes it: written
 * into the store, so that an update can be taken back as long as nothing was changed that the older one would misread.
 */
export const OLDEST_READER = 5;
